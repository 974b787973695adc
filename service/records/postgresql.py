"""The records in PostgreSQL (15 or newer) through psycopg: one session writes and owns the database, others read."""

import os
import socket
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_loads
from sqlalchemy import JSON, Boolean, ColumnElement, Connection, Engine, Float, Integer, Text, create_engine, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool, QueuePool

from service.records.shape import KEY, Rows, unpack
from service.records.sql import upsert
from service.records.tables import metadata
from telemetry.errors import ConfigError, Conflict, OwnedError

OLDEST = 150_000
_ANSWER_S = 10.0
"""A server that says nothing for so long hangs, and is as good as away."""
_STATEMENT_S = 8
_LOCK_S = 5
_OWN = 0x76656E64  # names our advisory lock among those of other programs
_UNICODE = "und-x-icu"
_TEXT = 'text COLLATE "C"'

_LIBPQ: dict[str, Any] = {
    "connect_timeout": 5,
    "target_session_attrs": "read-write",  # of several hosts the one that leads
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": f"vendwatch process {os.getpid()} on {socket.gethostname()}"[:63],
}
_SESSION = f"""
    SET synchronous_commit = on; SET timezone = 'UTC'; SET client_encoding = 'UTF8';
    SET lock_timeout = '{_LOCK_S}s'; SET statement_timeout = '{_STATEMENT_S}s';
    SET idle_in_transaction_session_timeout = '60s'; SET client_connection_check_interval = '5s';
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
"""
"""A committed row is on disk; nobody waits for ever; a gateway that died without a word is noticed soon."""

_ADAPTERS = AdaptersMap(psycopg.adapters)
set_json_loads(unpack, _ADAPTERS)


@compiles(Text, "postgresql")
def _bytewise(_type: Text, _compiler: Any, **_: Any) -> str:
    """Text is ordered by its bytes, as in SQLite and Python, whatever the database's own language."""
    return _TEXT


class _Session(psycopg.Connection[Any]):
    """A connection that is closed when the server leaves a question unanswered."""

    patient = False

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, None if self.patient else timeout or _ANSWER_S)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


class PostgresServer:
    """The engines of one database; a `Database`. `url`: anything libpq takes."""

    def __init__(self, url: str) -> None:
        self.writer = _engine(lambda: _owning(url), pool_size=1, max_overflow=0)
        self.reader = _engine(lambda: _connect(url), pool_size=4, pool_pre_ping=True, isolation_level="AUTOCOMMIT")

    def put(self, db: Connection, rows: Rows) -> None:
        """One statement takes all rows as one JSON text: the least work on either side of the wire."""
        sql = _upsert(rows.table, rows.columns)
        for piece in _distinct(rows.values, rows.columns.index(KEY[rows.table])):
            body = [dict(zip(rows.columns, values, strict=True)) for values in piece]
            db.exec_driver_sql(sql, (msgspec.json.encode(body).decode(),))

    def lowered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return func.lower(text.collate(_UNICODE))

    def conflict(self, error: IntegrityError) -> Conflict:
        told = isinstance(error.orig, psycopg.Error) and error.orig.diag.constraint_name
        broken = told or str(error.orig)
        return Conflict(*_UNIQUE.get(broken, (broken,)))

    def sync(self) -> None:
        """Every commit is synced."""


def migrating(url: str) -> Engine:
    """An engine for changing the schema: it owns the database and takes all the time that takes."""

    def connect() -> _Session:
        db = _owning(url)
        db.patient = True
        _alone(db, "SET statement_timeout = 0")
        return db

    return create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _engine(creator: Callable[[], _Session], **pool: Any) -> Engine:
    return create_engine("postgresql+psycopg://", creator=creator, poolclass=QueuePool, hide_parameters=True, **pool)


def _connect(url: str) -> _Session:
    try:
        place = make_conninfo(**(_LIBPQ | conninfo_to_dict(url)))
    except psycopg.ProgrammingError:  # its words may quote a password
        raise ConfigError("records_url", "is not postgresql://user:password@host:port/database") from None
    db = _Session.connect(place, context=_ADAPTERS)
    _alone(db, _SESSION)
    return db


def _owning(url: str) -> _Session:
    """The session that writes. Only one product may: the server lets go of the lock when this session ends, so
    nothing that an earlier session of ours left under way can be committed behind our back."""
    db = _connect(url)
    try:
        _check(db)
        _alone(db, "SELECT pg_advisory_lock(%s::int4, hashtext(current_schema()))", _OWN)
    except psycopg.errors.LockNotAvailable as error:
        refusal = f"{_place(db)} is in use by {_owner(db)}: only one product may write to it"
        db.close()
        raise OwnedError(refusal) from error
    except BaseException:
        db.close()
        raise
    return db


def _owner(db: _Session) -> str:
    """The application, as it calls itself, that holds the lock."""
    row = _alone(
        db,
        """SELECT a.application_name, a.client_addr FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s::int8::oid AND l.objsubid = 2
        AND l.objid::int8 = hashtext(current_schema())::int8 & 4294967295
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
        _OWN,
    )
    return f"{row[0] or 'another session'} ({row[1] or 'local'})" if row else "another session"


def _check(db: _Session) -> None:
    """Raises ConfigError when this database can never do."""
    version = db.info.server_version
    if version < OLDEST:
        raise ConfigError("records_url", f"PostgreSQL {version // 10_000} is too old: {OLDEST // 10_000} is needed")
    asked = "SELECT current_setting('server_encoding'), to_regcollation(%s), current_schema(), current_setting('fsync')"
    encoding, collation, schema, _ = _alone(db, asked, f'"{_UNICODE}"')
    if encoding != "UTF8":
        raise ConfigError("records_url", f"{_place(db)} is encoded in {encoding}: UTF8 is needed")
    if collation is None:
        raise ConfigError("records_url", f"{_place(db)} has no collation {_UNICODE}: PostgreSQL with ICU is needed")
    if schema is None:
        raise ConfigError("records_url", f"{_place(db)}: no schema of its search_path exists")


def _place(db: _Session) -> str:
    return f"the database {db.info.dbname} on {db.info.host}:{db.info.port}"


def _alone(db: _Session, sql: str, *parameters: Any) -> Any:
    """Run one statement outside of any transaction; its first row, if it gives any."""
    db.autocommit = True
    cursor = db.execute(sql, parameters or None)
    row = cursor.fetchone() if cursor.description else None
    db.autocommit = False
    return row


def _distinct(values: list[tuple[Any, ...]], key: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in order, in pieces in which no key comes twice: one statement changes a row once."""
    if len({row[key] for row in values}) == len(values):
        yield values
        return
    piece: dict[Any, tuple[Any, ...]] = {}
    for row in values:
        if row[key] in piece:
            yield list(piece.values())
            piece = {}
        piece[row[key]] = row
    yield list(piece.values())


@lru_cache
def _upsert(table: str, columns: tuple[str, ...]) -> str:
    """JSON columns travel as text: decoded on the way, U+0000 in them would be refused."""
    own = metadata.tables[table].c
    kinds = ", ".join(f'"{c}" {_kind(own[c].type)}' for c in columns)
    chosen = ", ".join(f'"{c}"::json' if isinstance(own[c].type, JSON) else f'"{c}"' for c in columns)
    source = "SELECT {} FROM json_to_recordset(%s::json) AS given ({})"
    return upsert(table, columns, source.format(chosen, kinds))


def _kind(kind: Any) -> str:
    if isinstance(kind, Boolean):
        return "boolean"
    if isinstance(kind, Integer):
        return "bigint"
    return "float8" if isinstance(kind, Float) else _TEXT


def _rules() -> dict[str, tuple[Any, ...]]:
    """By the name PostgreSQL gives a constraint: what the conflict is called."""
    return {
        f"{t.name}_{c.name}_key": (t.name, [c.name])
        for t in metadata.tables.values() for c in t.columns if c.unique
    }  # fmt: skip


_UNIQUE = _rules()
