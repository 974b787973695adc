"""The forms of a ticket, as data, PDF and CSV; and the customer's sign-off."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from api import auditing, read, serviceform, views
from api.access import Ask, allowed
from api.actions import Json, perform, respond
from api.body import Body
from api.localtime import reader
from api.openapi import Responses, returns, takes
from api.roles import may
from api.servicewords import FEEDBACK, RECORD, Form
from service.after import signoff
from service.records.base import Row, Where
from telemetry.errors import Denied, Invalid

router = APIRouter(tags=["tickets"])
Read = Annotated[Ask, allowed("ticket.read")]
Reason = Annotated[str | None, Query(min_length=3, max_length=200)]
LARGEST = 4_000_000  # pixels of a signature


class Papers(NamedTuple):
    """What a form is made of, as its reader may see it. `signature`: the file, where it may be seen; `photos`: id and
    SHA-256 of each photo of the work, None for one that is gone."""

    ticket: Row
    visit: Row | None
    survey: Row | None
    signature: Path | None
    changed: bool
    photos: list[Json]


async def _papers(ask: Ask, ticket: str, reason: str | None) -> Papers:
    """Personal fields are masked for people; who needs them in full gives a reason, which is audited (S1 8.5)."""
    row = await run_in_threadpool(read.own_ticket, ask, ticket)
    if reason is not None:
        if not may(ask.caller.role, "personal.read"):
            raise Denied(f"role {ask.caller.role} may not personal.read")
        await auditing.told(ask, "privacy.reveal", f"ticket:{ticket}", {"reason": reason})
    return await run_in_threadpool(_read, ask, row, reason is not None)


def _read(ask: Ask, row: Row, revealed: bool) -> Papers:
    if revealed:
        shown = views.ticket(row, None, personal=True)
    else:
        shown = read.tickets(ask.records, [row], ask.caller, timeline=False)[0]
    full = not shown["masked"]
    survey = ask.records.get("surveys", row["id"])
    if survey is not None:
        survey = views.seen("surveys", survey, personal=full, person=row["customer"])
    visit = ask.records.get("visits", row["visit"]) if row["visit"] else None
    fields = row["fields"] or {}
    signature = (fields.get("sign_off") or {}).get("signature")
    file = _file(ask, signature) if full and signature is not None else None
    return Papers(shown, visit, survey, file, signoff.changed(row["id"], fields), _photos(ask, fields))


def _photos(ask: Ask, fields: Row) -> list[Json]:
    ids = list((fields.get("service") or {}).get("photos") or ())
    rows = ask.records.find("attachments", [Where("id", "in", ids)], limit=len(ids)) if ids else []
    kept = {row["id"]: row["sha256"] for row in rows}
    return [{"id": each, "sha256": kept.get(each)} for each in ids]


def _file(ask: Ask, attachment: str) -> Path | None:
    """Where an attachment lies, if it does."""
    row = ask.records.get("attachments", attachment)
    if row is None or not row["sha256"]:
        return None
    path = ask.ctx.settings.attachments / row["sha256"][:2] / row["sha256"]
    return path if path.is_file() else None


def _filled(form: Form, papers: Papers) -> Json:
    return serviceform.fill(
        form, papers.ticket, papers.visit, papers.survey, changed=papers.changed, photos=papers.photos
    )


def _link(ask: Ask, papers: Papers) -> str | None:
    """Where the customer may answer, for those who talk to customers; whoever did the work is not among them."""
    survey = papers.survey
    if survey is None or survey["state"] != "invited" or not may(ask.caller.role, "ticket.follow-up"):
        return None
    row = ask.records.get("surveys", survey["id"]) or {}
    base = ask.ctx.backend.policy.front.public_url or str(ask.request.base_url)
    return f"{base.rstrip('/')}/s/{row['token']}" if row.get("token") else None


def _drawn(ask: Ask, form: Form, papers: Papers) -> bytes:
    from api.servicepdf import draw  # noqa: PLC0415 - loads a library that few starts need

    signature = papers.signature.read_bytes() if papers.signature is not None else None
    told = reader(ask.ctx.backend.zone)
    return draw(_filled(form, papers), form, told, ask.ctx.now(), signature, _link(ask, papers))


Answerer = Callable[[Ask, str, str | None], Awaitable[Response]]


def _answers(form: Form) -> dict[str, Answerer]:
    """How the form is given, by the ending of its path."""

    async def data(ask: Ask, ticket: str, reason: str | None) -> Response:
        papers = await _papers(ask, ticket, reason)
        link = await run_in_threadpool(_link, ask, papers)
        return respond({**_filled(form, papers), "masked": papers.ticket["masked"], "survey_link": link})

    async def pdf(ask: Ask, ticket: str, reason: str | None) -> Response:
        papers = await _papers(ask, ticket, reason)
        content = await run_in_threadpool(_drawn, ask, form, papers)
        return _sent(content, "application/pdf", f"{form.id}-{ticket}.pdf")

    async def table(ask: Ask, ticket: str, reason: str | None) -> Response:
        papers = await _papers(ask, ticket, reason)
        content = serviceform.table(_filled(form, papers), reader(ask.ctx.backend.zone))
        return _sent(content.encode(), "text/csv; charset=utf-8", f"{form.id}-{ticket}.csv")

    return {"": data, ".pdf": pdf, ".csv": table}


def _sent(content: bytes, media: str, name: str) -> Response:
    return Response(content, media_type=media, headers={"Content-Disposition": f'inline; filename="{name}"'})


def _media(media: str) -> Responses:
    schema = {"type": "string", "format": "binary"} if media == "application/pdf" else {"type": "string"}
    return {200: {"description": "The form", "content": {media: {"schema": schema}}}}


RESPONSES = {"": returns("ServiceForm"), ".pdf": _media("application/pdf"), ".csv": _media("text/csv")}
FORMS: dict[str, tuple[str, Form]] = {
    "service-record": ("record_form", RECORD),
    "feedback-form": ("feedback_form", FEEDBACK),
}


def _serve(path: str, name: str, form: Form) -> None:
    for ending, give in _answers(form).items():

        def route(give: Answerer = give) -> Callable[..., Awaitable[Response]]:
            async def serve(ask: Read, ticket: str, reason: Reason = None) -> Response:
                return await give(ask, ticket, reason)

            return serve

        router.add_api_route(
            f"/tickets/{{ticket}}/{path}{ending}", route(), methods=["GET"],
            name=f"{name}{ending.replace('.', '_')}", summary=f"{form.en} ({form.id})", responses=RESPONSES[ending],
        )  # fmt: skip


for _path, (_name, _form) in FORMS.items():
    _serve(_path, _name, _form)


@router.post("/tickets/{ticket}/sign-off", responses=returns("Ticket"), openapi_extra=takes("SignOff"))
async def sign_off_ticket(ask: Annotated[Ask, allowed("ticket.sign-off")], ticket: str, body: Body) -> Response:
    """The customer signs measure, parts and charges as shown, or says why not (S3 3.4(4), S1 8.4)."""
    sent = {key: value for key, value in body.items() if key != "signature_sha256"}
    if isinstance(body.get("signature"), str):
        sent["signature_sha256"] = await run_in_threadpool(_signature, ask, ticket, body["signature"])

    return await perform(ask, "ticket.sign-off", ticket, sent, read.ticket(ask))


def _signature(ask: Ask, ticket: str, attachment: str) -> str:
    """The SHA-256 of an attached signature. Raises Invalid unless it is a PNG of this ticket, of a size to print."""
    row = ask.records.get("attachments", attachment)
    path = _file(ask, attachment)
    if row is None or path is None or row["ticket"] not in (None, ticket):
        raise Invalid({"signature": f"there is no attachment {attachment[:40]} of this ticket"})
    with path.open("rb") as file:
        head = file.read(24)
    if row["type"] != "image/png" or not 0 < _pixels(head) <= LARGEST:
        raise Invalid({"signature": f"must be a PNG of at most {LARGEST} pixels"})
    return str(row["sha256"])


def _pixels(head: bytes) -> int:
    """Width times height by the header of a PNG."""
    return int.from_bytes(head[16:20], "big") * int.from_bytes(head[20:24], "big")
