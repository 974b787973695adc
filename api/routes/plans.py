"""Day plans: made beside everything else, looked at, and put into offers."""

import secrets
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from api import planning
from api.access import Ask, allowed
from api.actions import Json, once, perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import PLANS
from service.calendars import Calendar
from service.checks import demand, text
from service.records.base import Row
from telemetry.errors import Conflict, Invalid, NotFound

router = APIRouter(tags=["dispatch"])
AHEAD = timedelta(days=31)


def _row(ask: Ask, key: str) -> Row:
    row = ask.records.get("plans", key)
    if row is None:
        raise NotFound(f"no plan {key}")
    return row


def _show(ask: Ask, row: Row) -> Json:
    return planning.shown(row, ask.ctx.real(), ask.ctx.backend.policy.dispatch.plan_seconds)


def _day(ask: Ask, body: Json) -> date:
    """The day that is asked for: today in the policy's zone, or one of the month ahead. Raises Invalid."""
    demand(body, {"day": text}, ("day",))
    today = Calendar.china(ask.ctx.backend.policy.zone).local(ask.ctx.now()).date()
    try:
        day = date.fromisoformat(body["day"])
    except ValueError:
        raise Invalid({"day": "must be a date, as in 2026-11-22"}) from None
    if not today <= day <= today + AHEAD:
        raise Invalid({"day": f"must be from today to {AHEAD.days} days ahead"})
    return day


@router.get("/plans", responses=lists("Plan"))
def plans(ask: Annotated[Ask, allowed("plan.read")], paging: Page) -> Response:
    """Day plans, newest first; kept for 90 days."""
    rows, following, total = page(ask.records, PLANS, paging)
    return respond(answer([_show(ask, row) for row in rows], following, total))


@router.post("/plans", responses=returns("Plan", status=202), openapi_extra=takes("NewPlan"))
async def create_plan(ask: Annotated[Ask, allowed("plan.create")], body: Body) -> Response:
    """Begin to plan a day; `GET /plans/{id}` tells how far it is. One plan at a time. Guard: `planning`."""
    begun: list[tuple[str, date]] = []

    async def run(_: str) -> tuple[int, Json]:
        row, day = await run_in_threadpool(_begin, ask, body)
        begun.append((row["id"], day))
        return 202, _show(ask, row)

    status, result, _ = await once(ask, run)
    response = respond(result, status)
    if begun:
        response.background = BackgroundTask(planning.make, ask.ctx, *begun[0])
    return response


def _begin(ask: Ask, body: Json) -> tuple[Row, date]:
    day = _day(ask, body)
    seconds = ask.ctx.backend.policy.dispatch.plan_seconds
    if (other := planning.running(ask.records, ask.ctx.real(), seconds)) is not None:
        raise Conflict("planning", [other["id"]])
    return planning.begin(ask.ctx, f"P-{secrets.token_hex(5)}", day, ask.caller.id), day


@router.get("/plans/{plan}", responses=returns("Plan"))
def plan_by_id(ask: Annotated[Ask, allowed("plan.read")], plan: str) -> Response:
    """A plan with its state, progress (0 … 1) and, once done, its routes and what was left out."""
    return respond(_show(ask, _row(ask, plan)))


@router.post("/plans/{plan}/apply", responses=returns("Plan"))
async def apply_plan(ask: Annotated[Ask, allowed("plan.apply")], plan: str) -> Response:
    """Offer the plan's stops to their technicians; `outcome` names what has changed since and was left out. Guard:
    `state`."""
    row = await run_in_threadpool(_row, ask, plan)
    if row["state"] != "done":
        raise Conflict("state", ["done"])
    routes = [
        {
            "technician": route["technician"],
            "stops": [{"tickets": s["tickets"], "arrive": s["arrive"]} for s in route["stops"] if not s["accepted"]],
        }
        for route in row["result"]["routes"]
    ]

    def show(changed: Json) -> Json:
        return _show(ask, row | {key: value for key, value in changed.items() if key in row})

    return await perform(ask, "plan.apply", plan, {"routes": routes}, show)
