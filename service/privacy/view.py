"""Rows as those see them who need not know the person, and rows from which the person is gone for good."""

from collections.abc import Callable, Collection
from typing import Any

from service.privacy.fields import BY_TABLE, Field, Term
from service.privacy.masking import PURGED, change, ruled
from service.records.base import Row

KNOWN = ("name", "phone", "address")  # what of a customer is taken out of free text
PERSONS = ("customer", "contact")  # columns that are a person


def siblings(field: Field) -> frozenset[str]:
    """The keys beside a `*` that have a rule of their own."""
    above = field.path[:-1]
    beside = (other.path for other in BY_TABLE[field.table] if other is not field)
    return frozenset(path[len(above)] for path in beside if path[: len(above)] == above and len(path) > len(above))


_SIBLINGS = {f.where: siblings(f) for fields in BY_TABLE.values() for f in fields if f.path[-1] == "*"}


def masked(table: str, row: Row, clear: Collection[str] = (), person: Row | None = None) -> tuple[Row, bool]:
    """(the row as others see it, whether anything of it is hidden). `clear`: fields that are shown as they are, as in
    `customer.phone`. `person`: whose name, phone and address are taken out of free text."""
    known = _words(person or row.get("customer"))
    shown = row
    for field in BY_TABLE.get(table, ()):
        if field.column in row and ".".join(field.path) not in clear:
            skip = frozenset(path.split(".")[1] for path in clear if path.startswith(f"{field.column}."))
            shown = _applied(field, shown, ruled(field.rule, known), skip)
    return shown, shown != row


def _words(person: Any) -> list[str]:
    """What of a person is taken out of free text."""
    told = person if isinstance(person, dict) else {}
    return [word for key in KNOWN if isinstance(word := told.get(key), str) and len(word) > 1]


def _applied(field: Field, row: Row, do: Callable[[Any], Any], skip: frozenset[str] = frozenset()) -> Row:
    """`skip`: keys that a `*` leaves alone, beside those that have a rule of their own. Free text is gone through
    whatever stands in it, for a rule deep inside says nothing of what is beside it."""
    beside = frozenset() if field.rule == "text" else _SIBLINGS.get(field.where, frozenset())
    changed: Row = change(row, field.path, do, beside | skip)
    return changed


def emptied(table: str, row: Row, date: str, term: Term) -> Row:
    """The columns of a row that change when the person goes from it (S1 4.3.1), and what they become: objects about a
    person {"purged": date}, free text a mark with the date, other values null. `date`: ISO, as people write it."""
    gone: Row = {}
    known = _words(row.get("customer"))
    for field in BY_TABLE.get(table, ()):
        if field.term != term or row.get(field.column) is None:
            continue
        gone[field.column] = _gone(field, gone.get(field.column, row[field.column]), date, known)
    return {column: value for column, value in gone.items() if value != row[column]}


def _gone(field: Field, value: Any, date: str, known: list[str]) -> Any:
    if len(field.path) == 2 and field.path[0] in PERSONS:
        return {PURGED: date}  # the object is the person
    column = field.path[0]
    if field.path[-1] == "*" and field.rule == "text":  # what else a record says stays, but for the person in it
        return _applied(field, {column: value}, ruled("text", known))[column]
    put = f"[{PURGED} {date} 已清除]" if field.rule == "text" else None
    return _applied(field, {column: value}, lambda _: put)[column]
