"""What was offered, agreed and charged, read from the records: price lists, prices of quotes, deviations, charges."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from api import read, views
from api.identity import Caller
from service.bodies import instant
from service.privacy.masking import scrubbed
from service.proof.deviations import KINDS, Delivered, Deviation, deviations
from service.proof.prices import OFF, PriceList, compare, in_force
from service.proof.prices import read as price_list
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid

Json = dict[str, Any]
MOST = 20_000
SHOWN = 1000
_AT_ONCE = 500


def lists(records: RecordStore) -> list[PriceList]:
    """Every price list there ever was, but for mistakes."""
    where = [Where("kind", "=", "price_list"), Where("void", "=", False)]
    return [price_list(row) for row in records.find("documents", where, ["from"], read.MANY)]


def current(records: RecordStore, now: int) -> Json:
    """The prices in force, for whoever makes a quote (S3 3.5(1)); `wrong`: lines that cannot be read."""
    held = in_force(lists(records), now)
    return {
        "lists": [{"document": p.id, "edition": p.edition, "from": views.iso(p.since), "wrong": p.wrong} for p in held],
        "items": [{"document": p.id, **price._asdict()} for p in held for price in p.prices],
    }


def prices_of(records: RecordStore, ticket: Row) -> list[Json]:
    """Every version of a ticket's quote against the list of its day. `ticket`: as its reader may see it."""
    quotes = (ticket["fields"] or {}).get("quotes") or []
    known = lists(records) if quotes else []
    return [_priced(quote, known) for quote in quotes]


def _priced(quote: Row, known: Sequence[PriceList]) -> Json:
    at = instant(quote["at"])
    return {
        "version": quote["version"], "lists": [p.id for p in in_force(known, at)],
        "items": compare(quote["items"], known, at),
    }  # fmt: skip


def of_ticket(records: RecordStore, row: Row, caller: Caller) -> Json:
    """The deviations of one ticket."""
    return _shown(row, _found(records, [row])[row["id"]], caller)


def of_period(records: RecordStore, first: int, last: int, caller: Caller) -> Json:
    """The tickets received in a period of which something deviates, how many in all, and how many of each kind.

    Raises Invalid for a period with more than `MOST` tickets.
    """
    where = [Where("received", ">=", first), Where("received", "<", last)]
    rows = _bounded(records, "tickets", where, "n")
    found = _found(records, rows)
    deviating = [row for row in rows if found[row["id"]]]
    kinds = Counter(d["what"] for each in found.values() for d in each)
    return {
        "tickets": len(rows), "deviating": len(deviating), "counts": {kind: kinds[kind] for kind in KINDS},
        "items": [_shown(row, found[row["id"]], caller) for row in deviating[:SHOWN]],
        "left_out": max(0, len(deviating) - SHOWN),
    }  # fmt: skip


def charges(records: RecordStore, first: int, last: int, caller: Caller) -> Json:
    """What was charged in a period, and which charged quotes do not follow the price list of their day (S3 3.5(1)).

    `listed`: charges of quotes that do, wholly; `unlisted`: those that do not; `no_list`: no list was in force.
    Raises Invalid as `of_period`.
    """
    rows = _bounded(records, "charges", [Where("at", ">=", first), Where("at", "<", last)], "at")
    tickets, known = _tickets(records, rows), lists(records)
    sums, off = Counter({"listed": 0, "unlisted": 0, "no_list": 0}), []
    for row in rows:
        ticket = tickets.get(row["ticket"])
        items = _charged(ticket, row["quote"], known)
        group = _group(items)
        sums[group] += row["cents"]
        if group == "unlisted":
            wrong = [item for item in items if item["flag"] in OFF]
            off.append({**views.times(row), "items": _said(wrong, ticket, caller)})
    return {
        "charges": len(rows), "cents": sum(row["cents"] for row in rows), **{f"{k}_cents": v for k, v in sums.items()},
        "items": off[:SHOWN], "left_out": max(0, len(off) - SHOWN),
    }  # fmt: skip


def _group(items: Sequence[Json]) -> str:
    flags = {item["flag"] for item in items}
    if flags & OFF:
        return "unlisted"
    return "listed" if flags == {"listed"} else "no_list"


def _charged(ticket: Row | None, version: int, known: Sequence[PriceList]) -> list[Json]:
    """The items of the version of a quote that was charged."""
    quotes = ((ticket or {}).get("fields") or {}).get("quotes") or ()
    return [item for q in quotes if q["version"] == version for item in compare(q["items"], known, q["at"])]


def _said(value: Any, ticket: Row | None, caller: Caller) -> Any:
    """Words of a quote or report as their reader may see them."""
    told = ((ticket or {}).get("customer") or {}).values()
    known = [word for word in told if isinstance(word, str) and len(word) > 1]
    return value if read.personal(caller) else scrubbed(value, known)


def _bounded(records: RecordStore, table: str, where: list[Where], order: str) -> list[Row]:
    if records.count(table, where) > MOST:
        raise Invalid({"from": f"the period holds more than {MOST} rows; ask for a shorter one"})
    return records.find(table, where, [order, "id"], MOST)


def _tickets(records: RecordStore, charged: Sequence[Row]) -> dict[str, Row]:
    keys = list(dict.fromkeys(row["ticket"] for row in charged))
    found = [t for each in _slices(keys) for t in records.find("tickets", [Where("id", "in", each)], limit=_AT_ONCE)]
    return {ticket["id"]: ticket for ticket in found}


def _slices(keys: Sequence[str]) -> list[list[str]]:
    return [list(keys[n : n + _AT_ONCE]) for n in range(0, len(keys), _AT_ONCE)]


def _found(records: RecordStore, rows: Sequence[Row]) -> dict[str, list[Deviation]]:
    """Ticket → its deviations."""
    known, visits = lists(records), _visits(records, rows)
    charged: defaultdict[str, list[Row]] = defaultdict(list)
    for each in _slices([row["id"] for row in rows]):
        for key, taken in read.grouped(records, "charges", "ticket", each).items():
            charged[key] += taken
    return {row["id"]: deviations(Delivered(row, visits[row["id"]], charged[row["id"]], known)) for row in rows}


def _visits(records: RecordStore, rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    """Ticket → the visits that served it: those to its cabinet since it came, and the one it rides on."""
    found: dict[str, Row] = {}
    since = Where("offered", ">=", min((row["received"] for row in rows), default=0))
    for column, keys in (("cabinet", "cabinet"), ("id", "visit")):
        for each in _slices(list(dict.fromkeys(row[keys] for row in rows if row[keys]))):
            for visit in records.find("visits", [Where(column, "in", each), since], ["offered"], read.MANY):
                found[visit["id"]] = visit
    of: defaultdict[str, list[Row]] = defaultdict(list)
    for visit in found.values():
        for ticket in visit["tickets"] or ():
            of[ticket].append(visit)
    return of


def _shown(row: Row, found: Sequence[Deviation], caller: Caller) -> Json:
    same = {key: row[key] for key in ("kind", "state", "cabinet")}
    told = _said([views.times(d) for d in found], row, caller)
    return {"ticket": row["id"], **same, "deviations": told}
