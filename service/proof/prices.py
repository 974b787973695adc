"""Quotes held against the published price list (S3 3.5(1)). Pure.

An entry of kind `price_list` carries `{"items": [{"code", "what_zh", "what_en", "cents"}]}`; an item of a quote names
the `code` it is sold by. A quote is held against what was in force when it was made. Where several lists are in force
together, an item is on the list if any of them has it at its price.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from service.records.base import Row

Flag = Literal["listed", "other_price", "off_list", "no_list"]
OFF: frozenset[Flag] = frozenset({"other_price", "off_list"})
_MOST_CENTS = 1_000_000_000


class Price(NamedTuple):
    """A line of a price list, in cents."""

    code: str
    what_zh: str
    what_en: str
    cents: int


class PriceList(NamedTuple):
    """An edition and when it holds (ms; `until` None: until further notice). `wrong`: lines that cannot be read."""

    id: str
    edition: int
    since: int
    until: int | None
    prices: tuple[Price, ...]
    wrong: int

    def holds(self, at: int) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def read(row: Row) -> PriceList:
    """The price list of a document's row. A line without code or price is counted, never guessed."""
    body = row["body"] if isinstance(row["body"], dict) else {}
    given = body.get("items")
    lines = given if isinstance(given, list) else []
    found = [price for line in lines if (price := _price(line)) is not None]
    ends = [end for end in (row["until"], row["ended"]) if end is not None]
    return PriceList(
        row["id"], row["edition"] or 1, row["from"], min(ends, default=None), tuple(found), len(lines) - len(found)
    )


def _price(line: Any) -> Price | None:
    if not isinstance(line, dict):
        return None
    code, cents = line.get("code"), line.get("cents")
    fine = isinstance(cents, int) and not isinstance(cents, bool) and 0 <= cents <= _MOST_CENTS
    if not (fine and isinstance(code, str) and code):
        return None
    zh, en = line.get("what_zh"), line.get("what_en")
    return Price(code, str(zh or en or code), str(en or zh or code), int(line["cents"]))


def in_force(lists: Sequence[PriceList], at: int) -> list[PriceList]:
    """The editions that hold at `at` (product ms)."""
    return [known for known in lists if known.holds(at)]


def compare(items: Sequence[Row], lists: Sequence[PriceList], at: int) -> list[dict[str, Any]]:
    """What the lists in force at `at` say of each item of a quote: its `flag`, and the listed prices of its code."""
    held = in_force(lists, at)
    known: defaultdict[str, set[int]] = defaultdict(set)
    for price in (price for one in held for price in one.prices):
        known[price.code].add(price.cents)
    return [_compared(item, known) if held else {**_named(item), "flag": "no_list", "listed": []} for item in items]


def _compared(item: Row, known: dict[str, set[int]]) -> dict[str, Any]:
    listed = sorted(known.get(item.get("code") or "", ()))
    flag: Flag = "off_list" if not listed else "listed" if item["cents"] in listed else "other_price"
    return {**_named(item), "flag": flag, "listed": listed}


def _named(item: Row) -> dict[str, Any]:
    return {"what": item["what"], "code": item.get("code"), "cents": item["cents"], "quantity": item["quantity"]}
