"""The record store in SQL, through SQLAlchemy Core: `open_sqlite` gives it a file.

For another server it needs engines alone, with a positional parameter style (`paramstyle="format"` for psycopg).
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    select,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from service.records.base import Change, Drop, Put, Row, Where
from service.records.shape import (
    COMPARE,
    KEY,
    check_key,
    check_page,
    check_rows,
    check_where,
    columns_of,
    pack,
    runs,
    unpack,
)
from service.records.tables import meta, metadata
from telemetry.errors import Conflict, Invalid, Unavailable

_INSERT: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_DECIDED = select(meta.c.value).where(meta.c.key == "batch")
_BUSY_S = 5.0

_Step = tuple[str, list[tuple[Any, ...]]]


class SqlRecords:
    """One write connection behind a lock; reads run beside it on connections of their own, from any thread."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._lock = Lock()
        self._writer = writer
        self._reader = reader
        self._statements: dict[tuple[str, tuple[str, ...] | None], tuple[str, list[str]]] = {}

    def commit(self, batch: int, changes: Sequence[Change]) -> bool:
        steps = self._steps([*changes, Put("meta", {"key": "batch", "value": str(batch)})])
        with self._writing() as db:
            # asked again each time: whether a commit that failed took place is not known before
            if batch <= _decided(db):
                return False
            _apply(db, steps)
            return True

    def last_batch(self) -> int:
        with self._reading() as db:
            return _decided(db)

    def write(self, changes: Sequence[Change]) -> None:
        steps = self._steps(changes)
        with self._writing() as db:
            _apply(db, steps)

    def get(self, table: str, key: Any) -> Row | None:
        check_key(table, key)
        found = self._rows(_chosen(table, [Where(KEY[table], "=", key)]))
        return found[0] if found else None

    def find(
        self, table: str, where: Sequence[Where] = (), order: Sequence[str] = (), limit: int = 100, offset: int = 0
    ) -> list[Row]:
        parsed = check_page(table, order, limit, offset)
        c = metadata.tables[table].c
        by = [(c[name].desc() if descending else c[name].asc()).nulls_last() for name, descending in parsed]
        return self._rows(_chosen(table, where).order_by(*by).limit(limit).offset(offset))

    def count(self, table: str, where: Sequence[Where] = ()) -> int:
        conditions = _conditions(table, where)
        with self._reading() as db:
            return db.scalar(select(func.count()).select_from(metadata.tables[table]).where(*conditions)) or 0

    def trim(self, table: str, where: Sequence[Where]) -> int:
        conditions = _conditions(table, where)
        with self._writing() as db:
            return db.execute(delete(metadata.tables[table]).where(*conditions)).rowcount

    def sync(self) -> None:
        """SQLite syncs its log when it writes it back; servers sync every commit."""
        if self._writer.dialect.name != "sqlite":
            return
        try:
            with self._lock, translated(), closing(self._writer.raw_connection()) as db:
                busy, _, _ = db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        except sqlite3.Error as error:
            raise Unavailable(f"record store: {error}") from error
        if busy:
            raise Unavailable("record store: somebody still reads what the log holds")

    def close(self) -> None:
        """Readers first: the last connection to leave writes the log back, and that must be the writer."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, translated(), self._writer.begin() as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(), self._reader.connect() as db:
            yield db

    def _rows(self, statement: Select[Any]) -> list[Row]:
        with self._reading() as db:
            return [dict(row) for row in db.execute(statement).mappings()]

    def _steps(self, changes: Sequence[Change]) -> list[_Step]:
        """Statements that apply the changes in order, and their parameters. Raises Invalid before any is run.

        The statements are SQLAlchemy's, the parameters go to the driver as they are: its own handling of them
        costs three times as much as SQLite does (1,000 accounting rows: 9 ms instead of 3).
        """
        return [self._step(run[0].table, run) for run in runs(changes)]

    def _step(self, table: str, run: Sequence[Change]) -> _Step:
        kinds = columns_of(table)
        rows = [c.row for c in run if isinstance(c, Put)]
        if not rows:
            keys = [c.key for c in run if isinstance(c, Drop)]
            for key in keys:
                check_key(table, key)
            return self._statement(table, None)[0], [(key,) for key in keys]
        check_rows(table, rows)
        sql, order = self._statement(table, tuple(rows[0]))
        columns = [[r[c] for r in rows] if kinds[c] else [pack(r[c]) for r in rows] for c in order]
        return sql, list(zip(*columns, strict=True))

    def _statement(self, table: str, names: tuple[str, ...] | None) -> tuple[str, list[str]]:
        """The upsert of these columns, or the deletion by key, and the order of its parameters."""
        if (table, names) not in self._statements:
            key, own = KEY[table], metadata.tables[table]
            statement = (
                own.delete().where(own.c[key] == bindparam("key")) if names is None else self._upsert(own, names)
            )
            compiled = statement.compile(dialect=self._writer.dialect, column_keys=names)
            self._statements[table, names] = str(compiled), list(compiled.positiontup or ())
        return self._statements[table, names]

    def _upsert(self, table: Table, names: Sequence[str]) -> Any:
        key, insert = KEY[table.name], _INSERT[self._writer.dialect.name](table)
        new = {c: insert.excluded[c] for c in names if c != key}
        return insert.on_conflict_do_update(index_elements=[key], set_=new) if new else insert.on_conflict_do_nothing()


@contextmanager
def translated() -> Iterator[None]:
    """What a database says, in the product's words."""
    try:
        yield
    except IntegrityError as error:
        raise _conflict(error) from error
    except (DataError, ProgrammingError, OverflowError, UnicodeEncodeError) as error:
        raise Invalid({"row": str(error)}) from error
    except SQLAlchemyError as error:
        raise Unavailable(f"record store: {error}") from error


def sqlite_writer(path: Path) -> Engine:
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

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=0)
    event.listen(engine, "begin", lambda db: db.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def open_sqlite(path: Path) -> SqlRecords:
    """The store in the SQLite file `path`, whose schema is there. Raises Unavailable."""
    writer = sqlite_writer(path)
    with translated():
        writer.connect().close()  # the file and its log are there before the first reader asks
    reader = create_engine(
        "sqlite://", creator=lambda: _connect(path, "ro"), poolclass=QueuePool, pool_size=4, json_deserializer=unpack
    )
    return SqlRecords(writer, reader)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    # SQLite's own knows only the letters of ASCII
    db.create_function("lower", 1, lambda text: None if text is None else text.lower(), deterministic=True)
    return db


def _apply(db: Connection, steps: Sequence[_Step]) -> None:
    for sql, parameters in steps:
        db.exec_driver_sql(sql, parameters)


def _decided(db: Connection) -> int:
    return int(db.scalar(_DECIDED) or 0)


def _chosen(table: str, where: Sequence[Where]) -> Select[Any]:
    conditions = _conditions(table, where)
    return select(metadata.tables[table]).where(*conditions)


def _conditions(table: str, where: Sequence[Where]) -> list[ColumnElement[bool]]:
    check_where(table, where)
    return [_condition(metadata.tables[table].c[w.column], w) for w in where]


def _condition(column: ColumnElement[Any], where: Where) -> ColumnElement[bool]:
    _, op, value = where
    if op == "null":
        return column.is_(None)
    if op == "notnull":
        return column.is_not(None)
    if op == "in":
        return column.in_(list(value))
    if op == "like":
        return func.lower(column).contains(value.lower(), autoescape=True)
    condition: ColumnElement[bool] = COMPARE[op](column, value)
    return condition


def _conflict(error: IntegrityError) -> Conflict:
    """The broken rule's name where the database tells it: an index, or a table and the column that must differ."""
    text = str(error.orig)
    if index := re.search(r"index '(\w+)'", text):
        return Conflict(index[1])
    if column := re.search(r"failed: (\w+)\.(\w+)", text):
        return Conflict(column[1], [column[2]])
    return Conflict(text)
