"""Collects one batch's readings and samples message by message and turns them into columns once."""

from typing import NamedTuple

import numpy as np

from telemetry.batch import Frames, Long, Readings
from telemetry.fleet import Fleet
from telemetry.offset import Offset
from telemetry.signals import COLUMN, WIDTH
from telemetry.wire import Telemetry

MAX_SIGNALS = 20_000
OWN_SIGNALS = 200
MAX_NAME = 64


class Filed(NamedTuple):
    """One sample: the time it is filed under, and its values."""

    ts: int
    raw_ts: int
    values: dict[str, float]


def file_samples(message: Telemetry, clock: Offset, arrival: int) -> list[Filed]:
    """The samples of a message under the times they are filed under, oldest first."""
    if message.samples is None:
        return [Filed(clock.file(message.ts, arrival), message.ts, message.m or {})]
    filed = [Filed(clock.file(s.ts, arrival), s.ts, s.m) for s in message.samples]
    return sorted(filed, key=lambda f: f.ts)


def names_fit(message: Telemetry, fleet: Fleet, own: list[str]) -> bool:
    """Are there few enough names of unknown signals, and short enough? Names are kept for ever: they are bounded in
    number, and per cabinet, so that none uses up those of the others. `own`: the cabinet's so far; new ones join it."""
    groups = [message.m or {}] if message.samples is None else [s.m for s in message.samples]
    odd = sorted({n for m in groups for n in m if n not in COLUMN}.difference(own))
    new = sum(n not in fleet.name_index for n in odd)
    if len(own) + len(odd) > OWN_SIGNALS or len(fleet.names) + new > MAX_SIGNALS:
        return False
    if not all(0 < len(n) <= MAX_NAME for n in odd):
        return False
    own += odd
    return True


class Columns:
    """What is collected: `read` for the stores, `judge` for the detectors."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._read: list[tuple[int, int, int, int, float, int, int]] = []
        self._frames: list[tuple[int, int, dict[str, float]]] = []

    def read(self, row: int, boot: int, seq: int, samples: list[Filed]) -> None:
        """Add every value of a message for the series store."""
        index = self._fleet.name_index
        for ts, raw_ts, values in samples:
            for name, value in values.items():
                signal = index.get(name)
                if signal is None:
                    signal = self._fleet.signal(name)
                self._read.append((row, signal, ts, raw_ts, value, boot, seq))

    def judge(self, row: int, samples: list[Filed]) -> None:
        """Add a message's samples in judging order."""
        for ts, _, values in samples:
            self._frames.append((row, ts, values))

    def readings(self) -> Readings:
        """The readings as columns."""
        row, signal, ts, raw_ts, value, boot, seq = zip(*self._read, strict=True) if self._read else ((),) * 7
        return Readings.wide(Long(
            np.array(row, np.int32), np.array(signal, np.int32), np.array(ts, np.int64), np.array(raw_ts, np.int64),
            np.array(value, np.float64), np.array(boot, np.int64), np.array(seq, np.int64),
        ))  # fmt: skip

    def frames(self) -> Frames:
        """The samples as columns; values of signals we do not know go to `fleet.extra`."""
        values = np.full((len(self._frames), WIDTH), np.nan)
        at: list[int] = []
        column: list[int] = []
        flat: list[float] = []
        for i, (row, ts, sample) in enumerate(self._frames):
            for name, value in sample.items():
                c = COLUMN.get(name)
                if c is None:
                    self._fleet.extra.setdefault(row, {})[name] = (value, ts)
                else:
                    at.append(i)
                    column.append(c)
                    flat.append(value)
        values[at, column] = flat
        rows = np.array([f[0] for f in self._frames], np.int32)
        return Frames(rows, np.array([f[1] for f in self._frames], np.int64), values)
