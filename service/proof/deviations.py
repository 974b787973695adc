"""What was agreed and what was delivered, side by side (S4 8.2.1, 8.2.2, 8.3.1). Pure; a deviation is no verdict.

Time: windows against arrivals, clocks against their targets. Place: positions that contradict the cabinet. Fees: what
was charged against what was accepted, and its items against the price list. Content: the items of the accepted quote
against the parts and the measure of the reports, by name: software cannot tell what was meant, only what is named.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from service.clocks import TERMS
from service.proof import prices
from service.proof.prices import PriceList
from service.records.base import Row
from service.tickets import AFTER_RESOLVED
from service.visiting.stock import reported
from telemetry.units import MINUTE

KINDS = ("window", "clock", "place", "fee", "price", "part", "content")
_ELSEWHERE = frozenset({"elsewhere", "two_cabinets"})
Deviation = dict[str, Any]


class Delivered(NamedTuple):
    """What became of a ticket: its row, those of its visits and charges, and the price lists there ever were."""

    ticket: Row
    visits: Sequence[Row]
    charges: Sequence[Row]
    lists: Sequence[PriceList]


def deviations(of: Delivered) -> list[Deviation]:
    """`{what, about, why, agreed, actual, minutes}` for each; times in ms under names of times, money in cents."""
    quote = _accepted(of.ticket)
    found = [*_windows(of.ticket), *_clocks(of.ticket), *_places(of)]
    if quote is not None:
        found += [*_fees(of, quote), *_prices(of, quote), *_content(of, quote)]
    return found


def _deviation(
    what: str, about: str, why: str, agreed: Row | None, actual: Row | None, late_ms: int | None = None
) -> Deviation:
    """`late_ms`: rounded up to whole minutes, negative for what came too early."""
    minutes = None if late_ms is None else -(-late_ms // MINUTE) if late_ms >= 0 else late_ms // MINUTE
    return {"what": what, "about": about, "why": why, "agreed": agreed, "actual": actual, "minutes": minutes}


def _accepted(ticket: Row) -> Row | None:
    quotes = (ticket["fields"] or {}).get("quotes") or ()
    found: Row | None = next((q for q in reversed(quotes) if q["accepted"] is not None), None)
    return found


def _windows(ticket: Row) -> Iterator[Deviation]:
    """Windows that nobody kept, or that somebody came outside of (S3 3.4(1), S1 6.4.6)."""
    for held in (ticket["fields"] or {}).get("appointments") or ():
        agreed = {"from": held["from"], "to": held["to"]}
        if held["kept"] == "before":
            yield _deviation("window", str(held["n"]), "before", agreed, _at(held), held["arrived"] - held["from"])
        elif held["kept"] == "after":
            yield _deviation("window", str(held["n"]), "after", agreed, _at(held), held["arrived"] - held["to"])
        elif held["missed"]:
            yield _deviation("window", str(held["n"]), "missed", agreed, None)


def _at(held: Row) -> Row:
    return {"at": held["arrived"]}


def _clocks(ticket: Row) -> Iterator[Deviation]:
    """Targets that were not met, whether the policy or an agreement set them; `why` is the clock's own derivation."""
    for clock in ticket["clocks"] or ():
        if clock["state"] == "breached" and clock["name"] not in TERMS:
            met = clock.get("stopped")
            actual = None if met is None else {"at": met}
            late = None if met is None else met - clock["due"]
            yield _deviation("clock", clock["name"], "late", {"due": clock["due"]}, actual, late)


def _places(of: Delivered) -> Iterator[Deviation]:
    for visit in of.visits:
        for conflict in (visit["evidence"] or {}).get("conflicts") or ():
            if conflict["what"] in _ELSEWHERE:
                agreed = {"cabinet": visit["cabinet"], "site": visit["site"]}
                yield _deviation("place", visit["id"], conflict["what"], agreed, {"metres": conflict.get("metres")})


def _fees(of: Delivered, quote: Row) -> Iterator[Deviation]:
    """Charged against accepted, once the work is over; what is free under the repair warranty owes nothing."""
    free = (of.ticket["fields"] or {}).get("free")
    charged = sum(charge["cents"] for charge in of.charges)
    agreed = 0 if free else quote["cents"]
    if of.ticket["state"] in AFTER_RESOLVED and charged != agreed:
        why = "less" if charged < agreed else "more"
        yield _deviation("fee", str(quote["version"]), why, {"cents": agreed}, {"cents": charged})


def _prices(of: Delivered, quote: Row) -> Iterator[Deviation]:
    for item in prices.compare(quote["items"], of.lists, quote["at"]):
        if item["flag"] in prices.OFF:
            agreed = {"listed_cents": item["listed"]}
            yield _deviation("price", item["code"] or item["what"], item["flag"], agreed, {"cents": item["cents"]})


def _content(of: Delivered, quote: Row) -> Iterator[Deviation]:
    """Parts that no item of the quote names, and items that no report names, once there is a report."""
    reports = [r for visit in of.visits if (r := (visit["evidence"] or {}).get("report")) is not None]
    if not reports:
        return
    parts = [part for report in reports for part, _ in reported(report.get("parts") or ())]
    told = " ".join([*parts, *(report.get("measure") or "" for report in reports)])
    named = " ".join(f"{item['what']} {item.get('code') or ''}" for item in quote["items"])
    for part in dict.fromkeys(parts):
        if not _says(named, part):
            yield _deviation("part", part, "not_quoted", None, {"part": part})
    for item in quote["items"]:
        if not (_says(told, item["what"]) or _says(told, item.get("code"))):
            yield _deviation("content", item.get("code") or item["what"], "not_reported", {"what": item["what"]}, None)


def _says(text: str, word: str | None) -> bool:
    return bool(word) and str(word).casefold().strip() in text.casefold()
