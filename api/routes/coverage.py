"""Coverage: when nobody serves, who serves now, which cabinets nobody is near, and the load of each head."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import coverview
from api.access import Ask, allowed
from api.actions import respond
from api.openapi import returns
from api.period import From, To, span
from api.query import time
from telemetry.units import DAY

router = APIRouter(tags=["registers"])
Read = Annotated[Ask, allowed("staff.read")]


@router.get("/coverage", responses=returns("Coverage"))
def coverage(ask: Read, start: From = None, end: To = None) -> Response:
    """The required hours of each channel (S1 6.3) and every hole in them; without a period, the next 7 days."""
    first, last = span(ask.ctx.now(), start, end, ask.ctx.backend.policy.coverage_days * DAY)
    return respond(coverview.coverage(ask.records, ask.ctx.backend.policy, first, last, ask.ctx.now()))


@router.get("/on-duty", responses=returns("DutyList"))
def on_duty(ask: Read, at: str | None = None) -> Response:
    """Who serves at an instant, now if none is given."""
    when = time("at", at) if at else ask.ctx.now()
    return respond(coverview.on_duty(ask.records, ask.ctx.backend.policy, when))


@router.get("/coverage/map", responses=returns("CoverageMap"))
def coverage_map(ask: Read) -> Response:
    """Cabinets farther from every technician's start and service point than the policy allows (S2 1.3)."""
    return respond(coverview.uncovered(ask.records, ask.ctx.backend.policy))


@router.get("/staff-load", responses=returns("StaffLoad"))
def staff_load(ask: Read, start: From = None, end: To = None) -> Response:
    """Tickets and visits per head (S1 5.2.1), by default of 30 days; the share of service managers (S2 2.2)."""
    first, last = span(ask.ctx.now(), start, end, -30 * DAY)
    return respond(coverview.load(ask.records, ask.ctx.backend.policy, first, last))
