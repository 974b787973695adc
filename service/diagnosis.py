"""A look at a cabinet from afar, for a ticket: the command is its remote step, its timeline says what came of it."""

from service.commands import Remark
from service.moves import move
from service.step import SYSTEM, Step
from service.tickets import AT_REST, BEFORE_RESOLVED, Ticket
from telemetry.errors import Conflict, Invalid

# On its way to the remote check a ticket is triaged first.
_TOWARDS = (("new", "triage"), ("triaged", "remote"))


def check(tickets: dict[str, Ticket], key: object, cabinet: str, site: str | None) -> None:
    """May a command to this cabinet, which stands at `site`, be for that ticket? Raises Invalid, Conflict `state`."""
    ticket = tickets.get(key) if isinstance(key, str) else None
    whole = ticket is not None and ticket.cabinet is None and ticket.site is not None and ticket.site == site
    if ticket is None or not (ticket.cabinet == cabinet or whole):
        raise Invalid({"ticket": f"must be a ticket of {cabinet} or of its site"})
    if ticket.state not in BEFORE_RESOLVED:
        raise Conflict("state", sorted(BEFORE_RESOLVED))


def note(step: Step, remark: Remark) -> None:
    """Write it down. Who asks for the first one triages a new ticket by that, and begins its remote check."""
    ticket = step.books.tickets.get(remark.ticket)
    while ticket is not None and ticket.state == "merged":
        ticket = step.books.tickets.get(ticket.extra["merged_into"])
    if ticket is None or ticket.state in AT_REST:
        return
    for state, verb in _TOWARDS if remark.actor is not None else ():
        if ticket.state == state:
            move(step, ticket, verb, actor=remark.actor or SYSTEM, note="remote_diagnosis")
    step.line(ticket, "command", actor=remark.actor or SYSTEM, note=remark.note)
