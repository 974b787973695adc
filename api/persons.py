"""The rights of one person: find, hand out, erase; each audited before anything leaves or goes."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool

from api import auditing, views
from api.access import Ask
from api.schema.privacy import PersonAsked
from service.calendars import Calendar
from service.privacy.due import Look
from service.privacy.persons import Found, counts, erasure, handed_out
from service.privacy.persons import find as find_rows
from service.privacy.state import person_key
from service.records.base import RecordStore, Row

Json = dict[str, Any]
_SECRET = frozenset({"password", "hash", "credential", "token"})


async def find(ask: Ask, asked: PersonAsked) -> Json:
    """The person's key, and every case, masked."""
    person, found = await _found(ask, asked)
    total = len(found["tickets"])
    number = await _told(ask, "privacy.find", person, asked, max(1, total))
    cases = [views.ticket(row, None, personal=False) for row in found["tickets"]]
    rows = {table: len(rows) for table, rows in found.items()}
    return {"person": person, "total": total, "cases": cases, "rows": rows, "audit": number}


async def export(ask: Ask, asked: PersonAsked) -> Json:
    """Every row that hangs on the phone number, in full."""
    person, found = await _found(ask, asked)
    number = await _told(ask, "privacy.export", person, asked, max(1, len(found["tickets"])))
    mine = [row["id"] for row in found["tickets"]]
    tables = {table: [_shown(handed_out(table, row, mine)) for row in rows] for table, rows in found.items()}
    return {"person": person, "at": views.iso(ask.ctx.now()), "audit": number, "tables": tables}


def _shown(row: Row) -> Json:
    return {k: v for k, v in views.times(row).items() if k not in _SECRET}


def zipped(folder: Path, records: RecordStore, exported: Json) -> bytes:
    """`data.json`, and the files of its attachments under their ids."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", msgspec.json.format(msgspec.json.encode(exported), indent=2))
        for shown in exported["tables"].get("attachments", ()):
            row = records.get("attachments", shown["id"])
            path = folder / row["sha256"][:2] / row["sha256"] if row and row["sha256"] else None
            if row is not None and path is not None and path.is_file():
                archive.write(path, f"attachments/{shown['id']}.{row['type'].rpartition('/')[2]}")
    return out.getvalue()


async def erase(ask: Ask, asked: PersonAsked) -> Json:
    """The certificate of an erasure."""
    person, found = await _found(ask, asked)
    policy = ask.ctx.backend.policy
    look = Look(ask.records, policy, Calendar.china(policy.zone), ask.ctx.settings.secret, ask.ctx.now())
    items, kept = await run_in_threadpool(erasure, look, found)
    body = {"items": msgspec.to_builtins(items), "reason": asked.reason}
    told = await auditing.told(ask, "privacy.erase", f"person:{person}", body)
    done = [item for item in items if item.id in told["done"]]
    certificate: Json = {
        "person": person, "at": views.iso(look.now), "audit": told["audit"], "erased": told["done"],
        "rows": counts(done), "kept": {**kept, **told["kept"]},
    }  # fmt: skip
    covered = msgspec.json.encode(certificate, order="deterministic")
    return {**certificate, "hash": hashlib.sha256(covered).hexdigest()}


async def _found(ask: Ask, asked: PersonAsked) -> tuple[str, Found]:
    found = await run_in_threadpool(find_rows, ask.records, asked.phone)
    return person_key(ask.ctx.settings.secret, asked.phone), found


async def _told(ask: Ask, action: str, person: str, asked: PersonAsked, cases: int) -> int:
    said = {"reason": asked.reason, "cases": cases}
    return int((await auditing.told(ask, action, f"person:{person}", said))["audit"])
