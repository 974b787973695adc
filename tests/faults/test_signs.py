"""Kinds that a rule of one or two signals shows: when they are told, and what does not bring them about."""

import math

import pytest

from faults.causes import AFTERMATH, EXPLAINS
from faults.kinds import KINDS
from tests.faults.rig import Rig, healthy


def test_every_kind_that_is_explained_by_another_has_an_aftermath() -> None:
    assert {child for children in EXPLAINS.values() for child in children} == set(AFTERMATH)
    assert set(EXPLAINS) | set(AFTERMATH) <= set(KINDS)


def told(rig: Rig, kind: str) -> bool:
    return any(t.episode.kind == kind and t.episode.state == "active" for t in rig.log)


def cycling(minute: int) -> dict[str, float]:
    """A sound cabinet: 10 minutes on, 20 off."""
    on = minute % 30 < 10
    air = 4.0 + (1.0 - minute % 30 / 10 if on else (minute % 30 - 20) / 10) + 0.02 * math.sin(minute)
    return healthy(air_c=air, evap_c=-8.0 if on else 1.0, comp_on=float(on), comp_a=1.2 if on else 0.2)


def test_a_sound_day_shows_none_of_them() -> None:
    rig = Rig()
    rig.run(0, 1440, cycling)
    assert rig.log == []


def test_a_sensor_that_says_the_same_while_the_evaporator_lives_is_stuck() -> None:
    rig = Rig()
    rig.run(0, 60, cycling)
    rig.run(60, 200, lambda minute: cycling(minute) | {"air_c": 4.37})
    assert told(rig, "sensor_stuck")
    rig.run(200, 240, cycling)
    assert "sensor_stuck" not in {e.kind for e in rig.faults.open.values()}


def test_a_flat_sensor_in_a_cabinet_where_nothing_moves_is_no_proof() -> None:
    rig = Rig()
    rig.run(0, 300, healthy(air_c=4.37, evap_c=1.0, comp_on=0.0, comp_a=0.2))
    assert not told(rig, "sensor_stuck")


def test_single_readings_that_are_nonsense_are_a_loose_contact_and_a_warm_restock_is_not() -> None:
    rig = Rig()
    rig.run(0, 120, lambda minute: cycling(minute) | ({"air_c": 19.0} if minute % 25 == 7 else {}))
    assert told(rig, "sensor_spiking")
    calm = Rig()
    calm.run(0, 300, lambda minute: cycling(minute) | ({"air_c": 9.0} if minute % 60 > 50 else {}))
    assert not told(calm, "sensor_spiking")


def defrosting(minute: int, peak: float) -> dict[str, float]:
    """A defrost of 15 minutes every 6 hours, in which the evaporator gets as warm as `peak`."""
    into = minute % 360
    return cycling(minute) | ({"defrost_on": 1.0, "evap_c": min(-5.0 + into, peak)} if into < 15 else {})


@pytest.mark.parametrize(("peak", "fails"), [(6.0, False), (0.3, True)])
def test_a_defrost_that_does_not_warm_the_evaporator_has_failed(peak: float, fails: bool) -> None:
    rig = Rig()
    rig.run(0, 1500, lambda minute: defrosting(minute, peak))
    assert told(rig, "defrost_failed") == fails


def test_defrosts_that_stop_coming_have_failed() -> None:
    rig = Rig()
    rig.run(0, 740, lambda minute: defrosting(minute, 6.0))
    rig.run(740, 1500, cycling)
    assert not told(rig, "defrost_failed")
    rig.run(1500, 1620, cycling)
    assert told(rig, "defrost_failed")


def test_a_compressor_that_starts_ten_times_an_hour_wears_out() -> None:
    rig = Rig()
    rig.run(0, 90, lambda minute: healthy(comp_a=1.2 if minute % 6 < 3 else 0.2))
    assert told(rig, "compressor_short_cycling")


def cut_short(minute: int, cold: float, **changed: float) -> dict[str, float]:
    """Runs of 4 minutes a third of an hour apart, that cool down to `cold`; a sound one takes 8, down to 2.5 °C."""
    into = minute % 20
    on = into < (4 if cold > 3 else 8)
    return healthy(air_c=max(5.5 - 0.375 * into, cold) if on else 4.5, comp_on=float(on), comp_a=1.2 if on else 0.2) | (
        changed if on else {}
    )


@pytest.mark.parametrize(
    ("cold", "changed", "told_of"),
    [(4.2, {}, True), (2.5, {}, False), (4.2, {"door_open": 0.2}, False), (4.2, {"defrost_on": 1.0}, False)],
)
def test_runs_that_end_while_the_air_is_warm_are_not_the_thermostats(
    cold: float, changed: dict[str, float], told_of: bool
) -> None:
    """Three starts an hour are as ever: what stops the compressor is the sign, if nothing else stopped it."""
    rig = Rig()
    rig.run(0, 60, lambda minute: cut_short(minute, 2.5))
    rig.run(60, 140, lambda minute: cut_short(minute, cold, **changed))
    assert told(rig, "compressor_short_cycling") == told_of


def test_a_higher_set_point_cuts_no_run_short_and_runs_that_end_as_ever_cure() -> None:
    rig = Rig()
    rig.run(0, 60, lambda minute: cut_short(minute, 2.5))
    rig.run(60, 140, lambda minute: cut_short(minute, 4.5) | {"set_c": 6.0})
    assert not told(rig, "compressor_short_cycling")
    rig.run(140, 220, lambda minute: cut_short(minute, 4.2))
    assert told(rig, "compressor_short_cycling")
    rig.run(220, 420, lambda minute: cut_short(minute, 2.5))
    assert "compressor_short_cycling" not in {e.kind for e in rig.faults.open.values()}


def test_a_compressor_that_nobody_called_is_stuck() -> None:
    rig = Rig()
    rig.run(0, 8, healthy(comp_on=0.0, comp_a=1.2))
    assert told(rig, "compressor_stuck_on")


def test_four_starts_within_an_hour_are_a_loop_and_one_a_day_is_an_update() -> None:
    rig = Rig()
    rig.run(0, 60, lambda minute: healthy(uptime_s=60.0 * (minute % 12)))
    assert told(rig, "reboot_loop")
    calm = Rig()
    calm.run(0, 600, lambda minute: healthy(uptime_s=60.0 * (minute % 200)))
    assert not told(calm, "reboot_loop")


def bought(rig: Rig) -> None:
    """Three customers, for whom the lock lets go."""
    rig.run(0, 12, lambda minute: healthy(door_open=0.3 if minute % 4 == 2 else 0.0))


def test_a_door_that_opens_behind_a_lock_that_never_let_go_was_forced() -> None:
    rig = Rig()
    bought(rig)
    rig.run(12, 15, healthy(door_open=1.0, lock_closed=1.0))
    assert told(rig, "door_forced")


def test_a_lock_that_was_never_seen_to_let_go_proves_nothing() -> None:
    rig = Rig()
    rig.run(0, 60, lambda minute: healthy(door_open=float(minute % 10 > 6), lock_closed=1.0))
    assert not told(rig, "door_forced")


def test_a_bolt_that_springs_out_behind_an_open_door_forces_nothing() -> None:
    rig = Rig()
    bought(rig)
    rig.say(12, healthy(door_open=0.9, lock_closed=0.97))
    rig.run(13, 25, healthy(door_open=1.0, lock_closed=1.0))
    assert not told(rig, "door_forced")


def test_numbers_that_are_no_uptime_make_no_loop() -> None:
    rig = Rig()
    rig.run(0, 120, lambda minute: healthy(uptime_s=1e5 * (1 + minute * 7919 % 13)))
    assert not told(rig, "reboot_loop")


def test_readings_by_the_second_are_no_life_of_a_cabinet() -> None:
    """A load test says anything, and fast: nobody is sent for it."""
    rig = Rig()
    for n in range(600):
        on = n * 7919 % 2
        rig.say(n / 60, healthy(air_c=2.0 + n * 7919 % 13, comp_on=float(on), comp_a=1.2 if on else 0.2))
    assert rig.log == []


def test_a_low_line_is_judged_by_the_net_it_hangs_on() -> None:
    rig = Rig(2)
    rig.run(0, 3, healthy(mains_v=228.0))
    rig.run(3, 20, healthy(mains_v=171.0))
    assert told(rig, "mains_low")
    american = Rig()
    american.run(0, 30, healthy(mains_v=116.0))
    assert not told(american, "mains_low")
