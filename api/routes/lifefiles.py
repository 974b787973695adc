"""The life file of a cabinet with one click (S0 4.1.9)."""

from collections.abc import Iterator
from typing import IO, Annotated

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api import auditing, lifefile
from api.access import Ask, allowed
from api.openapi import Responses
from telemetry.errors import NotFound

router = APIRouter(tags=["cabinets"])
_CHUNK = 256 << 10
_ZIP: Responses = {
    200: {
        "description": "Everything known of the cabinet: manifest.json, and each part as JSON and CSV",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/cabinets/{cabinet}/life-file", responses=_ZIP)
async def life_file(ask: Annotated[Ask, allowed("cabinet.life-file")], cabinet: str) -> StreamingResponse:
    """Register, faults, tickets, visits, parts, commands, events, firmware and food safety as one archive.

    Personal data is masked as everywhere; that it was taken stands in the audit log before it leaves.
    """
    if await run_in_threadpool(ask.records.get, "cabinets", cabinet) is None:
        raise NotFound(f"no cabinet {cabinet}")
    archive, manifest = await run_in_threadpool(lifefile.build, ask, cabinet)
    try:
        rows = {name: part["rows"] for name, part in manifest["parts"].items()}
        await auditing.note(ask, "life-file.exported", f"cabinet:{cabinet}", {"rows": rows})
    except BaseException:
        archive.close()
        raise
    sent = {"Content-Disposition": f'attachment; filename="life-file-{cabinet}.zip"'}
    return StreamingResponse(
        _chunks(archive), media_type="application/zip", headers=sent, background=BackgroundTask(archive.close)
    )


def _chunks(archive: IO[bytes]) -> Iterator[bytes]:
    while chunk := archive.read(_CHUNK):
        yield chunk
