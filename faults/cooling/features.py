"""What an hour of a cabinet says about its cooling: a handful of features, summed up sample by sample.

The controller keeps the air cold as long as it can, so a failing circuit shows first in how hard it works for it
(duty), how fast the air falls while it runs (pull), how far the evaporator lies below the air (lift), what it draws
(on, off) and how far the goods are from the air (goods). Physics and signs: Costanzo et al. 2013, doi
10.1109/IYCE.2013.6604197 (three-node cabinet model).
"""

from typing import NamedTuple

import numpy as np

from faults.columns import Column, Columns
from faults.context import COOLING_A, NO, YES, Mask, View
from faults.observations import DOOR_CLOSED, POWER_RESTORED
from telemetry.batch import F64, I32, I64
from telemetry.fleet import NEVER
from telemetry.units import HOUR, MINUTE, SECOND

FEATURES = ("duty", "pull", "lift", "on_a", "off_a", "goods")
DUTY, PULL, LIFT, ON_A, OFF_A, GOODS = range(len(FEATURES))
SPAN = HOUR
LEAST = np.array([30, 4, 4, 4, 6, 20], np.float32)  # samples of a feature that make an hour of it
OPEN_LONG = 5 * MINUTE  # longer than any shopper: the goods are warmer afterwards …
PAUSE = 6 * HOUR  # … and it takes the cabinet hours to be itself again
AFTER_DEFROST = 45 * MINUTE
STEADY_RUN = 3 * MINUTE  # the evaporator needs as long to get cold

COLUMNS = (
    Column("hour", "i8", NEVER),  # number of the hour that is being summed up
    Column("sum", "f4", 0, len(FEATURES)),
    Column("count", "f4", 0, len(FEATURES)),
    Column("ambient", "f4", 0),
    Column("ambients", "f4", 0),
    Column("doors", "f4", 0),
    Column("air", "f4", np.nan),  # last sample's, and when
    Column("at", "i8", NEVER),
    Column("ran", "i8", NEVER),  # since when the compressor has run, door shut
    Column("opened", "i8", NEVER),  # since when the door has been open
    Column("calm_at", "i8", NEVER),  # nothing but currents counts before
    Column("set", "f4", np.nan),
)


class Hours(NamedTuple):
    """Hours that are over, one per line [k]: `row`, the hour's `start` (ms), features `x` [k, FEATURES] (NaN where too
    little was seen) and what they depend on: `warmth` (ambient less set point, K; NaN unknown), `doors` (openings'
    share of the hour)."""

    row: I32
    start: I64
    x: F64
    warmth: F64
    doors: F64


def collect(view: View, col: Columns) -> Hours:
    """Take one round of observations; the hours that ended with it."""
    over = _ended(view, col)
    hours = _close(view.row[over], col)
    row = view.row
    col["hour"][row[over]] = view.ts[over] // SPAN
    calm = _calm(view, col)
    _add(view, col, calm)
    return hours


def _ended(view: View, col: Columns) -> Mask:
    """Whose hour is over; a clock that steps back begins a new one too."""
    hour = col["hour"][view.row]
    ended: Mask = view.ts // SPAN != hour
    return ended


def _close(row: I32, col: Columns) -> Hours:
    count = col["count"][row]
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(count >= LEAST, col["sum"][row] / count, np.nan)
        warmth = np.where(col["ambients"][row] > 0, col["ambient"][row] / col["ambients"][row], np.nan)
        doors = np.where(count[:, DUTY] > 0, col["doors"][row] / np.maximum(count[:, DUTY], 1), 0.0)
    start = col["hour"][row] * SPAN
    for name in ("sum", "count", "ambient", "ambients", "doors"):
        col[name][row] = 0
    some = np.flatnonzero((start >= 0) & ~np.isnan(x).all(axis=1))
    return Hours(row[some], start[some], x[some].astype(np.float64), warmth[some], doors[some])


def _calm(view: View, col: Columns) -> Mask:
    """Observations of a cabinet left alone for long enough that its temperatures mean something."""
    row, ts = view.row, view.ts
    opened = np.where(view.door == YES, np.where(col["opened"][row] == NEVER, ts, col["opened"][row]), NEVER)
    was_open = col["opened"][row]
    long_open = (was_open != NEVER) & (ts - was_open >= OPEN_LONG)
    col["opened"][row] = opened
    told = view.of("set_c")
    moved = np.abs(told - col["set"][row]) > 0.3
    col["set"][row] = np.where(np.isnan(told), col["set"][row], told)
    upset = long_open | (view.power == NO) | (view.event == POWER_RESTORED) | moved
    until = np.maximum(
        np.where(upset, ts + PAUSE, NEVER), np.where(view.of("defrost_on") > 0, ts + AFTER_DEFROST, NEVER)
    )
    col["calm_at"][row] = np.maximum(col["calm_at"][row], until)
    calm: Mask = ts >= col["calm_at"][row]
    return calm


def _add(view: View, col: Columns, calm: Mask) -> None:
    row, ts, air, call, amps = view.row, view.ts, view.of("air_c"), view.of("comp_on"), view.of("comp_a")
    sample = view.said
    steady = sample & ~view.moved & (view.power != NO) & ~(view.of("defrost_on") > 0)
    on = steady & (call >= 0.99) & (amps >= COOLING_A)
    off = steady & (call <= 0.01)
    elapsed, before = ts - col["at"][row], col["air"][row]
    ran = np.where(on & ~view.gap, np.where(col["ran"][row] == NEVER, ts, col["ran"][row]), NEVER)
    running = on & (ts - ran >= STEADY_RUN) & (ran != NEVER)
    in_step = (elapsed >= 20 * SECOND) & (elapsed <= 150 * SECOND)
    values = np.full((len(view), len(FEATURES)), np.nan)
    values[:, DUTY] = np.where(calm & sample & (view.power != NO), call, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        pull = (before - air) * (HOUR / np.maximum(elapsed, 1))
    values[:, PULL] = np.where(calm & running & in_step, pull, np.nan)
    values[:, LIFT] = np.where(calm & running, air - view.of("evap_c"), np.nan)
    values[:, ON_A] = np.where(running, amps, np.nan)
    values[:, OFF_A] = np.where(off & (ran == NEVER) & ~view.gap, amps, np.nan)
    values[:, GOODS] = np.where(calm & steady, view.of("product_c") - air, np.nan)
    given = ~np.isnan(values)
    col["sum"][row] += np.where(given, values, 0)
    col["count"][row] += given
    warmth = view.of("ambient_c") - col["set"][row]
    there = sample & ~np.isnan(warmth)
    col["ambient"][row] += np.where(there, warmth, 0)
    col["ambients"][row] += there
    col["doors"][row] += np.where(sample, np.nan_to_num(view.of("door_open")), 0) + (view.event == DOOR_CLOSED) * 0.2
    col["air"][row] = np.where(sample & ~np.isnan(air), air, before)
    col["at"][row] = np.where(sample, ts, col["at"][row])
    col["ran"][row] = np.where(sample, ran, col["ran"][row])
