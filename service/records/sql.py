"""The record store in SQL, through SQLAlchemy Core; what differs between databases is a `Database`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from service.records.base import Change, Put, Row, Where
from service.records.shape import COMPARE, DENIED, KEY, Gone, Rows, Step, check_key, check_page, check_where, steps
from service.records.tables import meta, metadata
from telemetry.errors import Conflict, Invalid, Unavailable

_DECIDED = select(meta.c.value).where(meta.c.key == "batch")
_TRIM = 50_000


class Database(Protocol):
    """One database: its engines, and what it does its own way."""

    @property
    def writer(self) -> Engine:
        """The one connection that writes."""
        ...

    @property
    def reader(self) -> Engine:
        """Connections that read, for any thread."""
        ...

    def put(self, db: Connection, rows: Rows) -> None:
        """Insert the rows, or update those that are there, in order."""

    def lowered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """The text in lower case, as Python has it."""
        ...

    def conflict(self, error: IntegrityError) -> Conflict:
        """The broken rule: an index's name, or a table and the column that must differ."""
        ...

    def sync(self) -> None:
        """What is committed survives a power cut from now on. Raises Unavailable."""


class SqlRecords:
    """One write connection behind a lock; reads run beside it on connections of their own, from any thread."""

    def __init__(self, database: Database) -> None:
        self._lock = Lock()
        self._database = database
        self._last = 0

    def commit(self, batch: int, changes: Sequence[Change]) -> bool:
        prepared = steps([*changes, Put("meta", {"key": "batch", "value": str(batch)})])
        with self._writing() as db:
            # asked again each time: whether a commit that failed took place is not known before
            decided = _decided(db)
            self._check_memory(decided)
            if batch > decided:
                self._apply(db, prepared)
        self._last = max(batch, decided)
        return batch > decided

    def last_batch(self) -> int:
        with self._reading() as db:
            return _decided(db)

    def write(self, changes: Sequence[Change]) -> None:
        prepared = steps(changes)
        with self._writing() as db:
            self._apply(db, prepared)

    def get(self, table: str, key: Any) -> Row | None:
        check_key(table, key)
        found = self._rows(self._chosen(table, [Where(KEY[table], "=", key)]))
        return found[0] if found else None

    def find(
        self, table: str, where: Sequence[Where] = (), order: Sequence[str] = (), limit: int = 100, offset: int = 0
    ) -> list[Row]:
        parsed = check_page(table, order, limit, offset)
        c = metadata.tables[table].c
        by = [(c[name].desc() if descending else c[name].asc()).nulls_last() for name, descending in parsed]
        return self._rows(self._chosen(table, where).order_by(*by).limit(limit).offset(offset))

    def count(self, table: str, where: Sequence[Where] = ()) -> int:
        conditions = self._conditions(table, where)
        with self._reading() as db:
            return db.scalar(select(func.count()).select_from(metadata.tables[table]).where(*conditions)) or 0

    def trim(self, table: str, where: Sequence[Where]) -> int:
        """In pieces, each a transaction: no other write waits for all of it."""
        conditions = self._conditions(table, where)
        own = metadata.tables[table]
        key = own.c[KEY[table]]
        piece = delete(own).where(key.in_(select(key).where(*conditions).limit(_TRIM)))
        total = 0
        while True:
            with self._writing() as db:
                gone = db.execute(piece).rowcount
            total += gone
            if gone < _TRIM:
                return total

    def sync(self) -> None:
        with self._lock:
            self._database.sync()

    def close(self) -> None:
        """Readers first: the last connection to a SQLite file writes the log back, and that must be the writer."""
        self._database.reader.dispose()
        self._database.writer.dispose()

    def _check_memory(self, decided: int) -> None:
        """A store that was put back to an older copy under us would lack the batches between for ever."""
        if decided < self._last:
            raise Unavailable(
                f"record store: it holds batch {decided}, although {self._last} was committed: it was put back to an "
                f"older copy; start the product again, and what is missing is written from the journal"
            )

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, translated(self._database), self._database.writer.begin() as db:
            yield db

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._database), self._database.reader.connect() as db:
            yield db

    def _rows(self, statement: Select[Any]) -> list[Row]:
        with self._reading() as db:
            return [dict(row) for row in db.execute(statement).mappings()]

    def _apply(self, db: Connection, prepared: Sequence[Step]) -> None:
        for step in prepared:
            if isinstance(step, Gone):
                _drop(db, metadata.tables[step.table], step.keys)
            else:
                self._database.put(db, step)

    def _chosen(self, table: str, where: Sequence[Where]) -> Select[Any]:
        conditions = self._conditions(table, where)
        return select(metadata.tables[table]).where(*conditions)

    def _conditions(self, table: str, where: Sequence[Where]) -> list[ColumnElement[bool]]:
        check_where(table, where)
        return [self._condition(metadata.tables[table].c[w.column], w) for w in where]

    def _condition(self, column: ColumnElement[Any], where: Where) -> ColumnElement[bool]:
        _, op, value = where
        if op == "null" or (op == "=" and value is None):
            return column.is_(None)
        if op == "notnull" or (op == "!=" and value is None):
            return column.is_not(None)
        if op == "in":
            return column.in_([_asked(column, v) for v in value])
        if op == "like":
            return self._database.lowered(column).contains(value.lower(), autoescape=True)
        condition: ColumnElement[bool] = COMPARE[DENIED.get(op, op)](column, _asked(column, value))
        return or_(column.is_(None), condition) if op in DENIED else condition


def upsert(table: str, columns: Sequence[str], source: str) -> str:
    """The statement that inserts the rows of `source` or updates the columns of those that are there; parameters go to
    the driver as they are, as SQLAlchemy's own handling of them costs three times as much as SQLite does."""
    key = KEY[table]
    names = ", ".join(f'"{c}"' for c in columns)
    new = ", ".join(f'"{c}" = excluded."{c}"' for c in columns if c != key)
    then = f"UPDATE SET {new}" if new else "NOTHING"
    return f'INSERT INTO "{table}" ({names}) {source} ON CONFLICT ("{key}") DO {then}'


@contextmanager
def translated(database: Database) -> Iterator[None]:
    """What a database says, in the product's words."""
    try:
        yield
    except IntegrityError as error:
        raise database.conflict(error) from error
    except (DataError, OverflowError) as error:
        raise Invalid({"row": _said(error)}) from error
    except SQLAlchemyError as error:
        raise Unavailable(f"record store: {_said(error)}") from error


def _said(error: Exception) -> str:
    """The database's own words: the rows may hold what belongs to nobody else."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip()


def _drop(db: Connection, table: Table, keys: Sequence[Any]) -> None:
    db.execute(delete(table).where(table.c[KEY[table.name]] == bindparam("gone")), [{"gone": key} for key in keys])


def _decided(db: Connection) -> int:
    return int(db.scalar(_DECIDED) or 0)


def _asked(column: ColumnElement[Any], value: Any) -> Any:
    """A number may be wider than the column it is compared with; a bool is one."""
    whole = isinstance(column.type, Integer) and value is not None
    return literal(int(value), BigInteger) if whole else value
