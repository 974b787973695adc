"""The report of arrivals: every visit counted once, nothing punctual without evidence, parts that add up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proof.punctuality import NOT_MADE, OUTCOMES, judge, report
from service.records.base import Row
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import START
from tests.service.proof.test_corrections import proven
from tests.service.proof.test_evidence import there

NOW = START + 100 * HOUR
SUMS = ("visits", "not_made", *OUTCOMES, "corrected", "confirmed")


def visit(n: int = 1, **fields: Any) -> Row:
    plain = {
        "id": f"V-{n}", "technician": "ann", "state": "left", "tickets": [f"T-{n}"], "accepted": START,
        "arrived": START + HOUR, "finished": START + 3 * HOUR, "provisional": False, "level": 4, "window": None,
        "evidence": {"items": [], "corrections": [], "confirmed": None},
    }  # fmt: skip
    return plain | fields


def ticket(n: int = 1, due: int | None = START + 2 * HOUR, **fields: Any) -> dict[str, Row]:
    clocks = [] if due is None else [{"name": "ARRIVAL", "started": START, "due": due}]
    return {f"T-{n}": {"id": f"T-{n}", "clocks": clocks, "fields": fields}}


@pytest.mark.parametrize(
    ("fields", "due", "outcome", "late_min"),
    [
        ({}, START + HOUR, "punctual", 0),
        ({}, START + HOUR - 1, "late", 1 / 60_000),
        ({"arrived": START + 3 * HOUR}, START + 2 * HOUR, "late", 60),
        ({"provisional": True, "level": 0}, START + 2 * HOUR, "provisional", 0),
        ({"arrived": None, "level": None, "state": "en_route"}, START + 2 * HOUR, "missing", 0),
        ({"arrived": None, "level": None, "state": "en_route"}, NOW, "open", 0),
        ({"arrived": None, "level": None, "state": "en_route"}, None, "open", 0),
        ({}, None, "no_target", 0),
        ({"window": {"from": START + 2 * HOUR, "to": START + 4 * HOUR}}, None, "early", 0),
        ({"window": {"from": START, "to": START + HOUR}}, START + 2 * HOUR, "punctual", 0),
    ],
)
def test_each_visit_has_one_outcome(fields: Row, due: int | None, outcome: str, late_min: float) -> None:
    found = judge(visit(**fields), ticket(due=due), NOW)
    assert (found.outcome, found.late_ms / MINUTE) == (outcome, pytest.approx(late_min))


def test_the_window_that_the_visit_answered_counts_before_the_clock() -> None:
    agreed = [{"visit": "V-1", "from": START + 2 * HOUR, "to": START + 3 * HOUR}]
    assert judge(visit(), ticket(appointments=agreed), NOW).outcome == "early"
    other = [{"visit": "V-2", "from": START + 2 * HOUR, "to": START + 3 * HOUR}]
    assert judge(visit(), ticket(appointments=other), NOW).outcome == "punctual"


def test_a_clock_of_a_later_dispatch_is_not_this_visits() -> None:
    two = ticket()
    two["T-1"]["clocks"].append({"name": "ARRIVAL", "started": START + 4 * HOUR, "due": START + 4 * HOUR})
    assert judge(visit(), two, NOW).outcome == "punctual"


def test_the_figures_of_a_small_fleet() -> None:
    visits = [visit(n, arrived=START + 2 * HOUR + n * MINUTE) for n in range(1, 11)]
    visits.append(visit(11, evidence={"items": [{"distance_m": 30.0}, {"distance_m": 900.0}], "corrections": [{}]}))
    visits += [visit(12, technician="bob", state="declined"), visit(13, technician="bob", provisional=True, level=0)]
    tickets = {k: v for n in range(1, 14) for k, v in ticket(n).items()}
    found = report(visits, tickets, NOW)
    whole = found["whole"]
    assert [whole[k] for k in SUMS] == [12, 1, 1, 0, 10, 1, 0, 0, 0, 1, 0]
    assert whole["late_minutes"] == {"n": 10, "sum": 55.0, "mean": 5.5, "p90": 9.0}
    assert whole["distance_m"] == {"n": 1, "sum": 30.0, "mean": 30.0, "p90": 30.0}
    assert (whole["punctual_share"], whole["provisional_share"]) == (0.0909, 0.0833)
    assert whole["levels"] == {"0": 1, "1": 0, "2": 0, "3": 0, "4": 11}
    assert [t["technician"] for t in found["technicians"]] == ["ann", "bob"]
    assert report([], {}, NOW)["whole"]["punctual_share"] is None


_VISITS = st.lists(
    st.fixed_dictionaries({
        "technician": st.sampled_from("abc"), "state": st.sampled_from(("left", "en_route", "declined")),
        "arrived": st.one_of(st.none(), st.integers(START, NOW)), "provisional": st.booleans(),
        "level": st.integers(0, 4), "finished": st.one_of(st.none(), st.just(NOW)),
        "tickets": st.lists(st.sampled_from(("T-1", "T-2", "T-3")), max_size=2),
    }),
    max_size=25,
)  # fmt: skip


@given(_VISITS, st.lists(st.one_of(st.none(), st.integers(START, NOW)), min_size=2, max_size=2))
def test_the_parts_add_up_to_the_whole_and_every_visit_is_counted_once(rows: list[Row], dues: list[int | None]) -> None:
    visits = [visit(n, **row) for n, row in enumerate(rows)]
    found = report(visits, ticket(1, dues[0]) | ticket(2, dues[1]), NOW)
    whole, parts = found["whole"], found["technicians"]
    for name in SUMS:
        assert whole[name] == sum(part[name] for part in parts)
    assert whole["visits"] + whole["not_made"] == len(rows)
    assert whole["visits"] == sum(whole[outcome] for outcome in OUTCOMES)
    for name in ("late_minutes", "distance_m"):
        assert whole[name]["n"] == sum(part[name]["n"] for part in parts)
        assert whole[name]["sum"] == pytest.approx(sum(part[name]["sum"] for part in parts), abs=0.01)
    for level in whole["levels"]:
        assert whole["levels"][level] == sum(part["levels"][level] for part in parts)
    unproven = [r for r in rows if r["state"] not in NOT_MADE and (r["arrived"] is None or r["provisional"])]
    assert whole["punctual"] <= whole["visits"] - len(unproven)


def test_the_rows_of_the_desk_are_what_it_reads() -> None:
    world = proven()
    late = there()
    for found, outcome in ((world, "punctual"), (late, "provisional")):
        (row,) = found.rows("visits")
        assert judge(row, found.tables["tickets"], found.now).outcome == outcome
    world.act("visit.correct", "V-000001", arrived_at=world.visit()["accepted"], reason="x")
    assert report(world.rows("visits"), world.tables["tickets"], world.now)["whole"]["corrected"] == 1
