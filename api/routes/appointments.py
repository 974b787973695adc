"""Appointments of tickets, and who could go there."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import board, read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.openapi import returns, takes
from service.records.base import Where
from service.visiting import explain
from service.visiting.candidates import weigh
from telemetry.errors import NotFound

router = APIRouter(tags=["dispatch"])


@router.post("/tickets/{ticket}/appointment", responses=returns("Ticket"), openapi_extra=takes("NewAppointment"))
async def set_appointment(ask: Annotated[Ask, allowed("ticket.appointment")], ticket: str, body: Body) -> Response:
    """Set or change the window agreed with the customer. Guards: `state`, `consent` (S3 3.4(1))."""

    return await perform(ask, "ticket.appointment", ticket, body, read.ticket(ask))


@router.get("/tickets/{ticket}/candidates", responses=returns("Candidates"))
def ticket_candidates(ask: Annotated[Ask, allowed("ticket.candidates")], ticket: str) -> Response:
    """Every technician as judged for the ticket now: who would be asked first, at which cost, and who cannot go."""
    rows = ask.records.find("tickets", [Where("id", "=", ticket)], limit=1)
    if not rows:
        raise NotFound(f"no ticket {ticket}")
    seen = board.scene(ask.records, ask.ctx.backend.policy, ask.ctx.now())
    asked = board.job(rows[0], seen.place(rows[0]["cabinet"], rows[0]["site"]))
    items = [explain.candidate(c, None if c.obstacles else n) for n, c in enumerate(weigh(seen, asked), 1)]
    return respond({"ticket": ticket, "items": items})
