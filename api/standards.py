"""The clauses with their live evidence: what the records say about each now."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from service.clauses import Clause, clauses
from service.records.base import RecordStore, Row, Where
from service.records.shape import columns_of

NEWEST = 1_000
EXAMPLES = 3
Json = dict[str, Any]

# The column that says when a row of a table came to be: the first of these that the table has.
_AT = ("created", "opened", "invited", "detected", "offered", "at", "from", "since", "updated")


class Seen(NamedTuple):
    """The records that evidence is drawn from: the newest tickets, and the timelines of them."""

    records: RecordStore
    tickets: list[Row]
    lines: list[Row]


def _clock(seen: Seen, name: str) -> Json:
    """Clocks of one name by state; breached ones are named."""
    found = [(t["id"], c["state"]) for t in seen.tickets for c in t["clocks"] or () if c["name"] == name]
    states = Counter(state for _, state in found)
    breached = [ticket for ticket, state in found if state == "breached"][:EXAMPLES]
    figures = {state: states[state] for state in ("running", "paused", "met", "breached")}
    return {"clock": name, **figures, "breached_tickets": breached}


def _reached(seen: Seen, state: str) -> Json:
    """Tickets whose timeline shows the state."""
    found = list(dict.fromkeys(line["ticket"] for line in seen.lines if line["to"] == state))
    return {"reached": state, "tickets": len(found), "examples": found[:EXAMPLES]}


def _arrivals(seen: Seen, _: str) -> Json:
    """Recorded arrivals by level of evidence."""
    levels = Counter(
        str(line["evidence"]["level"])
        for line in seen.lines
        if line["to"] == "on_site" and line["evidence"] and line["evidence"].get("level") is not None
    )
    return {"arrivals_by_level": dict(sorted(levels.items()))}


def _kinds(seen: Seen, _: str) -> Json:
    return {"kinds": dict(sorted(Counter(t["kind"] for t in seen.tickets).items()))}


def _channels(seen: Seen, _: str) -> Json:
    return {"channels": dict(sorted(Counter(t["channel"] for t in seen.tickets).items()))}


def _closed(seen: Seen, _: str) -> Json:
    """Closed tickets and how many of them have each group of the service record."""
    closed = [t for t in seen.tickets if t["state"] in ("closed", "archived")]
    with_lines = {line["ticket"] for line in seen.lines}
    groups = {
        "customer": sum(bool(t["customer"]) for t in closed),
        "cabinet": sum(bool(t["cabinet"]) for t in closed),
        "staff": sum(bool(t["visit"] or t["assignee"]) for t in closed),
        "course": sum(t["id"] in with_lines for t in closed),
    }
    return {"closed": len(closed), "with": groups}


def _rows(seen: Seen, what: str) -> Json:
    """`table` or `table?column=value`: how many rows, and since when the newest is there."""
    table, _, condition = what.partition("?")
    column, _, value = condition.partition("=")
    where = [Where(column, "=", value)] if column else []
    at = next(name for name in _AT if name in columns_of(table))
    newest = seen.records.find(table, where, [f"-{at}"], 1)
    return {"rows": what, "count": seen.records.count(table, where), "at": newest[0][at] if newest else None}


_ASKED: dict[str, Callable[[Seen, str], Json]] = {
    "clock": _clock, "reached": _reached, "arrivals": _arrivals, "closed": _closed, "rows": _rows, "kinds": _kinds,
    "channels": _channels,
}  # fmt: skip


def evidence(seen: Seen, asked: Sequence[str]) -> list[Json]:
    """The answers to a clause's questions to the records (`clock:REPLY`, `rows:contacts?channel=phone` …)."""
    parted = (question.partition(":") for question in asked)
    return [_ASKED[name](seen, argument) for name, _, argument in parted]


def _shown(seen: Seen, clause: Clause) -> Json:
    return {
        "clause": clause.clause, "standard": clause.standard, "state": clause.state, "title": clause.en,
        "title_zh": clause.zh, "how": clause.how_en, "how_zh": clause.how_zh, "lacks": clause.lacks_en,
        "lacks_zh": clause.lacks_zh, "tests": list(clause.tests),
        "evidence": {"of_newest_tickets": len(seen.tickets), "figures": evidence(seen, clause.evidence)},
    }  # fmt: skip


def served(records: RecordStore) -> list[Json]:
    """Every clause with its evidence over the newest 1,000 tickets; counts of lines are of the same tickets."""
    tickets = records.find("tickets", order=["-opened"], limit=NEWEST)
    ids = [ticket["id"] for ticket in tickets]
    moved = [Where("ticket", "in", ids), Where("type", "=", "state")]
    seen = Seen(records, tickets, records.find("timeline", moved, ["ticket", "n"], 100 * NEWEST) if ids else [])
    return [_shown(seen, clause) for clause in clauses()]
