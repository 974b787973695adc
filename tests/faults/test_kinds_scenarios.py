"""Each fault kind: it is found, when, and the normal life of a cabinet does not raise it."""

import math

import pytest

from faults.config import FaultsConfig
from faults.faults import Faults
from telemetry.fleet import NEVER
from tests.faults.rig import Rig, at, healthy

LIMIT = 8.0  # set_c 4 + 4 K


def wave(minute: int) -> float:
    """The thermostat's cycle: set ± 1.5 K in 30 minutes."""
    return 4.0 + 1.5 * math.sin(minute / 30 * 2 * math.pi)


def test_a_healthy_day_with_defrosts_shoppers_and_a_restock_raises_no_ticket() -> None:
    rig = Rig()

    def day(minute: int) -> dict[str, float]:
        defrost = minute % 360 < 20
        air = wave(minute) + (5.0 if minute % 360 < 30 else 0.0)
        door = 0.5 if minute % 11 == 0 else 0.0
        air += 4.0 if minute % 11 < 5 else 0.0
        if 600 <= minute < 680:  # 20 minutes open, an hour of recovery
            door = 1.0 if minute < 620 else 0.0
            air = 4.0 + (12.0 * (minute - 600) / 20 if minute < 620 else 12.0 * (680 - minute) / 60)
        pay = 0.0 if 300 <= minute < 304 else 1.0
        return healthy(air_c=air, defrost_on=float(defrost), door_open=door, payment_ok=pay, lock_closed=1.0 - door,
                       comp_on=float(minute % 30 < 12), comp_a=1.2 if minute % 30 < 12 else 0.2)  # fmt: skip

    rig.run(0, 1440, day)
    assert not [t for t in rig.log if t.episode.state == "active" and t.episode.severity != "warning"]
    assert not rig.faults.open
    assert {t.episode.kind for t in rig.log if t.episode.state == "active"} == {"door_left_open"}


def test_warm_air_is_found_after_15_minutes_and_clears_15_after_it_is_cold() -> None:
    rig = Rig()
    rig.run(0, 60, healthy())
    rig.run(60, 76, healthy(air_c=9.0))
    warm = rig.one("air_too_warm")
    assert (warm.state, warm.severity, warm.onset, warm.detected) == ("active", "major", at(60), at(75))
    assert warm.why["observed"]["air_c"] == 9.0
    assert warm.why["threshold"] == {"air_c": LIMIT}
    rig.run(76, 92, healthy())
    assert rig.states("air_too_warm") == ["pending", "active", "clearing", "cleared"]
    assert rig.log[-1].episode.cleared == at(76)


def test_warm_air_between_the_levels_neither_raises_nor_clears() -> None:
    rig = Rig()
    rig.run(0, 60, healthy(air_c=7.9))
    assert not rig.log
    rig.run(60, 80, lambda m: healthy(air_c=8.3 if m % 2 else 7.8))
    assert rig.one("air_too_warm").state == "active"
    rig.run(80, 120, healthy(air_c=7.1))
    assert rig.one("air_too_warm").state == "active"


def test_thingsboard_14210_a_warm_rule_does_not_fire_across_a_data_gap() -> None:
    rig = Rig()
    rig.run(0, 10, healthy(air_c=9.0))
    rig.run(100, 110, healthy(air_c=9.0))
    assert rig.states("air_too_warm") == ["pending", "dropped", "pending"]
    rig.run(110, 116, healthy(air_c=9.0))
    assert rig.one("air_too_warm").onset == at(100)


def test_gaps_within_the_limit_do_not_restart_the_hold_down() -> None:
    rig = Rig()
    for minute in range(0, 19, 3):
        rig.say(minute, healthy(air_c=9.0))
    assert rig.one("air_too_warm").state == "active"


@pytest.mark.parametrize("disturbance", [{"door_open": 0.2}, {"defrost_on": 1.0}])
def test_warm_air_after_a_disturbance_waits_for_the_quiet_time(disturbance: dict[str, float]) -> None:
    rig = Rig()
    rig.run(0, 1, healthy(**disturbance))
    quiet = 30 if "door_open" in disturbance else 45
    rig.run(1, quiet + 16, healthy(air_c=9.0))
    assert rig.states("air_too_warm") == ["pending"]
    rig.run(quiet + 16, quiet + 18, healthy(air_c=9.0))
    assert rig.one("air_too_warm").state == "active"


def test_doors_of_a_busy_day_do_not_hide_a_dead_cooling_for_ever() -> None:
    rig = Rig()
    rig.run(0, 150, lambda m: healthy(air_c=12.0, door_open=0.3 if m % 6 == 0 else 0.0))
    warm = rig.one("air_too_warm")
    assert (warm.onset, warm.detected) == (at(0), at(135))


def test_a_slow_pull_down_stays_quiet_while_the_air_falls() -> None:
    rig = Rig()
    rig.run(0, 90, lambda m: healthy(air_c=16.0 - m * 0.12))
    assert not rig.log


def test_a_lowered_set_point_is_a_pull_down() -> None:
    rig = Rig()
    rig.run(0, 30, healthy(set_c=10.0, air_c=10.0))
    rig.run(30, 85, healthy(set_c=4.0, air_c=10.0))
    assert not rig.log


def test_without_a_set_point_nothing_is_judged_unless_a_limit_is_configured() -> None:
    unknown = {"air_c": 20.0}
    rig = Rig()
    rig.run(0, 60, unknown)
    assert not rig.log
    rig = Rig(faults=Faults(FaultsConfig(warm_limit_c=8.0)))
    rig.run(0, 60, unknown)
    assert rig.one("air_too_warm").why["threshold"] == {"air_c": 8.0}


def test_a_door_left_open_warns_at_10_minutes_and_is_a_fault_at_25() -> None:
    rig = Rig()
    rig.run(0, 5, healthy())
    rig.tell(5.5, "door_opened")
    rig.run(6, 30, healthy(door_open=1.0, lock_closed=0.0))
    door = rig.one("door_left_open")
    assert (door.state, door.severity, door.onset, door.detected) == ("active", "warning", at(5.5), at(16))
    rig.run(30, 32, healthy(door_open=1.0, lock_closed=0.0))
    assert rig.one("door_left_open").severity == "major"
    assert rig.log[-1].was == rig.log[-1].episode.state == "active"
    rig.tell(31.5, "door_closed")
    rig.run(32, 34, healthy())
    assert rig.states("door_left_open") == ["pending", "active", "active", "clearing", "cleared"]
    assert rig.log[-1].episode.cleared == at(31.5)


def test_a_restock_of_20_minutes_is_a_warning_at_most() -> None:
    rig = Rig()
    rig.run(0, 20, healthy(door_open=1.0))
    rig.run(20, 30, healthy())
    assert {t.episode.severity for t in rig.log} == {"warning"}
    assert rig.states("door_left_open")[-1] == "cleared"


def test_door_events_alone_serve_a_cabinet_without_the_signal() -> None:
    rig = Rig()
    said = {"air_c": 4.0}
    rig.tell(0.5, "door_opened")
    rig.run(1, 27, said)
    assert rig.one("door_left_open").severity == "major"
    rig.tell(27.5, "door_closed")
    rig.run(28, 30, said)
    assert not rig.faults.open


def test_a_lost_door_closed_event_is_overruled_by_the_samples() -> None:
    rig = Rig()
    rig.tell(0.5, "door_opened")
    rig.run(1, 60, healthy(door_open=0.0))
    assert not rig.log


def test_silence_does_not_keep_a_door_open() -> None:
    rig = Rig()
    rig.run(0, 5, healthy(door_open=1.0))
    rig.run(40, 45, healthy(door_open=1.0))
    assert "active" not in rig.states("door_left_open")


def test_a_compressor_that_does_not_start_is_found_in_10_minutes() -> None:
    rig = Rig()
    rig.run(0, 11, healthy(comp_a=0.25))
    dead = rig.one("compressor_not_starting")
    assert (dead.onset, dead.detected, dead.severity) == (at(0), at(10), "major")
    rig.run(11, 15, healthy(comp_a=1.2))
    assert rig.states("compressor_not_starting") == ["pending", "active", "clearing", "cleared"]


@pytest.mark.parametrize("excuse", [{"comp_on": 0.0}, {"defrost_on": 1.0}, {"mains_v": math.nan, "comp_a": math.nan}])
def test_a_compressor_not_called_for_or_excused_is_well(excuse: dict[str, float]) -> None:
    rig = Rig()
    rig.run(0, 60, healthy(comp_a=0.25) | excuse)
    assert not rig.log


def test_a_compressor_that_rests_does_not_clear_its_fault() -> None:
    rig = Rig()
    rig.run(0, 12, healthy(comp_a=0.25))
    rig.run(12, 60, healthy(comp_on=0.0, comp_a=0.25))
    assert rig.one("compressor_not_starting").state == "active"


@pytest.mark.parametrize(("will", "known"), [(True, 6.1), (False, 6.6)])
def test_an_announced_power_loss_is_found_in_a_minute_though_the_cabinet_is_silent(will: bool, known: float) -> None:
    """Without a will, half a minute later: what takes it back may be under way for so long (contract, *Order*)."""
    rig = Rig()
    rig.tell(5, "power_lost")
    rig.fleet.will_at[0] = at(5) if will else NEVER
    rig.tick(known - 0.2)
    assert not rig.log
    rig.tick(known)
    lost = rig.one("power_lost")
    assert (lost.severity, lost.onset, lost.detected) == ("critical", at(5), at(6))
    rig.tell(50, "power_restored")
    rig.run(51, 53, healthy())
    assert rig.states("power_lost") == ["active", "clearing", "cleared"]
    assert rig.log[-1].episode.cleared == at(50)


def test_a_dip_of_30_seconds_is_no_power_loss() -> None:
    rig = Rig()
    rig.tell(5, "power_lost")
    rig.tell(5.5, "power_restored")
    rig.run(6, 10, healthy())
    assert not rig.log


def test_no_mains_voltage_is_a_power_loss_without_any_event() -> None:
    rig = Rig()
    rig.run(0, 2, healthy(mains_v=3.0))
    assert rig.one("power_lost").detected == at(1)


@pytest.mark.parametrize("sign", [{"comp_a": 1.3}, {"power_w": 140.0}])
def test_a_cabinet_that_does_not_measure_its_mains_has_power_when_its_cooling_runs(sign: dict[str, float]) -> None:
    """It announced the loss, and rebooted without a word of the return."""
    rig = Rig()
    rig.tell(0, "power_lost")
    rig.tick(2)
    assert rig.one("power_lost").state == "active"
    rig.run(60, 63, {"air_c": 9.0, "comp_a": 0.0, "power_w": 2.0})
    assert rig.one("power_lost").state == "active", "a battery can feed the controller"
    rig.run(63, 66, {"air_c": 9.0, **sign})
    assert rig.states("power_lost")[-1] == "cleared"


def test_late_events_are_history_only() -> None:
    rig = Rig()
    rig.tell(5, "power_lost", late=True)
    rig.tick(30)
    assert not rig.log


def test_a_payment_terminal_may_reboot_but_not_stay_away() -> None:
    rig = Rig()
    rig.run(0, 4, healthy(payment_ok=0.0))
    rig.run(4, 20, healthy())
    assert rig.states("payment_down") == ["pending", "dropped"]
    rig.run(20, 31, healthy(payment_ok=0.0))
    assert rig.one("payment_down").detected == at(30)


def test_an_implausible_sensor_is_named_after_three_readings() -> None:
    rig = Rig()
    rig.run(0, 2, healthy(evap_c=-99.0))
    rig.run(2, 3, healthy(evap_c=-9.0))
    rig.run(3, 5, healthy(evap_c=-99.0))
    assert not rig.log
    rig.say(5, healthy(evap_c=-99.0))
    odd = rig.one("sensor_implausible")
    assert (odd.severity, odd.onset, odd.detected) == ("minor", at(3), at(5))
    assert odd.why["features"] == ["evap_c"]
    assert odd.why["observed"] == {"evap_c": -99.0}
    rig.run(6, 17, healthy(evap_c=-9.0))
    assert rig.states("sensor_implausible") == ["active", "clearing", "cleared"]


def test_different_signals_once_each_are_not_three_in_a_row() -> None:
    rig = Rig()
    for minute, name in enumerate(["evap_c", "cond_c", "ambient_c", "camera_c"]):
        rig.say(minute, healthy(**{name: 500.0}))
    assert not rig.log


def test_a_missing_reading_does_not_heal_a_sensor() -> None:
    rig = Rig()
    rig.run(0, 3, healthy(evap_c=-99.0))
    rig.run(3, 60, healthy())
    assert rig.one("sensor_implausible").state == "active"


def test_a_lock_that_does_not_close_is_a_fault_but_an_open_door_is_not() -> None:
    rig = Rig()
    rig.run(0, 19, healthy(lock_closed=0.0, door_open=1.0))
    assert not rig.states("lock_fault")
    rig.run(19, 31, healthy(lock_closed=0.0))
    assert rig.one("lock_fault").onset == at(19)
    rig.run(31, 35, healthy())
    assert rig.states("lock_fault")[-1] == "cleared"


def test_a_lock_the_cabinet_reports_stands_until_its_door_opens() -> None:
    rig = Rig()
    rig.tell(0.5, "device_fault", scheme="eva-dts", code="EGC_2")
    rig.run(1, 13, healthy())
    assert rig.one("lock_fault").why["reported"] is True
    rig.tell(13.5, "door_opened")
    rig.tell(13.8, "door_closed")
    rig.run(14, 18, healthy())
    assert not rig.faults.open


@pytest.mark.parametrize("data", [{}, {"code": None}, {"code": 7}, {"code": ["EGC"]}, {"code": "EJH"}])
def test_other_device_faults_are_not_the_lock(data: dict[str, object]) -> None:
    rig = Rig()
    rig.tell(0.5, "device_fault", **data)
    rig.run(1, 30, healthy())
    assert {t.episode.kind for t in rig.log} <= {"device_reported"}


@pytest.mark.parametrize("impossible", [200.0, -99.0])
def test_an_impossible_temperature_is_a_sensor_fault_and_says_nothing_of_the_air(impossible: float) -> None:
    rig = Rig()
    rig.run(0, 40, healthy(air_c=impossible))
    assert {t.episode.kind for t in rig.log} == {"sensor_implausible"}
    rig = Rig()
    rig.run(0, 20, healthy(air_c=9.0))
    rig.run(20, 60, healthy(air_c=impossible))
    assert rig.one("air_too_warm").state == "active"


def test_a_defrost_flag_that_is_stuck_excuses_nothing() -> None:
    rig = Rig()
    rig.run(0, 60, healthy(defrost_on=1.0))
    rig.run(60, 125, healthy(defrost_on=1.0, air_c=9.0))
    assert rig.one("air_too_warm").state == "active"


def test_a_second_open_door_gets_worse_anew() -> None:
    rig = Rig()
    rig.run(0, 30, healthy(door_open=1.0))
    rig.run(30, 35, healthy())
    rig.run(35, 65, healthy(door_open=1.0))
    assert [t.episode.severity for t in rig.log if t.episode.state == "active"] == ["warning", "major"] * 2


def test_an_event_is_exact_where_the_sample_of_its_interval_is_not() -> None:
    rig = Rig()
    rig.run(0, 6, healthy())
    rig.tell(5.99, "door_opened")
    rig.run(6, 7, healthy(door_open=0.005))
    rig.run(7, 17, healthy(door_open=1.0))
    assert rig.one("door_left_open").onset == at(5.99)


def test_an_overruled_event_is_forgotten() -> None:
    rig = Rig()
    rig.tell(0.5, "door_opened")
    rig.run(1, 5, healthy(door_open=0.0))
    rig.run(5, 40, {"air_c": 4.0})
    assert not rig.log
