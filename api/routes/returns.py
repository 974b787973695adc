"""Returns: which sale it was, what the rules say of it, and a superior's word."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api import read, views
from api.access import Ask, allowed
from api.actions import Json, perform, respond
from api.body import Body
from api.openapi import returns, takes
from api.query import time
from service.recalls.sales import key_of
from service.records.base import RecordStore, Row, Where
from service.returns.purchase import AROUND, WITNESSES, Asked, Candidate, candidates
from telemetry.errors import Invalid, NotFound
from telemetry.units import MINUTE

router = APIRouter(tags=["returns"])
MANY = 1000  # events looked at; a cabinet says far fewer in a day
SHOWN = 50


@router.get("/tickets/{ticket}/purchase-candidates", responses=returns("PurchaseCandidates"))
def purchase_candidates(
    ask: Annotated[Ask, allowed("ticket.claim")],
    ticket: str,
    at: Annotated[str, Query(max_length=40)],
    sku: Annotated[str | None, Query(max_length=100)] = None,
    price_cents: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    minutes: Annotated[int, Query(ge=1, le=1440)] = 60,
    cabinet: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Sales of the ticket's cabinet (or of `cabinet`) around a time that fit an article or a price, best first."""
    row = ask.records.get("tickets", ticket)
    if row is None:
        raise NotFound(f"no ticket {ticket}")
    place = cabinet or row["cabinet"]
    if place is None:
        raise Invalid({"cabinet": "the ticket names none: say which"})
    asked = Asked(time("at", at), minutes * MINUTE, sku, price_cents)
    vends, around = _events(ask.records, place, asked)
    found = candidates(asked, vends, around)[:SHOWN]
    by_id = {vend["id"]: vend for vend in vends}
    return respond({"cabinet": place, "items": [_shown(ask.records, c, by_id[c.event]) for c in found]})


def _events(records: RecordStore, cabinet: str, asked: Asked) -> tuple[list[Row], list[Row]]:
    """Sales within the window, and what else the cabinet said around them."""
    first, last = asked.at - asked.within, asked.at + asked.within
    within = [Where("cabinet", "=", cabinet), Where("ts", ">=", first - AROUND), Where("ts", "<=", last + AROUND)]
    vends = records.find("events", [*within, Where("name", "=", "vend")], ["ts"], MANY)
    return vends, records.find("events", [*within, Where("name", "in", list(WITNESSES))], ["ts"], 4 * MANY)


def _shown(records: RecordStore, found: Candidate, event: Row) -> Json:
    shown: dict[str, Any] = views.times(found._asdict())
    return {**shown, "claimed_by": _claims(records, event)}


def _claims(records: RecordStore, event: Row) -> list[str]:
    """Tickets that claim this very sale."""
    key = key_of(event["cabinet"], event["boot"], event["seq"], event["ts"])
    return [row["id"] for row in records.find("claims", [Where("sale", "=", key)], ["at"], 20)]


@router.post("/tickets/{ticket}/claim", responses=returns("Ticket"), openapi_extra=takes("NewClaim"))
async def claim_ticket(ask: Annotated[Ask, allowed("ticket.claim")], ticket: str, body: Body) -> Response:
    """Add facts to a claim; the ruling and its clause stand in the ticket's `fields.claim.ruling`."""
    given = await run_in_threadpool(_with_sale, ask.records, ticket, body)
    return await perform(ask, "ticket.claim", ticket, given, read.ticket(ask))


def _with_sale(records: RecordStore, ticket: str, body: Json) -> Json:
    """The body with the row of the sale in the place of its id. What is no sale is left for the fold to refuse, since
    the move is judged before its body."""
    given = {name: value for name, value in body.items() if name not in ("vend", "others")}
    if body.get("vend") is None:
        return given
    event = records.get("events", body["vend"]) if isinstance(body["vend"], str) else None
    if event is None or event["name"] != "vend":
        return {**given, "vend": {}}
    others = [key for key in _claims(records, event) if key != ticket]
    row = {name: event[name] for name in ("id", "cabinet", "ts", "boot", "seq", "data")}
    return {**given, "vend": msgspec.to_builtins(row), "others": others}


@router.post("/tickets/{ticket}/rule", responses=returns("Ticket"), openapi_extra=takes("ClaimOverride"))
async def rule_ticket(ask: Annotated[Ask, allowed("ticket.rule")], ticket: str, body: Body) -> Response:
    """A superior decides on a claim, with a reason."""
    return await perform(ask, "ticket.rule", ticket, body, read.ticket(ask))
