"""Sales whose money went back: one sale is paid back once, whoever claims it and however long ago (S4 8.4.3).

Tickets in memory say so themselves. Of one that leaves memory its sale and its number stay, as long as its records must
be kept (`retention_years`): by then the sale itself is no longer on record, so nobody can prove it again.
"""

from collections.abc import Sequence

from service.step import Step
from service.tickets import Ticket
from telemetry.units import DAY

_YEAR = 366 * DAY  # never too short


def payers(step: Step, ticket: Ticket) -> list[str]:
    """Other tickets that were granted the money of the sale that this one claims, in memory or not."""
    claim = ticket.extra.get("claim")
    if claim is None:
        return []
    sale, goods = (claim["sale"] or {}).get("id", ""), step.books.goods
    sharing = {*claim["others"], *goods.claimed.get(sale, ())}
    granted = {key for key in sharing if (t := step.books.tickets.get(key)) is not None and t.extra.get("refund")}
    if sale in goods.paid:
        granted.add(goods.paid[sale][0])
    return sorted(granted - {ticket.id})


def leave(step: Step, tickets: Sequence[Ticket]) -> None:
    """These tickets are about to leave memory: what they paid back is remembered, what is long over forgotten."""
    goods, before = step.books.goods, step.now - step.policy.retention_years * _YEAR
    goods.paid = {sale: (key, at) for sale, (key, at) in goods.paid.items() if at > before}
    for ticket in tickets:
        sale = (ticket.extra.get("claim") or {}).get("sale")
        if sale is not None and ticket.extra.get("refund"):
            goods.paid[sale["id"]] = (ticket.id, step.now)
