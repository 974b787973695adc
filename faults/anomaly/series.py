"""What both forms share: series are rows of `Columns`; a batch is taken in rounds in which no series stands twice."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faults.columns import Columns
from telemetry.batch import F64, I64, turns

F32 = NDArray[np.float32]
Rows = NDArray[np.integer[Any]]
Table = Columns | dict[str, NDArray[Any]]  # state by name, a series per line
Step = Callable[[Table, Rows, I64, F64], F32]

AT_ONCE = 4096  # series in one step: what is gathered for them stays in the processor's cache
LARGEST = 1e37  # larger values count as this: single precision ends at 3e38
HALF = 3.0  # the strangeness that becomes the score 0.5
WARM = 100  # samples; a series of which fewer are known has no habits yet that anything could break


def score(step: Step, col: Table, rows: Rows, ts: I64, values: F64) -> F64:
    """Scores 0…1 of m samples (rows of `col`, ms, values), each series in order; the state moves on, and column `n`
    counts. Until a series is warm, less of its strangeness is believed.

    NaN and infinities are no evidence: score 0, state untouched. Any split of the input gives the same.
    """
    scores = np.zeros(len(rows))
    known = np.flatnonzero(np.isfinite(values))
    for at in _rounds(rows[known]):
        pick = known[at]
        strange = step(col, rows[pick], ts[pick], _held(values[pick])).astype(np.float64)
        strange *= np.minimum((col["n"][rows[pick]] - 1) / WARM, 1)
        scores[pick] = strange / (strange + HALF)
    return scores


def _held(values: F64) -> F64:
    """As the state will hold them: else a value that never changes would differ from its own mean by rounding."""
    return np.clip(values, -LARGEST, LARGEST).astype(np.float32).astype(np.float64)


def _rounds(rows: Rows) -> Iterator[NDArray[np.intp]]:
    """Index arrays in which no row stands twice, each row's samples in order, none longer than AT_ONCE."""
    if np.all(rows[1:] > rows[:-1]):
        parts = [np.arange(len(rows))]
    else:
        order, _, nth = turns(rows)
        parts = np.split(order[np.argsort(nth, kind="stable")], np.cumsum(np.bincount(nth))[:-1])
    for part in parts:
        for start in range(0, len(part), AT_ONCE):
            yield part[start : start + AT_ONCE]
