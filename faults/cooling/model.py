"""What each feature of a cabinet should be, learned from its own healthy hours, and how long it has not been so.

Per feature a linear model of the conditions by recursive least squares with slow forgetting, the scale of its
residuals, and a two-sided CUSUM of them (Page 1954). All features share the covariance, for they are seen in the same
hours; it also tells how far the present conditions lie from what has been seen, and by so much less is concluded. A
cabinet whose CUSUM has begun to rise is not learned from: what fails slowly would otherwise teach the model that it is
normal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.cooling.features import CONDITIONS, FEATURES, Hours
from telemetry.batch import F64, I32
from telemetry.units import HOUR

Mask = NDArray[np.bool_]
WIDTH = len(FEATURES)
INPUTS = 1 + len(CONDITIONS)
USUAL = np.array([24, 4, 0, 2, 0], np.float64)  # of the conditions, and the size of what is one step of them
STEP = np.array([5, 1, 0.2, 2, 1], np.float64)
FORGET = 1 - 1 / 500  # of an hour: a memory of three weeks
PRIOR = np.array([1e4, 25, 25, 25, 25, 25], np.float64)  # what is unknown of a feature's level and slopes (scatters²)
# Scatter smaller than this is no knowledge: what two sensors of the trade differ by, what a load differs from day to
# day. Duty, C/h, C/h, K, K, K, A, A, K, rpm.
FLOOR = np.array([0.06, 1.5, 1.4, 0.25, 0.15, 0.25, 0.008, 0.006, 0.3, 15], np.float64)
ALIKE = 9.0  # hours that say together what one alone would: the next hour is much like this one
MATURE = 36  # hours of a feature before it is judged
OUTLIER = 8.0  # no hour counts for more than this many scatters
SLACK = 1.0  # scatters by which an hour may be off for nothing
RISING = 4.0  # of the CUSUM: not learned from above
MOST = 200.0  # of the CUSUM
SCATTER = 0.03
LATELY = 0.35  # of the mean of the last hours
FARTHEST = 60.0  # scatters

COLUMNS = (
    Column("weight", "f4", 0, WIDTH * INPUTS),
    Column("spread", "f4", np.nan, INPUTS * INPUTS),
    Column("scatter", "f2", np.nan, WIDTH),
    Column("learned", "u2", 0, WIDTH),
    Column("high", "f2", 0, WIDTH),  # CUSUM of being above, below what is expected
    Column("low", "f2", 0, WIDTH),
    Column("high_at", "i4", 0, WIDTH),  # the hour in which it began to rise
    Column("low_at", "i4", 0, WIDTH),
    Column("off", "f2", 0, WIDTH),  # how far off lately, in scatters
    Column("expected", "f2", np.nan, WIDTH),  # of the last hour in which a feature was seen
    Column("seen", "f2", np.nan, WIDTH),
    Column("seen_at", "i4", 0, WIDTH),  # that hour
)


class Fit(NamedTuple):
    """Of hours [k]: `expected` [k, WIDTH] and the `scale` [k, WIDTH] within which it is; the conditions `u` and how
    little is known of them: `pu` [k, INPUTS] and `doubt` [k] (variance in scatters²)."""

    expected: F64
    scale: F64
    u: F64
    pu: F64
    doubt: F64


def learn(hours: Hours, col: Columns, barred: Mask | None = None) -> None:
    """Judge hours by what was known before them, then learn from those that look healthy, and are not `barred` [k]."""
    row, seen = hours.row, ~np.isnan(hours.x)
    fit = _fit(hours, col)
    mature = col["learned"][row] >= MATURE
    z = np.where(seen & mature, (hours.x - fit.expected) / fit.scale, np.nan)
    _accumulate(hours, z, col)
    col["expected"][row] = np.where(seen & mature, fit.expected, col["expected"][row])
    col["seen"][row] = np.where(seen & mature, hours.x, col["seen"][row])
    number = (hours.start // HOUR).astype(np.int32)[:, None]
    col["seen_at"][row] = np.where(seen & mature, number, col["seen_at"][row])
    healthy = (np.maximum(col["high"][row], col["low"][row]) < RISING).all(axis=1)
    if barred is not None:
        healthy &= ~barred
    _update(hours, fit, seen & (healthy[:, None] | ~mature), col)


def forget(row: I32, col: Columns) -> None:
    """Learn these cabinets anew, as if nothing had been seen of them."""
    for spec in COLUMNS:
        col[spec.name][row] = spec.fill


def relearn(row: int, which: tuple[int, ...], col: Columns) -> None:
    """Learn the level of these features anew, by their own next hours; how they depend on the conditions stays."""
    for name in ("learned", "high", "low", "off"):
        col[name][row, which] = 0
    for name in ("scatter", "expected", "seen"):
        col[name][row, which] = np.nan


def acquit(row: int, col: Columns) -> None:
    """What was seen of a cabinet is held against it no longer; what was learned of it stays."""
    for name in ("high", "low", "off"):
        col[name][row] = 0


def _fit(hours: Hours, col: Columns) -> Fit:
    row = hours.row
    near = np.nan_to_num((hours.condition - USUAL) / STEP)  # what is not known is taken as usual
    u = np.column_stack((np.ones(len(row)), near))
    spread = _spread(row, col)
    pu = np.einsum("kij,kj->ki", spread, u)
    doubt = np.einsum("ki,ki->k", pu, u)
    weight = col["weight"][row].reshape(-1, WIDTH, INPUTS).astype(np.float64)
    expected = np.einsum("kfi,ki->kf", weight, u)
    within = scale(col["scatter"][row]) * np.sqrt(1 + ALIKE * doubt)[:, None]
    return Fit(expected, within, u, pu, doubt)


def scale(scatter: NDArray[np.float32]) -> F64:
    """What the features scatter by [..., WIDTH]; the learned one, where it is more than nothing."""
    known: F64 = np.maximum(np.nan_to_num(scatter), FLOOR)
    return known


def _spread(row: I32, col: Columns) -> F64:
    spread = col["spread"][row].reshape(-1, INPUTS, INPUTS).astype(np.float64)
    spread[np.isnan(spread[:, 0, 0])] = np.diag(PRIOR)
    return spread


def _accumulate(hours: Hours, z: F64, col: Columns) -> None:
    row, given = hours.row, ~np.isnan(z)
    step = np.clip(np.nan_to_num(z), -OUTLIER, OUTLIER)
    number = (hours.start // HOUR).astype(np.int32)[:, None]
    for name, sign in (("high", 1), ("low", -1)):
        old = col[name][row]
        new = np.where(given, np.clip(old + sign * step - SLACK, 0, MOST), old)
        began = (new > 0) & (old == 0)
        col[name + "_at"][row] = np.where(began, number, col[name + "_at"][row])
        col[name][row] = new
    off = col["off"][row]
    far = np.clip(np.nan_to_num(z), -FARTHEST, FARTHEST)
    col["off"][row] = np.where(given, off + LATELY * (far - off), off)


def _update(hours: Hours, fit: Fit, use: Mask, col: Columns) -> None:
    """Recursive least squares (Haykin, Adaptive Filter Theory, ch. 10), all features beside each other."""
    row = hours.row
    some: Mask = np.asarray(use.any(axis=1))
    gain = fit.pu / (FORGET + fit.doubt)[:, None]
    residual = np.where(use, hours.x - fit.expected, 0)
    learned = col["learned"][row].astype(np.float64)
    weight = col["weight"][row].reshape(-1, WIDTH, INPUTS).astype(np.float64)
    weight += gain[:, None, :] * np.where(learned > 0, residual, 0)[..., None]
    # The covariance is that of the hours, not of a feature that comes late or seldom: its level must not lag behind.
    share = np.where(learned > 0, (gain * fit.u).sum(axis=1)[:, None], 0)
    weight[..., 0] += np.maximum(1 / (learned + 1) - share, 0) * residual
    col["weight"][row] = weight.reshape(len(row), -1)
    spread = _spread(row, col)
    known = (spread - gain[..., None] * fit.pu[:, None, :]) / FORGET
    variance: F64 = np.einsum("kii->ki", known)
    wide = (variance - PRIOR).max(axis=1) > 0
    known[wide] *= FORGET  # nothing is forgotten of conditions that do not come
    col["spread"][row] = np.where(some[:, None, None], known, spread).reshape(len(row), -1)
    _scatter(row, residual / np.sqrt(1 + fit.doubt)[:, None], use, col)
    col["learned"][row] = np.minimum(col["learned"][row].astype(np.int32) + use, 60_000)


def _scatter(row: I32, residual: F64, use: Mask, col: Columns) -> None:
    """A running mean of the absolute residual (1.25 of it is a standard deviation), bounded against outliers."""
    old, learned = col["scatter"][row], col["learned"][row].astype(np.float64)
    size = 1.25 * np.abs(residual)
    bounded = np.where(learned < 12, size, np.minimum(size, 3 * np.maximum(np.nan_to_num(old), FLOOR)))
    pace = np.maximum(SCATTER, 1 / np.maximum(learned, 1))
    first = np.isnan(old) | (learned < 2)
    col["scatter"][row] = np.where(use, np.where(first, FLOOR, old + pace * (bounded - np.nan_to_num(old))), old)
