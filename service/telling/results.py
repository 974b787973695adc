"""What came of a complaint, a return or a refund is told to its customer (S1 7.3.2, S4 4.1.2)."""

from typing import Any

from service.step import Step
from service.tickets import Ticket

RESULTS = frozenset({"complaint", "return", "refund"})


def answered(step: Step, ticket: Ticket, actor: str) -> None:
    """A person replied: the customer is told the words."""
    if ticket.kind in RESULTS:
        step.tell(ticket, "case_answered", {"line": _line(ticket, actor)})


def settled(step: Step, ticket: Ticket, actor: str, body: dict[str, Any]) -> None:
    """The case is settled. `text` is meant for the customer; a `note` or a `reason` stays in the house."""
    if ticket.kind in RESULTS:
        step.tell(ticket, "case_settled", {"line": _line(ticket, actor) if body.get("text") else None})


def _line(ticket: Ticket, actor: str) -> int:
    """The number of the newest line that a person wrote. The words stay there: a notice holds nothing personal."""
    n: int = next(line["n"] for line in reversed(ticket.timeline) if line["actor"] == actor)
    return n


def approved(step: Step, ticket: Ticket, cents: int) -> None:
    """Money will be paid back, and until when (S4 8.4.3)."""
    clock = ticket.clock("REFUND")
    step.tell(ticket, "refund_approved", {"cents": cents, "until": clock.due if clock is not None else None})


def paid(step: Step, ticket: Ticket, cents: int) -> None:
    """Money was paid back."""
    step.tell(ticket, "refund_paid", {"cents": cents})
