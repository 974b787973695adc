"""What was flushed and is not yet in the file of readings: one row per flush in a SQLite file beside it.

A flush must be durable within milliseconds, and the file of readings wants large sorted pieces: so readings wait here
(and in memory, where they are read) until there is a large piece of them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import msgspec
import numpy as np

from telemetry.errors import Unavailable
from telemetry.series.chunk import Chunk, Columns

_DTYPES = dict.fromkeys(("cabinet", "signal"), np.int32) | dict.fromkeys(("ts", "raw_ts", "boot", "seq"), np.int64)


class Flushed(msgspec.Struct):
    """One flush: its last batch, names that were new, and the columns as little-endian bytes."""

    last: int
    cabinets: list[str]
    signals: list[str]
    rows: dict[str, bytes]
    odd: dict[str, bytes]
    given: int

    def chunk(self) -> Chunk:
        return Chunk(self.last, _columns(self.rows), _columns(self.odd), self.given)

    @staticmethod
    def of(chunk: Chunk, cabinets: list[str], signals: list[str]) -> "Flushed":
        return Flushed(chunk.last, cabinets, signals, _bytes(chunk.rows), _bytes(chunk.odd), chunk.given)


class Spool:
    """Rows by the number of their last batch. WAL, synchronous FULL, one connection for all threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._using = Lock()
        with self._translated():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            for statement in (
                "PRAGMA journal_mode=WAL",
                "PRAGMA synchronous=FULL",
                "CREATE TABLE IF NOT EXISTS flushed (last INTEGER PRIMARY KEY, body BLOB NOT NULL)",
            ):
                self._db.execute(statement)

    def append(self, flushed: Flushed) -> None:
        """Durable on return. Raises Unavailable: then it may be there all the same (see `read`)."""
        body = msgspec.msgpack.encode(flushed)
        with self._translated():
            self._db.execute("INSERT INTO flushed VALUES (?, ?)", (flushed.last, body))

    def read(self, after: int) -> Iterator[Flushed]:
        """What was flushed with a last batch above `after`, in order."""
        with self._translated():
            query = self._db.execute("SELECT body FROM flushed WHERE last > ? ORDER BY last", (after,))
            for (body,) in query:
                yield msgspec.msgpack.decode(body, type=Flushed)

    def drop(self, upto: int) -> None:
        """Let go of batches that are in the file of readings."""
        with self._translated():
            self._db.execute("DELETE FROM flushed WHERE last <= ?", (upto,))

    def size(self) -> int:
        """Bytes on disk."""
        return sum(p.stat().st_size for p in self._path.parent.glob(self._path.name + "*"))

    def close(self) -> None:
        with self._using:
            self._db.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with self._using:
                yield
        except (sqlite3.Error, msgspec.MsgspecError) as error:
            raise Unavailable(f"series store: {self._path}: {error}") from error


def _bytes(columns: Columns) -> dict[str, bytes]:
    return {name: column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes()
            for name, column in columns.items()}  # fmt: skip


def _columns(stored: dict[str, bytes]) -> Columns:
    return {name: np.frombuffer(body, _DTYPES.get(name, np.float64)) for name, body in stored.items()}
