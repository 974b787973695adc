"""Tickets and their moves. The desk judges a move before its body, so a body is taken here as it comes."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import TICKETS

router = APIRouter(tags=["tickets"])
Read = Annotated[Ask, allowed("ticket.read")]

MOVES = {
    "triage": "TicketTriage", "remote": "RemoteAttempt", "dispatch": "TicketDispatch", "wait": "TicketWait",
    "resume": "Note", "reply": "TicketReply", "promise": "TicketPromise", "work-done": "WorkReport", "verify": "Note",
    "resolve": "Note", "follow-up": "FollowUp", "close": "Note", "reopen": "Note", "merge": "TicketMerge",
    "cancel": "Note", "comment": "Note",
}  # fmt: skip


@router.get("/tickets", responses=lists("Ticket"))
def tickets(ask: Read, paging: Page) -> Response:
    """Tickets, newest first; a technician sees those of own visits."""
    rows, following, total = page(ask.records, TICKETS, paging, read.own_tickets(ask.records, ask.caller))
    return respond(answer(read.tickets(ask.records, rows, ask.caller), following, total))


@router.post("/tickets", responses=returns("Ticket", status=201), openapi_extra=takes("NewTicket"))
async def create_ticket(ask: Annotated[Ask, allowed("ticket.create")], body: Body) -> Response:
    """Open a ticket; what is missing for later moves is asked for then."""
    return await perform(ask, "ticket.create", "", body, read.ticket(ask))


@router.get("/tickets/{ticket}", responses=returns("Ticket"))
def ticket_by_id(ask: Read, ticket: str) -> Response:
    return respond(read.ticket(ask)(read.own_ticket(ask, ticket)))


def _move(verb: str, shape: str) -> None:
    async def act(ask: Annotated[Ask, allowed(f"ticket.{verb}")], ticket: str, body: Body) -> Response:
        return await perform(ask, f"ticket.{verb}", ticket, body, read.ticket(ask))

    router.add_api_route(
        f"/tickets/{{ticket}}/{verb}", act, methods=["POST"], name=f"{verb.replace('-', '_')}_ticket",
        summary=f"Move a ticket: {verb}", responses=returns("Ticket"), openapi_extra=takes(shape),
    )  # fmt: skip


for _verb, _shape in MOVES.items():
    _move(_verb, _shape)
