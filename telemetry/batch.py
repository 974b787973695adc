"""A batch as columns: `Readings` (one sample per line, for the stores), `Frames` (the same in judging order)."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.signals import COLUMN, WIDTH

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
F64 = NDArray[np.float64]


class Long(NamedTuple):
    """Readings with one value per line; `signal` indexes the fleet's names. All columns have the same length."""

    row: I32
    signal: I32
    ts: I64
    raw_ts: I64
    value: F64
    boot: I64
    seq: I64


class Extra(NamedTuple):
    """Values of signals we do not know: `line` [m] indexes the lines they belong to, in ascending order, `signal` the
    fleet's names; those of one line stand as the cabinet told them."""

    line: I32
    signal: I32
    value: F64

    @staticmethod
    def none() -> "Extra":
        return Extra(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))

    @staticmethod
    def joined(parts: Sequence["Extra"], sizes: Iterable[int]) -> "Extra":
        """Those of all parts, whose lines (so many each) stand one behind the other."""
        starts = itertools.accumulate(sizes, initial=0)
        return Extra(
            np.concatenate([p.line + start for p, start in zip(parts, starts, strict=False)]).astype(np.int32),
            np.concatenate([p.signal for p in parts]),
            np.concatenate([p.value for p in parts]),
        )

    def of(self, lines: NDArray[np.integer[Any]]) -> "Extra":
        """Those of these lines, in whatever order, each line now numbered by its place there."""
        if not len(self.line):
            return self
        first, end = np.searchsorted(self.line, lines), np.searchsorted(self.line, lines, "right")
        many = end - first
        place = np.repeat(np.arange(len(lines), dtype=np.int32), many)
        at = np.arange(len(place)) + np.repeat(first - np.cumsum(many) + many, many)
        return Extra(place, self.signal[at], self.value[at])


@dataclass(slots=True)
class Readings:
    """One sample per line, for the stores; columns of shape [n].

    `row` is the cabinet's row in the fleet, `ts` the time the sample is filed under (ms, offset-corrected where the
    device clock is wrong), `raw_ts` what the device said. `values` [n, WIDTH]: the known signals, NaN where one is
    not given.
    """

    row: I32
    ts: I64
    raw_ts: I64
    boot: I64
    seq: I64
    values: F64
    extra: Extra = field(default_factory=Extra.none)

    def __len__(self) -> int:
        return len(self.row)

    def long(self) -> Long:
        """The same with one value per line, in no promised order."""
        line, signal = np.nonzero(~np.isnan(self.values))
        value = np.r_[self.values[line, signal], self.extra.value]
        line, signal = np.r_[line, self.extra.line], np.r_[signal, self.extra.signal].astype(np.int32)
        return Long(self.row[line], signal, self.ts[line], self.raw_ts[line], value, self.boot[line], self.seq[line])

    @staticmethod
    def wide(long: Long) -> "Readings":
        """Readings of the same content, one line per value."""
        n = len(long.row)
        known = long.signal < WIDTH
        values = np.full((n, WIDTH), np.nan)
        values[known, long.signal[known]] = long.value[known]
        odd = np.flatnonzero(~known).astype(np.int32)
        extra = Extra(odd, long.signal[odd], long.value[odd])
        return Readings(long.row, long.ts, long.raw_ts, long.boot, long.seq, values, extra)

    @staticmethod
    def joined(parts: Sequence["Readings"]) -> "Readings":
        """The lines of all parts, in order."""
        extra = Extra.joined([p.extra for p in parts], map(len, parts))
        row, ts, raw_ts, boot, seq, values = (
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("row", "ts", "raw_ts", "boot", "seq", "values")
        )
        return Readings(row, ts, raw_ts, boot, seq, values, extra)


@dataclass(slots=True)
class Frames:
    """One telemetry sample per line, in judging order: `values[n, WIDTH]`, NaN where a signal is missing; `extra`: what
    the samples say of signals we do not know."""

    row: I32
    ts: I64
    values: F64
    extra: Extra = field(default_factory=Extra.none)

    def __len__(self) -> int:
        return len(self.row)

    def of(self, signal: str) -> F64:
        """The column of one signal, shape [n]."""
        column: F64 = self.values[:, COLUMN[signal]]
        return column

    def rounds(self) -> Iterator[NDArray[np.intp]]:
        """Index arrays in which no cabinet stands twice, in order: state may be updated by fancy indexing."""
        order, _, nth = turns(self.row)
        for k in range(int(nth.max(initial=-1)) + 1):
            yield order[nth == k]

    @staticmethod
    def empty() -> "Frames":
        return Frames(np.empty(0, np.int32), np.empty(0, np.int64), np.empty((0, WIDTH)))


def turns(row: NDArray[np.integer[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Lines by cabinet, each cabinet's in order: their indices `order` [n], where in them each cabinet `starts`, and
    as its how many-th (`nth` [n], from 0) each line comes."""
    order = np.argsort(row, kind="stable")
    rows = row[order]
    first = np.ones(len(rows), np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    nth = np.arange(len(rows))
    nth -= np.repeat(starts, np.diff(starts, append=len(rows)))
    return order, starts, nth


class CabinetEvent(NamedTuple):
    """Something discrete a cabinet said. `ts` is filed time, `at` arrival (product ms); `late`: for history only."""

    row: int
    cabinet: str
    ts: int
    at: int
    name: str
    data: dict[str, Any]
    boot: int
    seq: int
    late: bool = False


class Mark(NamedTuple):
    """A verdict of ingest itself (`identity_conflict`, `clock_wrong`, `flooding`): `on` until told otherwise."""

    row: int
    kind: str
    on: bool
    ts: int
    why: dict[str, Any]


@dataclass(slots=True)
class Judged:
    """What one batch brings to judging: in-order samples, events (late ones flagged), verdicts of ingest.

    `backlog` are rows whose samples of this batch are an old backlog: what was over by then opens no ticket.
    """

    frames: Frames = field(default_factory=Frames.empty)
    events: list[CabinetEvent] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @staticmethod
    def joined(parts: Sequence["Judged"]) -> "Judged":
        """What several batches bring, in order; at least one."""
        if len(parts) == 1:
            return parts[0]
        all_frames = [p.frames for p in parts]
        row, ts, values = (np.concatenate([getattr(f, name) for f in all_frames]) for name in ("row", "ts", "values"))
        frames = Frames(row, ts, values, Extra.joined([f.extra for f in all_frames], map(len, all_frames)))
        return Judged(frames, [e for p in parts for e in p.events], [m for p in parts for m in p.marks])
