"""What has come to the end of its term, read from the records: rows as they will be, for the fold to judge.

Nothing is changed here; the product's housekeeping asks once an hour and submits what it gets as `privacy.purge`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from service.calendars import Calendar
from service.policy import Policy
from service.privacy.fields import Term
from service.privacy.purge import Item, line_emptied, ticket_emptied
from service.privacy.retention import kept
from service.privacy.state import person_key
from service.privacy.view import emptied
from service.records.base import RecordStore, Row, Where
from service.records.shape import KEY
from telemetry.units import DAY

PAGE = 500
MOST = 100  # items of one action, so that an entry of the journal stays small
RESTING = ("closed", "archived", "merged", "cancelled")
CHILDREN: dict[str, str] = {
    "timeline": "ticket", "contacts": "ticket", "attachments": "ticket", "notices": "ticket", "surveys": "id",
    "compensations": "ticket", "contact_reviews": "ticket",
}  # fmt: skip
"""Tables whose rows go with a ticket → the column that names it."""


class Due(NamedTuple):
    """What to empty, and tickets whose term has grown meanwhile (id → ms)."""

    items: list[Item]
    renewed: dict[str, int]


class Look(NamedTuple):
    """By what, and when (product ms), terms are judged. `secret`: of `person_key`."""

    records: RecordStore
    policy: Policy
    calendar: Calendar
    secret: bytes
    now: int

    @property
    def date(self) -> str:
        return self.calendar.local(self.now).date().isoformat()


def records_due(look: Look) -> Due:
    """Tickets at rest whose RETENTION is over, with everything that belongs to them; at most `MOST`."""
    held, found = held_subjects(look.records, look.now), Due([], {})
    years_ago = look.now - look.policy.retention_years * 365 * DAY
    ways = (
        [Where("retain_until", "<=", look.now)],
        [Where("retain_until", "null"), Where("closed", "<=", years_ago)],  # of versions before the clock
    )
    for where in ways:
        for row in _pages(look.records, "tickets", [*where, Where("purged", "null"), Where("state", "in", RESTING)]):
            until = _until(look, row)
            if until > look.now:
                found.renewed[row["id"]] = until
            elif not held & set(_subjects(look, row)):
                found.items.append(item_of(look, row, ("record",)))
            if len(found.items) + len(found.renewed) >= MOST:
                return found
    return found


def _until(look: Look, ticket: Row) -> int:
    """Until when a ticket is kept by what is known now: a warranty may have been extended since."""
    cabinet = look.records.get("cabinets", ticket["cabinet"]) if ticket["cabinet"] else None
    repaired = [c["due"] for c in ticket["clocks"] or () if c["name"] == "WARRANTY"]
    closed = ticket["closed"] or ticket["updated"] or look.now
    end = cabinet["warranty_end"] if cabinet else None
    term = kept(look.policy, look.calendar, ticket["kind"], closed, end, max(repaired, default=None))
    return max(term.until, ticket["retain_until"] or 0)


def _subjects(look: Look, ticket: Row) -> list[str]:
    """What a hold may name to keep this ticket."""
    phone = (ticket["customer"] or {}).get("phone")
    person = [f"person:{person_key(look.secret, phone)}"] if isinstance(phone, str) else []
    return [f"ticket:{ticket['id']}", f"cabinet:{ticket['cabinet']}", *person]


def item_of(look: Look, ticket: Row, terms: Sequence[Term]) -> Item:
    """A ticket and everything that hangs on it, emptied."""
    gone = ticket_emptied(ticket, look.date)
    rows: list[tuple[str, Row]] = [("tickets", {"id": ticket["id"], **gone, "purged": look.now})]
    for table, column in CHILDREN.items():
        for row in look.records.find(table, [Where(column, "=", ticket["id"])], [KEY[table]], 10_000):
            change = child_emptied(look, table, row, terms)
            if change:
                rows.append((table, {KEY[table]: row[KEY[table]], **change}))
    for visit in _visits(look, ticket):
        change = emptied("visits", visit, look.date, "record")
        rows += [("visits", {"id": visit["id"], **change})] if change else []
    return Item(id=ticket["id"], subjects=_subjects(look, ticket), rows=rows)


def visits_of(records: RecordStore, ticket: Row) -> list[Row]:
    """Every visit of a ticket, not the last alone."""
    span = [Where("offered", ">=", ticket["opened"] or 0)]
    if ticket["updated"]:
        span.append(Where("offered", "<=", ticket["updated"]))
    places = [Where(name, "=", ticket[name]) for name in ("cabinet", "site") if ticket[name] is not None]
    near = {row["id"]: row for place in places for row in records.find("visits", [place, *span], limit=10_000)}
    if ticket["visit"] and (last := records.get("visits", ticket["visit"])) is not None:
        near[last["id"]] = last
    return [row for row in near.values() if row["id"] == ticket["visit"] or ticket["id"] in (row["tickets"] or ())]


def _visits(look: Look, ticket: Row) -> list[Row]:
    """The visits of a ticket but for those that a held ticket has as well."""
    held, own = held_subjects(look.records, look.now), {f"ticket:{ticket['id']}"}
    mine = visits_of(look.records, ticket)
    return [row for row in mine if not held & ({f"ticket:{key}" for key in row["tickets"] or ()} - own)]


def child_emptied(look: Look, table: str, row: Row, terms: Sequence[Term]) -> Row:
    """What changes in a row that goes with its ticket. The bytes of an attachment go after this is decided."""
    if table == "timeline":
        return line_emptied(row, look.date)
    gone: Row = {}
    for term in terms:
        gone |= emptied(table, row, look.date, term)
    if table == "attachments":
        gone = {"name": None, "purged": look.now} if row["purged"] is None else {}
    return gone


def locations_due(look: Look) -> Due:
    """Arrivals so long ago that what is known of positions goes; that somebody arrived, when and how, stays."""
    held, found = held_subjects(look.records, look.now), Due([], {})
    before = look.now - look.policy.location_days * DAY
    for row in _pages(look.records, "visits", [Where("arrived", "<=", before), Where("purged", "null")]):
        subjects = [f"cabinet:{row['cabinet']}", *(f"ticket:{t}" for t in row["tickets"] or ())]
        if held & set(subjects):
            continue
        change = {"id": row["id"], **emptied("visits", row, look.date, "location"), "purged": look.now}
        found.items.append(Item(id=row["id"], subjects=subjects, rows=[("visits", change)]))
        if len(found.items) >= MOST:
            break
    return found


JOBS: dict[Term, Callable[[Look], Due]] = {"record": records_due, "location": locations_due}
"""Class of data → what of it is due. The other classes are deleted whole (`app/retention.py`) or by hand."""


def held_subjects(records: RecordStore, now: int) -> set[str]:
    """What legal holds in force name. The fold asks its own books once more."""
    rows = records.find("holds", [Where("ended", "null")], limit=100_000)
    return {row["subject"] for row in rows if row["until"] is None or now < row["until"]}


def _pages(records: RecordStore, table: str, where: Sequence[Where]) -> Iterator[Row]:
    offset = 0
    while rows := records.find(table, where, [KEY[table]], PAGE, offset):
        yield from rows
        offset += len(rows)
