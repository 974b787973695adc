"""The parts register: what vans and depots have, and what is proposed to be ordered."""

from typing import Annotated

from fastapi import APIRouter, Response

from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import STOCK
from api.views import plain

router = APIRouter(tags=["dispatch"])


@router.get("/stock", responses=lists("StockItem"))
def stock(ask: Annotated[Ask, allowed("stock.read")], paging: Page) -> Response:
    """Every line of the register; `q`: `holder kind part quantity order`, as in `order:>0` (to be ordered)."""
    rows, following, total = page(ask.records, STOCK, paging)
    return respond(answer([plain(row) for row in rows], following, total))


@router.post("/stock", responses=returns("StockItem"), openapi_extra=takes("StockCount"))
async def set_stock(ask: Annotated[Ask, allowed("stock.set")], body: Body) -> Response:
    """Write down what a holder has of a part: a technician's id is a van, any other name a depot."""
    return await perform(ask, "stock.set", "", body, plain)
