"""Personal data: look at it with a reason, hold it, give a person theirs, let it go; and what is kept of whom."""

from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from api import auditing, persons, privacypage, read, views
from api.access import Ask, allowed
from api.actions import Render, perform, respond
from api.body import Body, shaped
from api.context import Ctx
from api.lists import Page, answer, page
from api.openapi import lists, returns, takes
from api.roles import MAY
from api.schema.privacy import HoldEnd, NewHold, PersonAsked, Reveal
from api.tables import HOLDS
from service.policy import Policy
from service.privacy.files import sweep
from service.privacy.matrix import matrix
from service.privacy.state import person_key
from service.records.base import Row
from telemetry.errors import Invalid, NotFound

public = APIRouter(tags=["privacy"])
router = APIRouter(tags=["privacy"])
Json = dict[str, Any]
Personal = Annotated[Ask, allowed("personal.read")]


@public.get("/privacy", responses={200: {"content": {"text/html": {}}}}, include_in_schema=False)
def privacy_page(ctx: Ctx) -> Response:
    """What is kept of people, why, how long and who sees it: for everybody, in Chinese and English (S1 4.3.2)."""
    return HTMLResponse(privacypage.html(matrix(MAY, _policy(ctx))))


@public.get("/privacy.css", include_in_schema=False)
def privacy_style() -> Response:
    return Response(privacypage.STYLE, media_type="text/css; charset=utf-8")


@router.get("/privacy/matrix", responses=returns("PrivacyMatrix"))
def privacy_matrix(ctx: Ctx) -> Response:
    """The same as data."""
    return respond(matrix(MAY, _policy(ctx)))


def _policy(ctx: Ctx) -> Policy:
    return ctx.backend.policy


async def _revealed(ask: Ask, table: str, key: str, body: Json) -> tuple[Row, Reveal, int]:
    """(the row, what was asked, the number of the audit row, written before a value leaves)."""
    asked = shaped(body, Reveal)
    row = await run_in_threadpool(ask.records.get, table, key)
    if row is None:
        raise NotFound(f"no {table.removesuffix('s')} {key}")
    said = msgspec.to_builtins(asked)
    told = await auditing.told(ask, "privacy.reveal", f"{table.removesuffix('s')}:{key}", said)
    return row, asked, told["audit"]


@router.post("/tickets/{ticket}/reveal", responses=returns("Ticket"), openapi_extra=takes(Reveal))
async def reveal_ticket(ask: Personal, ticket: str, body: Body) -> Response:
    """The ticket with its personal fields in full, or those that are named. Who, why and what is in the audit chain."""
    row, asked, number = await _revealed(ask, "tickets", ticket, body)
    lines = await run_in_threadpool(read.lines, ask.records, ticket)
    clear = asked.fields or ()
    shown = views.ticket(row, lines, personal=asked.fields is None, clear=clear)
    return respond(shown | {"audit": number})


@router.post("/technicians/{technician}/reveal", responses=returns("Technician"), openapi_extra=takes(Reveal))
async def reveal_technician(ask: Personal, technician: str, body: Body) -> Response:
    row, asked, number = await _revealed(ask, "technicians", technician, body)
    shown = views.technician(row, personal=asked.fields is None, clear=asked.fields or ())
    return respond(shown | {"audit": number})


@router.post("/sites/{site}/reveal", responses=returns("Site"), openapi_extra=takes(Reveal))
async def reveal_site(ask: Personal, site: str, body: Body) -> Response:
    row, asked, number = await _revealed(ask, "sites", site, body)
    return respond(views.site(row, personal=asked.fields is None, clear=asked.fields or ()) | {"audit": number})


@router.post("/contacts/{contact}/reveal", responses=returns("Contact"), openapi_extra=takes(Reveal))
async def reveal_contact(ask: Personal, contact: str, body: Body) -> Response:
    return respond(await _row_revealed(ask, "contacts", contact, body))


@router.post("/surveys/{survey}/reveal", responses=returns("Survey"), openapi_extra=takes(Reveal))
async def reveal_survey(ask: Personal, survey: str, body: Body) -> Response:
    return respond(await _row_revealed(ask, "surveys", survey, body))


async def _row_revealed(ask: Ask, table: str, key: str, body: Json) -> Json:
    row, asked, number = await _revealed(ask, table, key, body)
    shown = views.seen(table, row, personal=asked.fields is None, clear=asked.fields or ())
    told: Json = views.times({name: value for name, value in shown.items() if name != "token"})
    return told | {"audit": number}


def _hold(ask: Ask) -> Render:
    return partial(views.logged, "holds", personal=read.personal(ask.caller))


@router.get("/holds", responses=lists("Hold"))
def holds(ask: Annotated[Ask, allowed("hold.read")], paging: Page) -> Response:
    """Legal holds, newest first; ended ones too."""
    rows, following, total = page(ask.records, HOLDS, paging)
    return respond(answer(list(map(_hold(ask), rows)), following, total))


@router.post("/holds", responses=returns("Hold", status=201), openapi_extra=takes(NewHold))
async def place_hold(ask: Annotated[Ask, allowed("hold.place")], body: Body) -> Response:
    """Keep a ticket, a person or all of a cabinet beyond its term. A phone number becomes its key at once."""
    asked = shaped(body, NewHold)
    if (asked.subject is None) == (asked.phone is None):
        raise Invalid({"subject": "name either a subject or a phone"})
    subject = asked.subject or f"person:{person_key(ask.ctx.settings.secret, asked.phone or '')}"
    sent = {"subject": subject, "reason": asked.reason, "until": asked.until}
    return await perform(ask, "hold.place", "", sent, _hold(ask))


@router.delete("/holds/{hold}", responses=returns("Hold"), openapi_extra=takes(HoldEnd))
async def end_hold(ask: Annotated[Ask, allowed("hold.end")], hold: str, body: Body) -> Response:
    """End a hold, with the reason; its row stays."""
    return await perform(ask, "hold.end", hold, msgspec.to_builtins(shaped(body, HoldEnd)), _hold(ask))


@router.post("/persons/find", responses=returns("PersonFound"), openapi_extra=takes(PersonAsked))
async def find_person(ask: Personal, body: Body) -> Response:
    """The cases of one phone number, masked."""
    return respond(await persons.find(ask, shaped(body, PersonAsked)))


@router.post("/persons/export", responses=returns("PersonData"), openapi_extra=takes(PersonAsked))
async def export_person(ask: Annotated[Ask, allowed("person.export")], body: Body, archive: bool = False) -> Response:
    """Everything that is kept of one phone number, for that person (PIPL 45). `archive=true`: a ZIP with the files."""
    found = await persons.export(ask, shaped(body, PersonAsked))
    if not archive:
        return respond(found)
    content = await run_in_threadpool(persons.zipped, ask.ctx.settings.attachments, ask.records, found)
    return Response(content, media_type="application/zip", headers={
        "Content-Disposition": f'attachment; filename="person-{found["person"]}.zip"'
    })  # fmt: skip


@router.post("/persons/erase", responses=returns("Erasure"), openapi_extra=takes(PersonAsked))
async def erase_person(ask: Annotated[Ask, allowed("person.erase")], body: Body) -> Response:
    """Empty everything personal of one phone number (PIPL 47), but what a hold, an open case or a law keeps."""
    certificate = await persons.erase(ask, shaped(body, PersonAsked))
    await run_in_threadpool(sweep, ask.records, ask.ctx.settings.attachments)
    return respond(certificate)
