"""From the readings of one signal to the points of a chart; what every series store ends its `read` with."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import F64, I64
from telemetry.errors import Invalid
from telemetry.series.base import Point


class Spans(NamedTuple):
    """Readings, or summaries of several: time (ms), smallest, mean and largest value, how many readings. Shape [n].

    The mean is kept instead of the sum, so that no sum of finite values overflows.
    """

    ts: I64
    low: F64
    mean: F64
    high: F64
    readings: I64

    @staticmethod
    def single(ts: I64, value: F64) -> "Spans":
        """Readings as summaries of themselves."""
        return Spans(ts, value, value, value, np.ones(len(ts), np.int64))

    @staticmethod
    def joined(parts: Sequence["Spans"]) -> "Spans":
        """All parts in order of time; at least one part."""
        whole = Spans(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        return whole.only(np.argsort(whole.ts, kind="stable"))

    def only(self, which: NDArray[np.generic]) -> "Spans":
        """The lines of an index or a mask."""
        return Spans(*(column[which] for column in self))

    def merged(self, first: NDArray[np.intp]) -> "Spans":
        """One summary for each run of lines that begins at an index of `first` (ascending, not empty, from 0)."""
        total = np.add.reduceat(self.readings, first)
        share = self.readings / np.repeat(total, np.diff(np.r_[first, len(self.ts)]))
        low, high = np.minimum.reduceat(self.low, first), np.maximum.reduceat(self.high, first)
        mean = np.clip(np.add.reduceat(self.mean * share, first), low, high)
        return Spans(self.ts[first], low, mean, high, total)


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
    """Points of readings sorted by time without repeats, `points` of them at most."""
    return drawn(Spans.single(ts, value), points)


def drawn(spans: Spans, points: int) -> list[Point]:
    """Points of summaries sorted by time, `points` of them at most.

    Each is its own point when they are few enough; otherwise the span of the data is cut into `points` parts of equal
    width, and each part that holds data gives its start and its smallest, mean and largest value.
    """
    if points < 1:
        raise Invalid({"points": "must be at least 1"})
    if len(spans.ts) > points:
        start, width = int(spans.ts[0]), int(spans.ts[-1]) - int(spans.ts[0]) + 1
        part = (spans.ts - start) * points // width
        first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
        spans = spans.merged(first)._replace(ts=start + part[first] * width // points)
    return list(map(Point, spans.ts.tolist(), spans.low.tolist(), spans.mean.tolist(), spans.high.tolist()))
