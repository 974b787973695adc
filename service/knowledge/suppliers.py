"""How the parts of each supplier hold (S4 5.7): what was built in, and which of those repairs came back. Pure.

A document of kind `supplier` names its `parts` in its body, as the reports of work name them. A repair came back when
its ticket was opened again, or another one of the same fault repeats it (S3 3.4(3)).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from service.knowledge.gaps import named
from service.records.base import Row
from service.visiting.stock import reported

SUPPLIER = "supplier"
Json = dict[str, Any]


class Repair(NamedTuple):
    """A ticket whose report names parts: part → pieces, and whether it came back."""

    parts: Counter[str]
    returned: bool


def repairs(tickets: Iterable[Row], repeats: Iterable[Row]) -> list[Repair]:
    """The repairs among `tickets` (rows) that took parts; `repeats`: rows of all tickets that may repeat them."""
    again = {(row["fields"] or {}).get("repeat_of") for row in repeats}
    return [repair for row in tickets if (repair := _repair(row, row["id"] in again)).parts]


def _repair(ticket: Row, repeated: bool) -> Repair:
    fields = ticket["fields"] or {}
    parts: Counter[str] = Counter()
    for part, pieces in reported((fields.get("service") or {}).get("parts") or ()):
        parts[part] += pieces
    return Repair(parts, repeated or bool(fields.get("reopenings")))


def scorecard(done: Sequence[Repair], suppliers: Sequence[Row]) -> list[Json]:
    """`{supplier, title, edition, parts, pieces, repairs, returned, share}` of each entry, those whose repairs came
    back most often first; `supplier` null: parts that no entry names. `share`: null without repairs."""
    of = {row["id"]: frozenset(named(row, "parts")) for row in suppliers}
    known = frozenset().union(*of.values())
    nobodys = frozenset(part for repair in done for part in repair.parts) - known
    cards = [_card(row, of[row["id"]], done) for row in suppliers]
    cards.sort(key=lambda card: (-(card["share"] or 0.0), -card["repairs"], card["supplier"]))
    return [*cards, _card(None, nobodys, done)] if nobodys else cards


def _card(supplier: Row | None, parts: frozenset[str], done: Sequence[Repair]) -> Json:
    mine = [repair for repair in done if parts & repair.parts.keys()]
    returned = sum(repair.returned for repair in mine)
    about = {key: supplier[key] if supplier else None for key in ("title", "edition")}
    return {
        "supplier": supplier["id"] if supplier else None, **about, "parts": sorted(parts),
        "pieces": sum(n for repair in mine for part, n in repair.parts.items() if part in parts),
        "repairs": len(mine), "returned": returned, "share": returned / len(mine) if mine else None,
    }  # fmt: skip
