"""From the readings of one signal to the points of a chart; what every series store ends its `read` with."""

import numpy as np

from telemetry.batch import F64, I64
from telemetry.errors import Invalid
from telemetry.series.base import Point


def newest(ts: I64, value: F64, boot: I64, seq: I64) -> tuple[I64, F64]:
    """Of several values for one time the highest (boot, seq) wins; columns of shape [n] to [m], sorted by time.

    One message that gives one time twice is settled by the larger value, so that the order of storage never counts.
    """
    order = np.lexsort((value, seq, boot, ts))
    ts, value = ts[order], value[order]
    last = np.ones(len(ts), bool)
    last[:-1] = ts[1:] != ts[:-1]
    return ts[last], value[last]


def chart(ts: I64, value: F64, points: int) -> list[Point]:
    """Points of readings sorted by time without repeats, `points` of them at most.

    Each reading is its own point when they are few enough; otherwise the span of the data is cut into `points`
    parts of equal width, and each part that holds data gives its start and its smallest, mean and largest value.
    """
    if points < 1:
        raise Invalid({"points": "must be at least 1"})
    if len(ts) <= points:
        return [Point(t, v, v, v) for t, v in zip(ts.tolist(), value.tolist(), strict=True)]
    start, span = int(ts[0]), int(ts[-1]) - int(ts[0]) + 1
    part = (ts - start) * points // span
    first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
    count = np.diff(np.r_[first, len(ts)])
    low, high = np.minimum.reduceat(value, first), np.maximum.reduceat(value, first)
    # divided before it is summed, so that no sum of finite values overflows
    mean = np.clip(np.add.reduceat(value / np.repeat(count, count), first), low, high)
    begin = start + part[first] * span // points
    return list(map(Point, begin.tolist(), low.tolist(), mean.tolist(), high.tolist()))
