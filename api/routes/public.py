"""The public page of a cabinet, for whoever stands before it: no sign-in, no script; and its address for those who
print it on the label."""

import secrets
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import segno
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from api import publicpage
from api.access import Ask, allowed, foreign
from api.actions import respond
from api.context import Context, Ctx
from api.models import promises_now
from api.openapi import Responses, returns
from api.publicpage import Asked, Facts
from api.publicwords import Language
from api.routes.channels import out_of_order
from service.model import Action, Actor
from telemetry.errors import NotFound, Unavailable

router = APIRouter(tags=["cases"])
pages = APIRouter(include_in_schema=False)
Read = Annotated[Ask, allowed("fleet.read")]

LARGEST = 16 * 1024  # bytes of a report
LONGEST = {"kind": 20, "text": 500, "name": 100, "phone": 100}  # characters
FORM = "application/x-www-form-urlencoded"
PUBLIC = Actor(id="public", role="public")
_SVG: Responses = {200: {"description": "QR code", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


class Refused(Exception):
    """A report that is not taken: the status, and the word (`api/publicwords.py`) that says why."""

    def __init__(self, status: int, why: str, **values: object) -> None:
        super().__init__(why)
        self.status, self.why, self.values = status, why, values


def language_of(request: Request, otherwise: Language) -> Language:
    """The language that the link or the browser asks for (RFC 9110 12.5.4)."""
    asked = request.query_params.get("lang")
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    weighed = []
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        tag, _, weight = part.strip().lower().partition(";q=")
        weighed.append((-_weight(weight), place, tag.split("-")[0]))
    for _, _, tag in sorted(weighed):
        if tag in ("zh", "en"):
            return "zh" if tag == "zh" else "en"
    return otherwise


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _asked(request: Request, ctx: Context, cabinet: str) -> tuple[Asked, bool]:
    """The page that is wanted, and whether there is such a cabinet."""
    backend = ctx.backend
    language = language_of(request, "en" if backend.language == "en" else "zh")
    key = cabinet.upper()
    row = ctx.view.row(key)
    if row is None:
        return Asked(Facts(cabinet[:32], None, None), backend.policy, language), False
    record = backend.records.get("cabinets", key) or {}
    site = backend.records.get("sites", record["site"]) if record.get("site") else None
    down, promises = tuple(out_of_order(backend.records)), promises_now(backend.records, ctx.now())
    facts = Facts(key, record.get("model"), (site or {}).get("name"), down, promises)
    return Asked(facts, backend.policy, language), True


def html(body: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A public page, which nobody keeps."""
    sent = {"Cache-Control": "no-store", "Vary": "Accept-Language", **(headers or {})}
    return HTMLResponse(body, status, sent)


@pages.get("/c/page.css")
def style() -> Response:
    return Response(publicpage.STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@pages.get("/c/{cabinet}")
def public_page(request: Request, ctx: Ctx, cabinet: str) -> Response:
    """Rules, hours, contacts, privacy, and a form (S1 5.1.4)."""
    asked, known = _asked(request, ctx, cabinet)
    if not known:
        return html(publicpage.missing(asked), 404)
    return html(publicpage.page(asked))


@pages.post("/c/{cabinet}/report")
async def public_report(request: Request, ctx: Ctx, cabinet: str) -> Response:
    """Open a case from the form: its number, and until when it is answered."""
    asked, known = await run_in_threadpool(_asked, request, ctx, cabinet)
    try:
        if not known:
            raise Refused(404, "unknown", cabinet=asked.facts.cabinet)
        _unhurried(request, ctx)
        told = _fields(await form_body(request))
        ticket, due = await _open(ctx, asked, told)
    except Refused as no:
        retry = {"Retry-After": str(no.values["seconds"])} if no.status == 429 else {}
        return html(publicpage.refusal(asked, no.why, **no.values), no.status, retry)
    at = datetime.fromtimestamp(due / 1000, ZoneInfo(asked.policy.zone))
    return html(publicpage.thanks(asked, ticket, f"{at:%Y-%m-%d %H:%M}", phone="phone" in told), 201)


def _unhurried(request: Request, ctx: Context) -> None:
    """Every report counts, taken or not. Raises Refused."""
    wait = ctx.reports.attempt("report", request.client.host if request.client else "", ctx.real())
    if wait:
        raise Refused(429, "too_often", seconds=-(-wait // 1000))


async def form_body(request: Request) -> bytes:
    """What a form of our own pages sends, bounded. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM or foreign(request):
        raise Refused(415, "no_form")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > LARGEST:
        raise Refused(413, "too_large")
    taken = b""
    async for part in request.stream():
        taken += part
        if len(taken) > LARGEST:
            raise Refused(413, "too_large")
    return taken


def _fields(raw: bytes) -> dict[str, str]:
    """The form's fields that were filled in. Raises Refused."""
    try:
        given = parse_qs(raw.decode(), max_num_fields=20, errors="strict")
    except ValueError as error:
        raise Refused(422, "incomplete") from error
    told = {key: " ".join(given[key][0].replace("\0", "").split()) for key in LONGEST if key in given}
    told = {key: value for key, value in told.items() if value}
    if told.get("kind") not in publicpage.KINDS or "text" not in told:
        raise Refused(422, "incomplete")
    if any(len(value) > LONGEST[key] for key, value in told.items()):
        raise Refused(422, "incomplete")
    return told


async def _open(ctx: Context, asked: Asked, told: dict[str, str]) -> tuple[str, int]:
    """(ticket, until when somebody answers, ms) of the case that the report opened or joined. Raises Refused."""
    customer = {key: told[key] for key in ("name", "phone") if key in told}
    body: dict[str, Any] = {
        "kind": told["kind"], "summary": told["text"], "cabinet": asked.facts.cabinet, "channel": "qr",
        **({"customer": customer} if customer else {}),
    }  # fmt: skip
    action = Action(id=secrets.token_hex(16), actor=PUBLIC, name="ticket.report", target="", body=body)
    try:
        answer = await ctx.backend.submit(action)
    except Unavailable as away:
        raise Refused(503, "away") from away
    if answer.status != "created":
        raise Refused(422, "incomplete")
    return answer.body["ticket"], answer.body["due"]


def _link(ask: Ask, cabinet: str) -> dict[str, str]:
    key = cabinet.upper()
    if ask.ctx.view.row(key) is None:
        raise NotFound(f"no cabinet {cabinet}")
    path = publicpage.path(key)
    base = ask.ctx.backend.policy.front.public_url or str(ask.request.base_url).rstrip("/")
    return {"cabinet": key, "url_path": path, "url": f"{base}{path}"}


@router.get("/cabinets/{cabinet}/page-link", responses=returns("PageLink"))
def page_link(ask: Read, cabinet: str) -> Response:
    """The address of the cabinet's public page: `policy.public_url`, else the host that was asked."""
    return respond(_link(ask, cabinet))


@router.get("/cabinets/{cabinet}/page-qr.svg", responses=_SVG)
def page_qr(ask: Read, cabinet: str) -> Response:
    """The address as a QR code for the label. It proves no arrival: that code is `/cabinets/{id}/qr`."""
    drawn = BytesIO()
    segno.make(_link(ask, cabinet)["url"], error="m", micro=False).save(drawn, kind="svg", scale=4)
    return Response(drawn.getvalue(), media_type="image/svg+xml")
