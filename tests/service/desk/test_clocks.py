"""Clock conformance: the vectors of the standards reference, pauses, and what states mean."""

import json
from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import clocks
from service.calendars import Calendar
from service.clocks import Target, due
from service.data.make_workdays import TARGET, table
from service.policy import Policy
from telemetry.units import DAY, HOUR, MINUTE, SECOND

CHINA = Calendar.china()
POLICY = Policy()
ELAPSED = Target(amount=4 * HOUR, unit="ms", basis="test", basis_zh="测试")


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        ("2026-09-30T10:00", "2026-10-13"),
        ("2026-02-13T10:00", "2026-02-27"),
        ("2026-04-30T10:00", "2026-05-11"),
        ("2026-09-18T10:00", "2026-09-24"),
        ("2025-12-31T10:00", "2026-01-08"),
        ("2026-09-30T00:00", "2026-10-13"),
        ("2026-09-30T23:59", "2026-10-13"),
    ],
)
def test_five_working_days_fall_due_at_the_end_of_the_right_day(received: str, last_day: str) -> None:
    target = clocks.workdays_target("COMPLAINT", POLICY)
    got = due(at(received), target, CHINA)
    assert got.at == at(f"{last_day}T00:00") + DAY
    assert not got.provisional
    assert "S1 7.3.2" in got.why
    assert "工作日" in got.why_zh


def test_beyond_the_published_calendar_a_due_time_is_provisional() -> None:
    got = due(at("2026-12-25T10:00"), clocks.workdays_target("COMPLAINT", POLICY), CHINA)
    assert got.provisional
    assert got.at == at("2027-01-02T00:00")


@pytest.mark.parametrize(
    ("fault", "arrival"),
    [
        ("2026-10-10T10:00", "2026-10-10T12:00"),  # a make-up Saturday
        ("2026-10-02T10:00", "2026-10-02T14:00"),  # a holiday
        ("2026-10-17T10:00", "2026-10-17T14:00"),  # a Saturday
        ("2026-10-14T10:00", "2026-10-14T12:00"),
    ],
)
def test_arrival_depends_on_the_type_of_the_day(fault: str, arrival: str) -> None:
    start = at(fault)
    got = due(start, clocks.arrival_target(POLICY, "major", start, CHINA), CHINA)
    assert got.at == at(arrival)
    assert not got.provisional


def test_the_reply_clock_runs_through_the_holiday() -> None:
    assert due(at("2026-10-01T09:00"), clocks.reply_target(POLICY), CHINA).at == at("2026-10-02T09:00")


@pytest.mark.parametrize(
    ("after", "state"),
    [(24 * HOUR - SECOND, "met"), (24 * HOUR, "met"), (24 * HOUR + SECOND, "breached")],
)
def test_the_exact_instant_of_the_due_time_is_met(after: int, state: str) -> None:
    start = at("2026-10-14T09:00")
    clock = clocks.start("REPLY", start, clocks.reply_target(POLICY), CHINA)
    clocks.stop(clock, start + after, CHINA)
    assert clocks.judge(clock, start + 30 * DAY) == state


def test_a_pause_survives_a_change_of_target() -> None:
    start = at("2026-10-14T09:00")
    clock = clocks.start("RESTORE", start, ELAPSED, CHINA)
    clocks.pause(clock, start + HOUR)
    assert clocks.judge(clock, start + 20 * HOUR) == "paused"
    clocks.resume(clock, start + 4 * HOUR, CHINA)
    assert clock.due == start + 7 * HOUR
    clocks.retarget(clock, Target(amount=2 * HOUR, unit="ms", basis="raised", basis_zh="提高"), CHINA)
    assert clock.due == start + 5 * HOUR
    assert "paused 3 h" in clock.why


def test_a_breach_is_not_undone_by_a_later_pause() -> None:
    start = at("2026-10-14T09:00")
    clock = clocks.start("RESTORE", start, ELAPSED, CHINA)
    clocks.pause(clock, start + 5 * HOUR)
    assert clocks.judge(clock, start + 6 * HOUR) == "breached"
    clocks.resume(clock, start + 9 * HOUR, CHINA)
    assert clock.due == start + 4 * HOUR


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6), st.integers(1, 600))
def test_running_time_at_the_due_time_is_exactly_the_target(steps: list[tuple[int, int]], minutes: int) -> None:
    start = at("2026-10-01T00:00")
    target = Target(amount=minutes * MINUTE, unit="ms", basis="t", basis_zh="t")
    clock = clocks.start("RESTORE", start, target, CHINA)
    now = start
    for run, rest in steps:
        now += run * MINUTE
        clocks.pause(clock, now)
        now += rest * MINUTE
        clocks.resume(clock, now, CHINA)
    inside = sum(b - a for a, b in clock.pauses)
    assert clock.due - start - inside == target.amount
    assert all(a <= clock.due for a, _ in clock.pauses)


def test_our_table_agrees_with_its_source_on_every_day() -> None:
    day, last = date(2004, 1, 1), date(2026, 12, 31)
    while day <= last:
        assert CHINA.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_written_table_is_what_the_generator_writes() -> None:
    assert json.loads(TARGET.read_text(encoding="utf-8")) == table()


def test_another_zone_ends_its_days_elsewhere() -> None:
    utc = Calendar.china("UTC")
    got = due(at("2026-09-30T10:00"), clocks.workdays_target("COMPLAINT", POLICY), utc)
    assert got.at == at("2026-10-14T08:00")
