"""A cabinet keeps its food-safety rule by itself: it locks, says so, stays locked, and is labelled."""

import json
from typing import Any

import msgspec
import numpy as np
import pytest

from faults.foodsafety.rules import choose
from faults.foodsafety.watch import Watch
from service.foodsafety import told_to_cabinet
from simulator.cabinet import CabinetClient, Outcome
from simulator.customers import Step
from simulator.foodsafety import BROKEN, rule_of
from simulator.orders import execute
from simulator.said import Said
from simulator.scenario import Chance, PlannedFault, Scenario
from simulator.world import World, cabinet_ids
from telemetry.batch import Frames, Judged
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.units import MINUTE
from tests.foodsafety.cases import CASES, Case
from tests.simulator.rig import MONDAY_9, SILENT, Run, one, onward
from tests.simulator.test_cabinet import NOW, WHO

KIND = "food_safety_breach"


def profile(pack: str) -> dict[str, Any]:
    return {"light": "off", "food_safety": told_to_cabinet(choose(pack))}


def held(scenario: Scenario, pack: str = "nama", n: int = 2) -> World:
    """Cabinets under one rule."""
    world = World(cabinet_ids(n), 1, MONDAY_9, step_ms=20_000, scenario=scenario)
    for row in range(n):
        world.keep_rule(row, rule_of(profile(pack)))
    return world


def locked_at(run: Run, row: int = 0) -> list[int]:
    """When a cabinet said that it locked itself (ms)."""
    said = [s for tick in run.ticks for s in tick.said if s.row == row and s.name == "device_fault"]
    assert all(s.data == BROKEN for s in said)
    return [s.ts for s in said]


def found_by_the_platform(run: Run, pack: str) -> dict[int, int]:
    """Row → when the platform's own clock finds the breach in the same telemetry (ms)."""
    fleet, watch = Fleet(), Watch()
    for row, cabinet in enumerate(run.world.ids):
        fleet.add(cabinet)
        watch.assign(row, choose(pack))
    first: dict[int, int] = {}
    for tick in run.ticks:
        frames = Frames(tick.samples.row.astype(np.int32), tick.samples.ts, tick.samples.values)
        for found in watch.judge(Judged(frames=frames), fleet):
            if found.what == "breach":
                first.setdefault(found.row, found.ts)
    return first


@pytest.mark.parametrize("pack", ["nama", "uk-8c", "cn-cold-chain"])
def test_it_finds_what_the_platform_would_find_at_about_the_same_time(pack: str) -> None:
    kinds = ("compressor_not_starting", "evaporator_fan_failed", "door_left_open")
    faults = [PlannedFault(cabinet=i, kind=kind, at_s=60) for i, kind in enumerate(kinds)]
    world = held(Scenario(fault=faults, chance=Chance(per_cabinet_year=0), disturbances=SILENT), pack, 4)
    run = onward(world, 6)
    platform = found_by_the_platform(run, pack)
    assert platform, "nothing got warm: this test shows nothing"
    own = {row: locked_at(run, row) for row in range(4)}
    assert {row for row, at in own.items() if at} == platform.keys()
    assert all(len(own[row]) == 1 and abs(own[row][0] - at) <= 3 * MINUTE for row, at in platform.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_reads_the_rule_as_the_platform_does(case: Case) -> None:
    world = World(cabinet_ids(1), 1, MONDAY_9)
    state, keeper = world.state, world._keeper
    keeper.assign(0, rule_of({"food_safety": told_to_cabinet(choose(case.pack, None, case.product))}))
    broken = []
    for m in range(case.minutes):
        now = MONDAY_9 + m * MINUTE
        is_so = case.story(m)
        state.seen[0] = state.stock[0] = is_so.air
        for name, on in (("door", is_so.door), ("defrost", is_so.defrost)):
            if on and not getattr(state, name)[0]:
                getattr(state, f"{name}_since")[0] = now
            getattr(state, name)[0] = on
        said = [Said(0, now, is_so.says, {})] if is_so.says else []
        broken += [m for _ in keeper.run(state, Step(now - MINUTE, now), said)]
    assert broken == ([] if case.breach is None else [case.breach])


def test_it_sells_nothing_from_the_breach_to_the_unlocking_and_the_label_says_so() -> None:
    world = held(one("compressor_not_starting"))
    run = onward(world, 8)
    (at,) = locked_at(run)
    (label,) = [label for label in run.labels if label.kind == KIND]
    assert (label.row, label.onset, label.end, label.cause) == (0, at, None, "compressor_not_starting")
    assert not [s for t in run.ticks for s in t.said if s.row == 0 and s.name == "vend" and s.ts > at + 2 * MINUTE]
    world.repair(0)
    cold = onward(world, 6)
    assert cold.of("air_c", 0)[-1] < 6
    assert "vend" not in cold.events(0), "cold again, and locked all the same"
    execute(world, 0, "unlock_sales", {}, Moment(world.now, 0))
    sold = onward(world, 3)
    assert "vend" in sold.events(0)
    assert [(label.kind, label.end is not None) for label in sold.labels if label.row == 0] == [(KIND, True)]
    assert locked_at(sold) == []


def test_a_cabinet_without_a_rule_locks_nothing() -> None:
    world = World(cabinet_ids(1), 1, MONDAY_9, step_ms=20_000, scenario=one("compressor_not_starting"))
    run = onward(world, 8)
    assert locked_at(run) == []
    assert KIND not in {label.kind for label in run.labels}


def test_the_lock_outlives_a_restart_and_the_same_rule_again() -> None:
    world = held(one("compressor_not_starting"))
    onward(world, 4)
    assert world.state.sales_locked[0]
    world.restart(0)
    world.keep_rule(0, rule_of(profile("nama")))
    later = onward(world, 1)
    assert world.state.sales_locked[0]
    assert locked_at(later) == [], "it is said once"


def test_time_without_a_controller_counts_neither_way() -> None:
    world = held(one("compressor_not_starting"), "uk-8c")
    while not world._keeper.nearly(0):
        onward(world, 0.1)
    world.state.plugged[0], world.state.battery[0] = False, 0.0
    assert locked_at(onward(world, 6)) == []
    world.state.plugged[0] = True
    assert len(locked_at(onward(world, 2))) == 1


def test_a_lock_told_at_the_end_of_the_time_is_a_breach_and_one_told_before_is_none() -> None:
    world = held(one("compressor_not_starting"), "uk-8c")
    while not world._keeper.nearly(0):
        onward(world, 0.1)
    for row in (0, 1):
        execute(world, row, "lock_sales", {}, Moment(world.now, 0))
    run = onward(world, 0.1)
    assert [label.row for label in run.labels if label.kind == KIND] == [0]


def test_released_goods_are_judged_anew() -> None:
    world = held(one("compressor_not_starting"), "nama", 1)
    (first,) = locked_at(onward(world, 4))
    execute(world, 0, "unlock_sales", {}, Moment(world.now, 0))
    at = world.now
    (again,) = locked_at(onward(world, 2))
    assert 15 * MINUTE <= again - at <= 46 * MINUTE, (first, at)


def test_the_rule_comes_with_the_configuration_and_nonsense_changes_nothing() -> None:
    told: list[Any] = []
    cabinet = CabinetClient(
        "SIM-00001", 7, WHO, lambda *_: Outcome("done"), configure=lambda p: told.append(rule_of(p))
    )
    for given in (profile("uk-8c"), {"light": "on"}):
        cabinet.receive("config", json.dumps({"version": 1, "profile": given}).encode(), NOW)
    assert told[0].high == 8.0
    assert told[0].allow == 240 * MINUTE
    assert told[1] is None
    cabinet.receive("config", b'{"version": 2, "profile": {"food_safety": {"max_c": "warm"}}}', NOW)
    cabinet.receive("config", b"warm", NOW)
    assert (len(told), cabinet.refused) == (2, 2)


@pytest.mark.parametrize("figures", [{"signals": ["air_c"]}, {"allow_min": 3}, {"signals": 3, "allow_min": 3}, 5])
def test_figures_that_are_none_are_refused(figures: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        rule_of({"food_safety": figures})
