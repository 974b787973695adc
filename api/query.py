"""The search grammar: `key:value key:>8 key:a,b -key:value "free text"`, parsed once, for fleet and records alike."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

from service.privacy.fields import BY_TABLE
from service.privacy.view import masked
from service.records.base import Op, RecordStore, Row, Where
from telemetry.errors import Invalid

LONGEST = 500
FOUND = 5_000
Compare = Literal["=", "<", "<=", ">", ">="]

_TERM = re.compile(r'(?P<no>-?)(?:(?P<key>[A-Za-z_]\w*):(?P<op>>=|<=|>|<|)(?:"(?P<quoted>[^"]*)"|(?P<bare>\S*))'
                   r'|"(?P<text>[^"]*)"|(?P<word>\S+))')  # fmt: skip
_DENIED: dict[Compare, Op] = {"=": "!=", "<": "!<", "<=": "!<=", ">": "!>", ">=": "!>="}


class Term(NamedTuple):
    """One term; `key` is "" for free text. A term with several values (`a,b`) holds if one of them does."""

    key: str
    op: Compare
    values: tuple[str, ...]
    negated: bool


def parse(q: str) -> list[Term]:
    """The terms of a query, all of which must hold. Raises Invalid."""
    if len(q) > LONGEST:
        raise Invalid({"q": f"at most {LONGEST} characters"})
    return [_term(match) for match in _TERM.finditer(q)]


def _term(match: re.Match[str]) -> Term:
    part = match.groupdict()
    negated, op = part["no"] == "-", cast("Compare", part["op"] or "=")
    if part["key"] is None:
        return Term("", "=", (part["text"] if part["text"] is not None else part["word"],), negated)
    key = part["key"].lower()
    if part["quoted"] is not None:
        return Term(key, op, (part["quoted"],), negated)
    values = tuple(v for v in part["bare"].split(",") if v)
    if not values or (part["op"] and len(values) > 1):
        raise Invalid({"q": f"{key}: needs {'one value' if part['op'] else 'a value'}"})
    return Term(key, op, values, negated)


def number(key: str, text: str) -> float:
    """A finite number; raises Invalid with the key."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not math.isfinite(value):
        raise Invalid({"q": f"{key}: {text!r} is not a number"})
    return value


def whole(key: str, text: str) -> int:
    """An integer that a double holds exactly; raises Invalid with the key."""
    value = number(key, text)
    if value != int(value) or abs(value) > 2**53:
        raise Invalid({"q": f"{key}: {text!r} is not a whole number"})
    return int(value)


def time(key: str, text: str) -> int:
    """ms of an ISO 8601 time (without offset: UTC) or of ms as digits; raises Invalid."""
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({key: f"{text!r} is not an ISO 8601 time"}) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def lower(_: str, text: str) -> str:
    return text.lower()


def upper(_: str, text: str) -> str:
    return text.upper()


def exact(_: str, text: str) -> str:
    return text


def truth(key: str, text: str) -> bool:
    """`true` or `false`; raises Invalid with the key."""
    if text.lower() not in ("true", "false"):
        raise Invalid({"q": f"{key}: true or false"})
    return text.lower() == "true"


def at(key: str, text: str) -> int:
    return time("q", text) if key else 0


def one_of(known: Collection[str]) -> Callable[[str, str], str]:
    """A reader of words that are all known: a slip of the pen is an error, not an empty list."""

    def read(key: str, text: str) -> str:
        if (word := text.lower()) not in known:
            raise Invalid({"q": f"{key}: there is no {text!r}; there are {', '.join(sorted(known))}"})
        return word

    return read


class Searchable(NamedTuple):
    """How one table is searched: key → (column, reader of its values), and the columns that free text looks into.
    `through`: key → (another table, its column, the reader of its values, its column that names our rows)."""

    table: str
    keys: Mapping[str, tuple[str, Callable[[str, str], Any]]]
    text: Sequence[str]
    key: str = "id"
    through: Mapping[str, tuple[str, str, Callable[[str, str], Any], str]] = MappingProxyType({})


def conditions(records: RecordStore, search: Searchable, terms: Sequence[Term]) -> list[Where]:
    """The terms as conditions on the table. Raises Invalid for an unknown key."""
    return [where for term in terms for where in _conditions(records, search, term)]


def _conditions(records: RecordStore, search: Searchable, term: Term) -> list[Where]:
    if not term.key:
        return [_free_text(records, search, term)]
    if term.key in search.through:
        return [_through(records, search, term)]
    if term.key not in search.keys:
        every = sorted({*search.keys, *search.through})
        raise Invalid({"q": f"unknown key {term.key}; known: {', '.join(every)}"})
    column, read = search.keys[term.key]
    values = [read(term.key, value) for value in term.values]
    if term.negated:
        return [Where(column, _DENIED[term.op], value) for value in values]
    return [Where(column, "in", values)] if len(values) > 1 else [Where(column, term.op, values[0])]


def _through(records: RecordStore, search: Searchable, term: Term) -> Where:
    """Our rows that rows of another table name, the newest first, at most FOUND."""
    table, column, read, ours = search.through[term.key]
    if term.negated or term.op != "=":
        raise Invalid({"q": f"{term.key}: takes values only, as in {term.key}:C-1"})
    wanted = [Where(column, "in", [read(term.key, value) for value in term.values])]
    return Where(search.key, "in", sorted({row[ours] for row in records.find(table, wanted, ["-id"], FOUND)}))


def _free_text(records: RecordStore, search: Searchable, term: Term) -> Where:
    """Ids of the newest rows that hold the text in one of their text columns: conditions know no OR."""
    if term.negated:
        raise Invalid({"q": "free text cannot be excluded; exclude by key, as in -state:closed"})
    found = {row[search.key] for column in search.text for row in _holding(records, search, column, term.values[0])}
    return Where(search.key, "in", sorted(found))


def _holding(records: RecordStore, search: Searchable, column: str, text: str) -> list[Row]:
    """The newest rows that hold the text in this column. Where it may hold personal values, what is masked is not
    searched: who may not read a number must not find it out by guessing."""
    rows = records.find(search.table, [Where(column, "like", text)], [f"-{search.key}"], FOUND)
    if column not in {field.column for field in BY_TABLE.get(search.table, ())}:
        return rows
    cases = sorted({row["ticket"] for row in rows if row.get("ticket")})
    found = records.find("tickets", [Where("id", "in", cases)], limit=FOUND) if cases else []
    people = {row["id"]: row["customer"] for row in found}
    pairs = ((row, row.get("customer") or people.get(row.get("ticket"))) for row in rows)
    shown = ((row, masked(search.table, row, person=person)[0]) for row, person in pairs)
    return [row for row, seen in shown if text.lower() in str(seen[column]).lower()]
