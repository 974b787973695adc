"""Collects one batch's samples line by line and turns them into columns once: one matrix for stores and detectors."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import F64, I64, Extra, Frames, Readings
from telemetry.fleet import Fleet
from telemetry.offset import Offset
from telemetry.signals import COLUMN, WIDTH
from telemetry.wire import Telemetry

MAX_SIGNALS = 20_000
OWN_SIGNALS = 200
MAX_NAME = 64
STORE, JUDGE, BOTH = 1, 2, 3
Names = tuple[str, ...]


class Filed(NamedTuple):
    """One sample: the time it is filed under, and its values."""

    ts: int
    raw_ts: int
    values: dict[str, float]


class Shape(NamedTuple):
    """Where the values of samples that name these signals go: `at` among the names, `column` of the known signals;
    `odd`: (place among the names, name) of those we do not know."""

    at: NDArray[np.intp]
    column: NDArray[np.intp]
    odd: tuple[tuple[int, str], ...]


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
    """What is collected: plain messages first (`plain`, at most once), then others one by one (`add`). A fleet has few
    firmwares, so samples come in few shapes: those of one shape (`groups`: names → lines) are carried over together,
    and no value is touched one by one."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._plain: list[I64] = [np.empty(0, np.int64)] * 6
        self._lines: list[tuple[int, int, int, int, int, int]] = []
        self._values: list[dict[str, float]] = []
        self._groups: dict[Names, list[int]] = {}

    def plain(self, row: I64, ts: I64, boot: I64, seq: I64, names: list[Names], values: list[dict[str, float]]) -> None:
        """Messages [n] of one sample of known signals each, under its own time, for stores and detectors."""
        self._plain = [row, ts, ts, boot, seq, np.full(len(row), BOTH)]
        self._values = values
        kinds = {one: kind for kind, one in enumerate(dict.fromkeys(names))}
        kind = np.fromiter(map(kinds.__getitem__, names), np.intp, len(names))
        self._groups = {one: np.flatnonzero(kind == k).tolist() for one, k in kinds.items()}

    def add(self, row: int, boot: int, seq: int, samples: Iterable[Filed], use: int) -> None:
        """Add the samples of a message, in judging order, for the stores (`STORE`), the detectors (`JUDGE`) or both."""
        for ts, raw_ts, values in samples:
            names = tuple(values)
            for _, name in _shape(names).odd:
                self._fleet.signal(name)
            self._groups.setdefault(names, []).append(len(self._values))
            self._lines.append((row, ts, raw_ts, boot, seq, use))
            self._values.append(values)

    def build(self) -> tuple[Readings, Frames]:
        """All lines as columns; what is judged of signals we do not know goes to `fleet.extra`, too. Both share their
        arrays where every line is for both."""
        lines = np.array(self._lines, np.int64).reshape(-1, 6).T
        row64, ts, raw_ts, boot, seq, use = map(np.concatenate, zip(self._plain, lines, strict=True))
        row, values = row64.astype(np.int32), self._matrix()
        extra = self._odd(use)
        if (use == BOTH).all():
            return Readings(row, ts, raw_ts, boot, seq, values, extra), Frames(row, ts, values, extra)
        s, j = np.flatnonzero(use & STORE), np.flatnonzero(use & JUDGE)
        readings = Readings(row[s], ts[s], raw_ts[s], boot[s], seq[s], values[s], extra.of(s))
        return readings, Frames(row[j], ts[j], values[j], extra.of(j))

    def _matrix(self) -> F64:
        """The values of the known signals, [n, WIDTH], NaN where one is not given."""
        values = np.full((len(self._values), WIDTH), np.nan)
        for names, lines in self._groups.items():
            at, column, odd = _shape(names)
            if column.size:
                flat = self._flat(lines, len(names))
                known = flat[:, at] if odd else flat
                values[np.asarray(lines)[:, None], column] = known
        return values

    def _odd(self, use: NDArray[np.int64]) -> Extra:
        """The values of unknown signals; those that are judged are the fleet's newest."""
        found: list[tuple[int, int, float]] = []
        before = len(self._plain[0])
        odd = [
            (line, _shape(names).odd) for names, lines in self._groups.items() if _shape(names).odd for line in lines
        ]
        for line, signals in sorted(odd):
            row, ts = self._lines[line - before][:2]
            for _, name in signals:
                value = self._values[line][name]
                found.append((line, self._fleet.signal(name), value))
                if use[line] & JUDGE:
                    self._fleet.extra.setdefault(row, {})[name] = (value, ts)
        if not found:
            return Extra.none()
        lines, names, values = zip(*found, strict=True)
        return Extra(np.array(lines, np.int32), np.array(names, np.int32), np.array(values, np.float64))

    def _flat(self, lines: Sequence[int], width: int) -> F64:
        """The values of lines of one shape, [len(lines), width], in the order of their names."""
        values = self._values
        every = values if len(lines) == len(values) else [values[i] for i in lines]
        flat = np.fromiter(chain.from_iterable(map(dict.values, every)), np.float64, len(lines) * width)
        return flat.reshape(-1, width)


def known(names: Names) -> bool:
    """Do we know all of these signals?"""
    return len(names) <= WIDTH and not _shape(names).odd


@lru_cache(1024)
def _shape(names: Names) -> Shape:
    known = [(i, COLUMN[n]) for i, n in enumerate(names) if n in COLUMN]
    at, column = (np.array(c, np.intp) for c in zip(*known, strict=True)) if known else (np.empty(0, np.intp),) * 2
    return Shape(at, column, tuple((i, n) for i, n in enumerate(names) if n not in COLUMN))
