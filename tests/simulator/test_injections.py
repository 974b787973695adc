"""Each fault shows its signature in the signals, is labelled with what follows from it, and ends when repaired."""

import functools
from collections.abc import Callable

import numpy as np
import pytest

from simulator.injections import INJECTIONS
from simulator.scenario import Chance, PlannedFault, Scenario
from simulator.truth import CONDITIONS, Label, Truth
from simulator.world import World, cabinet_ids
from telemetry.signals import SIGNAL
from telemetry.units import HOUR, MINUTE, SECOND
from tests.simulator.rig import MONDAY_9, SILENT, Run, one, onward, run

ONSET = MONDAY_9 + 10 * MINUTE
# What warms or cools takes hours to show: see test_effects.py.
SLOW_TO_SHOW = {
    "compressor_weak", "condenser_dirty", "defrost_failed", "door_ajar_undetected", "door_seal_leaking",
    "evaporator_iced", "lot_expired", "refrigerant_leak", "sensor_biased", "sensor_drifting", "stock_out",
}  # fmt: skip


class Case:
    """One cabinet of the run with all kinds, in the two hours after something broke in it."""

    def __init__(self, r: Run, row: int) -> None:
        self.r, self.row = r, row

    def after(self, signal: str, minutes: float = 2) -> np.ndarray:
        return np.asarray(self.r.of(signal, self.row)[self.r.times(self.row) > ONSET + minutes * MINUTE])

    def before(self, signal: str) -> np.ndarray:
        return np.asarray(self.r.of(signal, self.row)[self.r.times(self.row) < ONSET])

    def events(self) -> list[str]:
        return [s.name for t in self.r.ticks for s in t.said if s.row == self.row and s.ts >= ONSET - MINUTE]

    def jump_g(self) -> float:
        """The largest step of a shelf's weight between two samples with the door closed."""
        shut = self.after("door_open", -5) == 0
        weights = np.array([self.after(f"shelf_g_{n}", -5) for n in range(1, 5)])
        return float(np.abs(np.diff(weights)[:, shut[1:] & shut[:-1]]).max())


SIGNATURES: dict[str, Callable[[Case], bool]] = {
    "offline": lambda c: not c.r.linked[c.row] and bool(len(c.after("air_c"))),
    "air_too_warm": lambda c: bool((c.after("air_c", 80) - c.after("set_c", 80)).min() > 3),
    "door_left_open": lambda c: bool((c.after("door_open") == 1).all()) and c.events()[-1] == "door_opened",
    "compressor_not_starting": lambda c: bool(
        np.median(c.after("comp_on", 60)) == 1 and (c.after("comp_a") < 0.45).all()
    ),
    "power_lost": lambda c: bool((c.after("mains_v") == 0).all()) and "power_lost" in c.events(),
    "payment_down": lambda c: bool((c.after("payment_ok") == 0).all()),
    "sensor_implausible": lambda c: any(
        (c.after(s) < SIGNAL[s].low).all() for s in ("air_c", "evap_c", "cond_c", "ambient_c")
    ),
    "lock_fault": lambda c: bool((c.after("lock_closed") == 0).all() and np.median(c.after("door_open")) == 0),
    "compressor_stuck_on": lambda c: bool((c.after("comp_a") > 0.6).all() and c.after("air_c", 100).max() < 0),
    "compressor_short_cycling": lambda c: bool(np.abs(np.diff(c.after("comp_on") > 0.5)).sum() > 25),
    "evaporator_fan_failed": lambda c: bool((c.after("fan_rpm") == 0).all() and c.before("fan_rpm").max() > 1000),
    "sensor_stuck": lambda c: bool(np.ptp(c.after("air_c")) == 0),
    "sensor_spiking": lambda c: bool(np.abs(np.diff(c.after("air_c"))).max() > 6),
    "mains_low": lambda c: bool((c.after("mains_v") < 185).all() and (c.after("mains_v") > 140).all()),
    "battery_low": lambda c: bool((c.after("battery_pct") < 26).all()),
    "weak_link": lambda c: bool(np.median(c.after("rsrp_dbm")) < -108),
    "reboot_loop": lambda c: bool((np.diff(c.after("uptime_s")) < 0).sum() >= 7),
    "clock_wrong": lambda c: abs(c.r.world.state.skew[c.row]) == 0 and abs(c.r.skew[c.row]) >= 4 * MINUTE,
    "door_forced": lambda c: bool(
        any((c.after("door_open", 0) > 0) & (c.after("lock_closed", 0) == 1)) and "door_opened" in c.events()
    ),
    "payment_degraded": lambda c: bool((c.after("payment_success_pct") < 91).all() and c.after("payment_ok").all()),
    "mdb_silent": lambda c: bool((c.after("mdb_ok") == 0).all() and c.after("payment_ok").all()),
    "camera_down": lambda c: bool((c.after("camera_ok") == 0).all()),
    "camera_hot": lambda c: bool(c.after("camera_c").min() > 65),
    "light_failed": lambda c: bool((c.after("light_on") == 0).all()),
    "shelf_drift": lambda c: c.jump_g() > 100,
    "shelf_tamper": lambda c: c.jump_g() > 100,
    "no_sales": lambda c: "vend" not in c.events(),
}


class Struck(Run):
    """A run that keeps how it stood before the repairs."""

    linked: np.ndarray
    skew: np.ndarray
    rows: dict[str, int]
    later: Run


@functools.cache
def struck() -> Struck:
    """Every kind on a cabinet of its own, sudden and grown: two hours with it, and one and a half after its repair."""
    ids = cabinet_ids(160)
    plain = World(ids, 1, MONDAY_9)
    free = list(range(0, 160, 2))  # the odd ones stay well
    rows: dict[str, int] = {}
    for kind in sorted(INJECTIONS, key=lambda kind: -len(INJECTIONS[kind].needs)):
        rows[kind] = next(row for row in free if row not in rows.values() and plain._able(row, kind))
    faults = [PlannedFault(cabinet=row, kind=kind, at_s=600, grows_s=0) for kind, row in rows.items()]
    scenario = Scenario(fault=faults, chance=Chance(per_cabinet_year=0), disturbances=SILENT)
    world = World(ids, 1, MONDAY_9, step_ms=20_000, scenario=scenario)
    seen = Struck(*onward(world, 2))
    seen.linked, seen.skew, seen.rows = world.linked(), world.state.skew.copy(), rows
    for row in rows.values():
        world.repair(row)
    seen.later = onward(world, 1.5)
    return seen


@pytest.mark.parametrize("kind", [kind for kind in INJECTIONS if kind not in SLOW_TO_SHOW])
def test_a_fault_shows_its_signature_on_its_cabinet_alone(kind: str) -> None:
    r = struck()
    assert SIGNATURES[kind](Case(r, r.rows[kind]))
    healthy = [row for row in range(1, 160, 2) if r.world._able(row, kind)][:5]
    if kind != "no_sales":  # some hours bring nobody
        assert [row for row in healthy if SIGNATURES[kind](Case(r, row))] == []


@pytest.mark.parametrize("kind", [kind for kind in INJECTIONS if kind not in ("stock_out", "lot_expired")])
def test_a_fault_is_labelled_from_its_onset_until_the_repair(kind: str) -> None:
    r = struck()
    row = r.rows[kind]
    mine = [label for label in r.labels if label.row == row]
    (begun,) = [label for label in mine if label.kind == kind]
    assert begun.end is None
    assert begun.cause is None
    assert ONSET - 20 * SECOND <= begun.onset < ONSET + HOUR
    assert all(label.cause == kind for label in mine if label.kind != kind)
    (ended,) = [label for label in r.later.labels if label.row == row and label.kind == kind and label.end]
    assert ended.onset == begun.onset
    low, high = INJECTIONS[kind].severity
    assert low <= ended.severity <= high
    assert r.world.lasting(row) == []
    assert r.world.linked()[row]


def test_no_label_without_a_fault_and_none_left_after_the_repairs() -> None:
    r = struck()
    everything = r.labels + r.later.labels
    assert {label.row for label in everything} <= set(r.rows.values())
    ended = {(x.row, x.kind, x.onset) for x in everything if x.end is not None}
    assert ended == {(x.row, x.kind, x.onset) for x in everything if x.end is None}


def test_a_dead_compressor_also_makes_the_cabinet_warm() -> None:
    r = run(3, 2, one("compressor_not_starting"))
    onset = {label.kind: label.onset for label in r.labels}
    assert set(onset) == {"compressor_not_starting", "air_too_warm"}
    assert onset["air_too_warm"] > onset["compressor_not_starting"]
    assert {label.kind: label.cause for label in r.labels}["air_too_warm"] == "compressor_not_starting"
    warm = r.of("air_c", 0)[r.times(0) >= onset["air_too_warm"] + 5 * MINUTE]
    assert warm.min() > r.world.state.set_c[0] + 3


def test_a_power_cut_takes_the_terminal_and_in_the_end_the_cabinet_with_it() -> None:
    r = run(2, 6, one("power_lost"))
    assert {label.kind for label in r.labels} == {"power_lost", "payment_down", "air_too_warm", "offline"}
    assert not r.world.state.powered[0]
    assert r.times(0).max() < ONSET + 4.1 * HOUR
    r.world.repair(0)
    later = onward(r.world, 1)
    assert [t.restarted for t in later.ticks if t.restarted] == [[0]]
    assert "power_restored" in later.events(0)
    assert later.of("uptime_s", 0)[-1] < 3600


def test_a_fault_with_a_duration_passes_by_itself() -> None:
    r = run(2, 1, one("power_lost", duration_s=1200))
    assert r.events(0).count("power_restored") == 1
    assert (0, "power_lost", ONSET, ONSET + 20 * MINUTE) in [label[:4] for label in r.labels]


def test_a_slow_fault_is_labelled_from_the_start_with_what_it_reached() -> None:
    fault = PlannedFault(cabinet=0, kind="refrigerant_leak", at_s=600, severity=0.8, grows_s=7200, duration_s=3600)
    r = run(2, 2, Scenario(fault=[fault], chance=Chance(per_cabinet_year=0), disturbances=SILENT))
    begun, ended = [label for label in r.labels if label.kind == "refrigerant_leak"]
    assert (begun.onset, begun.severity, begun.slow) == (ONSET, 0.0, True)
    assert ended.end == ONSET + HOUR
    assert ended.severity == pytest.approx(0.4)


def test_people_who_leave_a_door_open_are_labelled_too() -> None:
    r = run(2, 0.2, one("offline", at_s=86_400))
    r.world.open_door(0, 40 * MINUTE)
    opened = r.world.now
    later = onward(r.world, 1.5)
    labels = [x for x in later.labels if x.kind == "door_left_open"]
    assert [x.onset for x in labels] == [opened, opened]
    assert labels[1].end == opened + 40 * MINUTE


def test_a_visit_with_the_door_open_for_twenty_minutes_is_no_fault() -> None:
    r = run(2, 0.2, one("offline", at_s=86_400))
    r.world.open_door(0, 20 * MINUTE)
    assert onward(r.world, 1.5).labels == []


def test_every_injection_is_named_and_every_label_of_the_state_is_one() -> None:
    assert set(CONDITIONS) - {"food_safety_breach"} <= set(INJECTIONS), "a breach is what others lead to"
    assert all(name == injection.kind for name, injection in INJECTIONS.items())
    assert set(SIGNATURES) | SLOW_TO_SHOW == set(INJECTIONS)


def test_short_silences_do_not_add_up_to_an_outage() -> None:
    world = run(2, 0.1, one("offline", at_s=86_400)).world
    truth, labels, start = Truth(2), [], world.now
    world.state.radio_dead[1] = True
    for second in range(0, 300, 5):
        world.state.link_back[0] = start + HOUR if second % 90 < 50 else 0
        labels += truth.look(world.state, start + second * SECOND)
    assert labels == [Label(1, "offline", start, None)]
