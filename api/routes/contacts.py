"""The register of contacts, and what a case needs beside the moves of its ticket."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import casework, read
from api.access import Ask, allowed
from api.actions import Json, Render, perform, respond
from api.body import Body
from api.lists import Listing, Page, answer, page
from api.openapi import lists, returns, takes
from api.query import Searchable, at, exact, lower, time, truth, upper
from service.records.base import Where
from telemetry.errors import Invalid, NotFound
from telemetry.units import DAY

router = APIRouter(tags=["cases"])
Read = Annotated[Ask, allowed("contact.read")]
LONGEST = 400 * DAY

CONTACTS = Listing(
    Searchable(
        "contacts",
        {
            "id": ("id", upper), "ticket": ("ticket", upper), "cabinet": ("cabinet", upper),
            "channel": ("channel", lower), "direction": ("direction", lower), "kind": ("kind", lower),
            "rule": ("rule", lower), "flag": ("flag", lower), "by": ("actor", exact), "at": ("at", at),
            "promised_at": ("promised_at", at), "solved": ("solved", truth), "unverified": ("unverified", truth),
            "read_back": ("read_back", truth),
        },
        ("id", "text", "ticket", "cabinet"),
    ),
    {"at": "n", "id": "n", "channel": "channel", "ticket": "ticket"},
)  # fmt: skip
VERBS = {
    "record": "TicketRecord", "decide": "TicketDecision", "dispute": "TicketDispute", "approve": "RefundApproval",
    "refund": "RefundPaid", "escalate": "TicketEscalation",
}  # fmt: skip


@router.get("/contacts", responses=lists("Contact"))
def contacts(ask: Read, paging: Page) -> Response:
    """Every contact in and out, newest first; numbers have no holes (S1 6.4.9)."""
    rows, following, total = page(ask.records, CONTACTS, paging)
    return respond(answer(casework.contacts(ask.records, rows, ask.caller), following, total))


@router.post("/contacts", responses=returns("Contact", status=201), openapi_extra=takes("NewContact"))
async def create_contact(ask: Annotated[Ask, allowed("contact.create")], body: Body) -> Response:
    """Register a contact: it joins the ticket named, or the newest open one of the same phone and cabinet, or opens a
    case. Guards: `promise`, `source`, `state`."""
    return await perform(
        ask, "contact.create", "", body, lambda row: casework.contacts(ask.records, [row], ask.caller)[0]
    )


@router.get("/contacts/digest", responses=returns("ContactDigest"))
def contact_digest(
    ask: Read,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
) -> Response:
    """What customers said and complained of in a period (the last 24 h), for those who lead (S1 7.2.3)."""
    last = time("to", end) if end else ask.ctx.now() + 1
    first = time("from", start) if start else last - DAY
    if not 0 <= last - first <= LONGEST:
        raise Invalid({"from": "must lie before `to`, by at most 400 days"})
    return respond(casework.digest(ask.records, ask.caller, first, last))


@router.get("/contacts/{contact}", responses=returns("Contact"))
def contact_by_id(ask: Read, contact: str) -> Response:
    row = ask.records.get("contacts", contact)
    if row is None:
        raise NotFound(f"no contact {contact}")
    return respond(casework.contacts(ask.records, [row], ask.caller)[0])


@router.get("/tickets/{ticket}/case", responses=returns("CaseView"))
def ticket_case(ask: Annotated[Ask, allowed("ticket.read")], ticket: str) -> Response:
    """The record of a ticket, what it still lacks before it can be closed, and the steps of its handling."""
    where = [Where("id", "=", ticket), *read.own_tickets(ask.records, ask.caller)]
    rows = ask.records.find("tickets", where, limit=1)
    if not rows:
        raise NotFound(f"no ticket {ticket}")
    return respond(casework.case(ask.records, rows[0], ask.caller))


def _shower(ask: Ask) -> Render:
    def show(row: Json) -> Json:
        return read.tickets(ask.records, [row], ask.caller)[0]

    return show


def _verb(verb: str, shape: str) -> None:
    async def act(ask: Annotated[Ask, allowed(f"ticket.{verb}")], ticket: str, body: Body) -> Response:
        return await perform(ask, f"ticket.{verb}", ticket, body, _shower(ask))

    router.add_api_route(
        f"/tickets/{{ticket}}/{verb}", act, methods=["POST"], name=f"{verb}_ticket", summary=f"Of a case: {verb}",
        responses=returns("Ticket"), openapi_extra=takes(shape),
    )  # fmt: skip


for _name, _shape in VERBS.items():
    _verb(_name, _shape)
