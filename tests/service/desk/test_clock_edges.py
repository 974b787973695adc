"""Clocks to the millisecond: what counts at the very instant, what is said about it, what a stop or a pause does."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest

from service import clocks
from service.calendars import Calendar
from service.clocks import Clock, Target, due, judge, level, reach
from service.hours import Hours, held, hours, spans, worked
from service.policy import Policy
from telemetry.errors import Invalid
from telemetry.units import DAY, HOUR, MINUTE

CHINA = Calendar.china()
POLICY = Policy(version="7")
START = int(datetime.fromisoformat("2026-10-14T09:00+08:00").timestamp() * 1000)  # a Wednesday
SATURDAY = START + 3 * DAY
FOUR = Target(amount=4 * HOUR, unit="ms", basis="b", basis_zh="依据")
OFFICE = hours({"work": ["09:00-18:00"], "rest": []})
HOTLINE = {"work": ["20:00-02:00"], "rest": ["22:00-03:00"]}


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def clock(name: str = "RESTORE", target: Target = FOUR) -> Clock:
    return clocks.start(name, START, target, CHINA)


# -- what is said ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("target", "why", "why_zh"),
    [
        (
            lambda: clocks.reply_target(POLICY),
            "24 h from 2026-10-14 09:00:00 (S1 6.4.6: reply within one day; never pauses)",
            "自 2026-10-14 09:00:00 起 24 小时（S1 6.4.6：一天内答复，不暂停）",
        ),
        (
            lambda: clocks.safety_target(POLICY),
            "0 h 15 min from 2026-10-14 09:00:00 (S3 3.2(2): safety hazards at once; policy 7; never pauses)",
            "自 2026-10-14 09:00:00 起 0 小时 15 分（S3 3.2(2)：安全隐患立即响应；策略 7，不暂停）",
        ),
        (
            lambda: clocks.arrival_target(POLICY, "major", START, CHINA),
            "2 h from 2026-10-14 09:00:00 (S1 6.4.6, policy 7, major, working day)",
            "自 2026-10-14 09:00:00 起 2 小时（S1 6.4.6，策略 7，重要，工作日）",
        ),
        (
            lambda: clocks.arrival_target(POLICY, "critical", SATURDAY, CHINA),
            "4 h from 2026-10-14 09:00:00 (S1 6.4.6, policy 7, critical, day of rest)",
            "自 2026-10-14 09:00:00 起 4 小时（S1 6.4.6，策略 7，紧急，休息日）",
        ),
        (
            lambda: clocks.restore_target(POLICY, "minor"),
            "72 h from 2026-10-14 09:00:00 (S4 4.1.2, policy 7, minor)",
            "自 2026-10-14 09:00:00 起 72 小时（S4 4.1.2，策略 7，一般）",
        ),
        (
            lambda: clocks.workdays_target("COMPLAINT", POLICY),
            f"24:00 of working day 5 after 2026-10-14, calendar {CHINA.version} (S1 7.3.2)",
            f"2026-10-14 后第 5 个工作日 24:00，日历 {CHINA.version}（S1 7.3.2）",
        ),
        (
            lambda: clocks.workdays_target("REFUND", POLICY),
            f"24:00 of working day 5 after 2026-10-14, calendar {CHINA.version} (S4 8.4.3)",
            f"2026-10-14 后第 5 个工作日 24:00，日历 {CHINA.version}（S4 8.4.3）",
        ),
        (
            lambda: clocks.workdays_target("FOLLOWUP", POLICY),
            f"24:00 of working day 3 after 2026-10-14, calendar {CHINA.version} (S1 7.7)",
            f"2026-10-14 后第 3 个工作日 24:00，日历 {CHINA.version}（S1 7.7）",
        ),
        (
            lambda: clocks.warranty_target(POLICY),
            "24:00 of day 30 after 2026-10-14 (S3 3.4(3): repair warranty of at least 30 days)",
            "2026-10-14 后第 30 日 24:00（S3 3.4(3)：维修质保不少于 30 日）",
        ),
        (
            lambda: clocks.promise_target(START + DAY),
            "promised at 2026-10-14 09:00:00 (S1 3.8, 7.1.2)",
            "2026-10-14 09:00:00 承诺（S1 3.8、7.1.2）",
        ),
    ],
    ids=["reply", "safety", "arrival", "arrival-at-rest", "restore", "complaint", "refund", "follow-up", "warranty",
         "promise"],
)  # fmt: skip
def test_a_deadline_says_how_it_was_counted_and_by_which_clause(
    target: Callable[[], Target], why: str, why_zh: str
) -> None:
    found = due(START, target(), CHINA)
    assert (found.why, found.why_zh) == (why, why_zh)
    assert found.provisional is False


def test_a_promise_is_due_when_it_was_promised() -> None:
    assert due(START, clocks.promise_target(START + DAY), CHINA).at == START + DAY


def test_service_time_and_rests_are_said_too() -> None:
    target = Target(amount=8 * HOUR, unit="ms", basis="b", basis_zh="依据", hours=OFFICE)
    found = due(START, target, CHINA, [(START + HOUR, START + HOUR + 90 * MINUTE)])
    assert found.at == at("2026-10-15T09:30")
    assert found.why == (
        "8 h from 2026-10-14 09:00:00 of service time (work 09:00-18:00; rest -), "
        f"calendar {CHINA.version}, paused 1 h 30 min (b)"
    )
    assert found.why_zh == (
        "自 2026-10-14 09:00:00 起 8 小时服务时间（work 09:00-18:00; rest -），"
        f"日历 {CHINA.version}，暂停 1 小时 30 分（依据）"
    )


def test_how_long_it_rested_is_told_to_the_millisecond() -> None:
    assert reach(START, FOUR, CHINA) == (START + 4 * HOUR, 0)
    assert reach(START, FOUR, CHINA, [(START + 1, START + 3)]) == (START + 4 * HOUR + 2, 2)


# -- what is not published yet -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "official"),
    [(("2004-01-01",), True), (("2003-12-31",), False), (("2026-12-31",), True), (("2027-01-01",), False),
     (("2026-06-01", "2027-01-01"), False)],
)  # fmt: skip
def test_the_published_calendar_ends_with_its_last_day(days: tuple[str, ...], official: bool) -> None:
    assert CHINA.official([date.fromisoformat(d) for d in days]) is official


def test_an_arrival_on_an_unpublished_day_is_provisional() -> None:
    beyond = at("2027-03-01T10:00")
    assert due(beyond, clocks.arrival_target(POLICY, "major", beyond, CHINA), CHINA).provisional


def test_a_provisional_target_stays_so_whatever_its_hours_say() -> None:
    target = Target(amount=HOUR, unit="ms", basis="b", basis_zh="依据", hours=OFFICE, provisional=True)
    assert due(START, target, CHINA).provisional


def test_a_zone_of_its_own_keeps_its_wall_clock() -> None:
    tokyo = Calendar.china("Asia/Tokyo")
    assert tokyo.local(START).hour == 10
    assert CHINA.local(START).hour == 9


def test_the_two_zones_in_use_need_no_time_zone_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_database(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr("service.calendars.ZoneInfo", no_database)
    assert [Calendar.china(zone).local(START).hour for zone in ("Asia/Shanghai", "UTC")] == [9, 1]
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar.china("Asia/Tokyo")


@pytest.mark.parametrize(
    ("severity", "word"), [("critical", "紧急"), ("major", "重要"), ("minor", "一般"), ("warning", "提示")]
)
def test_severities_are_said_in_chinese_too(severity: str, word: str) -> None:
    assert clocks.restore_target(POLICY, severity).basis_zh == f"S4 4.1.2，策略 7，{word}"


# -- at the very instant -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("after", "state"), [(0, "running"), (4 * HOUR, "running"), (4 * HOUR + 1, "breached")])
def test_a_running_clock_is_breached_just_after_its_due_time(after: int, state: str) -> None:
    assert judge(clock(), START + after) == state


@pytest.mark.parametrize(("after", "state"), [(4 * HOUR, "paused"), (4 * HOUR + 1, "breached")])
def test_who_pauses_at_the_due_time_is_still_in_time(after: int, state: str) -> None:
    running = clock()
    clocks.pause(running, START + after)
    assert judge(running, START + 9 * HOUR) == state
    clocks.resume(running, START + after + HOUR, CHINA)
    assert running.due == START + (5 if state == "paused" else 4) * HOUR


@pytest.mark.parametrize(("late", "state"), [(0, "running"), (1, "met")])
def test_a_term_that_ran_out_is_no_breach(late: int, state: str) -> None:
    warranty = clock("WARRANTY", clocks.warranty_target(POLICY))
    assert judge(warranty, warranty.due + late) == state


@pytest.mark.parametrize(
    ("after", "said"),
    [(2 * HOUR - 1, 0), (2 * HOUR, 1), (3 * HOUR - 1, 1), (3 * HOUR, 2), (4 * HOUR, 2), (4 * HOUR + 1, 3)],
)
def test_levels_begin_at_their_share_and_the_breach_is_the_last(after: int, said: int) -> None:
    assert level(clock(), (0.5, 0.75), CHINA, START + after) == said


def test_levels_of_service_time_wait_for_the_service() -> None:
    target = Target(amount=8 * HOUR, unit="ms", basis="b", basis_zh="依据", hours=OFFICE)
    evening = clocks.start("RESTORE", at("2026-10-14T15:00"), target, CHINA)  # 3 h today, 5 h tomorrow
    assert level(evening, (0.5,), CHINA, at("2026-10-15T09:59:59")) == 0
    assert level(evening, (0.5,), CHINA, at("2026-10-15T10:00")) == 1


def test_levels_wait_while_a_clock_rests() -> None:
    rested = clock()
    clocks.pause(rested, START + HOUR)
    clocks.resume(rested, START + 2 * HOUR, CHINA)
    assert level(rested, (0.5,), CHINA, START + 3 * HOUR - 1) == 0
    assert level(rested, (0.5,), CHINA, START + 3 * HOUR) == 1


def test_levels_of_working_days_are_shares_of_the_way_there() -> None:
    complaint = clock("COMPLAINT", clocks.workdays_target("COMPLAINT", POLICY))
    half = START + (complaint.due - START) // 2
    assert level(complaint, (0.5,), CHINA, half - 1) == 0
    assert level(complaint, (0.5,), CHINA, half) == 1


@pytest.mark.parametrize(
    ("now", "then"),
    [(0, 2 * HOUR), (2 * HOUR - 1, 2 * HOUR), (2 * HOUR, 3 * HOUR), (3 * HOUR, 4 * HOUR + 1), (4 * HOUR, 4 * HOUR + 1)],
)
def test_the_next_level_is_the_first_instant_that_says_more(now: int, then: int) -> None:
    assert clocks.next_level(clock(), (0.5, 0.75), CHINA, START + now) == START + then


def test_a_clock_that_has_said_everything_has_no_next_level() -> None:
    assert clocks.next_level(clock(), (0.5, 0.75), CHINA, START + 4 * HOUR + 1) is None


def test_a_level_between_two_milliseconds_begins_at_the_later() -> None:
    odd = clock("PROMISE", clocks.promise_target(START + 3))
    assert clocks.next_level(odd, (0.5,), CHINA, START) == START + 2
    assert level(odd, (0.5,), CHINA, START + 1) == 0
    assert level(odd, (0.5,), CHINA, START + 2) == 1


# -- pauses and stops --------------------------------------------------------------------------------------------------
def test_a_second_pause_does_not_move_the_first() -> None:
    resting = clock()
    clocks.pause(resting, START + HOUR)
    clocks.pause(resting, START + 2 * HOUR)
    clocks.resume(resting, START + 3 * HOUR, CHINA)
    assert resting.pauses == [(START + HOUR, START + 3 * HOUR)]


def test_what_is_over_does_not_pause() -> None:
    over = clock()
    clocks.stop(over, START + HOUR, CHINA)
    clocks.pause(over, START + 2 * HOUR)
    assert (over.paused, judge(over, START + DAY)) == (None, "met")


def test_a_stop_ends_the_pause_and_counts_it() -> None:
    resting = clock()
    clocks.pause(resting, START + 2 * HOUR)
    clocks.stop(resting, START + 5 * HOUR, CHINA)
    assert (resting.stopped, resting.paused) == (START + 5 * HOUR, None)
    assert resting.pauses == [(START + 2 * HOUR, START + 5 * HOUR)]
    assert (resting.due, judge(resting, START + DAY)) == (START + 7 * HOUR, "met")


def test_proof_from_before_the_pause_leaves_nothing_to_rest() -> None:
    resting = clock()
    clocks.pause(resting, START + 2 * HOUR)
    clocks.stop(resting, START + HOUR, CHINA)
    assert (resting.stopped, resting.due) == (START + HOUR, START + 4 * HOUR)


def test_what_happened_before_a_clock_began_stops_it_at_its_beginning_and_only_once() -> None:
    early = clock()
    clocks.stop(early, START - HOUR, CHINA)
    clocks.stop(early, START + DAY, CHINA)
    assert early.stopped == START


# -- service hours -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("window", "span"),
    [("09:30-18:45", (570, 1125)), ("00:00-24:00", (0, 1440)), ("08:15-08:15", (495, 1935)), ("9:00-8:59", (540, 1979)),
     ("20:00-02:00", (1200, 1560)), ("23:59-24:00", (1439, 1440))],
)  # fmt: skip
def test_a_window_is_read_to_the_minute(window: str, span: tuple[int, int]) -> None:
    assert hours({"work": [window]}).of("work") == ((span[0] * MINUTE, span[1] * MINUTE),)


NO_WINDOW = ("09:00-24:01", "24:00-24:00", "09:00-24:30", "25:00-26:00", "09:60-10:00", "", "9-5")


@pytest.mark.parametrize("window", NO_WINDOW)
def test_a_window_that_is_none_is_refused_with_its_own_words(window: str) -> None:
    with pytest.raises(Invalid) as refused:
        hours({"work": [window]})
    said = f"{window!r} is no window: write it as 09:00-18:00, or 20:00-02:00 over midnight"
    assert refused.value.fields == {"hours": said}


def test_what_is_no_type_of_day_is_named_beside_those_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        hours({"work": ["09:00-18:00"], "sunday": [], "feast": []})
    said = "no type of day: feast, sunday; there are work, make_up, rest, holiday"
    assert refused.value.fields == {"hours": said}
    with pytest.raises(Invalid) as refused:
        hours({"work": []})
    assert refused.value.fields == {"hours": 'a working day needs a window, as in "work": ["09:00-18:00"]'}


@pytest.mark.parametrize(
    ("windows", "kind", "count"),
    [
        ({"work": ["09:00-18:00"]}, "rest", 0), ({"work": ["09:00-18:00"]}, "holiday", 0),
        ({"work": ["09:00-18:00"]}, "make_up", 1), ({"work": ["09:00-18:00"], "make_up": []}, "make_up", 0),
        ({"work": ["09:00-18:00"], "rest": ["10:00-11:00"]}, "holiday", 1),
        ({"work": ["09:00-18:00"], "rest": ["10:00-11:00"], "holiday": []}, "holiday", 0),
        ({"work": ["09:00-18:00"], "rest": ["10:00-11:00"], "holiday": []}, "rest", 1),
    ],
)  # fmt: skip
def test_a_type_without_windows_of_its_own_is_like_another(
    windows: dict[str, list[str]], kind: str, count: int
) -> None:
    made: Hours = hours(windows)
    assert len(made.of(kind)) == count  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-14", "work"), ("2026-10-16", "work"), ("2026-10-17", "rest"), ("2026-10-18", "rest"),
        ("2026-10-10", "make_up"), ("2026-10-01", "holiday"), ("2026-10-03", "holiday"),  # a Saturday of the week off
    ],
)  # fmt: skip
def test_the_type_of_a_day(day: str, kind: str) -> None:
    assert CHINA.day_type(date.fromisoformat(day)) == kind


def test_stretches_that_overlap_are_counted_once() -> None:
    served = spans(CHINA, hours({"work": ["08:00-12:00", "11:00-13:00", "11:30-13:00"]}), at("2026-10-14T00:00"))
    first, second = next(served), next(served)
    assert (first.begin, first.end) == (at("2026-10-14T08:00"), at("2026-10-14T12:00"))
    assert (second.begin, second.end) == (at("2026-10-14T12:00"), at("2026-10-14T13:00"))
    assert next(served).day == date(2026, 10, 15), "an empty stretch is none"


def test_a_window_that_begins_at_the_end_gives_nothing() -> None:
    assert worked(CHINA, OFFICE, at("2026-10-14T08:00"), at("2026-10-14T09:00")) == 0
    assert worked(CHINA, OFFICE, at("2026-10-14T08:00"), at("2026-10-14T09:00") + 1) == 1


def test_a_window_of_the_day_before_yesterday_cannot_reach_today() -> None:
    assert held(CHINA, hours(HOTLINE), at("2026-10-14T01:59:59")) == date(2026, 10, 13)
    assert held(CHINA, hours(HOTLINE), at("2026-10-14T02:00")) is None
