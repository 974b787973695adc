"""Quotes, consent and charges of a ticket, and the ledger of all charges."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Listing, Page, answer, page
from api.openapi import lists, returns, takes
from api.query import Searchable, at, exact, upper, whole
from api.views import times

router = APIRouter(tags=["tickets"])
CHARGES = Listing(
    Searchable(
        "charges",
        {
            "id": ("id", upper), "ticket": ("ticket", upper), "receipt": ("receipt", exact), "cents": ("cents", whole),
            "at": ("at", at),
        },
        ("id", "ticket", "receipt"),
    ),
    {"at": "at", "id": "id", "ticket": "ticket", "cents": "cents"},
)  # fmt: skip


@router.post("/tickets/{ticket}/quote", responses=returns("Ticket"), openapi_extra=takes("NewQuote"))
async def quote_ticket(ask: Annotated[Ask, allowed("ticket.quote")], ticket: str, body: Body) -> Response:
    """A new version of the quote, as told to the customer before the work; the ticket's `fields.quotes` has all."""
    return await perform(ask, "ticket.quote", ticket, body, read.ticket(ask))


@router.post("/tickets/{ticket}/accept-quote", responses=returns("Ticket"), openapi_extra=takes("QuoteConsent"))
async def accept_quote(ask: Annotated[Ask, allowed("ticket.accept-quote")], ticket: str, body: Body) -> Response:
    """Who agreed to the newest version, and how."""
    return await perform(ask, "ticket.accept-quote", ticket, body, read.ticket(ask))


@router.post("/tickets/{ticket}/charge", responses=returns("Ticket"), openapi_extra=takes("NewCharge"))
async def charge_ticket(ask: Annotated[Ask, allowed("ticket.charge")], ticket: str, body: Body) -> Response:
    """Charge what was agreed; refused without consent (guard `quote`) and under warranty (guard `warranty`)."""
    return await perform(ask, "ticket.charge", ticket, body, read.ticket(ask))


@router.get("/charges", responses=lists("Charge"))
def charges(ask: Annotated[Ask, allowed("charge.read")], paging: Page) -> Response:
    """Every charge, newest first; what a ticket cost is the sum of its charges."""
    rows, following, total = page(ask.records, CHARGES, paging)
    return respond(answer([times(row) for row in rows], following, total))
