"""What a series server is known to hold, beside our data: the last batch, and who said what in a cabinet's newest hour.

A server keeps one value per cabinet, signal and time, but not the (boot, seq) that tells which of two it should be.
One SQLite file keeps that for the newest hour of each cabinet, so that it also stands after a restart.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import I64, Extra, Long, Readings
from telemetry.errors import Unavailable
from telemetry.series.lines import Batch, Lines, spelled
from telemetry.signals import COLUMN, WIDTH
from telemetry.units import HOUR, MINUTE

TRIM_EVERY = 5 * MINUTE  # of a cabinet's time
_NEVER = int(np.iinfo(np.int64).min)
_SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS state (server TEXT, batch INTEGER, readings INTEGER);
CREATE TABLE IF NOT EXISTS said (
    cabinet TEXT, ts INTEGER, boot INTEGER, seq INTEGER, again INTEGER, batch INTEGER, signals INTEGER, odd TEXT,
    PRIMARY KEY (cabinet, ts, boot, seq, again, batch)
) WITHOUT ROWID;
"""
_NOTE = """
INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET signals = signals | excluded.signals, odd = odd || ' ' || excluded.odd
"""
_SAID = "SELECT boot, seq, again, signals, odd FROM said WHERE cabinet = ? AND ts = ?"

_Mask = NDArray[np.bool_]
_Words = dict[str, "Word"]


class Word(NamedTuple):
    """Who gave a value: the highest stays. `again`: how often the value was replaced before."""

    boot: int
    seq: int
    again: int


class Held:
    """One connection, used under the lock of its owner. Every method raises Unavailable (disk full, I/O error)."""

    def __init__(self, path: Path, server: str) -> None:
        self._path = path
        self._newest: dict[str, int] = {}
        self._trimmed: dict[str, int] = {}
        with self._translated():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.executescript(_SCHEMA)
        self.batch, self.readings = self._state(server)
        with self._transaction():  # what was said after it comes again
            self._db.execute("DELETE FROM said WHERE batch > ?", (self.batch,))

    def advance(self, batch: int, readings: int) -> None:
        """The server holds everything up to `batch`, `readings` values more than before."""
        total = max(self.readings + readings, 0)
        with self._transaction():
            self._db.execute("UPDATE state SET batch = ?, readings = ?", (batch, total))
        self.batch, self.readings = batch, total

    def settle(self, number: int, batch: Batch) -> Lines:
        """The values of a batch that stand against what was said before in a cabinet's newest hour, and in the batch
        itself; they are noted as said. All of it happens or, when it raises, nothing."""
        with self._translated():
            disputed = self._disputed(batch)
            plain = part(batch.readings, ~disputed)
            judged, again = self._judge(batch, part(batch.readings, disputed).long())
        both = Readings.joined([plain, judged])
        lines = Lines.of(batch, both, np.r_[np.zeros(len(plain), np.int64), again])
        self._note(number, lines)
        return lines

    def close(self) -> None:
        self._db.close()

    def _state(self, server: str) -> tuple[int, int]:
        """(batch, readings) of this server; another one holds nothing of ours."""
        with self._transaction():
            if self._db.execute("PRAGMA user_version").fetchone()[0] != WIDTH:  # the numbers of signals have changed
                self._db.execute("DELETE FROM said")
                self._db.execute(f"PRAGMA user_version = {WIDTH}")
            row = self._db.execute("SELECT batch, readings FROM state WHERE server = ?", (server,)).fetchone()
            if row is None:
                self._db.execute("DELETE FROM said")
                self._db.execute("DELETE FROM state")
                self._db.execute("INSERT INTO state VALUES (?, 0, 0)", (server,))
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _disputed(self, batch: Batch) -> _Mask:
        """Lines [n] of whose cabinet and time something was said already: before, or in the batch itself."""
        readings, ids = batch.readings, batch.ids
        if not len(readings):
            return np.zeros(0, bool)
        before = np.array([self._newest_of(cabinet) for cabinet in ids], np.int64)[readings.row]
        disputed = _twice(readings.row, readings.ts)
        for i in np.flatnonzero((readings.ts <= before) & ~disputed).tolist():
            disputed[i] = self._db.execute(_SAID, (ids[readings.row[i]], int(readings.ts[i]))).fetchone() is not None
        return disputed

    def _newest_of(self, cabinet: str) -> int:
        if cabinet not in self._newest:
            found = self._db.execute("SELECT max(ts) FROM said WHERE cabinet = ?", (cabinet,)).fetchone()[0]
            self._newest[cabinet] = _NEVER if found is None else found
        return self._newest[cabinet]

    def _judge(self, batch: Batch, long: Long) -> tuple[Readings, I64]:
        """The values that stand, each in a line of its own, and how often what they replace was replaced [m]."""
        order = np.lexsort((long.value, long.seq, long.boot, long.ts, long.signal, long.row))
        key = np.stack((long.row, long.signal, long.ts))[:, order]
        last = np.r_[(key[:, 1:] != key[:, :-1]).any(axis=0), np.ones(min(len(order), 1), bool)]
        kept: list[int] = []
        again: list[int] = []
        said: dict[tuple[int, int], _Words] = {}
        for i in order[last].tolist():
            where = int(long.row[i]), int(long.ts[i])
            if where not in said:
                said[where] = _words(self._db.execute(_SAID, (batch.ids[where[0]], where[1])))
            word = said[where].get(spelled(batch.names[long.signal[i]]))
            if word is None or (int(long.boot[i]), int(long.seq[i])) > word[:2]:
                kept.append(i)
                again.append(0 if word is None else word.again + 1)
        return Readings.wide(_values(long, kept)), np.array(again, np.int64)

    def _note(self, number: int, lines: Lines) -> None:
        """Write down who said what, and forget what is older than a cabinet's newest hour."""
        newest: dict[str, int] = {}
        for cabinet, ts in zip(lines.cabinet, lines.ts.tolist(), strict=True):
            newest[cabinet] = max(ts, newest.get(cabinet, self._newest.get(cabinet, _NEVER)))
        over = [(c, ts - HOUR) for c, ts in newest.items() if ts - self._trimmed.get(c, _NEVER) > TRIM_EVERY]
        with self._transaction():
            self._db.executemany(_NOTE, _rows(number, lines))
            self._db.executemany("DELETE FROM said WHERE cabinet = ? AND ts < ?", over)
        self._newest.update(newest)
        self._trimmed.update((c, newest[c]) for c, _ in over)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(f"series store {self._path}: {error}") from error


def part(readings: Readings, chosen: _Mask) -> Readings:
    """The chosen lines [n]."""
    extra = readings.extra
    told = chosen[extra.line]
    place = np.cumsum(chosen) - 1
    return Readings(
        readings.row[chosen], readings.ts[chosen], readings.raw_ts[chosen], readings.boot[chosen],
        readings.seq[chosen], readings.values[chosen],
        Extra(place[extra.line[told]].astype(np.int32), extra.signal[told], extra.value[told]),
    )  # fmt: skip


def _values(long: Long, kept: Sequence[int]) -> Long:
    row, signal, ts, raw_ts, value, boot, seq = long
    return Long(row[kept], signal[kept], ts[kept], raw_ts[kept], value[kept], boot[kept], seq[kept])


def _twice(row: NDArray[np.int32], ts: I64) -> _Mask:
    """Lines [n] that share cabinet and time with another line."""
    order = np.lexsort((ts, row))
    same = (row[order][1:] == row[order][:-1]) & (ts[order][1:] == ts[order][:-1])
    twice = np.zeros(len(order), bool)
    twice[order] = np.r_[False, same] | np.r_[same, False]
    return twice


def _words(rows: Iterable[tuple[int, int, int, int, str]]) -> _Words:
    """The highest word on each signal that was spoken of, by its spelled name."""
    best: _Words = {}
    for boot, seq, again, signals, odd in rows:
        known = [spelled(name) for name, bit in COLUMN.items() if signals >> bit & 1]
        for name in (*known, *odd.split()):
            best[name] = max(Word(boot, seq, again), best.get(name, Word(_NEVER, 0, 0)))
    return best


def _rows(number: int, lines: Lines) -> Iterator[tuple[Any, ...]]:
    """Rows of `said`: known signals as a bit mask, others as their spelled names."""
    bits = np.left_shift(np.int64(1), lines.columns)
    masks = (~np.isnan(lines.values)) @ bits if len(bits) else np.zeros(len(lines), np.int64)
    odd: dict[int, str] = {}
    for line, name in zip(lines.extra.line.tolist(), lines.odd, strict=True):
        odd[line] = f"{odd.get(line, '')} {spelled(name)}"
    told = (lines.ts.tolist(), lines.boot.tolist(), lines.seq.tolist(), lines.again.tolist(), masks.tolist())
    for i, (cabinet, ts, boot, seq, again, mask) in enumerate(zip(lines.cabinet, *told, strict=True)):
        yield cabinet, ts, boot, seq, again, number, mask, odd.get(i, "")
