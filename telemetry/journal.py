"""The journal: what came in, in the order we took it, with both times. Appending is the commit; all else is a fold.

An entry is one micro-batch: raw messages, actions of people (opaque bytes here), intervals of blindness, or nothing
but the moment (a tick: silence is information).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from telemetry.clock import Moment
from telemetry.errors import Unavailable


class Blind(msgspec.Struct, frozen=True):
    """We could not see from `start` on (both times, ms): `end` None while it lasts."""

    cause: str
    start: Moment
    end: Moment | None = None


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One batch. `messages`: (topic, payload); `deferred`: (cabinet, messages put off before the journal);
    `calm`: cabinets that are back under their rate; `actions`: encoded actions of people and programs. `poison` and
    `refused`: messages and actions on which the fold died when they stood among the others."""

    number: int
    now: int
    real: int
    tick: bool = False
    messages: list[tuple[str, bytes]] = []
    deferred: list[tuple[str, int]] = []
    calm: list[str] = []
    actions: list[bytes] = []
    blinds: list[Blind] = []
    poison: list[tuple[str, bytes]] = []
    refused: list[bytes] = []

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.real)


class Journal(Protocol):
    """Append-only, durable on return, read back in order. One writer."""

    def append(self, entry: Entry) -> None:
        """Make the entry durable (synced) before returning; one with a number that is already there changes nothing
        (a retry). Raises Unavailable (disk full, I/O error)."""

    def read(self, after: int) -> Iterator[Entry]:
        """Entries with number > after, in order. Raises Unavailable (I/O error, a damaged file)."""
        ...

    def last(self) -> Entry | None:
        """The newest entry, or None. Raises Unavailable."""
        ...

    def trim(self, upto: int) -> int:
        """Delete entries with number <= upto, but never the newest; how many. Raises Unavailable."""
        ...

    def size(self) -> int:
        """Bytes on disk."""
        ...

    def close(self) -> None: ...


class MemoryJournal:
    """The journal of tests and scenarios: the same promises, but for the life of the process only."""

    def __init__(self) -> None:
        self._entries: list[bytes] = []

    def append(self, entry: Entry) -> None:
        last = self.last()
        if last is None or entry.number > last.number:
            self._entries.append(msgspec.msgpack.encode(entry))

    def read(self, after: int) -> Iterator[Entry]:
        for raw in list(self._entries):
            entry = msgspec.msgpack.decode(raw, type=Entry)
            if entry.number > after:
                yield entry

    def last(self) -> Entry | None:
        return msgspec.msgpack.decode(self._entries[-1], type=Entry) if self._entries else None

    def trim(self, upto: int) -> int:
        kept = list(self.read(upto)) or [e for e in [self.last()] if e]
        gone = len(self._entries) - len(kept)
        self._entries = [msgspec.msgpack.encode(e) for e in kept]
        return gone

    def size(self) -> int:
        return sum(map(len, self._entries))

    def close(self) -> None:
        """Nothing to release."""


class SqliteJournal:
    """One row per entry in a SQLite file of its own: WAL, synchronous FULL, one connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._translated():
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA page_size=16384")  # large entries at half the cost of 4 KiB pages
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        self._encoder = msgspec.msgpack.Encoder()

    def append(self, entry: Entry) -> None:
        self._write("INSERT OR IGNORE INTO entry VALUES (?, ?)", (entry.number, self._encoder.encode(entry)))

    def read(self, after: int) -> Iterator[Entry]:
        with (
            self._translated(),
            closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as reader,
        ):
            for (body,) in reader.execute("SELECT body FROM entry WHERE number > ? ORDER BY number", (after,)):
                yield msgspec.msgpack.decode(body, type=Entry)

    def last(self) -> Entry | None:
        with self._translated():
            row = self._db.execute("SELECT body FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        return msgspec.msgpack.decode(row[0], type=Entry) if row else None

    def trim(self, upto: int) -> int:
        return self._write("DELETE FROM entry WHERE number <= ? AND number < (SELECT max(number) FROM entry)", (upto,))

    def size(self) -> int:
        return sum(p.stat().st_size for p in self._path.parent.glob(self._path.name + "*"))

    def close(self) -> None:
        self._db.close()

    def _write(self, statement: str, values: tuple[int | bytes, ...]) -> int:
        """Rows changed."""
        with self._translated():
            return self._db.execute(statement, values).rowcount

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(f"journal {self._path}: {error}") from error
