"""NAB's scoring, exactly: one threshold for the whole corpus, early hits worth most, every false row costs.

The rules are those of the benchmark's own sweeper (Lavin and Ahmad, "Evaluating Real-time Anomaly Detection
Algorithms", ICMLA 2015, and `nab/sweeper.py` of numenta/NAB v1.1), written anew on numpy columns.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


class Profile(NamedTuple):
    """What a hit, a false row and a missed window weigh."""

    name: str
    hit: float
    false: float
    missed: float


STANDARD = Profile("standard", 1.0, 0.11, 1.0)
PROFILES = (STANDARD, Profile("reward_low_FP", 1.0, 0.22, 1.0), Profile("reward_low_FN", 1.0, 0.11, 2.0))


class Worth(NamedTuple):
    """What a detection in each row is worth before weights, shape [n]: 0…1 in a window, -1…0 outside.

    `window` numbers the windows from 0, -1 outside; rows of the probation are left out by `scored`.
    """

    value: F64
    window: NDArray[np.int64]
    scored: NDArray[np.bool_]


class Result(NamedTuple):
    """The best that one threshold gives: `score` is normalised, 0 for a detector that says nothing, 100 for perfect."""

    score: float
    threshold: float
    hits: int
    windows: int
    false_rows: int


def sigma(position: F64) -> F64:
    """NAB's scaled sigmoid: 0.987 at -1, 0 at 0, -1 from 3 on."""
    return np.where(position >= 3.0, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 3.0))) - 1.0)


def worth(n: int, windows: Sequence[tuple[int, int]]) -> Worth:
    """The worth of each row of one file whose windows are (first, last) rows in order."""
    rows = np.arange(n)
    position, inside = np.full(n, 3.0), np.full(n, -1)
    for k, (first, last) in enumerate(windows):
        width = last - first + 1
        inside[first : last + 1] = k
        position[first : last + 1] = -(last - rows[first : last + 1] + 1) / width
        behind = rows[last + 1 :] - last
        position[last + 1 :] = behind / (width - 1) if width > 1 else 3.0
    value = sigma(position)
    value = np.where(inside >= 0, value / sigma(np.array([-1.0]))[0], value)
    return Worth(value, inside, rows >= min(int(0.15 * n), 750))


def joined(parts: Sequence[Worth]) -> Worth:
    """The rows of several files as one corpus; windows are numbered on."""
    moved, so_far = [], 0
    for part in parts:
        moved.append(np.where(part.window >= 0, part.window + so_far, -1))
        so_far += int(part.window.max(initial=-1)) + 1
    return Worth(
        np.concatenate([p.value for p in parts]), np.concatenate(moved), np.concatenate([p.scored for p in parts])
    )


def sweep(scores: F64, rows: Worth, profile: Profile) -> Result:
    """The threshold that gives the profile its best score; a row counts as detected from the threshold on."""
    order = np.argsort(-scores[rows.scored], kind="stable")
    ranked = scores[rows.scored][order]
    value, window = rows.value[rows.scored][order], rows.window[rows.scored][order]
    gain = np.where(window < 0, value * profile.false, 0.0)
    named = np.unique(window[window >= 0])
    for k in named:
        at = np.flatnonzero(window == k)
        gain[at] = np.diff(np.maximum.accumulate(np.append(-profile.missed, value[at] * profile.hit)))
    total = np.append(0.0, np.cumsum(gain)) - profile.missed * len(named)
    last_of_its_score = np.append(True, np.append(ranked[1:] != ranked[:-1], True))
    best = int(np.argmax(np.where(last_of_its_score, total, -np.inf)))
    threshold = ranked[best - 1] if best else np.inf
    return _result(total[best], threshold, window[:best], len(named), profile)


def at(threshold: float, scores: F64, rows: Worth, profile: Profile) -> Result:
    """The score of a threshold that was chosen elsewhere."""
    found = rows.scored & (scores >= threshold)
    named = np.unique(rows.window[rows.scored & (rows.window >= 0)])
    best = [np.max(rows.value[found & (rows.window == k)] * profile.hit, initial=-profile.missed) for k in named]
    raw = float(np.sum(best)) + profile.false * float(np.sum(rows.value[found & (rows.window < 0)]))
    return _result(raw, threshold, rows.window[found], len(named), profile)


def _result(raw: float, threshold: float, window: NDArray[np.int64], windows: int, profile: Profile) -> Result:
    null, perfect = -profile.missed * windows, profile.hit * windows
    score = 100.0 * (raw - null) / (perfect - null) if windows else np.nan
    hits = len(np.unique(window[window >= 0]))
    return Result(float(score), float(threshold), hits, windows, int(np.sum(window < 0)))
