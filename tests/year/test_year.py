"""A year of service life on a manual clock, holidays included; the report of each month adds up and can be recounted.

The report comes from the records through the product's own code; what it is held against is counted here, from rows.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from api.monthly import collect, table
from service.moves import MOVES
from service.records.base import Row, Where
from telemetry.units import DAY
from tests.year.people import People
from tests.year.town import Town

ZONE = ZoneInfo("Asia/Shanghai")
START = int(datetime(2026, 1, 1, tzinfo=ZONE).timestamp() * 1000)
MANY = 1_000_000


class Lived(NamedTuple):
    """What was lived: the town, its people, and the rows that are left of it."""

    town: Town
    people: People
    tickets: list[Row]
    visits: list[Row]
    months: list[str]


def live(folder: Path, cabinets: int, technicians: int, days: int) -> Lived:
    town = Town(folder, START, cabinets, seed=7)
    people = People(town, technicians)
    people.year(START, START + days * DAY)
    town.live(START + days * DAY)
    tickets = town.records.find("tickets", order=["n"], limit=MANY)
    names = sorted({_month(START), _month(town.now - 1)} | {_month(START + d * DAY) for d in range(days)})
    return Lived(town, people, tickets, town.records.find("visits", limit=MANY), names)


def _month(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, ZONE):%Y-%m}"


def check(lived: Lived) -> None:
    """Everything that must hold after any stretch of life."""
    reports = {name: collect(lived.town.records, lived.town.policy, name, lived.town.now) for name in lived.months}
    _check_tickets(lived, reports)
    _check_clocks(lived, reports)
    _check_refunds(lived, reports)
    _check_visits(lived, reports)
    _check_raw(lived, reports)
    _check_lives(lived)


def _check_tickets(lived: Lived, reports: dict[str, Any]) -> None:
    """Carried over and opened are closed or still open, month by month; nothing is counted twice or lost."""
    assert [t["n"] for t in lived.tickets] == list(range(1, len(lived.tickets) + 1))
    opened = Counter(_month(t["opened"]) for t in lived.tickets)
    closed = Counter(_month(t["closed"]) for t in lived.tickets if t["closed"] is not None)
    carried = 0
    for name, report in reports.items():
        told = report["tickets"]
        assert (told["carried_over"], told["opened_in"], told["closed_in"]) == (carried, opened[name], closed[name]), (
            name
        )
        assert told["carried_over"] + told["opened_in"] == told["closed_in"] + told["open_at_end"]
        assert sum(told["by_kind"].values()) == sum(told["by_channel"].values()) == told["opened_in"]
        assert sum(week["opened"] for week in told["by_week"]) == told["opened_in"]
        carried = told["open_at_end"]
    assert carried == sum(t["closed"] is None for t in lived.tickets)


def _check_clocks(lived: Lived, reports: dict[str, Any]) -> None:
    for name, report in reports.items():
        due = [c for t in lived.tickets for c in t["clocks"] if _month(c["due"]) == name]
        for told in report["clocks"]:
            states = Counter(c["state"] for c in due if c["name"] == told["clock"])
            assert (told["kept"], told["missed"]) == (states["met"], states["breached"]), (name, told)


def _check_refunds(lived: Lived, reports: dict[str, Any]) -> None:
    assert sum(r["refunds"]["paid_cents"] for r in reports.values()) == lived.people.paid_cents


def _check_visits(lived: Lived, reports: dict[str, Any]) -> None:
    outcomes = ("punctual", "early", "late", "provisional", "missing", "no_target", "open", "not_made")
    offered = Counter(_month(v["offered"]) for v in lived.visits)
    for name, report in reports.items():
        told = report["arrivals"]
        assert told["visits"] == offered[name] == sum(told[o] for o in outcomes)


def _check_raw(lived: Lived, reports: dict[str, Any]) -> None:
    """Whoever has the raw rows of a month can recompute its figures."""
    for name, report in reports.items():
        rows = list(csv.DictReader(io.StringIO(table(lived.town.records, lived.town.policy, name, lived.town.now))))
        for flag in ("carried_over", "opened_in", "closed_in", "open_at_end"):
            assert sum(int(r[flag] or 0) for r in rows) == report["tickets"][flag]
        for told in report["clocks"]:
            assert sum(int(r[f"{told['clock']}_breached"] or 0) for r in rows) == told["missed"]
        paid = sum(int(r["refund_paid_cents"] or 0) for r in rows)
        assert paid == report["refunds"]["paid_cents"]


def _check_lives(lived: Lived) -> None:
    """Each life is a chain of legal moves, and the row says where it ended."""
    for ticket in lived.tickets:
        state = None
        for line in _moves(lived, ticket["id"]):
            assert line["from"] == state, (ticket["id"], line)
            assert state is None or any(state in m.sources and line["to"] in m.to for m in MOVES.values())
            state = line["to"]
        assert state == ticket["state"]


def _moves(lived: Lived, ticket: str) -> Iterator[Row]:
    lines = lived.town.records.find("timeline", [Where("ticket", "=", ticket)], ["n"], MANY)
    return (line for line in lines if line["type"] == "state")


def test_seven_weeks_of_a_small_town_add_up(tmp_path: Path) -> None:
    lived = live(tmp_path, cabinets=60, technicians=4, days=50)
    assert len(lived.tickets) > 30
    check(lived)
    lived.town.records.close()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_year_of_a_thousand_cabinets_adds_up(tmp_path: Path) -> None:
    lived = live(tmp_path, cabinets=1000, technicians=20, days=365)
    kinds = Counter(t["kind"] for t in lived.tickets)
    assert len(kinds) >= 7
    assert kinds["repair"] > 3000
    assert sum(t["state"] in ("closed", "archived") for t in lived.tickets) > 0.95 * len(lived.tickets)
    check(lived)
    lived.town.records.close()
