"""Rows with what belongs to them: children of faults, timelines of tickets, each as its reader may see it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from api import views
from api.access import Ask
from api.actions import Render
from api.identity import Caller
from api.roles import may
from service.records.base import RecordStore, Row, Where
from telemetry.errors import NotFound

MANY = 100_000
UNDER_WAY = ("accepted", "en_route", "arrived", "working")
Json = dict[str, Any]


def grouped(records: RecordStore, table: str, column: str, keys: Sequence[str], order: Sequence[str] = ()) -> Any:
    """Rows of a table by the value of one column, for a page of keys at once."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    if keys:
        for row in records.find(table, [Where(column, "in", list(keys))], order, MANY):
            found[row[column]].append(row)
    return found


def faults(records: RecordStore, rows: Sequence[Row]) -> list[Json]:
    children = grouped(records, "episodes", "parent", [row["id"] for row in rows], ["onset"])
    return [views.fault(row, [child["id"] for child in children[row["id"]]]) for row in rows]


def personal(caller: Caller) -> bool:
    """Whether a caller reads personal data in full: programs whose role has `personal.read`. People see it masked, and
    ask for more with a reason (`/…/reveal`)."""
    return caller.how == "token" and may(caller.role, "personal.read")


def tickets(records: RecordStore, rows: Sequence[Row], caller: Caller, *, timeline: bool = True) -> list[Json]:
    """Tickets; a technician sees the customer of a visit under way, who may have to be called."""
    full, on = personal(caller), _on_visits(records, rows, caller)
    if not timeline:
        return [views.ticket(row, None, personal=full or row.get("visit") in on) for row in rows]
    lines = grouped(records, "timeline", "ticket", [row["id"] for row in rows], ["ticket", "n"])
    return [views.ticket(row, lines[row["id"]], personal=full or row.get("visit") in on) for row in rows]


def ticket(ask: Ask) -> Render:
    """How an answer shows a ticket to its caller."""
    return lambda row: tickets(ask.records, [row], ask.caller)[0]


def visit(ask: Ask) -> Render:
    """How an answer shows a visit to its caller."""
    return lambda row: visits(ask.records, [row], ask.caller)[0]


def own_ticket(ask: Ask, key: str) -> Row:
    """The row of a ticket that its caller may see. Raises NotFound, of those of others too."""
    found = ask.records.find("tickets", [Where("id", "=", key), *own_tickets(ask.records, ask.caller)], limit=1)
    if not found:
        raise NotFound(f"no ticket {key}")
    return found[0]


def lines(records: RecordStore, ticket: str) -> list[Row]:
    """The timeline of one ticket, oldest first."""
    return records.find("timeline", [Where("ticket", "=", ticket)], ["n"], MANY)


def _on_visits(records: RecordStore, rows: Sequence[Row], caller: Caller) -> set[str]:
    """The visits of these tickets that a technician has accepted and not left yet."""
    ids = list({row["visit"] for row in rows if row.get("visit")}) if caller.role == "technician" else []
    if not ids:
        return set()
    mine = [Where("id", "in", ids), Where("technician", "=", caller.technician), Where("state", "in", UNDER_WAY)]
    return {row["id"] for row in records.find("visits", mine, limit=len(ids))}


def visits(records: RecordStore, rows: Sequence[Row], caller: Caller) -> list[Json]:
    """Visits; what was written on them as the caller may see it. A technician reads what belongs to own visits."""
    keys = sorted({key for row in rows for key in row.get("tickets") or ()})
    people = {key: found[0]["customer"] for key, found in grouped(records, "tickets", "id", keys).items()}
    full = personal(caller)
    return [_visit(row, [people.get(key) for key in row.get("tickets") or ()], caller, full) for row in rows]


def _visit(row: Row, people: Sequence[Row | None], caller: Caller, full: bool) -> Json:
    own = caller.technician == row.get("technician") is not None
    code = own or caller.role in ("dispatcher", "administrator")
    return views.visit(row, code=code, personal=full or own, people=people)


def technicians(rows: Sequence[Row], caller: Caller) -> list[Json]:
    full = personal(caller)
    return [views.technician(row, personal=full or caller.technician == row["id"]) for row in rows]


def sites(rows: Sequence[Row], caller: Caller) -> list[Json]:
    return [views.site(row, personal=personal(caller)) for row in rows]


def own_visits(caller: Caller) -> list[Where]:
    """What narrows visits to those a technician may see; nothing for others."""
    return [Where("technician", "=", caller.technician)] if caller.role == "technician" else []


def tickets_of(records: RecordStore, caller: Caller) -> set[str]:
    """The tickets of a technician's newest visits."""
    mine = records.find("visits", own_visits(caller), ["-offered"], 1000)
    return {key for row in mine for key in row["tickets"] or ()}


def own_tickets(records: RecordStore, caller: Caller) -> list[Where]:
    """What narrows tickets to those that ride on a technician's own visits; nothing for others."""
    if caller.role != "technician":
        return []
    mine = records.find("visits", own_visits(caller), ["-offered"], 1000)
    return [Where("visit", "in", [row["id"] for row in mine])]
