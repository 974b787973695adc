"""Pages of a list: limit, opaque cursor, sort. A page goes on where the last one ended, also when rows are added."""

import base64
import binascii
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import Depends, Query

from api.query import Searchable, conditions, parse
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid

LARGEST = 2**53


class Paging(NamedTuple):
    """What a caller asks of a list; `sort` is "" for the list's own order (newest first)."""

    limit: int
    cursor: str
    sort: str
    q: str


class Mark(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended: the list's sort, the last row's value in it, and what tells rows of one value apart."""

    sort: str
    value: Any
    nth: int


async def _paging(
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(max_length=500)] = "",
    sort: Annotated[str, Query(max_length=50)] = "",
    q: Annotated[str, Query(max_length=500)] = "",
) -> Paging:
    return Paging(limit, cursor, sort, q)


Page = Annotated[Paging, Depends(_paging)]


def encode(mark: Mark) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(mark)).decode().rstrip("=")


def decode(cursor: str, sort: str) -> Mark | None:
    """The mark of a cursor; None for the first page. Raises Invalid for a cursor of another list or none of ours."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        mark = msgspec.json.decode(raw, type=Mark)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Invalid({"cursor": "not one of ours"}) from None
    if mark.sort != sort or not 0 <= mark.nth <= LARGEST or not _sortable(mark.value):
        raise Invalid({"cursor": "of another list or sort"})
    return mark


def _sortable(value: Any) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, int | float) and abs(value) <= LARGEST)


class Listing(NamedTuple):
    """How a table is listed: search, the sort keys (key → column; the first, descending, is the default)."""

    search: Searchable
    sorts: dict[str, str]


def order_of(listing: Listing, sort: str) -> tuple[str, str]:
    """(sort as asked or the default, the column with `-` for descending). Raises Invalid."""
    asked = sort or f"-{next(iter(listing.sorts))}"
    name = asked.removeprefix("-")
    if name not in listing.sorts:
        raise Invalid({"sort": f"one of {', '.join(listing.sorts)}, `-` in front for descending"})
    return asked, ("-" if asked.startswith("-") else "") + listing.sorts[name]


def page(
    records: RecordStore, listing: Listing, paging: Paging, extra: Sequence[Where] = ()
) -> tuple[list[Row], str | None, int]:
    """(rows, next cursor, total of all pages). `extra`: conditions of the route or of the caller's role."""
    asked, column = order_of(listing, paging.sort)
    where = [*extra, *conditions(records, listing.search, parse(paging.q))]
    mark = decode(paging.cursor, asked)
    order = [column, f"-{listing.search.key}" if column.startswith("-") else listing.search.key]
    table = partial(records.find, listing.search.table, order=order)
    rows = _after(table, where, column, mark, paging.limit + 1)
    more, rows = len(rows) > paging.limit, rows[: paging.limit]
    following = encode(_mark(asked, column.removeprefix("-"), rows, mark)) if more else None
    return rows, following, records.count(listing.search.table, where)


def _after(
    find: Callable[..., list[Row]], where: Sequence[Where], column: str, mark: Mark | None, limit: int
) -> list[Row]:
    """Rows after the mark. Stores sort nulls last, and a comparison leaves them out: so they come as a second part."""
    name = column.removeprefix("-")
    if mark is None:
        return find(where=where, limit=limit)
    if mark.value is None:
        return find(where=[*where, Where(name, "null")], limit=limit, offset=mark.nth)
    beyond = Where(name, "<=" if column.startswith("-") else ">=", mark.value)
    rows = find(where=[*where, beyond], limit=limit, offset=mark.nth)
    if len(rows) < limit:
        rows += find(where=[*where, Where(name, "null")], limit=limit - len(rows))
    return rows


def _mark(asked: str, name: str, rows: Sequence[Row], before: Mark | None) -> Mark:
    last = rows[-1][name]
    nth = sum(row[name] == last for row in rows)
    if before is not None and before.value == last:
        nth += before.nth
    return Mark(asked, last, nth)


def answer(items: list[dict[str, Any]], following: str | None, total: int) -> dict[str, Any]:
    """The body of every list."""
    return {"items": items, "next": following, "total": total}
