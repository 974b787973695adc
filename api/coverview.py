"""Coverage, duty, load and the map of service, drawn from the records."""

from typing import Any

from api.staffing import books
from api.views import iso
from api.whole import whole
from service.calendars import Calendar
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from service.staff import coverage as rules
from service.staff import load as loads
from service.staff.duties import duties
from service.staff.model import CHANNELS
from service.step import Books
from telemetry.units import MINUTE

Json = dict[str, Any]


def coverage(records: RecordStore, policy: Policy, since: int, until: int, now: int) -> Json:
    """Every channel with its holes within [since, until), the rosters taken as they are known at `now`."""
    calendar, known = Calendar.china(policy.zone), books(records)
    channels = [_channel(known, policy, channel, calendar, (since, until), now) for channel in sorted(policy.coverage)]
    return {"from": iso(since), "to": iso(until), "channels": channels}


def _channel(known: Books, policy: Policy, channel: str, calendar: Calendar, span: tuple[int, int], now: int) -> Json:
    required = policy.coverage[channel]
    holes = rules.gaps(duties(known, policy, channel, now), required, calendar, *span)
    wanted = sum(g.end - g.begin for g in rules.gaps((), required, calendar, *span))
    missing = sum(g.end - g.begin for g in holes)
    return {
        "channel": channel, "required": required.text, "rostered": channel in known.registers.rostered,
        "required_minutes": wanted / MINUTE, "covered_minutes": (wanted - missing) / MINUTE,
        "holes": [
            {"from": iso(g.begin), "to": iso(g.end), "minutes": (g.end - g.begin) / MINUTE, "day": g.day.isoformat()}
            for g in holes
        ],
    }  # fmt: skip


def on_duty(records: RecordStore, policy: Policy, at: int) -> Json:
    """Who serves on which channel at `at`."""
    calendar, known = Calendar.china(policy.zone), books(records)
    found = [d for channel in CHANNELS for d in rules.on_duty(duties(known, policy, channel, at), calendar, at)]
    items = [
        {"channel": d.channel, "roster": d.roster, "person": d.person, "name": _name(known, d.person)} for d in found
    ]
    return {"at": iso(at), "items": items}


def _name(known: Books, person: str) -> str | None:
    found = known.registers.staff.get(person) or known.technicians.get(person)
    return found.name if found is not None else None


def uncovered(records: RecordStore, policy: Policy) -> Json:
    """The cabinets that nobody is near."""
    where = [Where("kind", "=", "service_point"), Where("ended", "null"), Where("superseded_by", "null")]
    starts = loads.points(
        whole(records, "technicians"), whole(records, "documents", where)
    )  # fmt: skip
    rows = whole(records, "cabinets"), whole(records, "sites")
    return loads.uncovered(*rows, starts, policy.depot_km)


def load(records: RecordStore, policy: Policy, since: int, until: int) -> Json:
    """Tickets received and visits offered in [since, until), per head; and the share of service managers."""
    people = loads.heads(staff(records), whole(records, "technicians"))
    tickets = whole(records, "tickets", within("received", since, until))
    visits = whole(records, "visits", within("offered", since, until))
    roles = [p["role"] for p in people]
    return {
        "from": iso(since), "to": iso(until), "heads": loads.load(people, tickets, visits), "tickets": len(tickets),
        "tickets_per_head": len(tickets) / len(people) if people else None,
        **loads.managers(roles, policy.managers_share),
    }  # fmt: skip


def staff(records: RecordStore) -> list[Row]:
    """The active staff."""
    return whole(records, "staff", [Where("ended", "null")], ["id"])


def within(column: str, since: int, until: int) -> list[Where]:
    return [Where(column, ">=", since), Where(column, "<", until)]
