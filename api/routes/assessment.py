"""The self-assessment in the manner of GB/T 27922."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import assessing
from api.access import Ask, allowed
from api.actions import respond
from api.openapi import returns
from api.period import From, To, span
from telemetry.units import DAY

router = APIRouter(tags=["reports"])


@router.get("/assessment", responses=returns("Assessment"))
def assessment(ask: Annotated[Ask, allowed("report.read")], start: From = None, end: To = None) -> Response:
    """Points by group and item, the band, and what is missing; over the last 90 days if no period is given."""
    first, last = span(ask.ctx.now(), start, end, -90 * DAY)
    return respond(assessing.assessment(ask.records, ask.ctx.backend.policy, first, last, ask.ctx.now()))
