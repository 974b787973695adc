"""The record store that keeps everything in memory: for scenarios, for trying things out, and as a twin to test by."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from service.records.base import Change, Drop, Put, Row, Where
from service.records.shape import (
    ACCEPTS,
    BLANK,
    COMPARE,
    DENIED,
    KEY,
    Gone,
    check_key,
    check_page,
    check_where,
    steps,
    unpack,
)
from service.records.tables import metadata
from telemetry.errors import Conflict

_UNIQUE = {t.name: [c.name for c in t.columns if c.unique] for t in metadata.tables.values()}

_Claim = tuple[Any, ...]  # what only one row may hold: the guard's name, what is missing, then the values


class MemoryRecords:
    """Tables as dicts by key; a commit that fails is taken back change by change. Gone with the process."""

    def __init__(self, _where: str = "") -> None:
        self._lock = Lock()
        self._tables: dict[str, dict[Any, Row]] = {name: {} for name in metadata.tables}
        self._claims: dict[_Claim, Any] = {}
        self._last = 0

    def commit(self, batch: int, changes: Sequence[Change]) -> bool:
        checked = _checked(changes)
        with self._lock:
            if batch <= self._last:
                return False
            self._apply(checked)
            self._last = batch
            return True

    def last_batch(self) -> int:
        return self._last

    def write(self, changes: Sequence[Change]) -> None:
        checked = _checked(changes)
        with self._lock:
            self._apply(checked)

    def get(self, table: str, key: Any) -> Row | None:
        check_key(table, key)
        with self._lock:
            row = self._tables[table].get(key)
            return None if row is None else _copy(table, row)

    def find(
        self, table: str, where: Sequence[Where] = (), order: Sequence[str] = (), limit: int = 100, offset: int = 0
    ) -> list[Row]:
        parsed = check_page(table, order, limit, offset)
        with self._lock:
            rows = self._meeting(table, where)
            for column, descending in reversed(parsed):
                _sort(rows, column, descending)
            return [_copy(table, row) for row in rows[offset : offset + limit]]

    def count(self, table: str, where: Sequence[Where] = ()) -> int:
        with self._lock:
            return len(self._meeting(table, where))

    def trim(self, table: str, where: Sequence[Where]) -> int:
        with self._lock:
            old = self._meeting(table, where)
            for row in old:
                self._place(table, row[KEY[table]], None)
            return len(old)

    def sync(self) -> None:
        """Nothing survives anything."""

    def close(self) -> None:
        """Nothing to let go of."""

    def _meeting(self, table: str, where: Sequence[Where]) -> list[Row]:
        check_where(table, where)
        return [row for row in self._tables[table].values() if all(_meets(row[w.column], w) for w in where)]

    def _apply(self, changes: Sequence[Change]) -> None:
        done: list[tuple[str, Any, Row | None]] = []
        try:
            for change in changes:
                key, row = self._outcome(change)
                done.append((change.table, key, self._tables[change.table].get(key)))
                self._place(change.table, key, row)
        except Exception:
            for table, key, before in reversed(done):
                self._place(table, key, before)
            raise

    def _outcome(self, change: Change) -> tuple[Any, Row | None]:
        """The key that a change touches and the row it leaves there."""
        if isinstance(change, Drop):
            return change.key, None
        key = change.row[KEY[change.table]]
        before = self._tables[change.table].get(key, BLANK[change.table])
        return key, {**before, **change.row}

    def _place(self, table: str, key: Any, row: Row | None) -> None:
        claims = _claims(table, row)
        for claim in claims:
            if self._claims.get(claim, key) != key:
                raise Conflict(claim[0], claim[1])
        rows = self._tables[table]
        for claim in _claims(table, rows.pop(key, None)):
            del self._claims[claim]
        if row is not None:
            rows[key] = row
            self._claims.update(dict.fromkeys(claims, key))


def _checked(changes: Sequence[Change]) -> list[Change]:
    """Copies of the changes in the order in which they apply. Raises Invalid."""
    checked: list[Change] = []
    for step in steps(changes):
        if isinstance(step, Gone):
            checked += [Drop(step.table, key) for key in step.keys]
        else:
            rows = (dict(zip(step.columns, values, strict=True)) for values in step.values)
            checked += [Put(step.table, row) for row in rows]
    return checked


def _copy(table: str, row: Row) -> Row:
    """A row of its own; JSON columns are kept as their text, as in a database."""
    kinds = ACCEPTS[table]
    return {c: v if kinds[c] else unpack(v) for c, v in row.items()}


def _claims(table: str, row: Row | None) -> list[_Claim]:
    """What no other row may hold: unique columns, and the one open episode of a kind on a cabinet, site or carrier."""
    if row is None:
        return []
    claims: list[_Claim] = [(table, (c,), row[c]) for c in _UNIQUE[table] if row[c] is not None]
    if table == "episodes" and row["state"] not in (None, "cleared") and row["kind"] is not None:
        whose = (row[name] or "" for name in ("cabinet", "site", "carrier"))
        claims.append(("one_open_episode", (), *whose, row["kind"]))
    return claims


def _meets(value: Any, where: Where) -> bool:
    """A null meets being asked for, and whatever denies."""
    _, op, wanted = where
    if op == "null" or (op == "=" and wanted is None):
        return value is None
    if value is None:
        return op in DENIED and wanted is not None
    if op == "notnull":
        return True
    if op == "in":
        return value in wanted
    if op == "like":
        return wanted.lower() in value.lower()
    return bool(COMPARE[DENIED.get(op, op)](value, wanted))


def _sort(rows: list[Row], column: str, descending: bool) -> None:
    """Nulls stand last in either direction."""
    rows.sort(key=lambda row: ((row[column] is None) != descending, row[column]), reverse=descending)
