"""What a change or a question must look like before any store sees it; the same for every store."""

import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import JSON, Float, Table

from service.records.base import Change, Put, Row, Where
from service.records.tables import metadata
from telemetry.errors import Invalid

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _accepts(table: Table) -> dict[str, tuple[type, ...]]:
    """The Python types that each column takes beside None; () for JSON, which takes what can be encoded."""
    kinds: dict[str, tuple[type, ...]] = {}
    for c in table.columns:
        if isinstance(c.type, JSON):
            kinds[c.name] = ()
        else:
            kinds[c.name] = (int, float) if isinstance(c.type, Float) else (c.type.python_type,)
    return kinds


ACCEPTS = {name: _accepts(table) for name, table in metadata.tables.items()}
KEY = {name: table.primary_key.columns.keys()[0] for name, table in metadata.tables.items()}
BLANK: dict[str, Row] = {name: dict.fromkeys(kinds) for name, kinds in ACCEPTS.items()}


def pack(value: Any) -> str | None:
    """A JSON column's text; None stays None. Raises Invalid."""
    if value is None:
        return None
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError) as error:
        raise Invalid({"json": str(error)}) from error


def unpack(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


def columns_of(table: str) -> dict[str, tuple[type, ...]]:
    """The columns of a table. Raises Invalid when there is no such table."""
    if table not in ACCEPTS:
        raise Invalid({table: "no such table"})
    return ACCEPTS[table]


def runs(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Neighbours that one statement can apply: same table, all Drops or all Puts of the same columns.

    Order counts only within a table, as no rule spans two: so each table's changes are taken together, in order.
    """
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    for own in by_table.values():
        for _, run in groupby(own, key=lambda c: tuple(c.row) if isinstance(c, Put) else None):
            yield list(run)


def check_rows(table: str, rows: Sequence[Row]) -> None:
    """Rows of the same columns name only columns of the table, carry the key and hold values of the right types."""
    kinds, key = columns_of(table), KEY[table]
    wrong = {f"{table}.{c}": "no such column" for c in rows[0] if c not in kinds}
    if key not in rows[0] or any(row[key] is None for row in rows):
        wrong[f"{table}.{key}"] = "is the key and must be given"
    if wrong:
        raise Invalid(wrong)
    for column in rows[0]:
        for kind in {type(row[column]) for row in rows}:
            _check_kind(table, column, kind)


def check_key(table: str, key: Any) -> None:
    """A key that the table's rows could have."""
    columns_of(table)
    _check_kind(table, KEY[table], type(key))


def check_where(table: str, where: Sequence[Where]) -> None:
    """Conditions name columns, known operators and comparable values."""
    kinds = columns_of(table)
    for column, op, value in where:
        if column not in kinds:
            raise Invalid({f"{table}.{column}": "no such column"})
        if op in ("null", "notnull"):
            continue
        if not kinds[column]:
            raise Invalid({f"{table}.{column}": "JSON can only be asked for null and notnull"})
        if op not in COMPARE and op not in ("in", "like"):
            raise Invalid({f"{table}.{column}": f"no such operator: {op}"})
        if op == "like" and (kinds[column] != (str,) or not isinstance(value, str)):
            raise Invalid({f"{table}.{column}": "like is for text"})
        if value is None and op not in ("=", "!="):
            raise Invalid({f"{table}.{column}": f"{op} needs a value"})
        for kind in {type(v) for v in (value if op == "in" else (value,))}:
            _check_kind(table, column, kind)


def check_page(table: str, order: Sequence[str], limit: int, offset: int) -> list[tuple[str, bool]]:
    """The order as (column, descending), ended by the key so that pages never overlap."""
    kinds = columns_of(table)
    if limit < 0 or offset < 0:
        raise Invalid({"limit" if limit < 0 else "offset": "must not be negative"})
    parsed = [(o.removeprefix("-"), o.startswith("-")) for o in order]
    for column, _ in parsed:
        if not kinds.get(column):
            raise Invalid({f"{table}.{column}": "cannot be ordered by"})
    return [*parsed, (KEY[table], False)]


def _check_kind(table: str, column: str, kind: type) -> None:
    kinds = ACCEPTS[table][column]
    if kinds and not issubclass(kind, (*kinds, type(None))):
        raise Invalid({f"{table}.{column}": f"takes {kinds[0].__name__}, not {kind.__name__}"})
