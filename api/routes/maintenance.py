"""Maintenance: windows in which the faults of a cabinet or a site are suppressed. Planned, seen and ended here."""

from typing import Annotated

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api import read, views
from api.access import Ask, allowed
from api.actions import Json, Render, perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import MAINTENANCE
from service.records.base import Row
from telemetry.errors import NotFound

router = APIRouter(tags=["faults"])


def _shown(ask: Ask) -> Render:
    return lambda row: views.maintenance(row, ask.ctx.now(), personal=read.personal(ask.caller))


def _row(ask: Ask, key: str) -> Row:
    row = ask.records.get("maintenance", key)
    if row is None:
        raise NotFound(f"no maintenance {key}")
    return row


@router.get("/maintenance", responses=lists("Maintenance"))
def maintenance(ask: Annotated[Ask, allowed("fault.read")], paging: Page) -> Response:
    """Every window, past ones too; keys of `q`: `id cabinet site by from to created ended`."""
    rows, following, total = page(ask.records, MAINTENANCE, paging)
    return respond(answer(list(map(_shown(ask), rows)), following, total))


@router.post("/maintenance", responses=returns("Maintenance", status=201), openapi_extra=takes("NewMaintenance"))
async def create_maintenance(ask: Annotated[Ask, allowed("maintenance.create")], body: Body) -> Response:
    """Faults of this cabinet or site are suppressed from `from` to `to`, 30 days at most."""
    return await perform(ask, "maintenance.create", "", body, _shown(ask))


@router.delete("/maintenance/{window}", responses=returns("Maintenance"))
async def end_maintenance(ask: Annotated[Ask, allowed("maintenance.end")], window: str) -> Response:
    """End a window now, or call it off; its row stays, with `ended` and `ended_by`. Guard: `over`."""
    row = await run_in_threadpool(_row, ask, window)
    planned = {field: row[field] for field in ("cabinet", "site", "from", "to")}

    def show(_: Json) -> Json:
        return _shown(ask)(_row(ask, window))

    return await perform(ask, "maintenance.end", window, planned, show)
