"""Every sentence of the contract's *Clocks*."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.offset import Offset
from telemetry.units import DAY, HOUR, MINUTE, SECOND

T = 1_800_000_000_000
INTERVAL = MINUTE


def hear(clock, error, start, minutes, first_sent=True):
    """A message a minute from a clock that is `error` ms ahead; the arrival after the last."""
    for i in range(minutes):
        clock.note(start + i * MINUTE + error, start + i * MINUTE, first_sent)
    return start + minutes * MINUTE


def test_the_offset_is_the_smallest_arrival_minus_ts():
    clock = Offset()
    for delay in (900, 300, 700):
        clock.note(T, T + delay, True)
    assert clock.value == 300


@pytest.mark.parametrize("ts", [0, 1234, 1_577_836_700_000])
def test_a_ts_before_2020_is_filed_by_the_offset_last_seen_for_such_a_ts(ts):
    clock = Offset()
    clock.note(ts, T, True)
    assert clock.file(ts, T) == T
    assert clock.file(ts + 5000, T + 60_000) == T + 5000
    clock.note(ts + 1000, T + HOUR, True)
    assert clock.file(ts + 1000, T + HOUR) == T + HOUR


def test_held_messages_of_a_1970_clock_take_the_offset_of_the_birth():
    clock = Offset()
    clock.note(10_000_000, T, True)  # the birth
    clock.note(1_000_000, T + 100, False)  # held for 2.5 hours
    assert clock.file(1_000_000, T + 100) == T - 9_000_000


def test_eight_hours_ahead_is_filed_at_ts_plus_offset():
    clock = Offset()
    arrival = hear(clock, 8 * HOUR, T, 3)
    assert clock.file(arrival + 8 * HOUR, arrival) == arrival


def test_the_fault_comes_after_two_intervals_and_goes_when_the_clock_is_right():
    clock = Offset()
    verdicts = []
    for i in range(4):
        clock.note(T + i * MINUTE + 8 * HOUR, T + i * MINUTE, True)
        verdicts.append(clock.judge(T + i * MINUTE, 2 * INTERVAL))
    assert verdicts == [None, None, True, True]
    arrival = hear(clock, 0, T + 4 * MINUTE, 12)
    assert clock.judge(arrival, 2 * INTERVAL) is False


@pytest.mark.parametrize("error", [120 * SECOND, -120 * SECOND, 0])
def test_within_two_minutes_nothing_is_wrong_and_nothing_shifted(error):
    clock = Offset()
    arrival = hear(clock, error, T, 20)
    assert clock.judge(arrival, 2 * INTERVAL) is False
    assert clock.file(arrival + error, arrival) == arrival + error


def test_nothing_known_is_no_verdict():
    assert Offset().judge(T, 2 * INTERVAL) is None


def test_a_1970_clock_is_wrong_until_it_is_set():
    clock = Offset()
    clock.note(5, T, True)
    clock.judge(T, 2 * INTERVAL)
    assert clock.judge(T + 2 * INTERVAL, 2 * INTERVAL) is True
    clock.note(T + 3 * INTERVAL, T + 3 * INTERVAL, True)
    assert clock.judge(T + 3 * INTERVAL, 2 * INTERVAL) is False
    clock.note(7, T + 4 * INTERVAL, True)  # and lost again
    assert clock.judge(T + 4 * INTERVAL, 0) is True


def test_a_jump_ahead_takes_effect_at_once():
    clock = Offset()
    arrival = hear(clock, 0, T, 5)
    clock.note(arrival + HOUR, arrival, True)
    assert clock.value == -HOUR
    assert clock.file(arrival + HOUR, arrival) == arrival


def test_a_jump_back_takes_effect_after_ten_minutes_that_all_give_it():
    clock = Offset()
    start = hear(clock, 0, T, 5)
    arrival = hear(clock, -HOUR, start, 10)
    assert clock.value == 0
    clock.note(arrival - HOUR, arrival, True)
    assert clock.value == HOUR
    assert clock.file(arrival - HOUR, arrival) == arrival


def test_one_first_sent_message_that_does_not_give_it_starts_the_ten_minutes_anew():
    clock = Offset()
    start = hear(clock, 0, T, 5)
    start = hear(clock, -HOUR, start, 9)
    start = hear(clock, 0, start, 1)
    start = hear(clock, -HOUR, start, 9)
    assert clock.value == 0
    hear(clock, -2 * HOUR, start, 9)  # another value is not "all give it" either
    assert clock.value == 0


def test_messages_that_waited_only_lower_the_offset():
    clock = Offset()
    clock.note(T - DAY, T, False)
    assert clock.value is None
    assert clock.file(T - DAY, T) == T - DAY
    clock.note(T, T + 500, True)
    hear(clock, -3 * DAY, T + MINUTE, 30, first_sent=False)
    assert clock.value == 500
    clock.note(T + MINUTE, T + MINUTE + 200, False)
    assert clock.value == 200


def test_a_backlog_that_came_while_we_were_blind_is_filed_under_its_own_ts():
    """Everything arrives at once after six blind hours: none of it says anything about the clock."""
    clock = Offset()
    arrival = hear(clock, 0, T, 5) + 6 * HOUR
    for i in range(360):
        ts = arrival - 6 * HOUR + i * MINUTE
        clock.note(ts, arrival, False)
        assert clock.file(ts, arrival) == ts
    assert clock.value == 0


@given(age=st.integers(0, 40 * DAY), jump=st.integers(130 * SECOND, 10 * DAY))
def test_a_step_ahead_never_shifts_what_is_plausible_by_its_own_ts(age, jump):
    clock = Offset()
    arrival = hear(clock, jump, T, 5)
    assert clock.file(arrival - age, arrival) == arrival - age


@pytest.mark.parametrize("ahead", [0, 3 * SECOND, 100 * SECOND])
def test_after_a_wrong_clock_is_set_right_its_readings_are_right_at_once(ahead):
    """For ten minutes the offset is still the old one; the readings are plausible already."""
    clock = Offset()
    start = hear(clock, 8 * HOUR, T, 5)
    for i in range(15):
        arrival = start + i * MINUTE
        clock.note(arrival + ahead, arrival, True)
        assert clock.file(arrival + ahead, arrival) == arrival + ahead


def test_what_was_held_since_before_a_step_back_keeps_its_time():
    clock = Offset()
    step = hear(clock, 0, T, 5)
    arrival = hear(clock, -HOUR, step, 20)
    assert clock.value == HOUR
    before = step - HOUR - MINUTE
    assert clock.file(before, arrival) == before
    assert clock.file(arrival - HOUR, arrival) == arrival


def test_up_to_five_minutes_ahead_is_accepted_and_more_is_filed_on_arrival():
    clock = Offset()
    clock.note(T, T, True)
    assert clock.file(T + 5 * MINUTE, T) == T + 5 * MINUTE
    assert clock.file(T + 5 * MINUTE + 1, T) == T


extreme = st.integers(-(2**53) + 1, 2**53 - 1)


@given(
    st.lists(st.tuples(extreme, st.integers(0, DAY), st.booleans()), max_size=20),
    extreme | st.integers(T - DAY, T + DAY),
)
def test_whatever_a_clock_says_readings_are_filed_between_2020_and_five_minutes_ahead(notes, ts):
    clock, arrival = Offset(), T
    for said, wait, first_sent in notes:
        arrival += wait
        clock.note(said, arrival, first_sent)
        clock.judge(arrival, 2 * INTERVAL)
        assert 1_577_836_800_000 <= clock.file(said, arrival) <= arrival + 5 * MINUTE
    assert 1_577_836_800_000 <= clock.file(ts, arrival) <= arrival + 5 * MINUTE


@pytest.mark.parametrize("error", [-T, 8 * HOUR, -8 * HOUR, 0])
def test_messages_that_arrive_together_keep_their_distances(error):
    """Filed under one time, all but one of them would be gone."""
    clock = Offset()
    sent = [T + i * 70 for i in range(20)]
    arrival = T + 2000
    filed = []
    for ts in sent:
        clock.note(ts + error, arrival, True)
        filed.append(clock.file(ts + error, arrival))
    assert [b - a for a, b in pairwise(filed)] == [70] * 19
