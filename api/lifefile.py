"""The life file of a cabinet: everything that is known of it in one archive (S0 4.1.9), as JSON and as CSV.

Every part is bounded: of more than `MOST` rows the newest are in it, and the manifest says how many were left out.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from api import csvtext, read, views
from api.access import Ask
from service.records.base import Row, Where
from service.visiting.stock import reported

Json = dict[str, Any]
MOST = 10_000
IN_MEMORY = 4 << 20  # bytes; what is larger is built on disk


class Found(NamedTuple):
    """Rows of a part as their reader may see them, newest first, and how many there are in all."""

    rows: Sequence[Json]
    total: int


Part = Callable[[Ask, str], Found]


def _table(table: str, order: str, show: Callable[[Ask, list[Row]], Sequence[Json]]) -> Part:
    """A part that is the rows of a table with the cabinet's id in `cabinet`."""

    def part(ask: Ask, cabinet: str) -> Found:
        mine = [Where("cabinet", "=", cabinet)]
        return Found(show(ask, ask.records.find(table, mine, [order], MOST)), ask.records.count(table, mine))

    return part


def _plain(_: Ask, rows: list[Row]) -> list[Json]:
    return [views.plain(row) for row in rows]


def _cabinet(ask: Ask, cabinet: str) -> Found:
    rows = ask.records.find("cabinets", [Where("id", "=", cabinet)])
    return Found(_plain(ask, rows), len(rows))


def _site(ask: Ask, cabinet: str) -> Found:
    site = (ask.records.get("cabinets", cabinet) or {}).get("site")
    rows = ask.records.find("sites", [Where("id", "=", site)]) if site else []
    return Found(read.sites(rows, ask.caller), len(rows))


def _timelines(ask: Ask, cabinet: str) -> Found:
    """The lines of the timelines of the tickets that are in the file."""
    lines = [{"ticket": t["id"], **line} for t in _TICKETS(ask, cabinet).rows for line in t["timeline"]]
    return Found(lines, len(lines))


def _parts(ask: Ask, cabinet: str) -> Found:
    """The parts that the reports of the visits name."""
    used = [
        {"visit": visit["id"], "at": visit["finished"], "technician": visit["technician"], "part": part, "quantity": n}
        for visit in _VISITS(ask, cabinet).rows
        for part, n in reported(((visit["evidence"] or {}).get("report") or {}).get("parts") or ())
    ]
    return Found(used, len(used))


_TICKETS = _table("tickets", "-n", lambda ask, rows: read.tickets(ask.records, rows, ask.caller))
_VISITS = _table("visits", "-offered", lambda ask, rows: read.visits(ask.records, rows, ask.caller))
PARTS: dict[str, Part] = {
    "cabinet": _cabinet,
    "site": _site,
    "faults": _table("episodes", "-onset", lambda ask, rows: read.faults(ask.records, rows)),
    "tickets": _TICKETS,
    "timelines": _timelines,
    "visits": _VISITS,
    "parts": _parts,
    "commands": _table("commands", "-created", lambda _, rows: [views.command(row) for row in rows]),
    "events": _table("events", "-ts", _plain),
    "firmware": _table("firmwares", "-at", _plain),
    "food_safety_log": _table("food_log", "-n", lambda _, rows: [dict(views.times(row)) for row in rows]),
    "maintenance": _table(
        "maintenance", "-created", lambda ask, rows: [views.maintenance(row, ask.ctx.now()) for row in rows]
    ),
    "recalls": _table("recall_tasks", "-created", _plain),
}
"""What a life file consists of; one line for each part."""


def build(ask: Ask, cabinet: str) -> tuple[IO[bytes], Json]:
    """(the archive, rewound; its manifest). Whoever asked closes the archive."""
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it outlives this function
    at = datetime.fromtimestamp(ask.ctx.now() / 1000, ZoneInfo(ask.ctx.backend.zone))
    manifest: Json = {"cabinet": cabinet, "made": views.iso(ask.ctx.now()), "by": ask.caller.actor().id, "parts": {}}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            found = part(ask, cabinet)
            manifest["parts"][name] = {
                "rows": len(found.rows), "left_out": max(0, found.total - len(found.rows)),
                **{f"{kind}_sha256": _put(archive, f"{name}.{kind}", at, make(found.rows)) for kind, make in _KINDS},
            }  # fmt: skip
        _put(archive, "manifest.json", at, _json(manifest))
    out.seek(0)
    return out, manifest


def _put(archive: zipfile.ZipFile, name: str, at: datetime, content: bytes) -> str:
    """Add a file; its SHA-256."""
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    archive.writestr(info, content)
    return hashlib.sha256(content).hexdigest()


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _csv(rows: Iterable[Json]) -> bytes:
    """One line for each row; what is nested is JSON in its cell."""
    rows = list(rows)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ([_cell(row.get(column)) for column in columns] for row in rows)
    return csvtext.text([columns, *lines]).encode("utf-8-sig")


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, list | tuple | dict) else value


_KINDS: tuple[tuple[str, Callable[[Any], bytes]], ...] = (("json", _json), ("csv", _csv))
