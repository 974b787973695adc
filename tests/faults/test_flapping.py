"""What comes and goes too often is one episode that flaps, not an episode and a ticket each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults.faults import Faults
from faults.flapping import CHANGES, Flaps
from telemetry.units import MINUTE
from tests.faults.rig import Rig, at, healthy

SLOT = 5 * MINUTE


def bounce(rig: Rig, start: int, times: int, off: int = 5, on: int = 5) -> int:
    """Silence and speech in turns, minutes each; the minute after."""
    for _ in range(times):
        rig.silence(start)
        rig.fleet.status[0] = 1
        rig.fleet.last_seen[0] = at(start + off)
        rig.tick(start + off)
        start += off + on
    return start


def states(rig: Rig) -> list[str]:
    return [t.episode.state for t in rig.log if t.episode.kind == "offline" and t.episode.state != t.was]


def test_a_link_that_comes_and_goes_becomes_flapping_and_stays_one_episode() -> None:
    rig = Rig()
    end = bounce(rig, 10, 12)
    assert rig.one("offline").state == "flapping"
    assert len({t.episode.id for t in rig.log}) <= 4  # told of three times, then no more
    for minute in range(end, end + 120):
        rig.tick(minute)
    assert not rig.faults.open
    assert states(rig)[-2:] == ["flapping", "cleared"]
    assert rig.log[-1].episode.cleared == at(end - 5)  # when it last came back, not when we were sure


def test_flapping_that_ends_ill_is_active_again() -> None:
    rig = Rig()
    end = bounce(rig, 10, 6)
    rig.silence(end)
    for minute in range(end, end + 120):
        rig.tick(minute)
    assert rig.one("offline").state == "active"


def test_an_outage_a_day_is_no_flapping() -> None:
    rig = Rig()
    bounce(rig, 10, 8, off=30, on=24 * 60)
    assert "flapping" not in states(rig)


def test_flapping_survives_a_snapshot() -> None:
    rig = Rig()
    end = bounce(rig, 10, 12)
    saved = rig.faults.dump()
    rig.faults = Faults()
    rig.faults.load(saved)
    for minute in range(end, end + 120):
        rig.tick(minute)
    assert states(rig)[-2:] == ["flapping", "cleared"]


def test_a_fault_that_people_end_does_not_flap() -> None:
    rig = Rig()
    for minute in range(0, 240, 10):
        rig.mark(minute, "food_safety_breach", on=True)
        rig.mark(minute + 5, "food_safety_breach", on=False)
    assert not rig.faults.open


@pytest.mark.parametrize(("changes", "flaps"), [(4, False), (5, True)])
def test_the_measure_is_that_of_nagios(changes: int, flaps: bool) -> None:
    """Five changes in the newest five of twenty: 100 * sum(1.25 … 1.145) / 20 = 29.9; six: 35.5."""
    measured = Flaps()
    for i in range(changes + 1):
        measured.note(i % 2 == 0, i * SLOT, SLOT)
    assert (measured.percent(changes * SLOT, SLOT) > 30) == flaps


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_it_lies_between_nothing_and_all_and_dies_away(minutes: list[int]) -> None:
    measured = Flaps()
    for i, minute in enumerate(sorted(minutes)):
        measured.note(i % 2 == 0, minute * MINUTE, SLOT)
        assert 0 <= measured.percent(minute * MINUTE, SLOT) <= 100
    assert measured.percent(max(minutes) * MINUTE + (CHANGES + 1) * SLOT, SLOT) == 0


def test_readings_that_flutter_within_the_hold_off_do_not_even_flap() -> None:
    rig = Rig()
    rig.run(0, 12, healthy(payment_ok=0.0))
    rig.run(12, 200, lambda minute: healthy(payment_ok=float(minute % 4 == 0)))
    assert rig.one("payment_down").state in ("active", "clearing")
    assert len({t.episode.id for t in rig.log}) == 1


def test_kinds_that_flap_beside_each_other_cost_no_more_with_time() -> None:
    """Each is looked at again once a slot, not once a slot and wake of the other."""
    rig, waits = Rig(), []
    for hour in range(8):
        rig.run(
            hour * 60,
            hour * 60 + 60,
            lambda m: healthy(payment_ok=float(m % 18 >= 11.5), camera_ok=float(m % 32 >= 17)),
        )
        waits.append(len(rig.faults._book.wake))
    assert {e.kind for e in rig.faults.open.values() if e.state == "flapping"} == {"payment_down", "camera_down"}
    assert max(waits[4:]) <= max(waits[:4]) <= 60
