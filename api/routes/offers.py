"""Agreed and delivered: the published prices, what was charged against them, and where a service deviates."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import offered, read
from api.access import Ask, allowed
from api.actions import respond
from api.openapi import returns
from api.period import From, To, ordered, period
from api.views import iso
from telemetry.units import DAY

router = APIRouter(tags=["reports"])
Read = Annotated[Ask, allowed("report.read")]


@router.get("/price-list", responses=returns("PriceLists"))
def price_list(ask: Annotated[Ask, allowed("document.read")]) -> Response:
    """The prices in force: the register's entries of kind `price_list`."""
    return respond(offered.current(ask.records, ask.ctx.now()))


@router.get("/tickets/{ticket}/deviations", responses=returns("TicketDeviations"))
def ticket_deviations(ask: Annotated[Ask, allowed("ticket.read")], ticket: str) -> Response:
    """Where what was delivered is not what was agreed: time, place, fees, prices, content (S4 8.2, 8.3.1)."""
    return respond(offered.of_ticket(ask.records, read.own_ticket(ask, ticket), ask.caller))


@router.get("/reports/deviations", responses=returns("DeviationReport"))
def deviation_report(ask: Read, start: From = None, end: To = None) -> Response:
    """The same of all tickets received in a period, by default of 30 days."""
    first, last = ordered(*period(start, end, until=ask.ctx.now(), back=30 * DAY), least=1)
    found = offered.of_period(ask.records, first, last, ask.caller)
    return respond({"from": iso(first), "to": iso(last), **found})


@router.get("/reports/charges", responses=returns("ChargeReport"))
def charge_report(ask: Read, start: From = None, end: To = None) -> Response:
    """What was charged in a period, held against the price list of the day of its quote (S3 3.5(1))."""
    first, last = ordered(*period(start, end, until=ask.ctx.now(), back=30 * DAY), least=1)
    found = offered.charges(ask.records, first, last, ask.caller)
    return respond({"from": iso(first), "to": iso(last), **found})
