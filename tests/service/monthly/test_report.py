"""The monthly report: tickets add up, every figure is a sum of the raw rows, availability, reliability."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.after.indicators import indicators
from service.monthly.raw import COLUMNS, rows
from service.monthly.reliability import report
from service.monthly.report import figures
from service.monthly.uptime import availability
from service.policy import Policy
from telemetry.units import HOUR
from tests.service.monthly import month
from tests.service.monthly.month import OCTOBER, SINCE, UNTIL

Row = dict[str, Any]
seeds = st.integers(0, 10**6)


def made(seed: int, n: int = 60) -> tuple[list[Row], list[Row], list[Row]]:
    chance = Random(seed)
    tickets = month.tickets(chance, n)
    return tickets, month.visits(chance, tickets), month.surveys(chance, tickets)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_tickets_add_up(seed: int) -> None:
    found = figures(rows(OCTOBER, *made(seed)), Policy())["tickets"]
    assert found["carried_over"] + found["opened_in"] == found["closed_in"] + found["open_at_end"]
    assert found["opened_in"] == sum(found["by_kind"].values()) == sum(w["opened"] for w in found["by_week"])


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_indicators_are_those_of_the_records(seed: int) -> None:
    tickets, visits, surveys = made(seed)
    found = figures(rows(OCTOBER, tickets, visits, surveys), Policy())["indicators"]
    before = [v for v in visits if v["arrived"] is None or v["arrived"] < UNTIL]
    assert found == indicators(tickets, before, surveys, Policy(), SINCE, UNTIL)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_what_is_not_of_the_month_changes_nothing(seed: int) -> None:
    tickets, visits, surveys = made(seed)
    told = rows(OCTOBER, tickets, visits, surveys)
    mine = {r["id"] for r in told if r["record"] == "ticket"}
    served = [v for v in visits if set(v["tickets"]) & mine or SINCE <= v["offered"] < UNTIL]
    again = rows(OCTOBER, [t for t in tickets if t["id"] in mine], served, surveys)
    assert [r for r in again if r["record"] != "visit"] == [r for r in told if r["record"] != "visit"]
    assert all(tuple(r) == COLUMNS for r in told)


def test_a_ticket_is_counted_in_the_month_of_its_instants() -> None:
    edges = [(SINCE - 1, SINCE - 1), (SINCE - 1, SINCE), (SINCE, UNTIL - 1), (UNTIL - 1, UNTIL), (UNTIL, None)]
    blank = dict.fromkeys(("channel", "severity", "cabinet", "fields", "received"))
    tickets = [
        {**blank, "id": f"T-{n}", "kind": "repair", "state": "closed", "clocks": [], "opened": a, "closed": b}
        for n, (a, b) in enumerate(edges)
    ]
    found = figures(rows(OCTOBER, tickets, [], []), Policy())["tickets"]
    assert [found[k] for k in ("carried_over", "opened_in", "closed_in", "open_at_end")] == [1, 2, 2, 1]


def test_a_month_without_anything_has_no_shares() -> None:
    found = figures(rows(OCTOBER, [], [], []), Policy())
    assert found["tickets"]["opened_in"] == 0
    assert {c["share"] for c in found["clocks"]} == {None}
    assert {i["state"] for i in found["indicators"]} == {"missing"}
    assert found["arrivals"]["share"] is None


# -- the platform ---------------------------------------------------------------------------------------------------
def away(begin: int, end: int | None, cause: str = "broker") -> Row:
    return {"id": f"{begin}", "from": begin, "to": end, "cause": cause}


@pytest.mark.parametrize(
    ("blind", "lost", "causes"),
    [
        ([], 0, {}), ([away(0, 10)], 10, {"broker": 10}), ([away(-50, 5), away(95, None)], 10, {"broker": 10}),
        ([away(10, 30), away(20, 40, "gateway")], 30, {"broker": 20, "gateway": 20}),
        ([away(-9, 0), away(100, 200)], 0, {}), ([away(0, None)], 100, {"broker": 100}),
    ],
)  # fmt: skip
def test_what_was_lost_counts_once_and_each_cause_is_told(blind: list[Row], lost: int, causes: dict[str, int]) -> None:
    found = availability(blind, 0, 200, 100)
    assert (found["blind_ms"], found["by_cause"], found["total_ms"]) == (lost, causes, 100)
    assert found["availability"] == 1 - lost / 100


def test_of_what_lies_ahead_nothing_is_known() -> None:
    assert availability([], 100, 200, 50)["availability"] is None


# -- reliability ----------------------------------------------------------------------------------------------------
def cabinet(key: str, model: str | None = "M1", created: int = 0, retired: bool = False, updated: int = 0) -> Row:
    return {"id": key, "model": model, "firmware": "1", "created": created, "retired": retired, "updated": updated}


def episode(key: str, onset: int, cleared: int | None, severity: str = "major", parent: str | None = None) -> Row:
    kind = "payment_down" if onset % 2 else "offline"
    return {"cabinet": key, "onset": onset, "cleared": cleared, "severity": severity, "parent": parent, "kind": kind}


episodes = st.lists(
    st.builds(
        lambda c, a, n, s, p: episode(f"C-{c}", a, None if n is None else a + n, s, p),
        st.integers(0, 3), st.integers(-50, 250), st.none() | st.integers(0, 90),
        st.sampled_from(["critical", "major", "minor", "warning"]), st.sampled_from([None, None, "F-1"]),
    ),
    max_size=12,
)  # fmt: skip
fleet = [cabinet("C-0"), cabinet("C-1", created=90), cabinet("C-2", "M2"), cabinet("C-3", None, 0, True, 150)]


@given(episodes)
def test_reliability_holds_together_and_the_models_add_up_to_the_fleet(found: list[Row]) -> None:
    told = report(fleet, found, 0, 200)
    whole, parts = told["whole"], told["models"]
    assert [p["name"] for p in parts] == ["M1", "M2", None]
    for figure in ("cabinets", "hours", "down_hours", "failures"):
        assert whole[figure] == pytest.approx(sum(p[figure] for p in parts))
    for part in (whole, *parts):
        assert 0 <= part["availability"] <= 1
        assert 0 <= part["down_hours"] <= part["hours"]
        if part["failures"]:
            mtbf, mttr = part["mtbf_hours"], part["mttr_hours"]
            assert part["availability"] == pytest.approx(mtbf / (mtbf + mttr))
            assert (mtbf + mttr) * part["failures"] == pytest.approx(part["hours"])
        else:
            assert part["mtbf_hours"] is part["mttr_hours"] is None


@given(episodes)
def test_down_time_is_that_of_counting_each_instant(found: list[Row]) -> None:
    down = Counter[str]()
    for key, first, last in (("C-0", 0, 200), ("C-1", 90, 200), ("C-2", 0, 200), ("C-3", 0, 150)):
        for at in range(first, last):
            down[key] += any(
                e["cabinet"] == key and e["onset"] <= at and (e["cleared"] is None or at < e["cleared"])
                and e["severity"] != "warning" and e["parent"] is None for e in found
            )  # fmt: skip
    assert report(fleet, found, 0, 200)["whole"]["down_hours"] * HOUR == pytest.approx(down.total())


def test_two_faults_at_once_are_one_failure_and_those_of_a_parent_none() -> None:
    found = [
        episode("C-0", 10, 30),
        episode("C-0", 21, 40),
        episode("C-0", 60, 70, parent="F-9"),
        episode("C-0", 80, 90),
    ]
    whole = report([cabinet("C-0")], found, 0, 100)["whole"]
    assert (whole["failures"], whole["availability"]) == (2, 0.6)
    assert [k["kind"] for k in whole["kinds"]] == ["offline", "payment_down"]
