"""Lots: checks before they are sold, and the file of one lot."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import lotview
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import LOT_CHECKS

router = APIRouter(tags=["recalls"])
Read = Annotated[Ask, allowed("lot.read")]


@router.get("/lot-checks", responses=lists("LotCheck"))
def lot_checks(ask: Read, paging: Page) -> Response:
    """The register of checks; `q`: `sku lot stage ok counts by at`, as in `stage:outbound ok:false`."""
    rows, following, total = page(ask.records, LOT_CHECKS, paging)
    return respond(answer([lotview.check(row) for row in rows], following, total))


@router.post("/lot-checks", responses=returns("NotedLotCheck", status=201), openapi_extra=takes("NewLotCheck"))
async def note_lot_check(ask: Annotated[Ask, allowed("lot-check.create")], body: Body) -> Response:
    """Note a check of a lot at purchase, outbound or before sale (S1 7.5.1, 7.5.2); the newest of a stage counts."""
    return await perform(ask, "lot-check.create", "", body, lotview.check)


@router.get("/lots/{sku}/{lot:path}", responses=returns("LotFile"))
def lot_by_name(ask: Read, sku: str, lot: str) -> Response:
    """One lot: its checks, where it lies and lay, and how warm the air was there."""
    return respond(lotview.lot(ask.records, ask.ctx.backend.series, sku, lot, ask.ctx.now()))
