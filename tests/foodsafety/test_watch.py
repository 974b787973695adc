"""The clock: what counts as evidence, what excuses, and that nothing depends on how the input is cut."""

import itertools
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.foodsafety.rules import choose
from telemetry.units import MINUTE
from tests.faults.rig import event
from tests.foodsafety.bench import Bench, at, reading
from tests.foodsafety.cases import CASES, Case

COLD, WARM = 4.0, 9.0


def test_nama_above_5_for_15_minutes_without_the_door() -> None:
    bench = Bench("nama").warm(0, 5, COLD).warm(5, 19)
    assert bench.minutes("breach") == []
    assert bench.warm(19, 40).minutes("breach") == [20]
    (breach,) = [f for f in bench.found if f.what == "breach"]
    assert breach.data == {
        "signal": "air_c", "value_c": WARM, "peak_c": WARM, "limit_c": 5.0, "since": at(5), "spent_s": 900,
        "allowed_s": 900,
    }  # fmt: skip


def test_exactly_at_the_limit_is_no_breach() -> None:
    assert Bench("nama").warm(0, 300, 5.0).minutes("breach") == []


def test_nama_30_minutes_after_the_door_closes() -> None:
    bench = Bench("nama").warm(0, 5, COLD).warm(5, 15, 12.0, door_open=1.0)
    assert bench.warm(15, 44, 7.0).minutes("breach") == []
    assert bench.warm(44, 50, 7.0).minutes("breach") == [44]


def test_what_recovers_in_time_after_the_door_begins_anew() -> None:
    bench = Bench("nama").warm(0, 10, 12.0, door_open=1.0).warm(10, 35, 7.0).warm(35, 37, COLD)
    assert bench.warm(37, 52, 7.0).minutes("breach") == []
    assert bench.warm(52, 54, 7.0).minutes("breach") == [52]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_table_of_cases(case: Case) -> None:
    bench = Bench(case.pack, product=case.product)
    for m in range(case.minutes):
        now = case.story(m)
        said = [event(m - 0.5, now.says)] if now.says else []
        air = {"air_c": now.air, "product_c": now.air}
        bench.take(reading(m, **air, door_open=float(now.door), defrost_on=float(now.defrost)), events=said)
    assert bench.minutes("breach") == ([] if case.breach is None else [case.breach])


def test_version_1_took_every_opening_for_a_service() -> None:
    bench = Bench("nama")
    bench.watch.assign(0, choose("nama", 1))
    bench.run(0, 120, lambda m: {"air_c": 7.0, "door_open": 1.0 if m % 25 == 0 else 0.0})
    assert bench.minutes("breach") == []


def test_a_busy_cabinet_that_recovers_between_its_shoppers_sells_on() -> None:
    """A door adds 1-4 K and recovers in 3-8 minutes (reference figures of the cabinets simulated)."""
    bench = Bench("nama")
    bench.run(0, 600, lambda m: {"air_c": 7.0 if m % 12 < 8 else 4.5, "door_open": 0.4 if m % 12 == 0 else 0.0})
    assert bench.minutes("breach") == []


def test_a_door_left_open_excuses_for_20_minutes_only() -> None:
    bench = Bench("nama").warm(0, 300, 15.0, door_open=1.0)
    assert bench.minutes("breach") == [50]  # 20 minutes of restocking, and 30 to recover from them


def test_nama_30_minutes_after_a_defrost_and_a_defrost_without_end_excuses_nothing() -> None:
    usual = Bench("nama").warm(0, 20, 8.0, defrost_on=1.0).warm(20, 45, 6.0).warm(45, 60, COLD)
    assert usual.minutes("breach") == []
    slow = Bench("nama").warm(0, 20, 8.0, defrost_on=1.0).warm(20, 90, 6.0)
    assert slow.minutes("breach") == [49]
    assert Bench("nama").warm(0, 300, 8.0, defrost_on=1.0).minutes("breach") == [60]


def test_uk_judges_the_food_and_lets_air_stand_in_only_where_it_has_no_sensor() -> None:
    assert Bench("uk-8c").warm(0, 500, 20.0, product_c=6.0).minutes("breach") == []
    assert Bench("uk-8c").warm(0, 500, 4.0, product_c=9.0).minutes("breach") == [240]
    assert Bench("uk-8c").warm(0, 500, 9.0).minutes("breach") == [240]
    dead = Bench("uk-8c").warm(0, 10, 9.0, product_c=6.0).warm(10, 500, 9.0)
    assert dead.minutes("breach") == [14 + 240 - 1]  # once the probe has been silent for longer than a gap


def test_uk_grants_its_four_hours_once_until_goods_are_restocked() -> None:
    bench = Bench("uk-8c").warm(0, 181, product_c=9.0).warm(181, 300, product_c=6.0)
    assert bench.warm(300, 365, product_c=9.0).minutes("breach") == [360]
    fresh = Bench("uk-8c").warm(0, 181, product_c=9.0)
    fresh.take(events=[event(180.5, "restocked")])
    fresh.warm(181, 182, product_c=9.0)  # still warm: new goods do not cool the old ones
    fresh.warm(182, 300, product_c=6.0)
    assert fresh.warm(300, 539, product_c=9.0).minutes("breach") == []
    assert fresh.warm(539, 545, product_c=9.0).minutes("breach") == [540]


def test_hot_food_is_too_cold() -> None:
    bench = Bench("fda", product="hot").warm(0, 10, 60.0).warm(10, 40, 50.0)
    assert bench.minutes("breach") == [25]
    assert next(f for f in bench.found if f.what == "breach").data["peak_c"] == 50.0


def test_silence_while_warm_is_neither_warm_nor_cold() -> None:
    bench = Bench("nama").warm(0, 11)  # ten minutes are evidenced
    bench.warm(300, 305)  # and four more after hours of silence
    assert bench.minutes("breach") == []
    assert bench.minutes("gap") == [300]
    assert bench.warm(305, 310).minutes("breach") == [305]


def test_cold_after_a_gap_ends_the_excursion() -> None:
    bench = Bench("nama").warm(0, 14).warm(100, 101, COLD)
    assert bench.warm(101, 116).minutes("breach") == []
    assert bench.warm(116, 118).minutes("breach") == [116]


def test_readings_that_are_rarer_than_a_gap_prove_nothing() -> None:
    bench = Bench("nama")
    for minute in range(0, 600, 10):
        bench.take(reading(minute, air_c=20.0))
    assert bench.minutes("breach") == []


def test_an_impossible_reading_and_a_lone_reading_are_no_evidence() -> None:
    assert Bench("nama").warm(0, 100, 500.0).minutes("breach") == []
    lone = Bench("nama").run(0, 100, lambda m: {"air_c": WARM if m == 50 else COLD})
    assert lone.found == [f for f in lone.found if f.what == "temperature"]


def test_a_backlog_whose_end_is_cold_was_a_breach_all_the_same() -> None:
    bench = Bench("nama")
    bench.take(*(reading(m, air_c=WARM if 5 <= m < 40 else COLD) for m in range(90)))
    assert bench.minutes("breach") == [20]


def test_one_breach_until_it_is_released() -> None:
    bench = Bench("nama").warm(0, 60).warm(60, 120, COLD).warm(120, 240)
    assert bench.minutes("breach") == [15]
    bench.watch.release(0)
    assert bench.warm(240, 300).minutes("breach") == [15, 255]


def test_a_cabinet_without_a_rule_and_a_retired_one_say_nothing() -> None:
    bench = Bench("nama", 3)
    bench.watch.assign(1, None)
    bench.fleet.retired[2] = True
    bench.take(*(reading(m, row, air_c=WARM) for m in range(60) for row in range(3)))
    assert {f.row for f in bench.found} == {0}


def test_half_of_the_time_is_told_and_so_is_the_recovery() -> None:
    bench = Bench("nama").warm(0, 12).warm(12, 20, COLD)
    assert (bench.minutes("building"), bench.minutes("recovered")) == ([8], [12])


def test_the_temperature_log_sums_up_by_the_hour_and_by_five_minutes_in_danger() -> None:
    bench = Bench("cn-cold-chain").warm(0, 130, COLD).warm(130, 260)
    told = [f.data for f in bench.found if f.what == "temperature"]
    assert sum(t["n"] for t in told) > 240
    assert {(t["to"] - t["from"]) // MINUTE for t in told} == {60, 5}
    assert all(t["min_c"] <= t["mean_c"] <= t["max_c"] and 0 < t["n"] <= 60 for t in told)
    assert math.isclose(told[0]["mean_c"], COLD)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "air_c": st.sampled_from([3.0, 4.9, 5.1, 9.0, 500.0]),
        "product_c": st.sampled_from([3.0, 7.9, 8.1]),
        "door_open": st.sampled_from([0.0, 0.0, 0.0, 0.4, 1.0]),
        "defrost_on": st.sampled_from([0.0, 0.0, 1.0]),
    },
)
STEP = st.tuples(st.integers(0, 2), st.sampled_from([1, 1, 1, 1, 1, 2, 3, 7, -2]), VALUES)
PACKS = st.sampled_from([("nama", None), ("uk-8c", None), ("fda", "hot"), ("cn-cold-chain", "frozen")])


def story(steps: list[tuple[int, int, dict[str, float]]], repeat: int) -> list[Any]:
    """Readings in judging order; each cabinet has a time of its own."""
    minute, out = [0, 0, 0], []
    for row, pause, values in steps:
        for _ in range(repeat):
            minute[row] += pause
            out.append((row, at(minute[row]), values))
    return out


@given(pack=PACKS, steps=st.lists(STEP, max_size=30), repeat=st.integers(1, 9), cuts=st.sets(st.integers(0, 200)))
def test_any_split_of_the_input_and_a_snapshot_in_the_middle_find_the_same(pack, steps, repeat, cuts) -> None:
    readings = story(steps, repeat)
    whole = Bench(pack[0], 3, pack[1])
    whole.take(*readings)
    pieces = Bench(pack[0], 3, pack[1])
    edges = [0, *sorted(c for c in cuts if c < len(readings)), len(readings)]
    for a, b in itertools.pairwise(edges):
        pieces.take(*readings[a:b])
        pieces.restart()
    for row in range(3):
        assert [f for f in whole.found if f.row == row] == [f for f in pieces.found if f.row == row]
    assert whole.watch.dump().clock == pieces.watch.dump().clock


@given(steps=st.lists(STEP, max_size=12), repeat=st.integers(1, 70))
def test_a_breach_needs_the_time_allowed_between_warm_readings_without_gaps(steps, repeat) -> None:
    """An independent count, reading by reading: the evidenced warm time before a breach is never less than the rule."""
    bench = Bench("cn-cold-chain")
    readings = [r for r in story(steps, repeat) if r[0] == 0]
    bench.take(*readings)
    warm, last = 0, None
    for _, ts, values in readings:
        value = values.get("air_c", math.nan)
        if not -40 <= value <= 80:
            continue
        beyond = value > 8
        if beyond and last is not None and last[1] and 0 < ts - last[0] <= 3 * MINUTE:
            warm += ts - last[0]
        warm = warm if beyond else 0
        last = ts, beyond
        if warm >= 60 * MINUTE:
            break
    expected = [last[0]] if warm >= 60 * MINUTE and last else []
    assert [f.ts for f in bench.found if f.what == "breach"] == expected


def test_the_door_as_events_is_as_good_as_a_signal() -> None:
    bench = Bench("nama").run(0, 5, lambda _: {"air_c": COLD})
    bench.take(events=[event(5, "door_opened")])
    for minute in range(6, 12):
        bench.take((0, at(minute), {"air_c": 9.0}))
    bench.take(events=[event(12, "door_closed")])
    for minute in range(13, 60):
        bench.take((0, at(minute), {"air_c": 9.0}))
    assert bench.minutes("breach") == [42]


MOMENT = st.fixed_dictionaries(
    {"door_open": st.sampled_from([0.0, 0.0, 0.4, 1.0, 1.0]), "defrost_on": st.sampled_from([0.0, 0.0, 1.0])}
)
SAYS = st.sampled_from([None, None, None, "restocked", "service_code_entered", "door_opened", "door_closed"])


@settings(max_examples=25)
@given(
    pack=st.sampled_from([("nama", None, 150), ("fda", None, 150), ("fda", "hot", 330), ("uk-8c", None, 240)]),
    story=st.lists(st.tuples(st.integers(1, 40), MOMENT, SAYS), min_size=1, max_size=40),
)
def test_nothing_excuses_for_ever_what_is_never_cold(pack, story) -> None:
    """The most: excuses begin while the excursion is younger than their end, and the last has its own time."""
    bench, minute = Bench(pack[0], product=pack[1]), 0
    for lasts, values, says in itertools.cycle(story):
        if says:
            bench.take(events=[event(minute - 0.5, says)])
        for _ in range(lasts):
            bench.take(reading(minute, air_c=20.0, product_c=20.0, **values))
            minute += 1
        if minute > pack[2] + 1:
            break
    (breach,) = bench.minutes("breach")
    assert breach <= pack[2]


@settings(max_examples=25)
@given(doors=st.sets(st.integers(0, 119)), share=st.sampled_from([0.1, 0.5, 0.8, 1.0]))
def test_shoppers_move_no_clock(doors, share) -> None:
    brief = {m for m in doors if not {m - 1, m - 2} & doors}
    bench = Bench("nama").run(0, 120, lambda m: {"air_c": 7.0, "door_open": share if m in brief else 0.0})
    assert bench.minutes("breach") == [15]


@settings(max_examples=30)
@given(
    says=st.dictionaries(st.integers(0, 60), st.sampled_from(["restocked", "service_code_entered"]), max_size=6),
    cold=st.sets(st.integers(0, 60)), pack=st.sampled_from(["nama", "uk-8c"]),
)  # fmt: skip
def test_any_split_of_readings_and_services_finds_the_same(says, cold, pack) -> None:
    def told(m: int) -> tuple[Any, list[object]]:
        air = 4.0 if m in cold else 20.0
        return reading(m * 2, air_c=air, product_c=air), [event(m * 2 - 0.5, says[m])] if m in says else []

    whole, pieces = Bench(pack), Bench(pack)
    lines = [told(m) for m in range(61)]
    whole.take(*(line for line, _ in lines), events=[e for _, each in lines for e in each])
    for line, each in lines:
        pieces.take(line, events=each)
    assert whole.found == pieces.found
    assert whole.watch.dump().clock == pieces.watch.dump().clock
