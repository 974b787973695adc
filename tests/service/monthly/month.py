"""A month of a service that a seed makes up: rows of the records as the desk writes them."""

from datetime import date
from random import Random
from typing import Any

from service.calendars import Calendar
from service.monthly.raw import Month
from telemetry.units import DAY, HOUR

Row = dict[str, Any]
CHINA = Calendar.china()
SINCE, UNTIL = CHINA.at(date(2026, 10, 1), 0), CHINA.at(date(2026, 11, 1), 0)
OCTOBER = Month(SINCE, UNTIL, UNTIL + 20 * DAY, CHINA)
KINDS = ("repair", "repair", "repair", "consultation", "complaint", "refund", "return", "installation")
CLOCKS = ("REPLY", "ARRIVAL", "RESTORE", "COMPLAINT", "REFUND", "FOLLOWUP", "PROMISE")


def tickets(chance: Random, n: int) -> list[Row]:
    return [_ticket(chance, i) for i in range(1, n + 1)]


def _ticket(chance: Random, n: int) -> Row:
    opened = SINCE + chance.randint(-30 * DAY, 40 * DAY)
    over = opened + chance.randint(HOUR, 20 * DAY) if chance.random() < 0.8 else None
    kind = chance.choice(KINDS)
    fields: Row = {"resolved_at": over, "service": {"measure": "x"} if kind == "repair" else None}
    if kind == "refund":
        paid = {"receipt": "r", "by": "dora", "at": opened + 2 * DAY} if over else None
        approved = {"amount_cents": chance.randint(100, 900), "basis": "law", "by": "dora", "at": opened + DAY}
        fields["refund"] = {"approved": approved, "paid": paid}
    if chance.random() < 0.1:
        fields["reopenings"] = 1
    clocks = [
        {"name": c, "started": opened, "due": opened + chance.randint(HOUR, 9 * DAY), "why": "", "provisional": False,
         "state": chance.choice(("met", "met", "met", "breached") if over else ("running", "breached"))}
        for c in CLOCKS if chance.random() < 0.4
    ]  # fmt: skip
    return {
        "id": f"T-{n:06d}", "n": n, "kind": kind, "state": "closed" if over else "triaged", "fields": fields,
        "severity": chance.choice(("major", "minor")), "channel": chance.choice(("phone", "qr", "telemetry")),
        "cabinet": f"C-{chance.randint(1, 9)}", "received": opened, "opened": opened, "closed": over, "clocks": clocks,
    }  # fmt: skip


def visits(chance: Random, some: list[Row]) -> list[Row]:
    return [_visit(chance, n, t) for n, t in enumerate(some, 1) if t["kind"] == "repair"]


def _visit(chance: Random, n: int, ticket: Row) -> Row:
    offered = ticket["opened"] + HOUR
    state = chance.choice(("left", "left", "left", "declined"))
    there = offered + chance.randint(HOUR, 8 * HOUR) if state == "left" else None
    return {
        "id": f"V-{n:06d}", "state": state, "technician": "li", "cabinet": ticket["cabinet"], "tickets": [ticket["id"]],
        "offered": offered, "accepted": offered, "arrived": there, "finished": there and there + HOUR, "level": 4,
        "provisional": chance.random() < 0.1, "evidence": {"items": []}, "window": None,
    }  # fmt: skip


def surveys(chance: Random, some: list[Row]) -> list[Row]:
    return [_survey(chance, t) for t in some if t["channel"] != "telemetry" and t["closed"]]


def _survey(chance: Random, ticket: Row) -> Row:
    invited, said = ticket["closed"], chance.random() < 0.5
    expires = invited + 14 * DAY
    scores = {k: chance.randint(2, 5) if said else None for k in ("attitude", "quality", "timeliness", "effectiveness")}
    return {
        "id": ticket["id"], "state": "answered" if said else "expired", "kind": ticket["kind"], "expires": expires,
        "channel": ticket["channel"], "invited": invited, "answered": invited + DAY if said else None, "other": None,
        **scores,
    }  # fmt: skip
