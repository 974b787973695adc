"""Public pages beside that of a cabinet: a model before it is bought, a technician's badge; and what feeds them."""

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api import badgepage, badges, modelpage, models
from api.access import Ask, allowed
from api.actions import respond
from api.context import Context, Ctx
from api.openapi import returns
from api.publicpage import Asked, Facts
from api.publicwords import Language
from api.routes.public import Refused, form_body, html, language_of
from api.views import iso
from service import badge
from telemetry.errors import Conflict, NotFound

router = APIRouter(tags=["registers"])
pages = APIRouter(include_in_schema=False)
NOT_VALID = 422
_LONGEST = 64  # characters of an id


def _language(request: Request, ctx: Context) -> Language:
    return language_of(request, "en" if ctx.backend.language == "en" else "zh")


@pages.get("/m/{model:path}")
def model_page(request: Request, ctx: Ctx, model: str) -> Response:
    """Specification, price, service and documents of a model (S0 4.1.2, 4.2.1)."""
    backend, now = ctx.backend, ctx.now()
    facts = Facts("", model, None, promises=models.promises_now(backend.records, now))
    asked = Asked(facts, backend.policy, _language(request, ctx))
    found = models.published(backend.records, model, now)
    if found is None:
        return html(modelpage.unknown(asked, model[:_LONGEST]), 404)
    since = found.document["from"] if found.document is not None else now
    day = datetime.fromtimestamp(since / 1000, ZoneInfo(backend.policy.zone))
    return html(modelpage.page(asked, found, f"{day:%Y-%m-%d}"))


@router.get("/models", responses=returns("ModelPages"))
def model_pages(ask: Annotated[Ask, allowed("document.read")]) -> Response:
    """Every model with the address of its public page, and what is not published of it yet."""
    return respond({"items": models.pages(ask.records, ask.ctx.now())})


@router.get("/promises/consistency", responses=returns("PromiseConsistency"))
def promise_consistency(ask: Annotated[Ask, allowed("document.read")]) -> Response:
    """Whether what advertisements, warranty cards and agreements say is the promise in force (S2 7.1-7.3)."""
    return respond(models.consistency(ask.records, ask.ctx.now()))


@pages.get("/b/{technician}")
def badge_page(request: Request, ctx: Ctx, technician: str) -> Response:
    """The form on which a customer types the code of a badge; the same whether there is such a technician or not."""
    return html(badgepage.form(technician[:_LONGEST], _language(request, ctx)))


@pages.post("/b/{technician}")
async def badge_check(request: Request, ctx: Ctx, technician: str) -> Response:
    """Valid, or not valid: the same answer for a forged, an expired and a suspended badge. Bounded by address."""
    language, technician = _language(request, ctx), technician[:_LONGEST]
    try:
        wait = ctx.badges.attempt("badge", request.client.host if request.client else "", ctx.real())
        if wait:
            raise Refused(429, "badge_often", seconds=-(-wait // 1000))
        typed = _code(await form_body(request))
    except Refused as no:
        retry = {"Retry-After": str(no.values["seconds"])} if no.status == 429 else {}
        return html(badgepage.refused(technician, language, no.why, **no.values), no.status, retry)
    return await run_in_threadpool(_answer, ctx, technician, language, typed)


def _code(raw: bytes) -> str:
    """What was typed; nothing that can be read is no code."""
    given = parse_qs(raw.decode(errors="replace")).get("code", [""])
    return "".join(given[0].split())[:_LONGEST]


def _answer(ctx: Context, technician: str, language: Language, typed: str) -> Response:
    backend, moment = ctx.backend, ctx.backend.moment()
    found = badges.checked(backend.records, backend.policy, ctx.settings.secret, technician, typed, moment)
    if found is None:
        return html(badgepage.invalid(technician, language), NOT_VALID)
    at = datetime.fromtimestamp(moment.real / 1000, ZoneInfo(backend.policy.zone))
    return html(badgepage.valid(technician, language, found, f"{at:%Y-%m-%d %H:%M:%S}"))


@router.get("/technicians/{technician}/badge", responses=returns("Badge"))
def technician_badge(ask: Annotated[Ask, allowed("badge.read")], technician: str) -> Response:
    """The code that a technician's phone shows, and where a customer checks it. Technicians see their own only.

    Guard `badge`: not active, or no valid certificate.
    """
    if ask.caller.role == "technician" and ask.caller.technician != technician:
        raise NotFound(f"no technician {technician}")
    moment, policy = ask.ctx.backend.moment(), ask.ctx.backend.policy
    found, missing = badges.bearer(ask.records, policy, technician, moment.now)
    if "technician" in missing:
        raise NotFound(f"no technician {technician}")
    if missing:
        raise Conflict("badge", missing)
    path = badgepage.path(technician)
    return respond({
        "technician": technician, "name": found.name, "skills": found.skills,
        "code": badge.code(ask.ctx.settings.secret, technician, moment.real),
        "expires": iso(badge.expires(moment.real)), "url_path": path,
        "url": f"{policy.front.public_url or str(ask.request.base_url).rstrip('/')}{path}",
    })  # fmt: skip
