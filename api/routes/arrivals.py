"""What people say of an arrival, and how punctual arrivals are."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import read
from api.access import Ask, allowed
from api.actions import Json, Render, perform, respond
from api.body import Body
from api.openapi import returns, takes
from api.query import time
from api.views import iso
from service.proof.punctuality import report
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid
from telemetry.units import DAY

router = APIRouter(tags=["dispatch"])
LONGEST = 400 * DAY
MOST = 50_000
_AT_ONCE = 500


def _visit(ask: Ask) -> Render:
    def show(row: Json) -> Json:
        return read.visits(ask.records, [row], ask.caller)[0]

    return show


@router.post("/visits/{visit}/correct", responses=returns("Visit"), openapi_extra=takes("ArrivalCorrection"))
async def correct_visit(ask: Annotated[Ask, allowed("visit.correct")], visit: str, body: Body) -> Response:
    """Another time of arrival, with its reason: level and proofs stay, the old time is kept, clocks are recounted."""
    return await perform(ask, "visit.correct", visit, body, _visit(ask))


@router.post("/visits/{visit}/confirm", responses=returns("Visit"), openapi_extra=takes("ArrivalConfirmation"))
async def confirm_visit(ask: Annotated[Ask, allowed("visit.confirm")], visit: str, body: Body) -> Response:
    """Take a provisional arrival as proven, with a reason."""
    return await perform(ask, "visit.confirm", visit, body, _visit(ask))


@router.get("/reports/arrivals", responses=returns("ArrivalReport"))
def arrivals(
    ask: Annotated[Ask, allowed("report.read")],
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
    technician: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Punctuality, lateness and distance of the visits accepted in a period (the last 30 days)."""
    last = time("to", end) if end else ask.ctx.now()
    first = time("from", start) if start else last - 30 * DAY
    if not 0 < last - first <= LONGEST:
        raise Invalid({"to": "must lie after `from`, by at most 400 days"})
    rows = _accepted(ask.records, first, last, technician)
    found = report(rows, _tickets(ask.records, rows), ask.ctx.now())
    return respond({"from": iso(first), "to": iso(last), **found})


def _accepted(records: RecordStore, first: int, last: int, technician: str | None) -> list[Row]:
    where = [Where("accepted", ">=", first), Where("accepted", "<", last)]
    if technician is not None:
        where.append(Where("technician", "=", technician))
    if records.count("visits", where) > MOST:
        raise Invalid({"from": f"the period holds more than {MOST} visits; ask for a shorter one"})
    return records.find("visits", where, ["accepted", "id"], MOST)


def _tickets(records: RecordStore, visits: Sequence[Row]) -> dict[str, Row]:
    keys = list(dict.fromkeys(key for visit in visits for key in visit["tickets"] or ()))
    found: dict[str, Row] = {}
    for n in range(0, len(keys), _AT_ONCE):
        for row in records.find("tickets", [Where("id", "in", keys[n : n + _AT_ONCE])], ["id"], _AT_ONCE):
            found[row["id"]] = row
    return found
