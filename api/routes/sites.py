"""Sites: the places where cabinets stand."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.tables import SITES
from telemetry.errors import NotFound

router = APIRouter(tags=["sites"])


@router.get("/sites", responses=lists("Site"))
def sites(ask: Annotated[Ask, allowed("fleet.read")], paging: Page) -> Response:
    rows, following, total = page(ask.records, SITES, paging)
    return respond(answer(read.sites(rows, ask.caller), following, total))


@router.post("/sites", responses=returns("Site", status=201), openapi_extra=takes("NewSite"))
async def create_site(ask: Annotated[Ask, allowed("site.create")], body: Body) -> Response:
    return await perform(ask, "site.create", "", body, lambda row: read.sites([row], ask.caller)[0])


@router.get("/sites/{site}", responses=returns("Site"))
def site_by_id(ask: Annotated[Ask, allowed("fleet.read")], site: str) -> Response:
    row = ask.records.get("sites", site)
    if row is None:
        raise NotFound(f"no site {site}")
    return respond(read.sites([row], ask.caller)[0])


@router.patch("/sites/{site}", responses=returns("Site"), openapi_extra=takes("SiteChange"))
async def patch_site(ask: Annotated[Ask, allowed("site.patch")], site: str, body: Body) -> Response:
    return await perform(ask, "site.patch", site, body, lambda row: read.sites([row], ask.caller)[0])
