"""Indicators: every case in one month only, nothing made of nothing, and the fold says what the records say."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.after.indicators import DEFINITIONS, facts, indicators
from service.after.months import bounds, following, month_of
from service.after.tally import month as in_fold
from service.calendars import Calendar
from service.policy import Policy
from service.step import Step
from telemetry.units import DAY, HOUR
from tests.service.after.shop import CLERK, did, give, resolved
from tests.service.desk.test_life import close, finish, staffed
from tests.service.desk.world import START, World

CALENDAR = Calendar.china()
NOVEMBER = 1_793_462_400_000  # 2026-11-01 00:00 in Shanghai
BOUNDS = [bounds(CALENDAR, m) for m in ("2026-09", "2026-10", "2026-11", "2026-12")]


def test_a_month_is_cut_at_midnight_in_shanghai() -> None:
    assert bounds(CALENDAR, "2026-11")[0] == NOVEMBER == bounds(CALENDAR, "2026-10")[1]
    assert [month_of(CALENDAR, NOVEMBER - 1), month_of(CALENDAR, NOVEMBER)] == ["2026-10", "2026-11"]
    assert following("2026-12") == "2027-01"


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "x", "9999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        bounds(CALENDAR, text)


def clock(name: str, due: int, state: str) -> dict[str, Any]:
    return {"name": name, "due": due, "state": state}


def ticket(key: str = "T-1", **over: Any) -> dict[str, Any]:
    return {"id": key, "kind": "repair", "state": "closed", "clocks": [], "fields": {}, **over}


IDS = [f"T-{n}" for n in range(9)]
EDGES = [edge for since, _ in BOUNDS[1:] for edge in (since - 1, since)]
AT = st.integers(BOUNDS[0][0], BOUNDS[-1][1] - 1) | st.sampled_from(EDGES)
CLOCKS = st.builds(clock, st.sampled_from(["REPLY", "ARRIVAL", "RESTORE", "COMPLAINT", "PROMISE"]), AT,
                   st.sampled_from(["met", "breached", "running", "paused"]))  # fmt: skip
FIELDS = st.fixed_dictionaries(
    {"resolved_at": st.none() | AT}, optional={"service": st.just({"measure": "m"}), "repeat_of": st.just("T-0")}
)
TICKETS = st.lists(
    st.builds(ticket, st.sampled_from(IDS), clocks=st.lists(CLOCKS, max_size=4), fields=FIELDS,
              state=st.sampled_from(["new", "resolved", "closed", "archived", "cancelled"])),
    max_size=9, unique_by=lambda t: t["id"],
)  # fmt: skip
VISITS = st.lists(st.fixed_dictionaries({
    "arrived": st.none() | AT, "tickets": st.lists(st.sampled_from(IDS), max_size=3, unique=True),
}), max_size=9)  # fmt: skip
SURVEYS = st.lists(
    st.builds(
        lambda state, at, score: {
            "state": state, "expires": at + DAY, "answered": at if state == "answered" else None, "attitude": score,
            "quality": None, "timeliness": 3, "effectiveness": None,
        },
        st.sampled_from(["invited", "answered", "expired"]), AT, st.integers(1, 5),
    ),
    max_size=9,
)  # fmt: skip


@given(TICKETS, VISITS, SURVEYS)
def test_every_case_counts_in_one_month_only(tickets: Any, visits: Any, surveys: Any) -> None:
    whole = indicators(tickets, visits, surveys, Policy(), 0, 2**52)
    span = [bounds(CALENDAR, m) for m in ("2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01")]
    months = [indicators(tickets, visits, surveys, Policy(), *b) for b in span]
    for n, found in enumerate(whole):
        assert found["n"] == sum(m[n]["n"] for m in months)
        if found["n"]:
            total = sum(m[n]["n"] * m[n]["value"] for m in months if m[n]["n"])
            assert found["value"] * found["n"] == pytest.approx(total)


@given(TICKETS, VISITS, SURVEYS)
def test_a_value_lies_on_its_scale_and_is_missing_without_a_case(tickets: Any, visits: Any, surveys: Any) -> None:
    for found in indicators(tickets, visits, surveys, Policy(), *BOUNDS[1]):
        assert (found["n"] == 0) == (found["value"] is None) == (found["state"] == "missing")
        low, high = (0, 1) if found["unit"] == "share" else (1, 5)
        assert found["value"] is None or low <= found["value"] <= high


def test_nothing_is_made_of_nothing() -> None:
    policy = msgspec.structs.replace(Policy(), targets={d.id: 1.0 for d in DEFINITIONS})
    found = indicators([], [], [], policy, *BOUNDS[1])
    assert [f["id"] for f in found] == [d.id for d in DEFINITIONS]
    assert {(f["value"], f["n"], f["state"]) for f in found} == {(None, 0, "missing")}


def only(name: str, policy: Policy, *tickets: dict[str, Any], visits: Any = ()) -> dict[str, Any]:
    found = indicators(tickets, visits, (), policy, *BOUNDS[1])
    return next(f for f in found if f["id"] == name)


def test_the_target_is_the_policys_own_and_less_may_be_better() -> None:
    kept = ticket(clocks=[clock("REPLY", START, "met")])
    late = ticket("T-2", clocks=[clock("REPLY", START, "breached")])
    assert only("reply_in_time", Policy(), kept, late)["state"] == "no_target"
    strict = msgspec.structs.replace(Policy(), targets={"reply_in_time": 0.6, "recurrence": 0.6})
    assert only("reply_in_time", strict, kept, late)["state"] == "missed"
    assert only("reply_in_time", strict, kept)["state"] == "met"
    done = {"resolved_at": START, "service": {"measure": "m"}}
    came_back = ticket(fields={**done, "reopenings": 1})
    assert only("recurrence", strict, came_back)["state"] == "missed"
    assert only("recurrence", strict, came_back, ticket("T-2", fields=done))["value"] == 0.5


def test_fixed_at_the_first_visit_means_one_arrival() -> None:
    done = ticket(fields={"resolved_at": START})
    once = [{"arrived": START, "tickets": ["T-1"]}]
    assert only("first_time_fix", Policy(), done, visits=once)["value"] == 1
    assert only("first_time_fix", Policy(), done, visits=once * 2)["value"] == 0
    assert only("first_time_fix", Policy(), done, visits=[{"arrived": None, "tickets": ["T-1"]}])["n"] == 0


def lived(days: list[int]) -> World:
    """Repairs and questions on these days, some of which drag on and are archived in the course of it."""
    world = staffed(policy=msgspec.structs.replace(Policy(), archive_ms=3 * DAY, survey_days=4))
    for n, gap in enumerate(days):
        fault = world.fault(f"C-{n % 4}")
        visit = max(world.tables["visits"])
        if n % 2 and world.visit(visit)["state"] == "offered":
            finish(world, visit)
        world.clear(fault)
        world.run(12)
        if world.ticket(world.tables["episodes"][fault]["ticket"])["state"] == "resolved" and n % 3:
            close(world, world.tables["episodes"][fault]["ticket"])
        key = resolved(world)
        if n % 2:
            did(give(world, key, attitude=1 + n % 5, effectiveness=3))
        world.clock.advance(gap * HOUR)
        world.run(1)
    return world


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 150), min_size=3, max_size=9))
def test_the_fold_says_of_a_month_what_the_records_say(days: list[int]) -> None:
    world = lived(days)
    desk = world.desk
    step = Step(desk._desktop, desk._books, world.fleet, world.clock.moment())
    present = month_of(CALENDAR, world.now)
    told = in_fold(step, present)
    read = indicators(
        world.rows("tickets"), world.rows("visits"), world.rows("surveys"), world.policy, *bounds(CALENDAR, present)
    )
    assert told == read


def test_facts_of_open_promises_are_none() -> None:
    waits = ticket(state="triaged", clocks=[clock("REPLY", START, "running"), clock("RESTORE", START, "paused")])
    assert list(facts([waits], (), ())) == []


def test_a_survey_in_memory_and_its_row_count_alike() -> None:
    world = World()
    for n in range(3):
        key = resolved(world)
        if n:
            did(give(world, key, attitude=n + 2))
    did(world.act("ticket.follow-up", key, CLERK, answer="fine", solved=True))
    world.clock.advance(15 * DAY)
    world.run(1)
    rows = {f["id"]: f for f in indicators((), (), world.rows("surveys"), world.policy, 0, 2**52)}
    assert (rows["survey_attitude"]["value"], rows["response_rate"]["n"]) == (3.5, 3)
    assert rows["response_rate"]["value"] == pytest.approx(2 / 3)
