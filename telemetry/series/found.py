"""Readings of one cabinet and signal from two places, a server and our own memory, as the points of one chart."""

from typing import NamedTuple

import numpy as np

from telemetry.batch import F64, I64
from telemetry.series.base import Point
from telemetry.series.buckets import Spans, newest

_FIRST = np.iinfo(np.int64).min


class Found(NamedTuple):
    """What a server holds, columns of shape [n]; of several values for one time the highest `again` stands."""

    ts: I64
    value: F64
    again: I64


class Own(NamedTuple):
    """What we still hold ourselves, columns of shape [n]; it stands against what a server holds."""

    ts: I64
    value: F64
    boot: I64
    seq: I64


NONE = Own(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))


def merged(found: Found, own: Own) -> tuple[I64, F64]:
    """(ts, value) [m] by time, one value each."""
    there = np.full(len(found.ts), _FIRST)
    return newest(
        np.r_[found.ts, own.ts], np.r_[found.value, own.value], np.r_[there, own.boot], np.r_[found.again, own.seq]
    )


def spread(ts: I64, value: F64, start: int, width: int) -> list[Point]:
    """Readings [n] by time in parts of `width` ms counted from `start`: those that hold some."""
    if not len(ts):
        return []
    part = (ts - start) // width
    first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
    spans = Spans.single(ts, value).merged(first)._replace(ts=start + part[first] * width)
    return list(map(Point, *(column.tolist() for column in spans[:4])))
