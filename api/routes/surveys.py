"""The satisfaction survey: the public page behind the link, and what came of all answers."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from api import read, surveypage, views
from api.access import Ask, allowed
from api.actions import respond
from api.context import Context, Ctx
from api.lists import Page, answer, page
from api.openapi import lists, returns
from api.period import FOREVER, From, To, period
from api.tables import SURVEYS
from service.after.indicators import SCORES
from service.after.results import results
from service.model import Action, Actor, Answer
from service.records.base import Row, Where
from telemetry.errors import Unavailable
from telemetry.units import DAY

public = APIRouter(include_in_schema=False)
router = APIRouter(tags=["surveys"])
Read = Annotated[Ask, allowed("survey.read")]
CUSTOMER = Actor("customer", "customer")  # whoever holds the link; no role of the product
LONGEST = 500


@public.get("/survey.css")
def survey_style() -> Response:
    return Response(surveypage.STYLE, media_type="text/css; charset=utf-8")


@public.get("/s/{token}")
def survey_page(ctx: Ctx, token: str) -> Response:
    """The questions to whoever has the link (S1 6.4.8); without sign-in."""
    row = _invited(ctx, token)
    if row is None:
        return HTMLResponse(surveypage.said("unknown"), 404)
    if row["state"] == "answered":
        return HTMLResponse(surveypage.said("answered"))
    if row["state"] == "expired" or ctx.now() > row["expires"]:
        return HTMLResponse(surveypage.said("expired"), 410)
    return HTMLResponse(surveypage.form(row["id"]))


@public.post("/s/{token}")
async def survey_answer(ctx: Ctx, request: Request, token: str) -> Response:
    """Take the answer; the fold judges whether it may be given."""
    row = await run_in_threadpool(_invited, ctx, token)
    if row is None:
        return HTMLResponse(surveypage.said("unknown"), 404)
    given = _given(await request.form(max_files=0, max_fields=20))
    if len(given.get("other") or "") > LONGEST:
        return HTMLResponse(surveypage.form(row["id"], given, "long"), 422)
    action = Action(
        id=secrets.token_hex(16), actor=CUSTOMER, name="survey.answer", target=row["id"], body={"token": token, **given}
    )
    try:
        told = await ctx.backend.submit(action)
    except Unavailable:
        return HTMLResponse(surveypage.form(row["id"], given, "away"), 503)
    return _told(row, given, told)


def _invited(ctx: Context, token: str) -> Row | None:
    """The invitation that the link is of."""
    if len(token) > 64 or not token.isalnum():
        return None
    return next(iter(ctx.backend.records.find("surveys", [Where("token", "=", token)], limit=1)), None)


def _given(form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a sent form: scores as numbers, remarks as text; what is empty or strange is left out."""
    scores = {name: int(v) for name in SCORES if (v := form.get(name)) in ("1", "2", "3", "4", "5")}
    other = form.get("other")
    words = other.strip().replace("\x00", "") if isinstance(other, str) else ""
    return {**scores, **({"other": words} if words else {})}


def _told(row: Row, given: dict[str, Any], told: Answer) -> Response:
    match told.status:
        case "ok":
            return HTMLResponse(surveypage.said("thanks"))
        case "invalid":
            return HTMLResponse(surveypage.form(row["id"], given, "empty"), 422)
        case "conflict":
            answered = told.body.get("guard") == "survey_answered"
            return HTMLResponse(surveypage.said("answered" if answered else "expired"), 409 if answered else 410)
    return HTMLResponse(surveypage.said("unknown"), 404)


@router.get("/surveys", responses=lists("Survey"))
def surveys(ask: Read, paging: Page) -> Response:
    """The invitations with their answers, newest first: the raw rows of every figure."""
    rows, following, total = page(ask.records, SURVEYS, paging)
    personal = read.personal(ask.caller)
    return respond(answer([_shown(row, personal) for row in rows], following, total))


def _shown(row: Row, personal: bool) -> dict[str, Any]:
    shown = views.seen("surveys", row, personal=personal)
    told: dict[str, Any] = views.times({key: value for key, value in shown.items() if key != "token"})
    return told


@router.get("/surveys/results", responses=returns("SurveyResults"))
def survey_results(
    ask: Read,
    start: From = None,
    end: To = None,
) -> Response:
    """What the invitations of a period (the last 30 days) brought: response rate, items, intervals (S4 9.1.1-9.1.3)."""
    since, until = period(start, end, until=ask.ctx.now() + 1, back=30 * DAY, longest=FOREVER)
    inside = [Where("invited", ">=", since), Where("invited", "<", until)]
    rows = ask.records.find("surveys", inside, limit=read.MANY)
    return respond({"from": views.iso(since), "to": views.iso(until), **results(rows)})
