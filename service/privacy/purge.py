"""The person goes, the record stays (S1 4.3.1): what is due loses its personal values; counts and clocks do not change.

What the fold keeps in memory it empties itself; rows that only the records have come with the action, already emptied
(`service/privacy/due.py`), so that nothing personal is journaled once more.
"""

from typing import Any, NamedTuple

import msgspec

from service.model import Action, Answer
from service.privacy.audit import audit
from service.privacy.fields import BY_TABLE
from service.privacy.holds import holding
from service.privacy.view import emptied
from service.records.base import Put, Row
from service.records.shape import KEY
from service.step import SYSTEM, Step
from service.tickets import AT_REST, Ticket
from service.visits import Proof, Visit
from telemetry.errors import Invalid

_MARKS = frozenset({"purged", "retain_until"})  # what an item may set beside personal columns


class Item(msgspec.Struct, kw_only=True):
    """One thing to empty: its id, what a hold on it may name, and the rows that change, by table."""

    id: str
    subjects: list[str]
    rows: list[tuple[str, Row]] = msgspec.field(default_factory=list)


class Result(NamedTuple):
    """Ids that were emptied, and those kept with the reason (`open`, or the hold)."""

    done: list[str]
    kept: dict[str, str]


def run(step: Step, action: Action) -> Answer:
    """`privacy.purge` (a term is over) and `privacy.erase` (a person asked): `{"items", "class"|"reason", "date"}`.
    What is held, or not at rest, stays, and the answer says so. Raises Invalid."""
    try:
        items = msgspec.convert(action.body["items"], list[Item])
    except (KeyError, msgspec.ValidationError) as error:
        raise Invalid({"items": str(error)}) from error
    _check(items)
    for key, until in _renewed(action.body).items():
        if key not in step.books.tickets:
            step.changes.append(Put("tickets", {"id": key, "retain_until": until}))
    date = step.calendar.local(step.now).date().isoformat()
    done, kept = _empty(step, items, date)
    told: dict[str, Any] = {name: action.body[name] for name in ("class", "reason") if name in action.body}
    detail: dict[str, Any] = {**told, "items": done, "kept": kept}
    what = "person.erased" if action.name == "privacy.erase" else "retention.purged"
    number = audit(step, action.actor, what, action.target or "retention", detail)
    return Answer(status="ok", body={"audit": number, "done": done, "kept": kept, "date": date})


def _renewed(body: dict[str, Any]) -> dict[str, int]:
    """Tickets whose term grew since they were closed, as a warranty did: until when they are kept now (ms)."""
    try:
        return msgspec.convert(body.get("renewed", {}), dict[str, int])
    except msgspec.ValidationError as error:
        raise Invalid({"renewed": str(error)}) from error


def _check(items: list[Item]) -> None:
    """Rows name tables of ours and only columns that may hold personal values."""
    for item in items:
        for table, row in item.rows:
            allowed = {f.column for f in BY_TABLE.get(table, ())} | {KEY.get(table), *_MARKS}
            if row.keys() - allowed or KEY.get(table) not in row:
                raise Invalid({"items": f"{item.id}: {table} is no table of personal fields, or has other columns"})


def _empty(step: Step, items: list[Item], date: str) -> Result:
    result = Result([], {})
    for item in items:
        ticket = step.books.tickets.get(item.id)
        hold = holding(step, item.subjects)
        if hold is not None:
            result.kept[item.id] = f"hold {hold}"
        elif ticket is not None and ticket.state not in AT_REST:
            result.kept[item.id] = "open"
        else:
            _apply(step, item, ticket, date)
            result.done.append(item.id)
    return result


def _apply(step: Step, item: Item, ticket: Ticket | None, date: str) -> None:
    for table, row in item.rows:
        if ticket is not None and table in ("tickets", "timeline"):
            continue  # the fold knows better
        step.changes.append(Put(table, row))
        if table == "visits" and (visit := step.books.visits.get(row["id"])) is not None:
            _follow(visit, row.get("evidence") or {})
    if ticket is not None:
        _forget(step, ticket, date)


def _follow(visit: Visit, evidence: dict[str, Any]) -> None:
    """A visit in memory takes over what was emptied in its row; proofs that came later stay as they are."""
    fixed = Proof.__struct_fields__
    for proof, item in zip(visit.proofs, evidence.get("items") or (), strict=False):
        proof.detail = {name: value for name, value in item.items() if name in proof.detail and name not in fixed}
    visit.report = evidence.get("report", visit.report)


def _forget(step: Step, ticket: Ticket, date: str) -> None:
    for line in ticket.timeline:
        gone = line_emptied(line, date)
        if gone:
            line.update(gone)
            step.changes.append(Put("timeline", {"id": line["id"], **gone}))
    gone = ticket_emptied(ticket.row() | {"fields": ticket.extra}, date)
    ticket.customer = gone.get("customer", ticket.customer)
    ticket.summary = gone.get("summary", ticket.summary)
    ticket.extra = gone.get("fields", ticket.extra)
    step.changes.append(Put("tickets", {"id": ticket.id, "purged": step.now}))
    step.touch(ticket)


def ticket_emptied(row: Row, date: str) -> Row:
    """What changes in a ticket's row. What telemetry reported of a cabinet names no person: its summary stays."""
    gone = emptied("tickets", row, date, "record")
    if row.get("channel") == "telemetry" and not row.get("customer"):
        gone.pop("summary", None)
    return gone


def line_emptied(row: dict[str, Any], date: str) -> Row:
    """What changes in a line of a timeline: what people wrote goes, what the desk noted (codes) stays."""
    return {} if row.get("actor") == SYSTEM else emptied("timeline", row, date, "record")
