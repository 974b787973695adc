"""`no_sales`: nobody has bought for so long that the cabinet's own habit cannot explain it.

Buyers come as a Poisson process whose rate this cabinet has shown at this time of the day: none of `due` expected ones
come with probability exp(-due). Days differ: weekends have a factor of their own, and nobody tells us of a holiday: a
new day counts as a slow one until its own buyers have shown its pace. Time in which nobody can buy, and time of which
we know nothing, is no evidence.
"""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, YES, Mask, View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.observations import SAMPLE
from telemetry.batch import F64, I64
from telemetry.fleet import NEVER
from telemetry.units import DAY, HOUR, MINUTE

RAISE = 16.0  # expected buyers: some 10,000 pauses a year make exp(-16) less than one false alarm in 500 years
DOUBT = 5.0  # from here on a silent time teaches nothing
BIN = 2 * HOUR
BINS = DAY // BIN
LEARNED = 5 * BINS  # working days seen
DAYS = 14  # how many of them the rate remembers
TRUSTED = 3 * BINS  # working days seen before weekends are compared with them: the first may have been a holiday
MEMORY = 12.0  # expected buyers over which the pace is measured
SLOW, WEIGHT = 0.6, 3.0  # the pace of a day of which nothing is known, and how many expected buyers outweigh it
WEEKEND_MEMORY = 0.96  # per bin: about two weekends
_SHANGHAI, _SATURDAY = 8 * HOUR, 2 * DAY  # the epoch was a Thursday


class NoSales:
    """`rate` per hour and bin of a working day; `free_*` buyers that weekends brought and should have; `pace_*` the
    same of late today; `due` expected since the last one; `got` and `hours` of the bin under way; `seen` buyers so
    far."""

    kind = "no_sales"
    columns = (
        Column("rate", "f2", np.nan, BINS),
        Column("learned", "u2", 0),
        Column("free_got", "f4", 0),
        Column("free_due", "f4", 0),
        Column("pace_got", "f4", 0),
        Column("pace_due", "f4", 0),
        Column("due", "f4", 0),
        Column("since", "i8", NEVER),
        Column("bin", "i4", -1),
        Column("got", "u2", 0),
        Column("hours", "f4", 0),
        Column("seen", "u4", 0),
        Column("at", "i8", NEVER),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, sample = view.row, (view.event == SAMPLE) & view.said
        if view.goods is None or not sample.any():
            return Verdict(grade(*[np.zeros(len(view), np.bool_)] * 3), sure(view), view.ts)
        buyers = view.goods["buyers"][row]
        came = np.where(sample, buyers.astype(np.int64) - col["seen"][row], 0)
        open_ = sample & _sells(view)
        hours = _hours(view, col, open_)
        self._close_bin(view, col, sample)
        due = np.where(view.gap & sample, 0, col["due"][row]) + hours * self._expected(view, col)
        self._pace(col, row, np.where(came > 0, due, 0), came)
        fresh = (came > 0) | (col["since"][row] == NEVER) | (view.gap & sample)
        since = np.where(fresh & sample, np.where(came > 0, view.goods["bought"][row], view.ts), col["since"][row])
        col["since"][row] = since
        col["due"][row] = due = np.where(came > 0, 0, due)
        col["got"][row] += came.astype(np.uint16)
        col["hours"][row] += hours.astype(np.float32)
        col["seen"][row] = np.where(sample, buyers, col["seen"][row])
        known = open_ & (col["learned"][row] >= LEARNED) | (came > 0)
        ill = due * self._slow(col, row) >= RAISE
        return Verdict(grade(ill, came > 0, known), sure(view), np.where(ill, np.minimum(since, view.ts), view.ts))

    def _expected(self, view: View, col: Columns) -> F64:
        """Buyers per hour, now."""
        rate = np.nan_to_num(col["rate"][view.row, view.ts // BIN % BINS].astype(np.float64))
        # A cabinet of which no weekend is known may stand in an office.
        weekend = np.clip((col["free_got"][view.row] + 1) / (col["free_due"][view.row] + 3), 0.1, 3)
        return np.asarray(rate * np.where(_free(view.ts), weekend, 1.0), np.float64)

    def _pace(self, col: Columns, row: Any, due: F64, came: I64) -> None:
        keep = np.exp(-due / MEMORY)
        col["pace_due"][row] = col["pace_due"][row] * keep + due
        col["pace_got"][row] = col["pace_got"][row] * keep + came

    def _slow(self, col: Columns, row: Any) -> F64:
        """How much slower than usual today's last buyers came, at most 1."""
        pace = (col["pace_got"][row] + WEIGHT * SLOW) / (col["pace_due"][row] + WEIGHT)
        return np.asarray(np.minimum(pace, 1.0), np.float64)

    def _close_bin(self, view: View, col: Columns, sample: Mask) -> None:
        """Learn from a bin that is over, if the cabinet could sell for half of it and no doubt hangs over it."""
        now, row = (view.ts // BIN).astype(np.int32), view.row
        over = sample & (now != col["bin"][row])
        if not over.any():
            return
        row, now = row[over], now[over]
        old, hours, got = col["bin"][row].astype(np.int64), col["hours"][row].astype(np.float64), col["got"][row]
        good = (old >= 0) & (hours >= BIN / HOUR / 2) & (col["due"][row] < DOUBT)
        free = _free(old * BIN)
        work, place = good & ~free, old % BINS
        before = col["rate"][row, place].astype(np.float64)
        share = np.maximum(1 / (col["learned"][row] // BINS + 1.0), 1 / DAYS)
        seen = np.minimum(got / np.maximum(hours, 1e-6), 1000.0)
        col["rate"][row, place] = np.where(
            work, np.where(np.isnan(before), seen, before + share * (seen - before)), before
        )
        col["learned"][row] = np.where(work, np.minimum(col["learned"][row] + 1, 60_000), col["learned"][row])
        rest = good & free & ~np.isnan(before) & (col["learned"][row] >= TRUSTED)
        for name, added in (("free_got", got), ("free_due", before * hours)):
            col[name][row] = np.where(rest, col[name][row] * WEEKEND_MEMORY + added, col[name][row])
        col["bin"][row], col["got"][row], col["hours"][row] = now, 0, 0
        new_day = row[_day(old * BIN) != _day(now.astype(np.int64) * BIN)]
        col["pace_got"][new_day] = col["pace_due"][new_day] = 0

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        due = round(float(col["due"][row]), 1)
        more = {"observed": {"buyers": 0}, "expected": {"buyers": due}, "since": int(col["since"][row])}
        return evidence(values, "payment_ok", "door_open") | more


def _sells(view: View) -> Mask:
    """Where a buyer could buy: shut and locked, fed, cold enough, with a terminal that works."""
    well = (view.door != YES) & (view.power != NO)
    for signal in ("payment_ok", "mdb_ok", "lock_closed"):
        well &= ~(view.of(signal) < 0.5)
    return np.asarray(well & ~(view.of("air_c") > view.of("set_c") + 4.0))


def _hours(view: View, col: Columns, open_: Mask) -> F64:
    """Hours since the last sample in which the cabinet sold, 0 across a gap; the sample is remembered."""
    sample, at = (view.event == SAMPLE) & view.said, col["at"][view.row]
    took = view.ts - at
    col["at"][view.row] = np.where(sample, view.ts, at)
    near = (at != NEVER) & (took > 0) & (took <= np.maximum(view.limit, MINUTE))
    return np.where(open_ & near, took / HOUR, 0.0)


def _free(ts: I64) -> Mask:
    """Saturdays and Sundays in Asia/Shanghai."""
    return np.asarray((_day(ts) - _SATURDAY // DAY) % 7 < 2)


def _day(ts: I64) -> I64:
    """Days since 1970 in Asia/Shanghai."""
    return np.asarray((ts + _SHANGHAI) // DAY, np.int64)
