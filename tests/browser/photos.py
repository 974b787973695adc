"""Pictures as a phone takes them, and the files of a ticket."""

from io import BytesIO
from typing import Any

from fastapi import Response
from PIL import Image
from playwright.sync_api import FilePayload

from tests.browser.fleet import NOW, iso

Json = dict[str, Any]
WORK, SIGNED, PAPER = "A-00000000000000aa", "A-00000000000000bb", "A-00000000000000cc"
_EXIF_MAKE = 0x010F


def jpeg(colour: str, size: tuple[int, int] = (2400, 1200)) -> bytes:
    """A picture with what a camera notes beside it."""
    out, noted = BytesIO(), Image.Exif()
    noted[_EXIF_MAKE] = "Canny"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=noted)
    return out.getvalue()


def taken(*colours: str) -> list[FilePayload]:
    """Pictures for a file input."""
    return [FilePayload(name=f"{c}.jpg", mimeType="image/jpeg", buffer=jpeg(c)) for c in colours]


def _file(key: str, name: str, media: str) -> Json:
    told = {"size": 204_800, "ticket": "T-000001", "actor": "W-0001", "at": iso(NOW)}
    return {"id": key, "name": name, "type": media, **told}


def files() -> Json:
    items = [
        _file(WORK, "V-000001.jpg", "image/jpeg"), _file(SIGNED, "signature.png", "image/png"),
        _file(PAPER, "contract.pdf", "application/pdf"),
    ]  # fmt: skip
    return {"items": items, "next": None, "total": len(items)}


def done() -> Json:
    """A ticket whose record of service names two photos, one of which is no longer kept."""
    return {"state": "verifying", "fields": {"service": {"measure": "repaired", "photos": [WORK, "A-gone"]}}}


def _content(*_: Any) -> Response:
    sent = {"Content-Disposition": 'attachment; filename="x.jpg"'}
    return Response(jpeg("teal", (800, 600)), media_type="image/jpeg", headers=sent)


GET: dict[str, Any] = {
    r"tickets/[^/]+/attachments": lambda *_: files(),
    r"attachments/([^/]+)": _content,
}
