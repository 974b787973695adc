"""What stands before the end of a case, by kind (`kinds`): each guard gives what it still misses."""

from collections.abc import Callable

from service.cases.record import missing
from service.step import Step
from service.tickets import Ticket


def _root_cause(_: Step, ticket: Ticket) -> list[str]:
    """A complaint has a cause that somebody looked for (S3 4.1, 4.2)."""
    told = ticket.extra.get("recorded", {}).get("case", {}).get("root_cause")
    return [] if told or ticket.extra.get("decision", {}).get("root_cause") else ["root_cause"]


def _basis(_: Step, ticket: Ticket) -> list[str]:
    """A complaint is decided on a basis that can be cited (S1 7.3.1); `decide` takes no decision without one."""
    return [] if ticket.extra.get("decision") else ["decision", "basis"]


def _dispute(_: Step, ticket: Ticket) -> list[str]:
    """A dispute that was begun has an outcome (S1 7.3.3)."""
    dispute = ticket.extra.get("dispute")
    return ["dispute.outcome"] if dispute is not None and dispute["outcome"] is None else []


def _refund_paid(_: Step, ticket: Ticket) -> list[str]:
    """Money that was approved is paid back (S4 8.4.3)."""
    refund = ticket.extra.get("refund")
    return ["refund.receipt"] if refund is not None and refund["paid"] is None else []


def _promise(_: Step, ticket: Ticket) -> list[str]:
    """What was promised is told before a case ends (S1 3.8)."""
    return ["reply"] if any(c.name == "PROMISE" and c.stopped is None for c in ticket.clocks) else []


GUARDS: dict[str, Callable[[Step, Ticket], list[str]]] = {
    "record": missing,
    "root_cause": _root_cause,
    "basis": _basis,
    "dispute": _dispute,
    "refund_paid": _refund_paid,
    "promise_kept": _promise,
}
