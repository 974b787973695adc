"""The indicators of a month inside the fold: tickets in memory, and tallies of what has left it.

The tallies are made of the same facts as the report (`indicators.facts`), so both say the same of a month that is over;
the records cannot be read here, and nothing that happens in the fold may hang on somebody who looks at a report.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.after.indicators import Fact, Sum, of_ticket, sums, told
from service.after.months import bounds, month_of
from service.after.state import Tally
from service.clocks import judge
from service.records.base import Row
from service.step import Step
from service.tickets import Ticket


def count(step: Step, found: Iterable[Fact]) -> None:
    """Remember facts for their months; what belongs to a month that is judged already stays as it was judged."""
    after = step.books.after
    for fact in found:
        key = month_of(step.calendar, fact.at)
        if key > after.judged:
            tally = after.tallies.setdefault(key, {}).setdefault(fact.indicator, Tally())
            tally.n, tally.total = tally.n + 1, tally.total + fact.value


def uncount(step: Step, found: Iterable[Fact]) -> None:
    """Take back facts that were counted and hold no longer, as far as their months are not judged yet."""
    after = step.books.after
    for fact in found:
        tally = after.tallies.get(month_of(step.calendar, fact.at), {}).get(fact.indicator)
        if tally is not None:
            tally.n, tally.total = tally.n - 1, tally.total - fact.value


def leave(step: Step, tickets: Sequence[Ticket]) -> None:
    """These tickets are about to leave memory."""
    count(step, _facts(step, tickets))


def month(step: Step, key: str) -> list[dict[str, Any]]:
    """The indicators of a month, as `indicators` would find them in the records."""
    held = sums(_facts(step, step.books.tickets.values()), *bounds(step.calendar, key))
    for name, tally in step.books.after.tallies.get(key, {}).items():
        had = held.get(name, Sum(0, 0.0))
        held[name] = Sum(had.n + tally.n, had.total + tally.total)
    return told(held, step.policy)


def _facts(step: Step, tickets: Iterable[Ticket]) -> Iterator[Fact]:
    arrivals = Counter(key for v in step.books.visits.values() if v.arrived is not None for key in v.tickets)
    for ticket in tickets:
        yield from of_ticket(_row(step, ticket), arrivals[ticket.id])


def _row(step: Step, ticket: Ticket) -> Row:
    """What the facts need of the ticket's row, its clocks judged now; the clocks themselves stay as they are."""
    clocks = [{"name": c.name, "due": c.due, "state": judge(c, step.now)} for c in ticket.clocks]
    fields = {**ticket.extra, "resolved_at": ticket.resolved}
    return {"id": ticket.id, "kind": ticket.kind, "state": ticket.state, "clocks": clocks, "fields": fields}
