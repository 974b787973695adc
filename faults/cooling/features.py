"""What an hour of a cabinet says about its cooling: a handful of features, summed up sample by sample.

The controller keeps the air cold as long as it can, so a failing circuit shows first in how hard it works for it
(duty), how fast the air falls while it runs (pull) and rises while it rests (rise), how far the evaporator lies below
the air while it runs (lift) and, when it has warmed up again, while it rests (rest: two probes at one temperature), how
far the condenser lies above the room (head), what it draws (on_a, off_a), how far the goods are from the air (goods)
and how fast the fan turns (fan). Physics and signs: Costanzo et al. 2013, doi 10.1109/IYCE.2013.6604197 (three-node
cabinet model).
"""

from typing import NamedTuple

import numpy as np

from faults.columns import Column, Columns
from faults.context import COOLING_A, NO, YES, Mask, View
from faults.observations import DOOR_CLOSED, POWER_RESTORED
from telemetry.batch import F64, I32, I64
from telemetry.fleet import NEVER
from telemetry.units import HOUR, MINUTE, SECOND

FEATURES = ("duty", "pull", "rise", "lift", "rest", "head", "on_a", "off_a", "goods", "fan")
DUTY, PULL, RISE, LIFT, REST, HEAD, ON_A, OFF_A, GOODS, FAN = range(len(FEATURES))
CONDITIONS = ("ambient", "set", "doors", "frost", "settling")  # what the features depend on in health
AMBIENT, SET, DOORS, FROST, SETTLING = range(len(CONDITIONS))
SPAN = HOUR
LEAST = np.array([40, 4, 6, 4, 4, 3, 4, 6, 30, 4], np.float32)  # samples of a feature that make an hour of it
OPEN_LONG = 5 * MINUTE  # longer than any shopper: the goods are warmer afterwards …
PAUSE = 3 * HOUR  # … and it takes the cabinet hours to be itself again
SETTLES = 8 * HOUR  # after a repair: goods that got warm while it was ill burden the circuit like a leak (two of BULK)
AFTER_DEFROST = 45 * MINUTE
GLITCH_K = 3.0  # no air of a shut cabinet moves as far within a minute
STEADY = 3 * MINUTE  # after a start the evaporator needs as long to get cold
WARMED = 5 * MINUTE  # after a stop it needs as long to be as warm as the air
BULK = 4 * HOUR  # the time constant of goods in moving air: 150-420 kJ/K at 13-24 W/K
FROSTED = 6.0  # hours of running since a defrost: more make no difference that is normal

COLUMNS = (
    Column("hour", "i8", NEVER),  # number of the hour that is being summed up
    Column("sum", "f4", 0, len(FEATURES)),
    Column("count", "u2", 0, len(FEATURES)),
    Column("condition", "f4", 0, len(CONDITIONS)),
    Column("known", "u2", 0, len(CONDITIONS)),
    Column("air", "f4", np.nan),  # last sample's, and when
    Column("at", "i8", NEVER),
    Column("phase", "i8", NEVER),  # since when the compressor has run or rested, door shut …
    Column("runs", "i1", 0),  # … 1 it runs, -1 it rests
    Column("opened", "i8", NEVER),  # since when the door has been open
    Column("calm_at", "i8", NEVER),  # nothing but currents counts before
    Column("set", "f4", np.nan),
    Column("frost", "f4", 0),  # hours of running since the last defrost
    Column("bulk", "f4", np.nan),  # where goods would be that follow the air
    Column("worked", "i8", NEVER),  # somebody worked on it then: nothing from before says how it is now
)


class Hours(NamedTuple):
    """Hours that are over, one per line [k]: `row`, the hour's `start` (ms), features `x` [k, FEATURES] (NaN where too
    little was seen) and `condition` [k, CONDITIONS]: ambient (°C), set point (°C), openings' share of the hour, hours
    of running since a defrost, goods less air (K); NaN unknown."""

    row: I32
    start: I64
    x: F64
    condition: F64


def collect(view: View, col: Columns) -> Hours:
    """Take one round of observations; the hours that ended with it."""
    over = _ended(view, col)
    hours = _close(view.row[over], col)
    col["hour"][view.row[over]] = view.ts[over] // SPAN
    calm = _calm(view, col)
    _add(view, col, calm)
    return hours


def begin_anew(row: int, now: int, col: Columns) -> None:
    """Forget the hour that is being summed up, and take nothing into account that was measured before `now` (ms), nor
    temperatures until the goods have settled."""
    for name in ("sum", "count", "condition", "known"):
        col[name][row] = 0
    col["worked"][row], col["calm_at"][row] = now, max(int(col["calm_at"][row]), now + SETTLES)
    col["phase"][row] = NEVER


def _ended(view: View, col: Columns) -> Mask:
    """Whose hour is over; a clock that steps back begins a new one too."""
    hour = col["hour"][view.row]
    ended: Mask = view.ts // SPAN != hour
    return ended


def _close(row: I32, col: Columns) -> Hours:
    count, known = col["count"][row], col["known"][row]
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(count >= LEAST, col["sum"][row] / count, np.nan)
        condition = np.where(known > 0, col["condition"][row] / known, np.nan)
    start = col["hour"][row] * SPAN
    for name in ("sum", "count", "condition", "known"):
        col[name][row] = 0
    some = np.flatnonzero((start >= 0) & ~np.isnan(x).all(axis=1))
    return Hours(row[some], start[some], x[some].astype(np.float64), condition[some].astype(np.float64))


def _calm(view: View, col: Columns) -> Mask:
    """Observations of a cabinet left alone for long enough that its temperatures mean something."""
    row, ts = view.row, view.ts
    was_open = col["opened"][row]
    long_open = (was_open != NEVER) & (ts - was_open >= OPEN_LONG)
    col["opened"][row] = np.where(view.door == YES, np.where(was_open == NEVER, ts, was_open), NEVER)
    upset = long_open | (view.power == NO) | (view.event == POWER_RESTORED)
    until = np.maximum(
        np.where(upset, ts + PAUSE, NEVER), np.where(view.of("defrost_on") > 0, ts + AFTER_DEFROST, NEVER)
    )
    col["calm_at"][row] = np.maximum(col["calm_at"][row], until)
    calm: Mask = ts >= np.maximum(col["calm_at"][row], col["worked"][row])
    return calm


def _phase(view: View, col: Columns) -> tuple[Mask, Mask]:
    """Where the compressor has run, and where it has rested, undisturbed; for how long stands in `phase`."""
    row, call, amps = view.row, view.of("comp_on"), view.of("comp_a")
    fresh = view.said & (view.ts >= col["worked"][row])
    steady = fresh & ~view.moved & (view.power != NO) & ~(view.of("defrost_on") > 0)
    on, off = steady & (call >= 0.99) & (amps >= COOLING_A), steady & (call <= 0.01)
    now = on.astype(np.int8) - off
    same = (now == col["runs"][row]) & ~view.gap & (col["phase"][row] != NEVER)
    since = np.where(now == 0, NEVER, np.where(same, col["phase"][row], view.ts))
    col["phase"][row] = np.where(view.said, since, col["phase"][row])
    col["runs"][row] = np.where(view.said, now, col["runs"][row])
    return on, off


def _add(view: View, col: Columns, calm: Mask) -> None:
    row, ts, air, call = view.row, view.ts, view.of("air_c"), view.of("comp_on")
    elapsed, before = ts - col["at"][row], col["air"][row]
    on, off = _phase(view, col)
    calm &= ~(np.abs(air - before) > GLITCH_K)
    lasted = ts - col["phase"][row]
    running, warmed = on & (lasted >= STEADY), off & (lasted >= WARMED)
    in_step = (elapsed >= 20 * SECOND) & (elapsed <= 150 * SECOND)
    slope = (air - before) * (HOUR / np.maximum(elapsed, 1))
    evap = view.of("evap_c")
    values = np.full((len(view), len(FEATURES)), np.nan)
    _put(values, DUTY, calm & view.said & (view.power != NO), call)
    _put(values, PULL, calm & running & in_step, -slope)
    _put(values, RISE, calm & warmed & in_step, slope)
    _put(values, LIFT, calm & running, air - evap)
    _put(values, REST, calm & warmed, air - evap)
    _put(values, HEAD, running & (lasted >= WARMED), view.of("cond_c") - view.of("ambient_c"))
    _put(values, ON_A, running, view.of("comp_a"))
    _put(values, OFF_A, off & (lasted >= MINUTE), view.of("comp_a"))
    _put(values, GOODS, calm & (on | off), view.of("product_c") - air)
    _put(values, FAN, running, view.of("fan_rpm"))
    given = ~np.isnan(values)
    col["sum"][row] += np.where(given, values, 0)
    col["count"][row] += given
    _surroundings(view, col, elapsed)
    col["air"][row] = np.where(view.said & ~np.isnan(air), air, before)
    col["at"][row] = np.where(view.said, ts, col["at"][row])


def _put(values: F64, feature: int, where: Mask, what: F64) -> None:
    values[:, feature] = np.where(where, what, np.nan)


def _surroundings(view: View, col: Columns, elapsed: I64) -> None:
    """Sum up what the features depend on."""
    row, air, told = view.row, view.of("air_c"), view.of("set_c")
    col["set"][row] = np.where(np.isnan(told), col["set"][row], told)
    hours = np.clip(elapsed, 0, 10 * MINUTE) / HOUR
    frost, bulk = col["frost"][row], col["bulk"][row]
    frost = np.where(
        view.of("defrost_on") > 0, 0, np.minimum(frost + hours * np.nan_to_num(view.of("comp_on")), FROSTED)
    )
    bulk = np.where(np.isnan(bulk), air, bulk + np.nan_to_num(air - bulk) * hours * (HOUR / BULK))
    col["frost"][row], col["bulk"][row] = np.where(view.said, frost, col["frost"][row]), bulk
    opened = np.nan_to_num(view.of("door_open"))
    now = np.column_stack((view.of("ambient_c"), col["set"][row], opened, frost, bulk - air))
    there = view.said[:, None] & ~np.isnan(now)
    col["condition"][row] += np.where(there, now, 0)
    col["known"][row] += there
    # An event tells of an opening too short for a share of the interval.
    col["condition"][row, DOORS] += (view.event == DOOR_CLOSED) * 0.2
