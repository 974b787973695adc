"""The registers as the rules know them, read back from the records; and their entries as JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from api.views import iso, times
from api.whole import whole
from service.calendars import Calendar
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from service.staff.laws import Replaced, flags, watched
from service.staff.model import Certificate, Person, Registers, Roster, Training
from service.staff.nouns import duty_hours
from service.step import Books
from service.technicians import Technician
from telemetry.units import DAY

MANY = 100_000
Json = dict[str, Any]
_OPEN, _REAL = Where("ended", "null"), Where("void", "=", False)
S = TypeVar("S", bound=msgspec.Struct)


def books(records: RecordStore) -> Books:
    """Staff, technicians, and what is registered of them, as the fold has it; documents are left out."""

    def read(table: str, make: type[S], *where: Where) -> dict[str, S]:
        return {row["id"]: _made(row, make) for row in whole(records, table, where)}

    registers = Registers(
        staff=read("staff", Person, _OPEN), certificates=read("certificates", Certificate, _REAL),
        trainings=read("trainings", Training, _OPEN),
        rosters={r["id"]: _roster(r) for r in whole(records, "rosters", [_OPEN])},
    )  # fmt: skip
    registers.rostered = sorted({r["channel"] for r in whole(records, "rosters")})
    return Books(registers=registers, technicians=read("technicians", Technician))


def certificates(records: RecordStore, persons: Sequence[str]) -> list[Certificate]:
    """What is registered of these people, under any of their ids; mistakes are left out."""
    rows = whole(records, "certificates", [Where("person", "in", list(persons)), _REAL])
    return [_made(row, Certificate) for row in rows]


def _made(row: Row, make: type[S]) -> S:
    """The struct of a row; a column that an older row does not fill has its default."""
    # a store's names of columns may be more than str, which `convert` refuses as keys
    filled = {str(key): value for key, value in row.items() if value is not None}
    return msgspec.convert(filled, make)


def _roster(row: Row) -> Roster:
    return _made({**row, "hours": duty_hours(row["windows"])}, Roster)


def entry(row: Row) -> Json:
    """An entry as JSON; `service/privacy/fields.py` says what of it is personal, and who may read it."""
    return dict(times(row))


class Papers:
    """How documents are shown: what is stale, and what cites an edition that was replaced (S2 4.1)."""

    def __init__(self, records: RecordStore, policy: Policy, now: int) -> None:
        calendar = Calendar.china(policy.zone)
        laws = whole(records, "documents", [Where("kind", "=", "law"), _OPEN])
        since = {law["id"]: calendar.local(law["from"]).date() for law in laws}
        self.known: dict[str, Replaced] = watched(laws, since)
        self.today: date = calendar.local(now).date()
        self.policy, self.now = policy, now

    def show(self, row: Row) -> Json:
        """A document with `stale_since` and `superseded_citations`; its body is shown as it was given."""
        head = times({key: value for key, value in row.items() if key != "body"})
        cited = flags(row, self.known, self.today) if row["superseded_by"] is None else []
        return {
            **head, "body": row["body"], "stale_since": iso(stale(row, self.policy, self.now)),
            "superseded_citations": cited,
        }  # fmt: skip


def stale(row: Row, policy: Policy, now: int) -> int | None:
    """Since when (ms) a document that nobody replaced or ended has been out of date; None: it is not."""
    if row["superseded_by"] is not None or row["ended"] is not None:
        return None
    until = row["from"] + policy.stale_days * DAY
    end = until if row["until"] is None else min(row["until"], until)
    return end if end <= now else None


def receipts(records: RecordStore, row: Row, staff: Sequence[Row]) -> Json:
    """Who has read this edition, and who of the staff has not (S1 4.2)."""
    read = whole(records, "read_receipts", [Where("document", "=", row["id"])], ["at"])
    readers = {r["person"] for r in read}
    unread = [p["id"] for p in staff if not {p["account"], p["technician"]} & readers]
    return {"document": row["id"], "edition": row["edition"], "read": [dict(times(r)) for r in read], "unread": unread}
