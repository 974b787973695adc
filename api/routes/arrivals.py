"""What people say of an arrival, and how punctual arrivals are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from api import read
from api.access import Ask, allowed
from api.actions import perform, respond
from api.body import Body
from api.openapi import returns, takes
from api.period import From, To, ordered, period
from api.views import iso
from service.proof.distance import driven, point
from service.proof.punctuality import report
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid
from telemetry.units import DAY

router = APIRouter(tags=["dispatch"])
MOST = 50_000
_AT_ONCE = 500


@router.post("/visits/{visit}/correct", responses=returns("Visit"), openapi_extra=takes("ArrivalCorrection"))
async def correct_visit(ask: Annotated[Ask, allowed("visit.correct")], visit: str, body: Body) -> Response:
    """Another time of arrival, with its reason: level and proofs stay, the old time is kept, clocks are recounted."""
    return await perform(ask, "visit.correct", visit, body, read.visit(ask))


@router.post("/visits/{visit}/confirm", responses=returns("Visit"), openapi_extra=takes("ArrivalConfirmation"))
async def confirm_visit(ask: Annotated[Ask, allowed("visit.confirm")], visit: str, body: Body) -> Response:
    """Take a provisional arrival as proven, with a reason."""
    return await perform(ask, "visit.confirm", visit, body, read.visit(ask))


@router.get("/reports/arrivals", responses=returns("ArrivalReport"))
def arrivals(
    ask: Annotated[Ask, allowed("report.read")],
    start: From = None,
    end: To = None,
    technician: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Punctuality, lateness, distance and kilometres of the visits accepted in a period (the last 30 days)."""
    first, last = ordered(*period(start, end, until=ask.ctx.now(), back=30 * DAY), least=1)
    rows = _accepted(ask.records, first, last, technician)
    tickets = _by_id(ask.records, "tickets", (key for visit in rows for key in visit["tickets"] or ()))
    found = report(rows, tickets, ask.ctx.now(), _ways(ask, rows))
    return respond({"from": iso(first), "to": iso(last), **found})


def _accepted(records: RecordStore, first: int, last: int, technician: str | None) -> list[Row]:
    where = [Where("accepted", ">=", first), Where("accepted", "<", last)]
    if technician is not None:
        where.append(Where("technician", "=", technician))
    if records.count("visits", where) > MOST:
        raise Invalid({"from": f"the period holds more than {MOST} visits; ask for a shorter one"})
    return records.find("visits", where, ["accepted", "id"], MOST)


def _ways(ask: Ask, visits: Sequence[Row]) -> dict[str, float | None]:
    """The way to each visit, km."""
    cabinets, sites = (_by_id(ask.records, f"{noun}s", (v[noun] for v in visits)) for noun in ("cabinet", "site"))
    people = _by_id(ask.records, "technicians", (visit["technician"] for visit in visits))
    places = {v["id"]: point(cabinets.get(v["cabinet"]), sites.get(v["site"])) for v in visits}
    policy = ask.ctx.backend.policy
    zone = ZoneInfo(policy.zone)
    return driven(
        visits, places, {key: point(row) for key, row in people.items()},
        lambda ms: datetime.fromtimestamp(ms / 1000, zone).date(), policy.dispatch.detour,
    )  # fmt: skip


def _by_id(records: RecordStore, table: str, wanted: Iterable[str | None]) -> dict[str, Row]:
    keys = [key for key in dict.fromkeys(wanted) if key is not None]
    found: dict[str, Row] = {}
    for n in range(0, len(keys), _AT_ONCE):
        for row in records.find(table, [Where("id", "in", keys[n : n + _AT_ONCE])], ["id"], _AT_ONCE):
            found[row["id"]] = row
    return found
