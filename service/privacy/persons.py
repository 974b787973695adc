"""One person by phone number: what the records hold of them (PIPL 45), and what goes when they ask (PIPL 47)."""

from collections.abc import Collection, Iterator
from typing import Any

from service.privacy.due import CHILDREN, RESTING, Look, item_of, visits_of
from service.privacy.purge import Item
from service.privacy.state import person_key, same_person
from service.privacy.view import emptied
from service.records.base import RecordStore, Row, Where
from service.records.shape import KEY
from telemetry.units import DAY

PAGE = 1000
_VISIT = ("id", "state", "cabinet", "site", "technician", "offered", "arrived", "level", "finished")
Found = dict[str, list[Row]]


def find(records: RecordStore, phone: str) -> Found:
    """Every row that hangs on this phone number, by table. Numbers stand inside of JSON: all cases are looked through,
    a page at a time."""
    found: Found = {"tickets": [row for row in _with_customer(records, "tickets") if same_person(_phone(row), phone)]}
    ids = [row["id"] for row in found["tickets"]]
    for table, column in CHILDREN.items():
        rows = records.find(table, [Where(column, "in", ids)], [KEY[table]], 100_000) if ids else []
        found[table] = rows
    visits = {row["id"]: row for ticket in found["tickets"] for row in visits_of(records, ticket)}
    found["visits"] = list(visits.values())
    calls = (row for row in _with_customer(records, "contacts") if same_person(_phone(row), phone))
    found["contacts"] += [row for row in calls if row["ticket"] not in ids]
    return found


def _with_customer(records: RecordStore, table: str) -> Iterator[Row]:
    offset = 0
    while rows := records.find(table, [Where("customer", "notnull")], ["n"], PAGE, offset):
        yield from rows
        offset += len(rows)


def _phone(row: Row) -> Any:
    return (row["customer"] or {}).get("phone")


def handed_out(table: str, row: Row, mine: Collection[str]) -> Row:
    """What of a row is the person's own (PIPL 45). `mine`: the person's tickets. Of a visit: when somebody came and
    what they did there, not where the technician was; of a visit to others as well, no free words, which may be of
    them."""
    if table != "visits":
        return row
    served, report = set(row["tickets"] or ()), (row["evidence"] or {}).get("report") or {}
    free = {"note"} if served - set(mine) else set()
    told = {key: row[key] for key in _VISIT}
    return {**told, "tickets": sorted(served & set(mine)), "report": {k: v for k, v in report.items() if k not in free}}


def erasure(look: Look, found: Found) -> tuple[list[Item], dict[str, str]]:
    """(what goes, what stays and why): open cases stay until they are at rest, and what a law still asks for. The term
    of a standard keeps the record, not the person: the record stays, the person goes (S1 4.3.1, S3 3.5(2))."""
    items, stays = [], {}
    for ticket in found["tickets"]:
        law = (ticket["closed"] or 0) + look.policy.law_days.get(ticket["kind"], 0) * DAY
        if ticket["state"] not in RESTING:
            stays[ticket["id"]] = "open"
        elif look.now < law:
            stays[ticket["id"]] = f"law until {look.calendar.local(law).date().isoformat()}"
        else:
            items.append(item_of(look, ticket, ("record", "notice")))
    mine = {row["id"] for row in found["tickets"]}
    for contact in (row for row in found["contacts"] if row["ticket"] not in mine):
        case = look.records.get("tickets", contact["ticket"])
        if case is not None and case["state"] not in RESTING:
            stays[contact["id"]] = "open"
        else:
            items.append(_call(look, contact))
    return items, stays


def _call(look: Look, contact: Row) -> Item:
    """What somebody said in a case of another customer."""
    person = person_key(look.secret, str(_phone(contact)))
    gone = {"id": contact["id"], **emptied("contacts", contact, look.date, "record")}
    subjects = [f"ticket:{contact['ticket']}", f"cabinet:{contact['cabinet']}", f"person:{person}"]
    return Item(id=contact["id"], subjects=subjects, rows=[("contacts", gone)])


def counts(items: list[Item]) -> dict[str, int]:
    """Rows that are emptied, by table."""
    total: dict[str, int] = {}
    for item in items:
        for table, _ in item.rows:
            total[table] = total.get(table, 0) + 1
    return total
