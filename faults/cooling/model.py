"""What each feature of a cabinet should be, learned from its own healthy hours, and how long it has not been so.

Per feature a small linear model (1, warmth, doors) by recursive least squares with slow forgetting, the scale of its
residuals, and a two-sided CUSUM of them (Page 1954). A cabinet whose CUSUM has begun to rise is not learned from: what
fails slowly would otherwise teach the model that it is normal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.cooling.features import FEATURES, Hours
from telemetry.batch import F64, I32, I64
from telemetry.fleet import NEVER

WIDTH = len(FEATURES)
INPUTS = 3  # 1, warmth, doors
FORGET = 1 - 1 / 500  # of an hour: a memory of three weeks
PRIOR = np.array([1e3, 1e-3, 1e2], np.float32)  # how little is known of the weights at first: level, warmth, doors
FLOOR = np.array([0.025, 1.5, 0.35, 0.012, 0.006, 0.12], np.float32)  # smaller scatter is rounding, not knowledge
MATURE = 36  # hours of a feature before it is judged
OUTLIER = 5.0  # no hour counts for more than this many scatters
SLACK = 0.8  # scatters by which an hour may be off for nothing
RISING = 4.0  # of the CUSUM: not learned from above
SCATTER = 0.03

COLUMNS = (
    Column("weight", "f4", 0, WIDTH * INPUTS),
    Column("spread", "f4", 0, WIDTH * INPUTS * INPUTS),
    Column("scatter", "f4", np.nan, WIDTH),
    Column("learned", "f4", 0, WIDTH),
    Column("high", "f4", 0, WIDTH),  # CUSUM of being above, below what is expected
    Column("low", "f4", 0, WIDTH),
    Column("high_at", "i8", NEVER, WIDTH),  # when it began to rise
    Column("low_at", "i8", NEVER, WIDTH),
    Column("off", "f4", 0, WIDTH),  # how far off lately, in scatters (mean of a few hours)
)
LATELY = 0.25


class Residuals(NamedTuple):
    """Of hours [k]: `expected` and `z` [k, FEATURES] in scatters, NaN where nothing was seen or known."""

    expected: F64
    z: F64


def learn(hours: Hours, col: Columns) -> Residuals:
    """Judge hours by what was known before them, then learn from those that look healthy."""
    row, u = hours.row, _inputs(hours)
    weight = col["weight"][row].reshape(-1, WIDTH, INPUTS).astype(np.float64)
    expected = np.einsum("kfi,ki->kf", weight, u)
    residual = hours.x - expected
    seen = ~np.isnan(hours.x)
    mature = col["learned"][row] >= MATURE
    scale = np.maximum(np.nan_to_num(col["scatter"][row]), FLOOR)
    z = np.where(seen & mature, np.clip(residual / scale, -OUTLIER, OUTLIER), np.nan)
    _accumulate(row, hours.start, z, col)
    healthy = (np.maximum(col["high"][row], col["low"][row]) < RISING).all(axis=1)
    _update(row, u, residual, seen & (healthy[:, None] | ~mature), col)
    return Residuals(expected, z)


def _inputs(hours: Hours) -> F64:
    """[k, INPUTS]; an unknown ambient is taken as ordinary."""
    warmth = np.where(np.isnan(hours.warmth), 0.0, (hours.warmth - 20) / 10)
    return np.stack((np.ones(len(hours.row)), warmth, hours.doors * 5), axis=1)


def _accumulate(row: I32, start: I64, z: F64, col: Columns) -> None:
    given = ~np.isnan(z)
    step = np.nan_to_num(z)
    for name, sign in (("high", 1), ("low", -1)):
        old = col[name][row]
        new = np.where(given, np.maximum(old + sign * step - SLACK, 0), old)
        since = col[name + "_at"][row]
        began = (new > 0) & ((old == 0) | (since == NEVER))
        col[name + "_at"][row] = np.where(new == 0, NEVER, np.where(began, start[:, None], since))
        col[name][row] = np.minimum(new, 200)
    off = col["off"][row]
    col["off"][row] = np.where(given, off + LATELY * (step - off), off)


def _update(row: I32, u: F64, residual: F64, use: NDArray[np.bool_], col: Columns) -> None:
    """Recursive least squares (Haykin, Adaptive Filter Theory, ch. 10), one feature beside the other."""
    spread = col["spread"][row].reshape(-1, WIDTH, INPUTS, INPUTS).astype(np.float64)
    fresh = col["learned"][row] == 0
    spread[fresh] = np.diag(PRIOR)
    pu = np.einsum("kfij,kj->kfi", spread, u)
    gain = pu / (FORGET + np.einsum("kfi,ki->kf", pu, u))[..., None]
    residual = np.where(use, residual, 0)
    weight = col["weight"][row].reshape(-1, WIDTH, INPUTS) + gain * residual[..., None]
    fitted = (spread - gain[..., None] * pu[..., None, :]) / FORGET
    fitted = np.minimum(fitted, PRIOR.max())
    keep = use[..., None]
    n = len(row)
    col["weight"][row] = np.where(keep, weight, col["weight"][row].reshape(-1, WIDTH, INPUTS)).reshape(n, -1)
    col["spread"][row] = np.where(keep[..., None], fitted, spread).reshape(n, -1)
    _scatter(row, residual, use, col)
    col["learned"][row] += use


def _scatter(row: I32, residual: F64, use: NDArray[np.bool_], col: Columns) -> None:
    """A running mean of the absolute residual (1.25 of it is a standard deviation), bounded against outliers."""
    old, learned = col["scatter"][row], col["learned"][row]
    size = 1.25 * np.abs(residual)
    bounded = np.where(np.isnan(old) | (learned < 12), size, np.minimum(size, 3 * np.maximum(old, FLOOR)))
    pace = np.maximum(SCATTER, 1 / np.maximum(learned - INPUTS + 1, 1))
    first = np.isnan(old) | (learned < INPUTS)
    col["scatter"][row] = np.where(use, np.where(first, size, old + pace * (bounded - old)), old)
