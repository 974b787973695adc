"""Each fault shows its signature in the signals, is labelled with what follows from it, and ends when repaired."""

import copy
import functools
from collections.abc import Callable

import numpy as np
import pytest

from simulator.injections import INJECTIONS
from simulator.truth import CONDITIONS, Label, Truth
from telemetry.signals import SIGNAL
from telemetry.units import HOUR, MINUTE, SECOND
from tests.simulator.rig import MONDAY_9, Run, one, onward, run

ONSET = MONDAY_9 + 10 * MINUTE


def after(r: Run, signal: str, minutes: float = 2) -> np.ndarray:
    return np.asarray(r.of(signal, 0)[r.times(0) > ONSET + minutes * MINUTE])


SIGNATURES: dict[str, Callable[[Run], bool]] = {
    "offline": lambda r: not r.world.linked()[0] and bool(len(after(r, "air_c"))),
    "air_too_warm": lambda r: bool((after(r, "air_c", 80) - after(r, "set_c", 80)).min() > 3),
    "door_left_open": lambda r: bool((after(r, "door_open") == 1).all()) and r.events(0)[-1] == "door_opened",
    "compressor_not_starting": lambda r: bool(
        np.median(after(r, "comp_on", 60)) == 1 and (after(r, "comp_a") < 0.45).all()
    ),
    "power_lost": lambda r: bool((after(r, "mains_v") == 0).all()) and "power_lost" in r.events(0),
    "payment_down": lambda r: bool((after(r, "payment_ok") == 0).all()),
    "sensor_implausible": lambda r: any(
        (after(r, s) < SIGNAL[s].low).all() for s in ("air_c", "evap_c", "cond_c", "ambient_c")
    ),
    "lock_fault": lambda r: bool((after(r, "lock_closed") == 0).all() and np.median(after(r, "door_open")) == 0),
}


@functools.cache
def struck(kind: str) -> tuple[Run, Run]:
    """A cabinet for two hours with a fault, and for one and a half after its repair."""
    r = run(3, 2, one(kind))
    seen = r._replace(world=copy.deepcopy(r.world))
    r.world.repair(0)
    return seen, onward(r.world, 1.5)


@pytest.mark.parametrize("kind", INJECTIONS)
def test_a_fault_shows_its_signature_on_its_cabinet_alone(kind: str) -> None:
    r, _ = struck(kind)
    assert SIGNATURES[kind](r)
    assert kind == "offline" or not SIGNATURES[kind](r._replace(row=(r.row + 2) % 3))
    assert {label.row for label in r.labels} == {0}


@pytest.mark.parametrize("kind", INJECTIONS)
def test_a_fault_is_labelled_from_its_onset_until_the_repair(kind: str) -> None:
    r, later = struck(kind)
    (begun,) = [label for label in r.labels if label.kind == kind]
    assert begun.end is None
    assert begun.onset >= ONSET - 20 * SECOND
    assert begun.onset < ONSET + HOUR
    assert Label(0, kind, begun.onset, next(x.end for x in later.labels if x.kind == kind)) in later.labels
    assert later.world.lasting(0) == []
    assert later.world.linked()[0]
    ended = {(x.row, x.kind, x.onset) for x in later.labels if x.end is not None}
    assert ended == {(x.row, x.kind, x.onset) for x in r.labels + later.labels if x.end is None}


def test_a_dead_compressor_also_makes_the_cabinet_warm() -> None:
    r, _ = struck("compressor_not_starting")
    onset = {label.kind: label.onset for label in r.labels}
    assert set(onset) == {"compressor_not_starting", "air_too_warm"}
    assert onset["air_too_warm"] > onset["compressor_not_starting"]
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
    assert Label(0, "power_lost", ONSET, ONSET + 20 * MINUTE) in r.labels


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


def test_every_injection_has_its_truth_and_every_label_a_known_kind() -> None:
    assert set(INJECTIONS) == set(CONDITIONS)
    assert all(name == injection.kind for name, injection in INJECTIONS.items())


def test_short_silences_do_not_add_up_to_an_outage() -> None:
    world = run(2, 0.1, one("offline", at_s=86_400)).world
    truth, labels, start = Truth(2), [], world.now
    world.state.radio_dead[1] = True
    for second in range(0, 300, 5):
        world.state.link_back[0] = start + HOUR if second % 90 < 50 else 0
        labels += truth.look(world.state, start + second * SECOND)
    assert labels == [Label(1, "offline", start, None)]
