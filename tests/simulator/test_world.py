"""A healthy fleet looks healthy, lives a normal life, and is the same whenever the seed is."""

import io
import itertools
import json

import numpy as np
import pytest

from simulator import thermal
from simulator.labels import LabelFile
from simulator.models import AT, SHELF_SIGNALS, signals_of
from simulator.scenario import Chance, Scenario
from simulator.state import STEP_MS
from simulator.truth import Label
from simulator.world import World, cabinet_ids
from telemetry.signals import SIGNAL
from telemetry.units import HOUR, MINUTE
from tests.simulator.rig import CALM, MONDAY_9, SILENT, Run, run

CABINETS = 14


@pytest.fixture(scope="module")
def day() -> Run:
    return run(CABINETS, 13)


def quiet(day: Run, row: int) -> np.ndarray:
    """Samples more than an hour after any defrost or open door."""
    ts = day.times(row)
    noisy = (day.of("defrost_on", row) > 0) | (day.of("door_open", row) > 0)
    last = np.maximum.accumulate(np.where(noisy, ts, 0))
    return np.asarray(ts - last > HOUR)


def test_air_stays_near_the_set_point_when_nothing_disturbs(day: Run) -> None:
    off = [np.abs(day.of("air_c", r) - day.of("set_c", r))[quiet(day, r)] for r in range(CABINETS)]
    assert sum(map(len, off)) > 300
    assert np.concatenate(off).max() < 3


def test_every_compressor_works_a_plausible_part_of_the_day(day: Run) -> None:
    duty = [day.of("comp_on", r).mean() for r in range(CABINETS)]
    assert 0.25 < min(duty) <= max(duty) < 0.60


def test_the_compressor_rests_three_minutes_before_it_starts_again() -> None:
    world = World(cabinet_ids(1), 3, MONDAY_9)
    world.state.call[0], world.state.stopped[0], world.state.seen[0] = False, MONDAY_9, 20
    thermal.control(world.traits, world.state, MONDAY_9 + 175_000)
    assert not world.state.call[0]
    thermal.control(world.traits, world.state, MONDAY_9 + 180_000)
    assert world.state.call[0]


def test_current_tells_a_running_compressor_from_its_fan(day: Run) -> None:
    on, amps = day.values[:, AT["comp_on"]], day.values[:, AT["comp_a"]]
    assert amps[on == 1].min() > 0.7
    shut = (on == 0) & (day.values[:, AT["door_open"]] == 0) & (day.values[:, AT["defrost_on"]] == 0)
    assert 0.1 < amps[shut].min() <= amps[shut].max() < 0.4


def test_defrosts_come_every_six_hours_and_end_within_twenty_minutes(day: Run) -> None:
    for row in range(CABINETS):
        on, ts = day.of("defrost_on", row) > 0, day.times(row)
        starts = ts[1:][on[1:] & ~on[:-1]]
        assert len(starts) >= 2
        assert (np.diff(starts) > 5.5 * HOUR).all()
        assert np.diff(np.flatnonzero(np.diff(on.astype(int)))).min() <= 22


def test_a_normal_day_brings_customers_restocks_and_no_label(day: Run) -> None:
    said = [s for t in day.ticks for s in t.said]
    names = {s.name for s in said}
    assert names == {"door_opened", "door_closed", "vend", "restocked", "lot_loaded"}
    assert sum(s.name == "restocked" for s in said) >= 5
    assert all(280 <= s.data["seconds"] <= 1200 for s in said if s.name == "door_closed" and s.data["seconds"] > 81)
    assert day.labels == []


def test_doors_open_and_close_in_turn(day: Run) -> None:
    for row in range(CABINETS):
        doors = [e for e in day.events(row) if e.startswith("door_")]
        assert all(a != b for a, b in itertools.pairwise(doors))


def test_vend_ids_are_unique_within_a_cabinet(day: Run) -> None:
    ids = [(s.row, s.data["vend_id"]) for t in day.ticks for s in t.said if s.name == "vend"]
    assert len(ids) == len(set(ids)) >= 200


def test_lunch_is_busier_than_the_afternoon(day: Run) -> None:
    hours = [(s.ts // HOUR + 8) % 24 for t in day.ticks for s in t.said if s.name == "door_opened"]
    assert hours.count(12) > 1.5 * hours.count(16)


def test_events_of_a_substep_lie_inside_it_and_in_order(day: Run) -> None:
    for tick in day.ticks:
        at = [s.ts for s in tick.said]
        assert at == sorted(at)
        assert all(tick.now - 20_000 <= t <= tick.now for t in at)


def test_every_reading_lies_in_its_valid_range(day: Run) -> None:
    for name, column in AT.items():
        values = day.values[:, column]
        known = values[~np.isnan(values)]
        assert len(known) or name in SHELF_SIGNALS[4:], name
        assert ((known >= SIGNAL[name].low) & (known <= SIGNAL[name].high)).all(), name


def test_a_model_reports_just_its_signals(day: Run) -> None:
    for row in range(CABINETS):
        model = day.world.model(row)
        mine = {name for name, column in AT.items() if not np.isnan(day.values[day.row == row, column]).any()}
        assert mine == set(signals_of(model))
    assert len({day.world.model(r).name for r in range(CABINETS)}) > 1


def test_samples_come_once_an_interval_and_not_all_at_once(day: Run) -> None:
    for row in range(CABINETS):
        assert (np.diff(day.times(row)) == MINUTE).all()
    assert len({day.times(row)[0] % MINUTE for row in range(CABINETS)}) == CABINETS


def test_a_short_interval_gives_several_samples_per_substep() -> None:
    world = World(cabinet_ids(3), 1, MONDAY_9, interval_ms=100, step_ms=250, scenario=CALM)
    ts = [t for tick in world.step(MONDAY_9 + 10_000) for r, t in zip(*tick.samples[:2], strict=True) if r == 1]
    assert len(ts) == 100
    assert set(np.diff(ts)) == {100}


def test_the_same_seed_gives_the_same_life_however_time_is_cut() -> None:
    scenario = Scenario(chance=Chance(per_cabinet_year=6000))

    def life(seed: int, stride: int) -> list[object]:
        world = World(cabinet_ids(20), seed, MONDAY_9, scenario=scenario)
        calls = range(MONDAY_9 + stride, MONDAY_9 + HOUR // 2 + 1, stride)
        return [(t.said, t.labels, t.samples.values.tobytes()) for now in calls for t in world.step(now)]

    whole = life(5, HOUR // 2)
    assert whole == life(5, 7_500 * 16)
    assert whole != life(6, HOUR // 2)


def test_the_world_never_runs_ahead() -> None:
    world = World(cabinet_ids(2), 1, MONDAY_9)
    assert list(world.step(MONDAY_9 + STEP_MS - 1)) == []
    assert [t.now for t in world.step(MONDAY_9 + STEP_MS)] == [MONDAY_9 + STEP_MS]


def test_chance_leaves_most_of_the_fleet_healthy() -> None:
    rough = Scenario(chance=Chance(per_cabinet_year=12000, most=0.1), disturbances=SILENT)
    world = World(cabinet_ids(40), 2, MONDAY_9, step_ms=20_000, scenario=rough)
    ill = set()
    for _ in world.step(MONDAY_9 + 2 * HOUR):
        now = {r for r in range(40) if world.lasting(r)}
        assert len(now) <= 4
        ill |= now
    assert len(ill) >= 3


def test_labels_are_json_lines_flushed_at_once() -> None:
    class Sink(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed = len(self.getvalue())

    sink = Sink()
    file = LabelFile(sink, ["SIM-00001", "SIM-00002"])
    file.write([Label(1, "offline", 5, None)])
    file.write([])
    file.write([Label(1, "offline", 5, 9)])
    assert sink.flushed == len(sink.getvalue())
    assert [json.loads(line) for line in sink.getvalue().splitlines()] == [
        {"cabinet": "SIM-00002", "kind": "offline", "onset": 5, "end": None},
        {"cabinet": "SIM-00002", "kind": "offline", "onset": 5, "end": 9},
    ]
