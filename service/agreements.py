"""Which service agreement a new ticket falls under (S3 3.1)."""

from service.policy import Policy
from service.staff.model import Document
from service.staff.terms import Agreed
from service.step import Step
from service.tickets import Ticket


def of(step: Step, ticket: Ticket) -> Agreed | None:
    """The agreement in force now that names the ticket's cabinet, else one that names its site; of several the one that
    began last. None: the policy's targets hold."""
    held = [d for d in step.books.registers.documents.values() if d.terms is not None and _holds(d, step.now)]
    ranked = [(rank, d.from_, d.id, d) for d in held if (rank := _rank(d, ticket))]
    if not ranked:
        return None
    *_, found = max(ranked, key=lambda entry: entry[:3])
    return None if found.terms is None else Agreed(found.id, found.terms)


def policy(step: Step, ticket: Ticket) -> Policy:
    """The figures that the ticket's clocks take."""
    return step.policy if ticket.agreed is None else ticket.agreed.over(step.policy)


def _holds(document: Document, at: int) -> bool:
    ended = document.ended is not None and document.ended <= at
    return not ended and document.from_ <= at and (document.until is None or at < document.until)


def _rank(document: Document, ticket: Ticket) -> int:
    if document.terms is None:
        return 0
    return 2 if ticket.cabinet in document.terms.cabinets else int(ticket.site in document.terms.sites)
