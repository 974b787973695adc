"""A batch as columns: `Readings` (one value per line, for the stores), `Frames` (one sample per line, for judging)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.signals import COLUMN, WIDTH

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
F64 = NDArray[np.float64]


@dataclass(slots=True)
class Readings:
    """One value per line; all columns have the same length n.

    `row` is the cabinet's row in the fleet, `signal` an index into the fleet's signal names, `ts` the time the
    reading is filed under (ms, offset-corrected where the device clock is wrong), `raw_ts` what the device said.
    """

    row: I32
    signal: I32
    ts: I64
    raw_ts: I64
    value: F64
    boot: I64
    seq: I64

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class Frames:
    """One telemetry sample per line, in judging order: `values[n, WIDTH]`, NaN where a signal is missing."""

    row: I32
    ts: I64
    values: F64

    def __len__(self) -> int:
        return len(self.row)

    def of(self, signal: str) -> F64:
        """The column of one signal, shape [n]."""
        column: F64 = self.values[:, COLUMN[signal]]
        return column

    def rounds(self) -> Iterator[NDArray[np.intp]]:
        """Index arrays in which no cabinet stands twice, in order: state may be updated by fancy indexing."""
        if not len(self.row):
            return
        order = np.argsort(self.row, kind="stable")
        rows = self.row[order]
        first = np.r_[True, rows[1:] != rows[:-1]]
        starts = np.flatnonzero(first)
        nth = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
        for k in range(int(nth.max()) + 1):
            yield order[nth == k]

    @staticmethod
    def empty() -> "Frames":
        return Frames(np.empty(0, np.int32), np.empty(0, np.int64), np.empty((0, WIDTH)))


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
