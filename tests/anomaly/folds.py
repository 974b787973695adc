"""The two-fold figure: what a choice made on one half of the files is worth on the other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from faults.anomaly import full, gate, tail
from tests.anomaly.corpus import Labelled
from tests.anomaly.forms import FORMS
from tests.anomaly.sweep import F64, STANDARD, Worth, at, joined, sweep, worth

# What was tuned at all, around what was taken: everything else is from the literature or was never varied.
GRID: tuple[tuple[Any, str, tuple[Any, ...]], ...] = (
    (tail, "BEYOND", (0.005, 0.01, 0.02)),
    (full, "WEIGHT", (np.float32(0.4), np.float32(0.6), np.float32(1.0))),
    (gate, "MARGIN", (np.float32(1.1), np.float32(1.3))),
)
HALVES = 10  # random ones, each used both ways


class TwoFold(NamedTuple):
    """Standard scores on the half that was not chosen on, with the threshold chosen on the other half.

    `alternate`: every second file, both ways. `random`: the mean over random halves; `random_own_threshold`: there
    only the configuration comes from the other half. The kinds of member were chosen with all files in sight.
    """

    candidates: int
    alternate: tuple[float, float]
    random: float
    random_own_threshold: float


def two_fold(files: Sequence[Labelled]) -> TwoFold:
    """Of every half: choose configuration and threshold on it, score them on the rest."""
    rows = [worth(len(f.ts), f.windows) for f in files]
    with_each = [_configured(files, values) for values in product(*(values for _, _, values in GRID))]
    ways = [_chosen(with_each, rows, half) for half in _halves(len(files))]
    alternate, rest = ways[:2], ways[2:]
    return TwoFold(
        len(with_each),
        (round(alternate[0][0], 1), round(alternate[1][0], 1)),
        _mean(w[0] for w in rest),
        _mean(w[1] for w in rest),
    )


def _mean(values: Iterator[float]) -> float:
    return round(float(np.mean(list(values))), 1)


def _halves(n: int) -> Iterator[set[int]]:
    yield set(range(0, n, 2))
    yield set(range(1, n, 2))
    rng = np.random.default_rng(1)
    for _ in range(HALVES):
        half = {int(k) for k in rng.permutation(n)[: n // 2]}
        yield half
        yield set(range(n)) - half


def _chosen(with_each: Sequence[list[F64]], rows: Sequence[Worth], half: set[int]) -> tuple[float, float]:
    """The score on the rest: with the threshold chosen on the half, and with the rest's own."""
    there = sorted(half)
    rest = [k for k in range(len(rows)) if k not in half]
    on_half = joined([rows[k] for k in there])
    tried = [sweep(np.concatenate([s[k] for k in there]), on_half, STANDARD) for s in with_each]
    best = int(np.argmax([result.score for result in tried]))
    scores, on_rest = np.concatenate([with_each[best][k] for k in rest]), joined([rows[k] for k in rest])
    return at(tried[best].threshold, scores, on_rest, STANDARD).score, sweep(scores, on_rest, STANDARD).score


def _configured(files: Sequence[Labelled], values: tuple[Any, ...]) -> list[F64]:
    with _set(values):
        return FORMS[0].run(files)


@contextmanager
def _set(values: tuple[Any, ...]) -> Iterator[None]:
    before = [getattr(module, name) for module, name, _ in GRID]
    try:
        for (module, name, _), value in zip(GRID, values, strict=True):
            setattr(module, name, value)
        yield
    finally:
        for (module, name, _), value in zip(GRID, before, strict=True):
            setattr(module, name, value)
