"""The score counts what it says, and what rules of one or two signals find is found in a fleet that lives."""

import pytest

from faults.model import Episode
from simulator.truth import Label
from telemetry.units import HOUR, MINUTE
from tests.score.judge import Told
from tests.score.match import score
from tests.score.run import Plan, run

INDEX = {"A": 0, "B": 1}
UNTIL = 100 * HOUR
SUDDEN = ("power_lost", "compressor_not_starting", "compressor_stuck_on", "lock_fault", "sensor_implausible",
          "door_forced", "mains_low", "camera_down", "reboot_loop")  # fmt: skip


def told(cabinet: str, kind: str, at: int) -> Told:
    episode = Episode(id=f"{cabinet}{kind}{at}", kind=kind, severity="major", state="active", cabinet=cabinet, onset=at)
    return Told(episode, at)


def test_a_fault_is_found_by_its_own_kind_from_its_onset_on() -> None:
    truth = [Label(0, "refrigerant_leak", 10 * HOUR, 50 * HOUR)]
    found = score(
        truth, [told("A", "evaporator_iced", 20 * HOUR), told("A", "refrigerant_leak", 30 * HOUR)], INDEX, UNTIL, 1
    )
    (kind,) = found.kinds
    assert (kind.true, kind.found, kind.median_h, kind.right_first) == (1, 1.0, 20.0, 0.0)
    assert kind.firsts == {"evaporator_iced": 1}
    assert found.false == {}
    assert found.tickets_per_fault == 2.0


def test_what_is_told_of_a_sound_cabinet_is_false_and_of_a_recovering_one_not() -> None:
    truth = [
        Label(0, "power_lost", 10 * HOUR, 11 * HOUR),
        Label(0, "air_too_warm", 11 * HOUR, 12 * HOUR, cause="power_lost"),
    ]
    alarms = [
        told("B", "air_too_warm", 11 * HOUR),
        told("A", "air_too_warm", 13 * HOUR),
        told("A", "lock_fault", 60 * HOUR),
    ]
    found = score(truth, alarms, INDEX, UNTIL, 2)
    assert found.false == {"air_too_warm": 1, "lock_fault": 1}
    assert found.false_per_year == 1.0
    assert [kind.kind for kind in found.kinds] == ["power_lost"], "a consequence is no fault of its own"


def test_what_was_told_before_it_was_so_has_not_found_it() -> None:
    truth = [Label(0, "lock_fault", 10 * HOUR, None)]
    (kind,) = score(truth, [told("A", "lock_fault", 10 * HOUR - 11 * MINUTE)], INDEX, UNTIL, 1).kinds
    assert (kind.found, kind.firsts) == (0.0, {"nothing": 1})


@pytest.mark.long
@pytest.mark.timeout(900)
def test_sudden_faults_are_found_in_a_fleet_that_lives_and_nothing_else_is_told() -> None:
    found = run(Plan(cabinets=60, days=4, seed=5, rate=150, kinds=SUDDEN, learning=0.1))
    true = sum(kind.true for kind in found.kinds)
    assert true > 50
    assert sum(kind.true * kind.found for kind in found.kinds) / true >= 0.95
    assert sum(kind.true * kind.right_first for kind in found.kinds) / true >= 0.9
    assert found.false == {}
