"""The monthly report as data, PDF and CSV, and the reliability of the fleet."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api import assessing, monthly
from api.access import Ask, allowed
from api.actions import respond
from api.openapi import Responses, returns
from api.period import From, To, span
from telemetry.units import DAY

router = APIRouter(tags=["reports"])
Read = Annotated[Ask, allowed("report.read")]
MonthName = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-10"])]


def _media(media: str, schema: dict[str, str]) -> Responses:
    return {200: {"description": "The report", "content": {media: {"schema": schema}}}}


def _sent(content: bytes, media: str, name: str) -> Response:
    return Response(content, media_type=media, headers={"Content-Disposition": f'inline; filename="{name}"'})


@router.get("/reports/monthly", responses=returns("MonthlyReport"))
def monthly_report(ask: Read, month: MonthName) -> Response:
    """The figures of a month. Tickets add up: carried over + opened = closed + still open."""
    return respond(monthly.collect(ask.records, ask.ctx.backend.policy, month, ask.ctx.now()))


@router.get("/reports/monthly.csv", responses=_media("text/csv", {"type": "string"}))
def monthly_rows(ask: Read, month: MonthName) -> Response:
    """The raw rows of a month, one for each ticket, visit and invitation: every figure is a sum over them."""
    content = monthly.table(ask.records, ask.ctx.backend.policy, month, ask.ctx.now())
    return _sent(content.encode("utf-8-sig"), "text/csv; charset=utf-8", f"vendwatch-{month}.csv")


@router.get("/reports/monthly.pdf", responses=_media("application/pdf", {"type": "string", "format": "binary"}))
def monthly_pdf(ask: Read, month: MonthName, lang: Literal["en", "zh"] | None = None) -> Response:
    """The report to show to a client, in Chinese with English beside it, or in English alone."""
    from api.monthlypdf import draw  # noqa: PLC0415 - loads a library that few starts need

    report = monthly.collect(ask.records, ask.ctx.backend.policy, month, ask.ctx.now())
    content = draw(report, "en" if lang == "en" else "zh")
    return _sent(content, "application/pdf", f"vendwatch-{month}.pdf")


@router.get("/reports/reliability", responses=returns("Reliability"))
def reliability(ask: Read, start: From = None, end: To = None) -> Response:
    """MTBF, MTTR and availability of the fleet, by model and firmware; the last 30 days if no period is given."""
    first, last = span(ask.ctx.now(), start, end, -30 * DAY)
    return respond(assessing.reliability(ask.records, first, min(last, ask.ctx.now())))
