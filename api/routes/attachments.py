"""Photos and papers: the type is what the bytes say, the name on disk is their hash."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Annotated

import msgspec
from fastapi import APIRouter, Form, Response, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from api import read, views
from api.access import Ask, allowed
from api.actions import Json, once, respond
from api.lists import answer
from api.middleware import MIB
from api.openapi import lists, returns
from api.problems import HttpError
from service.records.base import Put, Row, Where
from telemetry.errors import Invalid, NotFound

router = APIRouter(tags=["attachments"])
_MANY = 1000
MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"%PDF-", "application/pdf"))


def sniffed(content: bytes) -> str:
    """The media type by the first bytes. Raises HttpError 415 for anything but PNG, JPEG and PDF."""
    for magic, media in MAGIC:
        if content.startswith(magic):
            return media
    raise HttpError(415, "only PNG, JPEG and PDF are taken")


def keep(folder: Path, content: bytes) -> str:
    """Write the bytes under their SHA-256, whole or not at all; the hash."""
    name = hashlib.sha256(content).hexdigest()
    path = folder / name[:2] / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    return name


@router.post("/attachments", responses=returns("Attachment", status=201))
async def create_attachment(
    ask: Annotated[Ask, allowed("attachment.create")], file: UploadFile, ticket: Annotated[str | None, Form()] = None
) -> Response:
    """Store a PNG, JPEG or PDF of at most 10 MiB, for a ticket if one is named."""
    content = await file.read()
    if len(content) > 10 * MIB:
        raise HttpError(413, "an attachment has at most 10 MiB")
    media, name = sniffed(content), Path(file.filename or "attachment").name[:100]

    async def run(action_id: str) -> tuple[int, Json]:
        if ticket is not None and await run_in_threadpool(ask.records.get, "tickets", ticket) is None:
            raise Invalid({"ticket": f"there is no ticket {ticket}"})
        sha256 = await run_in_threadpool(keep, ask.ctx.settings.attachments, content)
        row = {"id": f"A-{action_id[:16]}", "name": name, "type": media, "size": len(content), "sha256": sha256}
        row |= {"actor": ask.caller.actor().id, "ticket": ticket, "at": ask.ctx.now()}
        await run_in_threadpool(ask.records.write, [Put("attachments", row)])
        return 201, views.plain(row)

    digest = await run_in_threadpool(lambda: hashlib.sha256(content).hexdigest())
    status, row, _ = await once(ask, run, msgspec.json.encode((name, ticket, digest)))
    return respond(row, status)


@router.get("/tickets/{ticket}/attachments", responses=lists("Attachment"))
def attachments_of_ticket(ask: Annotated[Ask, allowed("attachment.read")], ticket: str) -> Response:
    """The files of a ticket that its reader may see, photos of its service record among them, oldest first."""
    service = (read.own_ticket(ask, ticket)["fields"] or {}).get("service") or {}
    photos = list(service.get("photos") or ())  # one of a visit for several tickets is stored under the first of them
    wheres = [Where("ticket", "=", ticket), *([Where("id", "in", photos)] if photos else [])]
    rows = {row["id"]: row for each in wheres for row in ask.records.find("attachments", [each], ["at"], _MANY)}
    seen = [row for row in rows.values() if row["sha256"] is not None and row["purged"] is None and _may_see(ask, row)]
    found = sorted(seen, key=lambda row: (row["at"] or 0, row["id"]))
    return respond(answer([views.plain(row) for row in found], None, len(found)))


@router.get("/attachments/{attachment}", responses={200: {"content": {"application/octet-stream": {}}}})
def attachment_by_id(ask: Annotated[Ask, allowed("attachment.read")], attachment: str) -> Response:
    """The file, as a download. A technician gets own files, those of tickets of own visits, and papers that everybody
    may read; of others it is not told that there are any."""
    row = ask.records.get("attachments", attachment)
    kept = row is not None and row["sha256"] is not None and row["purged"] is None and _may_see(ask, row)
    path = ask.ctx.settings.attachments / row["sha256"][:2] / row["sha256"] if row and kept else None
    if row is None or path is None or not path.is_file():
        raise NotFound(f"no attachment {attachment}")
    return FileResponse(path, media_type=row["type"], filename=row["name"])


def _may_see(ask: Ask, row: Row) -> bool:
    if ask.caller.role != "technician" or row["actor"] == ask.caller.actor().id:
        return True
    if row["ticket"] is None:
        return bool(ask.records.find("documents", [Where("attachment", "=", row["id"])], limit=1))
    return row["ticket"] in read.tickets_of(ask.records, ask.caller)
