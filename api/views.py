"""Rows of the records as the JSON that people and programs get: times as ISO 8601, nothing secret."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from service.orders import matches
from service.privacy.view import masked
from service.records.base import Row
from service.step import SYSTEM

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z

TIMES = frozenset({
    "created", "updated", "onset", "detected", "cleared", "snoozed_until", "received", "opened", "closed", "due",
    "started", "met", "breached", "at", "ts", "offered", "expires", "accepted", "departed", "arrived", "arrived_at",
    "finished", "sent", "done", "from", "to", "last_used", "revoked", "delivered", "device_at", "received_at",
    "since", "until", "ended", "paused_at", "stopped", "full_at", "promised", "resolved", "last_seen",
    "resolved_at", "verifying_until", "promised_at", "date", "paused", "retain_until", "purged",
    "invited", "answered", "eta", "planned", "arrive", "leave",
    "at_real", "issued", "was", "applied", "maker_told", "latest", "alarmed",
})  # fmt: skip


RAW = frozenset({"data", "args", "profile"})  # words of others, in which a name means what they want


def iso(ms: int | None) -> str | None:
    """ISO 8601 in UTC with ms, as in 2026-11-22T04:06:49.123+00:00; None for None or a time outside of the years."""
    if ms is None or not 0 <= ms <= _LAST:
        return None
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")


def times(value: Any) -> Any:
    """The value with every integer that stands under a name of a time as ISO 8601, however deep."""
    if isinstance(value, Mapping):
        return {k: v if k in RAW else iso(v) if k in TIMES and type(v) is int else times(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [times(v) for v in value]
    return value


def seen(table: str, row: Row, *, personal: bool, clear: Collection[str] = (), person: Row | None = None) -> Row:
    """A row as its reader may see it, and under `masked` whether anything personal is hidden in it (S1 8.5). `clear`:
    fields that were revealed; `person`: whose name and phone are taken out of free text."""
    if personal:
        return {**row, "masked": False}
    shown, hidden = masked(table, row, clear, person)
    return {**shown, "masked": hidden}


def fault(row: Row, children: Sequence[str]) -> dict[str, Any]:
    return {**times(row), "children": list(children)}


def ticket(row: Row, timeline: Sequence[Row] | None, *, personal: bool, clear: Collection[str] = ()) -> dict[str, Any]:
    """A ticket; `timeline` None leaves it out (live lists). `fields.given` is what a caller sent beyond our fields."""
    person = row.get("customer")
    safe = seen("tickets", row, personal=personal, clear=clear, person=person)
    shown = times({key: value for key, value in safe.items() if key not in ("timeline", "customer")})
    shown["clocks"] = shown.get("clocks") or []
    shown["customer"] = safe.get("customer")
    if timeline is not None:
        shown["timeline"] = [_line(line, person, personal or "timeline" in clear) for line in timeline]
    return dict(shown)


def _line(line: Row, person: Row | None, personal: bool) -> dict[str, Any]:
    """A line of a timeline; what the desk itself noted is codes, and shown as it is."""
    told = line if personal or line.get("actor") == SYSTEM else masked("timeline", line, person=person)[0]
    return dict(times({k: v for k, v in told.items() if k != "ticket"}))


def visit(row: Row, *, code: bool, personal: bool = False, people: Sequence[Row | None] = ()) -> dict[str, Any]:
    """A visit; the one-time code only for those who may type it at the cabinet. `people`: the customers of its tickets,
    who are taken out of what technicians wrote."""
    safe = row
    for person in () if personal else (people or (None,)):
        safe = masked("visits", safe, person=person)[0]
    shown = times(safe)
    evidence = shown.get("evidence") or {}
    shown["evidence"] = {key: value for key, value in evidence.items() if key != "code"}
    shown["conflicts"] = evidence.get("conflicts") or []
    shown["corrected"] = next(iter(reversed(evidence.get("corrections") or [])), None)
    shown["confirmed"] = evidence.get("confirmed")
    if code:
        shown["code"] = evidence.get("code")
    return dict(shown)


def technician(row: Row, *, personal: bool, clear: Collection[str] = ()) -> dict[str, Any]:
    return dict(times(seen("technicians", row, personal=personal, clear=clear)))


def site(row: Row, *, personal: bool, clear: Collection[str] = ()) -> dict[str, Any]:
    """A site; its contact is a person."""
    return plain(seen("sites", row, personal=personal, clear=clear))


def logged(table: str, row: Row, *, personal: bool = False) -> dict[str, Any]:
    """A row of what people did, with what they wrote of their reasons as its reader may see it."""
    return dict(times(row if personal else masked(table, row)[0]))


def maintenance(row: Row, now: int, *, personal: bool = False) -> dict[str, Any]:
    """A window, who planned it, how it stands at `now` (product ms): `planned running over`, or `ended` by people."""
    if row.get("ended") is not None:
        state = "ended"
    else:
        state = "planned" if now < row["from"] else "running" if now < row["to"] else "over"
    shown = logged("maintenance", {k: v for k, v in row.items() if k != "actor"}, personal=personal)
    return {**shown, "by": row.get("actor"), "state": state}


def command(row: Row, *, personal: bool = False) -> dict[str, Any]:
    """A command, and whether what was observed is what was asked (null: it cannot be told)."""
    return {**logged("commands", row, personal=personal), "matches": matches(row)}


def plain(row: Row) -> dict[str, Any]:
    """A row without anything secret or personal."""
    hidden = ("credential", "password", "hash", "sha256")
    return {key: value for key, value in times(row).items() if key not in hidden}
