"""Indicators of the service by month, and what is done about those that were missed (S4 9.2)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api import indicatorrows, views
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.period import From, To, period
from api.tables import IMPROVEMENTS
from service.after.months import bounds, month_of
from service.calendars import Calendar
from service.records.base import Row
from telemetry.errors import Invalid, NotFound

router = APIRouter(tags=["improvements"])
Read = Annotated[Ask, allowed("improvement.read")]


@router.get("/indicators", responses=returns("Indicators"))
def indicators(
    ask: Read,
    month: Annotated[str | None, Query(max_length=10)] = None,
    start: From = None,
    end: To = None,
) -> Response:
    """The indicators of a month (`2026-10`; the present one) or of a period, each against its target."""
    since, until = _period(ask, month, start, end)
    found = indicatorrows.period(ask.records, ask.ctx.backend.policy, since, until)
    return respond({"from": views.iso(since), "to": views.iso(until), "items": found})


def _period(ask: Ask, month: str | None, start: str | None, end: str | None) -> tuple[int, int]:
    if (start is None) != (end is None) or (month is not None and start is not None):
        raise Invalid({"month": "name a month, or both from and to"})
    if start is not None and end is not None:
        return period(start, end, until=0, back=0)
    calendar = Calendar.china(ask.ctx.backend.zone)
    try:
        return bounds(calendar, month or month_of(calendar, ask.ctx.now()))
    except (ValueError, OverflowError):
        raise Invalid({"month": "a month as 2026-10"}) from None


def _shown(row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = views.times(row)
    return shown


@router.get("/improvements", responses=lists("Improvement"))
def improvements(ask: Read, paging: Page) -> Response:
    """What was opened because an indicator of a month missed its target, newest first."""
    rows, following, total = page(ask.records, IMPROVEMENTS, paging)
    return respond(answer([_shown(row) for row in rows], following, total))


@router.get("/improvements/{improvement}", responses=returns("Improvement"))
def improvement_by_id(ask: Read, improvement: str) -> Response:
    row = ask.records.get("improvements", improvement)
    if row is None:
        raise NotFound(f"no improvement {improvement}")
    return respond(_shown(row))


@router.patch("/improvements/{improvement}", responses=returns("Improvement"), openapi_extra=takes("ImprovementChange"))
async def change_improvement(
    ask: Annotated[Ask, allowed("improvement.patch")], improvement: str, body: Body
) -> Response:
    """Say who sees to it, and until when."""
    return await perform(ask, "improvement.patch", improvement, body, _shown)


@router.post(
    "/improvements/{improvement}/close", responses=returns("Improvement"), openapi_extra=takes("ImprovementDone")
)
async def close_improvement(
    ask: Annotated[Ask, allowed("improvement.close")], improvement: str, body: Body
) -> Response:
    """Done, with the result."""
    return await perform(ask, "improvement.close", improvement, body, _shown)


@router.post(
    "/improvements/{improvement}/drop", responses=returns("Improvement"), openapi_extra=takes("ImprovementDropped")
)
async def drop_improvement(ask: Annotated[Ask, allowed("improvement.drop")], improvement: str, body: Body) -> Response:
    """Not done, with the reason."""
    return await perform(ask, "improvement.drop", improvement, body, _shown)
