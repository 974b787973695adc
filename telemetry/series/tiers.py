"""Summaries of readings: five minutes, one hour; smallest, mean and largest value and how many. Pure.

The unit of summarising is one cabinet's day: whatever arrives for it, in any order, the whole day is computed anew
from its readings, so that summaries always equal what the readings say.
"""

from typing import NamedTuple

import numpy as np

from telemetry.batch import F64, I32, I64
from telemetry.series.buckets import Spans
from telemetry.units import HOUR, MINUTE

FIVE = 5 * MINUTE
WIDTHS = {"five": FIVE, "hour": HOUR}
"""Tables of summaries and the width (ms) of their buckets, which divide a day."""


class Tier(NamedTuple):
    """Summaries of one signal of several cabinets, in order of cabinet and time. Shape [n]."""

    cabinet: I32
    spans: Spans


def winners(cabinet: I32, ts: I64, boot: I64, seq: I64, value: F64) -> Tier:
    """The readings of one signal that count: of several for one (cabinet, ts) the highest (boot, seq, value)."""
    follows = (cabinet[1:] > cabinet[:-1]) | ((cabinet[1:] == cabinet[:-1]) & (ts[1:] > ts[:-1]))
    if follows.all():
        return Tier(cabinet, Spans.single(ts, value))
    order = np.lexsort((value, seq, boot, ts, cabinet))
    cabinet, ts, value = cabinet[order], ts[order], value[order]
    last = np.ones(len(ts), bool)
    last[:-1] = (ts[1:] != ts[:-1]) | (cabinet[1:] != cabinet[:-1])
    return Tier(cabinet[last], Spans.single(ts[last], value[last]))


def folded(tier: Tier, width: int) -> Tier:
    """The same in buckets of `width` ms, each named by its start; buckets begin at multiples of the width."""
    cabinet, spans = tier
    if not len(cabinet):
        return tier
    start = spans.ts // width * width
    first = np.flatnonzero(np.r_[True, (start[1:] != start[:-1]) | (cabinet[1:] != cabinet[:-1])])
    return Tier(cabinet[first], spans.merged(first)._replace(ts=start[first]))


def choose(spans: Spans, raw: I64, points: int) -> str | None:
    """Which summaries serve a chart of `points`: the coarsest not wider than its parts; None for the readings.

    `spans`: the hours there are; `raw` [n]: times of readings that are in none of them.
    """
    if not len(spans.ts) or int(spans.readings.sum()) + len(raw) <= points:
        return None
    times = np.r_[spans.ts[[0, -1]], raw]
    fitting = [name for name, width in WIDTHS.items() if int(np.ptp(times)) >= width * points]
    return fitting[-1] if fitting else None
