"""Technicians and their visits."""

from typing import Annotated

from fastapi import APIRouter, Response

from api import read
from api.access import Ask, allowed
from api.actions import Json, Render, perform, respond
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.problems import HttpError
from api.tables import TECHNICIANS, VISITS
from api.views import times
from service.records.base import Where
from telemetry.errors import NotFound

router = APIRouter(tags=["dispatch"])
MOVES = {"accept": "Note", "decline": "Note", "depart": "Note", "check-in": "CheckIn", "finish": "WorkReport"}
ARRIVAL = ("level", "arrived_at", "provisional")


def _types_a_code(body: Json) -> bool:
    evidence = body.get("evidence")
    return isinstance(evidence, dict) and evidence.get("type") in ("rotating_code", "nfc")


def _unhurried(ask: Ask, visit: str) -> None:
    """Six digits can be guessed: after some wrong ones each further try waits longer. Raises HttpError 429."""
    wait = ask.ctx.codes.attempt(visit, ask.caller.id, ask.ctx.real())
    if wait:
        raise HttpError(429, "too many wrong codes", {"Retry-After": str(-(-wait // 1000))})


def _technician(ask: Ask) -> Render:
    return lambda row: read.technicians([row], ask.caller)[0]


@router.get("/technicians", responses=lists("Technician"))
def technicians(ask: Annotated[Ask, allowed("technician.read")], paging: Page) -> Response:
    rows, following, total = page(ask.records, TECHNICIANS, paging)
    return respond(answer(read.technicians(rows, ask.caller), following, total))


@router.post("/technicians", responses=returns("Technician", status=201), openapi_extra=takes("NewTechnician"))
async def create_technician(ask: Annotated[Ask, allowed("technician.create")], body: Body) -> Response:
    return await perform(ask, "technician.create", "", body, _technician(ask))


@router.get("/technicians/{technician}", responses=returns("Technician"))
def technician_by_id(ask: Annotated[Ask, allowed("technician.read")], technician: str) -> Response:
    row = ask.records.get("technicians", technician)
    if row is None:
        raise NotFound(f"no technician {technician}")
    return respond(read.technicians([row], ask.caller)[0])


@router.patch("/technicians/{technician}", responses=returns("Technician"), openapi_extra=takes("TechnicianChange"))
async def patch_technician(ask: Annotated[Ask, allowed("technician.patch")], technician: str, body: Body) -> Response:
    return await perform(ask, "technician.patch", technician, body, _technician(ask))


@router.get("/visits", responses=lists("Visit"))
def visits(ask: Annotated[Ask, allowed("visit.read")], paging: Page) -> Response:
    """Visits, newest first; a technician sees own ones. `code`: only for its technician and dispatchers."""
    rows, following, total = page(ask.records, VISITS, paging, read.own_visits(ask.caller))
    return respond(answer(read.visits(ask.records, rows, ask.caller), following, total))


@router.get("/visits/{visit}", responses=returns("Visit"))
def visit_by_id(ask: Annotated[Ask, allowed("visit.read")], visit: str) -> Response:
    rows = ask.records.find("visits", [Where("id", "=", visit), *read.own_visits(ask.caller)], limit=1)
    if not rows:
        raise NotFound(f"no visit {visit}")
    return respond(read.visit(ask)(rows[0]))


def _move(verb: str, shape: str) -> None:
    async def act(ask: Annotated[Ask, allowed(f"visit.{verb}")], visit: str, body: Body) -> Response:
        def show(row: Json) -> Json:
            arrival: Json = times({k: row[k] for k in ARRIVAL if k in row})
            return read.visit(ask)(row) | arrival

        typed = verb == "check-in" and _types_a_code(body)
        if typed:
            _unhurried(ask, visit)
        response = await perform(ask, f"visit.{verb}", visit, body, show)
        if typed and response.status_code == 200:
            ask.ctx.codes.succeed(visit, ask.caller.id)
        return response

    router.add_api_route(
        f"/visits/{{visit}}/{verb}", act, methods=["POST"], name=f"{verb.replace('-', '_')}_visit",
        summary=f"Move a visit: {verb}", responses=returns("Visit"), openapi_extra=takes(shape),
    )  # fmt: skip


for _verb, _shape in MOVES.items():
    _move(_verb, _shape)
