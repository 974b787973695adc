"""What a change or a question must look like before any store sees it; the same for every store."""

import operator
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import JSON, BigInteger, Float, Integer, Table

from service.records.base import Change, Put, Row, Where
from service.records.tables import metadata
from telemetry.errors import Invalid

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
DENIED: dict[str, str] = {"!=": "!=", "!<": ">=", "!<=": ">", "!>": "<=", "!>=": "<"}
"""What denies a comparison → what a value must then meet; a null meets it too."""
EMPTY = "[]"

_JSON = msgspec.json.Encoder()


class Rows(NamedTuple):
    """Puts of the same columns of one table, checked; JSON is text. Their order counts."""

    table: str
    columns: tuple[str, ...]
    values: list[tuple[Any, ...]]


class Gone(NamedTuple):
    """Drops from one table."""

    table: str
    keys: list[Any]


Step = Rows | Gone


def _accepts(table: Table) -> dict[str, tuple[type, ...]]:
    """The Python types that each column takes beside None; () for JSON, which takes what can be encoded."""
    kinds: dict[str, tuple[type, ...]] = {}
    for c in table.columns:
        if isinstance(c.type, JSON):
            kinds[str(c.name)] = ()  # a plain str: who converts a row to a struct is asked for no less
        else:
            kinds[str(c.name)] = (int, float) if isinstance(c.type, Float) else (c.type.python_type,)
    return kinds


def _width(table: Table) -> dict[str, str]:
    """How wide each column of integers is, as `struct` names it."""
    whole = [c for c in table.columns if isinstance(c.type, Integer)]
    return {c.name: "q" if isinstance(c.type, BigInteger) else "i" for c in whole}


ACCEPTS = {name: _accepts(table) for name, table in metadata.tables.items()}
KEY = {name: table.primary_key.columns.keys()[0] for name, table in metadata.tables.items()}
BLANK: dict[str, Row] = {name: dict.fromkeys(kinds) for name, kinds in ACCEPTS.items()}
_WIDTH = {name: _width(table) for name, table in metadata.tables.items()}


def unpack(text: str | bytes | None) -> Any:
    """What a JSON column's text says."""
    return None if text is None else msgspec.json.decode(text)


def columns_of(table: str) -> dict[str, tuple[type, ...]]:
    """The columns of a table. Raises Invalid when there is no such table."""
    if table not in ACCEPTS:
        raise Invalid({table: "no such table"})
    return ACCEPTS[table]


def steps(changes: Sequence[Change]) -> list[Step]:
    """The changes checked, in pieces that one statement can apply. Raises Invalid before anything is done.

    Order counts only within a table, as no rule spans two: so each table's changes are taken together, in order.
    """
    by_table: dict[str, list[Change]] = {}
    for change in changes:
        by_table.setdefault(change[0], []).append(change)
    return [step for table, own in by_table.items() for step in _of_table(table, own)]


def _of_table(table: str, changes: Sequence[Change]) -> Iterator[Step]:
    """Neighbours of the same kind: all Drops, or all Puts of the same columns."""
    if _alike(changes):
        yield _rows(table, [change[1] for change in changes])
        return
    for columns, run in groupby(changes, key=lambda c: frozenset(c[1]) if type(c) is Put else None):
        own = [change[1] for change in run]
        if columns is None:
            for key in own:
                check_key(table, key)
            yield Gone(table, own)
        else:
            yield _rows(table, own)


def _alike(changes: Sequence[Change]) -> bool:
    """Are all of them Puts of the same columns? Most often so, and then nothing needs to be told apart."""
    if set(map(type, changes)) != {Put}:
        return False
    columns = changes[0][1].keys()
    return all(columns == change[1].keys() for change in changes)


def _rows(table: str, rows: Sequence[Row]) -> Rows:
    """Rows name only columns of the table, carry the key and hold values that every store can keep."""
    kinds, key, columns = columns_of(table), KEY[table], tuple(rows[0])
    values = list(map(itemgetter(*columns), rows)) if len(columns) > 1 else [tuple(row.values()) for row in rows]
    wrong = {f"{table}.{c}": "no such column" for c in columns if c not in kinds}
    given = list(zip(*values, strict=True))
    if key not in columns or None in given[columns.index(key)]:
        wrong[f"{table}.{key}"] = "is the key and must be given"
    if wrong:
        raise Invalid(wrong)
    kept = [_column(table, c, v) for c, v in zip(columns, given, strict=True)]
    same = all(map(operator.is_, kept, given))
    return Rows(table, columns, values if same else list(zip(*kept, strict=True)))


def _column(table: str, column: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of one column as every store keeps them. Raises Invalid."""
    kinds = ACCEPTS[table][column]
    if not kinds:
        return _packed(values)
    if kinds == (int,):
        width = f"{len(values)}{_WIDTH[table][column]}"
        try:  # a check and a plain copy in one, which nearly all columns of numbers pass
            return struct.unpack(width, struct.pack(width, *values))
        except struct.error:
            pass  # null, or wrong: told apart below
    found = set(map(type, values)) - {type(None)}
    if not found.issubset(kinds):
        for kind in found:
            _check_kind(table, column, kind)
        # a bool is an int, and numpy's float a float: a server is told only what it knows
        values = tuple(v if v is None or type(v) in kinds else kinds[-1](v) for v in values)
    _check_values(table, column, values, kinds)
    if kinds[-1] is float and not all(map(isfinite, filter(None, values))):
        return tuple(v if v is None or isfinite(v) else None for v in values)  # as in JSON
    return values


def _packed(values: tuple[Any, ...]) -> tuple[str | None, ...]:
    """JSON columns as texts; None stays None. Raises Invalid."""
    if not any(values) and set(map(type, values)) == {list}:
        return (EMPTY,) * len(values)
    try:
        texts = _JSON.encode_lines(values).decode().split("\n")[:-1]
    except (TypeError, ValueError) as error:
        raise Invalid({"json": str(error)}) from error
    return tuple(None if v is None else t for v, t in zip(values, texts, strict=True))


def _check_values(table: str, column: str, values: tuple[Any, ...], kinds: tuple[type, ...]) -> None:
    """What the widths of the columns and the encoding allow in every database."""
    try:
        if kinds == (str,):
            if b"\0" in "".join(filter(None, values)).encode():
                raise Invalid({f"{table}.{column}": "must not hold U+0000"})
        elif kinds == (int,):
            given = values if None not in values else [v for v in values if v is not None]
            struct.pack(f"{len(given)}{_WIDTH[table][column]}", *given)
    except UnicodeEncodeError as error:
        raise Invalid({f"{table}.{column}": "is not Unicode"}) from error
    except struct.error as error:
        raise Invalid({f"{table}.{column}": "is too large a number"}) from error


def check_key(table: str, key: Any) -> None:
    """A key that the table's rows could have."""
    columns_of(table)
    _check_asked(table, KEY[table], (key,))


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
        if op not in COMPARE and op not in DENIED and op not in ("in", "like"):
            raise Invalid({f"{table}.{column}": f"no such operator: {op}"})
        if op == "like" and (kinds[column] != (str,) or not isinstance(value, str)):
            raise Invalid({f"{table}.{column}": "like is for text"})
        if value is None and op not in ("=", "!="):
            raise Invalid({f"{table}.{column}": f"{op} needs a value"})
        _check_asked(table, column, tuple(value) if op == "in" else (value,))


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


def _check_asked(table: str, column: str, values: tuple[Any, ...]) -> None:
    """Values that a column may be compared with: any of its kind, as wide as the widest column."""
    kinds = ACCEPTS[table][column]
    for value in values:
        _check_kind(table, column, type(value))
        if kinds == (int,) and value is not None and not -(2**63) <= value < 2**63:
            raise Invalid({f"{table}.{column}": "is too large a number"})
        if kinds == (str,):
            _check_values(table, column, (value,), kinds)


def _check_kind(table: str, column: str, kind: type) -> None:
    kinds = ACCEPTS[table][column]
    if kinds and not issubclass(kind, (*kinds, type(None))):
        raise Invalid({f"{table}.{column}": f"takes {kinds[0].__name__}, not {kind.__name__}"})
