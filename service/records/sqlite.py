"""The records in a SQLite file: one connection writes, others read."""

import re
import sqlite3
from contextlib import closing
from functools import lru_cache
from itertools import chain
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Engine, create_engine, event, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from service.records.shape import Rows, unpack
from service.records.sql import translated, upsert
from telemetry.errors import Conflict, Unavailable

_BUSY_S = 5.0
_AT_ONCE = 20


class SqliteFile:
    """The engines of the file `path`; a `Database`."""

    def __init__(self, path: Path) -> None:
        self.writer = _writer(path)
        self.reader = create_engine(
            "sqlite://", creator=lambda: _connect(path, "ro"), poolclass=QueuePool, pool_size=4,
            json_deserializer=unpack, hide_parameters=True,
        )  # fmt: skip

    def put(self, db: Connection, rows: Rows) -> None:
        """Many rows to a statement: stepping through one costs as much as the row, and lets go of Python's lock."""
        values = rows.values
        whole = len(values) // _AT_ONCE * _AT_ONCE
        for part, at_once in ((values[:whole], _AT_ONCE), (values[whole:], 1)):
            if part:
                width = at_once * len(rows.columns)
                flat = tuple(chain.from_iterable(part))
                many = [flat[at : at + width] for at in range(0, len(flat), width)]
                db.exec_driver_sql(_upsert(rows.table, rows.columns, at_once), many)

    def lowered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return func.lower(text)  # our own, see `_connect`

    def conflict(self, error: IntegrityError) -> Conflict:
        said = str(error.orig)
        if index := re.search(r"index '(\w+)'", said):
            return Conflict(index[1])
        if column := re.search(r"failed: (\w+)\.(\w+)", said):
            return Conflict(column[1], [column[2]])
        return Conflict(said)

    def sync(self) -> None:
        """SQLite syncs its log when it writes it back."""
        try:
            with translated(self), closing(self.writer.raw_connection()) as db:
                busy, _, _ = db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        except sqlite3.Error as error:
            raise Unavailable(f"record store: {error}") from error
        if busy:
            raise Unavailable("record store: somebody still reads what the log holds")


@lru_cache
def _upsert(table: str, columns: tuple[str, ...], rows: int) -> str:
    """For so many rows at once: the parameters are their values one after the other.

    FAIL, as whoever fails takes the whole transaction back: to take back one statement of many rows, SQLite would copy
    every page before it changes it (rows in any order: 1.3 us each instead of 3.5).
    """
    places = ", ".join("?" * len(columns))
    statement = upsert(table, columns, "VALUES " + ", ".join([f"({places})"] * rows))
    return statement.replace("INSERT", "INSERT OR FAIL", 1)


def _writer(path: Path) -> Engine:
    """The one engine that writes to the file: a single connection, WAL, synced when the log is written back.

    Only it writes and checkpoints: SQLite before 3.51.3 may corrupt the file with two that do (WAL-reset bug).
    The journal is the durable commit, so a power cut may cost the last commits, never their order.
    """

    def connect() -> sqlite3.Connection:
        db = _connect(path, "rwc")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA journal_size_limit = 67108864")
        return db

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=0, hide_parameters=True
    )
    event.listen(engine, "begin", lambda db: db.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    # SQLite's own knows only the letters of ASCII
    db.create_function("lower", 1, lambda text: None if text is None else text.lower(), deterministic=True)
    return db
