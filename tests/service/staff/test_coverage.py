"""Coverage: holes exact to the minute against a slow count, over midnight, on holidays and make-up days; alarms."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.calendars import Calendar
from service.hours import Hours
from service.model import Answer
from service.policy import Policy
from service.staff.coverage import Duty, gaps, joined, on_duty, without
from service.staff.nouns import duty_hours
from telemetry.clock import ManualClock
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import World

CHINA = Calendar.china()
FIRST = date(2026, 9, 28)  # the days of the National Day holiday and the make-up day 2026-10-10 lie ahead
ZERO = CHINA.at(FIRST, 0)
DAYS = 16
REQUIRED = Policy().coverage
WINDOWS = [
    {"work": ["08:00-16:00"], "rest": ["08:00-16:00"]}, {"work": ["16:00-01:00"], "holiday": []},
    {"rest": ["22:00-06:30"]}, {"work": ["00:00-24:00"], "make_up": ["10:00-10:01"]}, {"holiday": ["00:30-00:31"]},
    {"work": ["09:00-12:00", "13:00-18:00"], "rest": ["09:00-18:00"]}, {"make_up": ["18:00-18:00"]},
]  # fmt: skip


def slow(hours: Hours, minute: int, first: date = FIRST - timedelta(days=9), last: date | None = None) -> bool:
    """Whether the minute is inside, by looking at the windows of its day and the day before, one by one."""
    at = minute % 1440 * MINUTE
    today = FIRST + timedelta(days=minute // 1440)
    for day, shift in ((today, 0), (today - timedelta(days=1), DAY)):
        allowed = first <= day and (last is None or day <= last)
        if allowed and any(a <= at + shift < b for a, b in hours.of(CHINA.day_type(day))):
            return True
    return False


def duty(windows: int, first: int, length: int | None) -> Duty:
    begin = FIRST + timedelta(days=first)
    last = None if length is None else begin + timedelta(days=length)
    return Duty("RO-1", "hotline", "li", duty_hours(WINDOWS[windows]), begin, last)


duties = st.lists(
    st.builds(duty, st.integers(0, len(WINDOWS) - 1), st.integers(-2, DAYS), st.none() | st.integers(0, 9)), max_size=4
)


@settings(max_examples=60, deadline=None)
@given(duties, st.sampled_from(sorted(REQUIRED)), st.integers(0, DAYS * 1440 - 3000), st.integers(1, 2900))
def test_holes_are_those_of_counting_minute_by_minute(known: list[Duty], channel: str, start: int, length: int) -> None:
    found = gaps(known, REQUIRED[channel], CHINA, ZERO + start * MINUTE, ZERO + (start + length) * MINUTE)
    missing = {m for g in found for m in range((g.begin - ZERO) // MINUTE, (g.end - ZERO) // MINUTE)}
    expected = {
        m for m in range(start, start + length)
        if slow(REQUIRED[channel], m) and not any(slow(d.hours, m, d.first, d.last) for d in known)
    }  # fmt: skip
    assert missing == expected


@settings(max_examples=60, deadline=None)
@given(duties, st.integers(0, DAYS * 1440))
def test_who_is_on_duty_is_who_a_slow_look_finds(known: list[Duty], minute: int) -> None:
    there = on_duty(known, CHINA, ZERO + minute * MINUTE)
    assert there == [d for d in known if slow(d.hours, minute, d.first, d.last)]


@settings(deadline=None)
@given(duties, st.integers(0, DAYS * DAY), st.integers(1, 3 * DAY))
def test_holes_lie_in_order_apart_and_inside_the_period_to_the_millisecond(
    known: list[Duty], start: int, length: int
) -> None:
    since, until = ZERO + start, ZERO + start + length
    found = gaps(known, REQUIRED["online"], CHINA, since, until)
    assert all(since <= g.begin < g.end <= until for g in found)
    assert all(a.end <= b.begin for a, b in itertools.pairwise(found))
    assert not any(on_duty(known, CHINA, g.begin) or on_duty(known, CHINA, g.end - 1) for g in found)
    every = sum(g.end - g.begin for g in gaps((), REQUIRED["online"], CHINA, since, until))
    assert every == length


stretches = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])))


@given(stretches, st.integers(0, 50), st.integers(1, 60))
def test_the_arithmetic_of_stretches_is_that_of_sets(taken: list[tuple[int, int]], begin: int, length: int) -> None:
    busy = {n for a, b in taken for n in range(a, b)}
    left = [n for a, b in without((begin, begin + length), joined(taken)) for n in range(a, b)]
    assert left == [n for n in range(begin, begin + length) if n not in busy]


@pytest.mark.parametrize(
    ("at", "day"), [("2026-10-14T00:30+08:00", date(2026, 10, 13)), ("2026-10-11T00:30+08:00", date(2026, 10, 10))]
)
def test_a_hole_after_midnight_belongs_to_the_day_before(at: str, day: date) -> None:
    """S1 6.3: the hotline serves until 01:00; a roster that ends at 00:30 leaves half an hour."""
    short = Duty("RO-1", "hotline", "li", duty_hours({"work": ["08:00-00:30"], "rest": ["08:00-01:00"]}), FIRST)
    begin = CHINA.at(day, 12 * 60 * MINUTE)
    found = gaps([short], REQUIRED["hotline"], CHINA, begin, begin + DAY // 2 + 60 * MINUTE)
    assert [(CHINA.local(g.begin).isoformat()[:16], (g.end - g.begin) // MINUTE, g.day) for g in found] == [
        (at[:16], 30, day)
    ]


# -- alarms ---------------------------------------------------------------------------------------------------------
def shift(world: World, person: str, windows: dict[str, list[str]], **more: str) -> Answer:
    body = {"channel": "hotline", "windows": windows, "from": "2026-10-01", **more}
    return world.act("roster.create", person=person, **body)


def test_a_hole_is_told_once_a_day_and_only_where_rosters_are_kept() -> None:
    world = World(cabinets=0)
    world.hire("li", "wu")
    world.run(2)
    assert world.notices("coverage_gap") == []
    shift(world, "li", {"work": ["08:00-00:30"], "rest": ["08:00-00:30"]})
    world.clock.advance(DAY)
    world.run(3)
    told = world.notices("coverage_gap")
    assert [(n["params"]["channel"], n["params"]["holes"], n["params"]["minutes"]) for n in told] == [
        ("hotline", 7, 210)
    ]
    world.clock.advance(DAY)
    world.run(3)
    assert len(world.notices("coverage_gap")) == 2
    shift(world, "wu", {"work": ["00:00-01:00"], "rest": ["00:00-01:00"]})
    world.clock.advance(DAY)
    world.run(1)
    assert len(world.notices("coverage_gap")) == 2


def test_a_shift_counts_until_the_exam_runs_out() -> None:
    world = World(Policy(duty_courses={"field": ("safety",)}), cabinets=0)
    world.hire("li")
    now, until = world.now, world.now + 3 * DAY
    world.act("training.create", person="li", course="safety", planned=now, done=now, passed=True, until=until)
    shift(world, "li", {"work": ["08:00-01:00"], "rest": ["08:00-01:00"]})
    world.clock.advance(DAY)
    world.run(1)
    (told,) = world.notices("coverage_gap")
    assert told["params"]["since"] == until


def test_many_contacts_on_a_holiday_propose_longer_hours_once() -> None:
    world = World(cabinets=0)
    noon = CHINA.at(date(2026, 10, 5), 12 * HOUR)
    world.clock = ManualClock(noon, real=noon, speed=60)
    world.hire("li")
    shift(world, "li", {"work": ["08:00-01:00"], "rest": ["08:00-01:00"]})
    for _ in range(3):
        world.act("ticket.create", kind="consultation", summary="Open today?")
        world.run(2)
    (told,) = world.notices("coverage_surge")
    assert (told["params"]["contacts"], told["params"]["day"]) == (2, "2026-10-05")


def test_many_contacts_on_a_working_day_propose_nothing() -> None:
    world = World(cabinets=0)
    world.hire("li")
    shift(world, "li", {"work": ["08:00-01:00"], "rest": ["08:00-01:00"]})
    for _ in range(9):
        world.act("ticket.create", kind="consultation", summary="Open today?")
    world.run(2)
    assert world.notices("coverage_surge") == []
