"""The register of contacts, and what a case needs beside the moves of its ticket."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import casework, knowledge, read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Listing, Page, answer, page
from api.openapi import lists, returns, takes
from api.period import From, To, period
from api.query import Searchable, at, exact, lower, truth, upper
from telemetry.errors import NotFound
from telemetry.units import DAY

router = APIRouter(tags=["cases"])
Read = Annotated[Ask, allowed("contact.read")]

CONTACTS = Listing(
    Searchable(
        "contacts",
        {
            "id": ("id", upper), "ticket": ("ticket", upper), "cabinet": ("cabinet", upper),
            "channel": ("channel", lower), "direction": ("direction", lower), "kind": ("kind", lower),
            "rule": ("rule", lower), "flag": ("flag", lower), "by": ("actor", exact), "at": ("at", at),
            "promised_at": ("promised_at", at), "solved": ("solved", truth), "unverified": ("unverified", truth),
            "read_back": ("read_back", truth), "template": ("template", upper), "guide": ("guide", upper),
        },
        ("id", "text", "ticket", "cabinet"),
    ),
    {"at": "n", "id": "n", "channel": "channel", "ticket": "ticket"},
)  # fmt: skip
VERBS = {
    "record": "TicketRecord", "decide": "TicketDecision", "dispute": "TicketDispute", "approve": "RefundApproval",
    "refund": "RefundPaid", "escalate": "TicketEscalation", "withdraw-approval": "ApprovalWithdrawal",
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
    start: From = None,
    end: To = None,
) -> Response:
    """What customers said and complained of in a period (the last 24 h), for those who lead (S1 7.2.3)."""
    first, last = period(start, end, until=ask.ctx.now() + 1, back=DAY)
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
    row = read.own_ticket(ask, ticket)
    explained = knowledge.articles(ask.records, (row["fields"] or {}).get("fault_kind"), ask.ctx.now())
    return respond({**casework.case(ask.records, row, ask.caller), "articles": explained})


def _verb(verb: str, shape: str) -> None:
    async def act(ask: Annotated[Ask, allowed(f"ticket.{verb}")], ticket: str, body: Body) -> Response:
        return await perform(ask, f"ticket.{verb}", ticket, body, read.ticket(ask))

    router.add_api_route(
        f"/tickets/{{ticket}}/{verb}", act, methods=["POST"], name=f"{verb.replace('-', '_')}_ticket",
        summary=f"Of a case: {verb}",
        responses=returns("Ticket"), openapi_extra=takes(shape),
    )  # fmt: skip


for _name, _shape in VERBS.items():
    _verb(_name, _shape)
