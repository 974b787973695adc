"""How whatever is asked of a ticket is judged before its body: the ticket, who asks, the version; and its answer."""

from collections.abc import Collection

from service.model import Action, Actor, Answer, Status
from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Conflict, Denied


def asked(step: Step, action: Action, *, technicians: bool = False, states: Collection[str] | None = None) -> Ticket:
    """The ticket that an action is about, in one of the `states` if they are named.

    `technicians`: they may ask this too, of the tickets of their own visit. Raises NotFound, Denied, Conflict
    `archived`, `stale`, `state` with the states it is asked in.
    """
    ticket = step.books.ticket(action.target)
    if action.actor.role == "technician" and not (technicians and _own(step, ticket, action.actor)):
        raise Denied(ticket.id)
    action.expects(len(ticket.timeline))
    if states is not None and ticket.state not in states:
        raise Conflict("state", sorted(states))
    return ticket


def _own(step: Step, ticket: Ticket, actor: Actor) -> bool:
    visit = step.books.visits.get(ticket.visit or "")
    return visit is not None and visit.technician == actor.id


def answered(step: Step, ticket: Ticket, status: Status = "ok") -> Answer:
    """The ticket as it is now."""
    step.judge(ticket)
    return Answer(status=status, body=ticket.body())
