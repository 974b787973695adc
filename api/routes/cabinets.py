"""Cabinets: register, look at, change, retire; their readings, events and accounting."""

from typing import Annotated, Any

import numpy as np
import segno
from fastapi import APIRouter, Query, Response

from api import views
from api.access import Ask, allowed
from api.actions import Json, once_with_secret, perform, respond, submit
from api.body import Body
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.period import FOREVER, From, To, period
from api.tables import EVENTS, QUARANTINE
from service.credentials import hashed
from service.model import Action
from service.records.base import Row, Where
from telemetry.errors import Invalid, NotFound
from telemetry.signals import unit_of
from telemetry.units import DAY, MINUTE

router = APIRouter(tags=["cabinets"])
Read = Annotated[Ask, allowed("fleet.read")]
COUNTED = ("received", "stored", "duplicate", "quarantined", "deferred", "late")
AHEAD = 10 * MINUTE  # readings up to 5 min ahead of us are accepted, so "until now" looks a little further


def _row(ask: Ask, cabinet: str) -> int:
    row = ask.ctx.view.row(cabinet)
    if row is None:
        raise NotFound(f"no cabinet {cabinet}")
    return row


def shown(ask: Ask, record: Row) -> dict[str, Any]:
    """The JSON of a cabinet from the row that the fold answered with."""
    row = np.array([_row(ask, record["id"])])
    return ask.ctx.view.render(row, {record["id"]: record})[0]


def _look(ask: Ask, cabinet: str) -> dict[str, Any]:
    return ask.ctx.view.render(np.array([_row(ask, cabinet)]))[0]


@router.get("/cabinets", responses=lists("Cabinet"))
def cabinets(ask: Read, paging: Page) -> Response:
    """The fleet, retired cabinets included; `q` knows id status health retired site model zone and every signal."""
    return respond(answer(*ask.ctx.view.page(paging)))


@router.post("/cabinets", responses=returns("CabinetWithCredential", status=201), openapi_extra=takes("NewCabinet"))
async def create_cabinet(ask: Annotated[Ask, allowed("cabinet.create")], body: Body) -> Response:
    """Register a cabinet. `credential` is shown this once: only a hash of the password is kept."""
    if "credential" in body:
        raise Invalid({"credential": "is made by the product"})

    async def run(action_id: str, secret: str) -> tuple[int, Json]:
        sent = body | {"credential": {"hash": hashed(secret)}}
        action = Action(id=action_id, actor=ask.caller.actor(), name="cabinet.create", target="", body=sent)
        return await submit(ask, action, lambda row: shown(ask, row))

    status, result, secret = await once_with_secret(ask, "cabinet", run)
    if status == 201:
        result = result | {"credential": {"username": result["id"], "password": secret}}
    return respond(result, status)


@router.get("/cabinets/{cabinet}", responses=returns("Cabinet"))
def cabinet_by_id(ask: Read, cabinet: str) -> Response:
    return respond(_look(ask, cabinet))


@router.patch("/cabinets/{cabinet}", responses=returns("Cabinet"), openapi_extra=takes("CabinetChange"))
async def patch_cabinet(ask: Annotated[Ask, allowed("cabinet.patch")], cabinet: str, body: Body) -> Response:
    if "credential" in body:
        raise Invalid({"credential": "cannot be changed here"})
    return await perform(ask, "cabinet.patch", cabinet, body, lambda row: shown(ask, row))


@router.delete("/cabinets/{cabinet}", responses=returns("Cabinet"))
async def retire_cabinet(ask: Annotated[Ask, allowed("cabinet.retire")], cabinet: str) -> Response:
    """Take a cabinet out of service; its history stays."""
    return await perform(ask, "cabinet.retire", cabinet, {}, lambda row: shown(ask, row))


@router.post("/cabinets/{cabinet}/replace-controller", responses=returns("Cabinet"), openapi_extra=takes("Reason"))
async def replace_controller(
    ask: Annotated[Ask, allowed("cabinet.replace-controller")], cabinet: str, body: Body
) -> Response:
    """Start a new epoch after a board swap or factory reset: its boots and seqs begin anew."""
    return await perform(ask, "cabinet.replace-controller", cabinet, body, lambda _: _look(ask, cabinet))


@router.get("/cabinets/{cabinet}/qr", responses=returns("Qr"))
def cabinet_qr(ask: Annotated[Ask, allowed("qr.read")], cabinet: str) -> Response:
    """The signed text for the cabinet's label, and its QR code as a data URI."""
    _row(ask, cabinet)
    payload = ask.ctx.backend.cabinet_qr(cabinet)
    image = segno.make(payload, error="m", micro=False).svg_data_uri(scale=4)
    return respond({"cabinet": cabinet, "payload": payload, "image": image})


@router.get("/cabinets/{cabinet}/series", responses=returns("Series"))
def series(
    ask: Read,
    cabinet: str,
    signal: Annotated[str, Query(min_length=1, max_length=100)],
    start: From = None,
    end: To = None,
    points: Annotated[int, Query(ge=1, le=100_000)] = 500,
) -> Response:
    """`[[ms, min, mean, max], …]`, oldest first, both ends included; without times the last 24 h."""
    _row(ask, cabinet)
    first, last = period(start, end, until=ask.ctx.now() + AHEAD, back=DAY + AHEAD, longest=FOREVER)
    found = ask.ctx.backend.series.read(cabinet, signal, first, last + 1, points)
    return respond({"cabinet": cabinet, "signal": signal, "unit": unit_of(signal), "points": found})


@router.get("/cabinets/{cabinet}/ingest", responses=returns("Ingest"))
def cabinet_ingest(ask: Read, cabinet: str) -> Response:
    """What came in, message by message; zeros for a cabinet that never spoke."""
    row = ask.records.get("accounting", cabinet)
    if row is None:
        _row(ask, cabinet)
    row = row or {}
    counted = {name: max(row.get(name) or 0, 0) for name in ("boot", "seq", *COUNTED)}
    return respond({"cabinet": cabinet, **counted, "gaps": row.get("gaps") or []})


@router.get("/cabinets/{cabinet}/quarantine", responses=lists("Quarantined"))
def cabinet_quarantine(ask: Read, cabinet: str, paging: Page) -> Response:
    """What could not be taken, and why; the newest 1,000 are kept."""
    rows, following, total = page(ask.records, QUARANTINE, paging, [Where("cabinet", "=", cabinet)])
    if not rows and ask.records.get("accounting", cabinet) is None:
        _row(ask, cabinet)
    return respond(answer([views.plain(row) for row in rows], following, total))


@router.get("/cabinets/{cabinet}/events", responses=lists("Event"))
def cabinet_events(ask: Read, cabinet: str, paging: Page) -> Response:
    """What the cabinet said happened: births, doors, vends, codes."""
    _row(ask, cabinet)
    where = [Where("cabinet", "=", cabinet)]
    rows, following, total = page(ask.records, EVENTS, paging, where)
    return respond(answer([views.plain(row) for row in rows], following, total))
