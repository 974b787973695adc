"""Service hours: windows over midnight, types of day, and time counted inside them, against a grid of minutes."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from service.calendars import Calendar
from service.clocks import Target, due
from service.hours import Hours, after, held, hours, spans, worked
from telemetry.errors import Invalid
from telemetry.units import DAY, HOUR, MINUTE, SECOND

CHINA = Calendar.china()
FIRST, DAYS = date(2025, 12, 1), 400  # make-up days, both long holidays, and the end of what is published
OFFICE = {"work": ["09:00-12:00", "13:00-18:00"], "rest": []}
ROSTERS = (
    OFFICE,
    {"work": ["08:00-01:00"], "rest": ["08:00-01:00"]},
    {"work": ["00:00-24:00"], "rest": ["00:00-24:00"]},
    {"work": ["20:00-02:00", "06:00-07:30"], "rest": ["22:00-03:00"], "holiday": ["10:00-11:00"]},
    {"work": ["18:00-12:00", "09:00-17:00"], "make_up": ["09:00-13:00"], "rest": []},
)
ZERO = CHINA.at(FIRST, 0)
starts = st.integers(2 * DAY, (DAYS - 120) * DAY)
amounts = st.integers(0, 60 * HOUR)


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def windows_of(roster: int, day: date) -> list[str]:
    written = ROSTERS[roster]
    if day in chinese_calendar.constants.workdays:
        return written.get("make_up", written["work"])
    if day in chinese_calendar.constants.holidays:
        return written.get("holiday", written["rest"])
    return written["work" if day.weekday() < 5 else "rest"]


@cache
def grid(roster: int) -> NDArray[np.bool_]:
    """Which minutes since 00:00 of `FIRST` (+08:00) are served, marked window by window on the wall clock."""
    served = np.zeros((DAYS + 2) * 1440, np.bool_)
    for n in range(-2, DAYS):
        for window in windows_of(roster, FIRST + timedelta(days=n)):
            (h1, m1), (h2, m2) = (map(int, part.split(":")) for part in window.split("-"))
            begin, length = n * 1440 + h1 * 60 + m1, (h2 * 60 + m2 - h1 * 60 - m1 - 1) % 1440 + 1
            served[max(begin, 0) : max(begin + length, 0)] = True
    return served


def slow_due(roster: int | None, start: int, amount: int, pauses: list[tuple[int, int]]) -> int:
    """The minute in which a clock falls due, counted minute by minute; a pause that begins just then still counts."""
    counts = np.ones((DAYS + 2) * 1440, np.bool_) if roster is None else grid(roster).copy()
    for begin, end in pauses:
        counts[begin:end] = False
    at = start if amount == 0 else start + int(np.searchsorted(np.cumsum(counts[start:]), amount)) + 1
    for begin, end in pauses:
        at = end if begin == at else at
    return at


def agrees(roster: int | None, start: int, amount: int, gaps: list[tuple[int, int]]) -> None:
    pauses, at = [], start
    for run, rest in gaps:
        pauses.append((at + run, at + run + rest))
        at += run + rest
    served = None if roster is None else hours(ROSTERS[roster])
    target = Target(amount=amount * MINUTE, unit="ms", hours=served, basis="t", basis_zh="t")
    found = due(ZERO + start * MINUTE, target, CHINA, [(ZERO + a * MINUTE, ZERO + b * MINUTE) for a, b in pauses])
    assert (found.at - ZERO) / MINUTE == slow_due(roster, start, amount, pauses)


rosters = st.one_of(st.none(), st.integers(0, len(ROSTERS) - 1))
gaps = st.lists(st.tuples(st.integers(1, 900), st.integers(1, 2000)), max_size=4)


@given(rosters, st.integers(2880, (DAYS - 100) * 1440), st.integers(0, 2400), gaps)
def test_a_due_time_is_that_of_counting_minute_by_minute(
    roster: int | None, start: int, amount: int, rests: list[tuple[int, int]]
) -> None:
    agrees(roster, start, amount, rests)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_a_million_due_times_are_those_of_counting_minute_by_minute() -> None:
    chance = np.random.default_rng(1)
    for _ in range(1_000_000):
        pick = int(chance.integers(-1, len(ROSTERS)))
        rests = [(int(a), int(b)) for a, b in chance.integers(1, (900, 2000), (chance.integers(0, 4), 2))]
        start = int(chance.integers(2880, (DAYS - 100) * 1440))
        agrees(None if pick < 0 else pick, start, int(chance.integers(0, 2400)), rests)


@given(st.sampled_from(ROSTERS), starts, amounts)
def test_what_has_run_at_the_due_time_is_the_amount_to_the_millisecond(
    roster: dict[str, list[str]], start: int, amount: int
) -> None:
    served, begun = hours(roster), ZERO + start
    end = after(CHINA, served, begun, amount)
    assert worked(CHINA, served, begun, end) == amount
    assert amount == 0 or worked(CHINA, served, begun, end - 1) == amount - 1


@given(st.integers(0, len(ROSTERS) - 1), starts)
def test_an_instant_is_inside_when_its_minute_is_served(roster: int, start: int) -> None:
    inside = held(CHINA, hours(ROSTERS[roster]), ZERO + start) is not None
    assert inside == bool(grid(roster)[start // MINUTE])


@given(st.sampled_from(ROSTERS), starts)
def test_stretches_follow_each_other_and_begin_on_their_day(roster: dict[str, list[str]], start: int) -> None:
    served = spans(CHINA, hours(roster), ZERO + start)
    some = [next(served) for _ in range(8)]
    assert some[0].end > ZERO + start
    assert all(a.end <= b.begin for a, b in pairwise(some))
    assert all(CHINA.at(s.day, 0) <= s.begin < s.end <= CHINA.at(s.day, 2 * DAY) for s in some)


@pytest.mark.parametrize(("moment", "day"), [("00:30", 13), ("00:59:59", 13), ("01:00", None), ("08:00", 14)])
def test_the_hotline_after_midnight_is_the_day_befores(moment: str, day: int | None) -> None:
    found = held(CHINA, hours(ROSTERS[1]), at(f"2026-10-14T{moment}"))
    assert found == (None if day is None else date(2026, 10, day))


def test_where_clocks_are_put_forward_a_window_is_shorter() -> None:
    berlin = Calendar.china("Europe/Berlin")
    served = hours({"work": ["00:00-24:00"], "rest": ["00:00-24:00"]})
    midnight = int(datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp() * 1000)
    assert next(spans(berlin, served, midnight)).end - midnight == 23 * HOUR
    assert worked(berlin, served, midnight, midnight + DAY) == DAY


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"work": ["9-18"]}, "is no window"), ({"work": ["09:00-25:00"]}, "is no window"),
        ({"work": ["24:00-09:00"]}, "is no window"), ({"rest": ["09:00-18:00"]}, "a working day needs a window"),
        ({"work": ["09:00-18:00"], "sunday": []}, "no type of day: sunday"),
    ],
)  # fmt: skip
def test_hours_that_are_none_are_refused(given_: dict[str, list[str]], words: str) -> None:
    with pytest.raises(Invalid) as refused:
        hours(given_)
    assert words in refused.value.fields["hours"]


def test_hours_say_how_they_were_written() -> None:
    made: Hours = hours(OFFICE)
    assert made.text == "work 09:00-12:00 13:00-18:00; rest -"
    target = Target(amount=2 * HOUR, unit="ms", hours=made, basis="b", basis_zh="b")
    found = due(at("2026-10-14T11:00") + SECOND, target, CHINA)
    assert found.at == at("2026-10-14T14:00") + SECOND
    assert "2 h from 2026-10-14 11:00:01 of service time (work 09:00-12:00 13:00-18:00; rest -)" in found.why
