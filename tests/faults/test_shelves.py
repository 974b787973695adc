"""`shelf_tamper` and `shelf_drift`: weights that change behind a shut door, and all that may change them rightly."""

from collections.abc import Callable

import numpy as np
import pytest

from telemetry.batch import Judged
from tests.faults.only import only
from tests.faults.rig import LATENCY, Rig, at, frames, healthy

Life = Callable[[int], dict[str, float]]


def shelves(minute: int, *, grams: float = 0.0, door: float = 0.0, warmth: float = 3.0) -> dict[str, float]:
    """Two shelves of a cabinet whose thermostat cycles: noise of ± 7 g, `warmth` grams per kelvin."""
    noise = np.random.default_rng(minute).random(2) * 14 - 7
    air = 4.0 + 1.5 * np.sin(minute / 26 * 2 * np.pi)
    one, two = 8000 + noise + warmth * (air - 4.0)
    return healthy(air_c=air, door_open=door, shelf_g_1=round(one + grams), shelf_g_2=round(two))


def shopping(minute: int, drift: float = 0.0) -> dict[str, float]:
    """Somebody takes a bottle every 47 minutes; an hour of nobody at all every four."""
    taken = minute // 47 * 520.0
    opened = minute % 47 == 0
    return shelves(minute, grams=-taken % 6000 + drift * minute / 60, door=0.3 if opened else 0.0)


class Shelves(Rig):
    """A cabinet that weighs."""

    def __init__(self) -> None:
        super().__init__()
        only(self, "power_lost", "door_left_open", "shelf_drift", "shelf_tamper")

    def live(self, start: int, end: int, life: Life) -> None:
        for begin in range(start, end, 3):
            lines = [(0, at(minute), life(minute)) for minute in range(begin, min(begin + 3, end))]
            self.step(Judged(frames=frames(lines)), lines[-1][1] + LATENCY)


def kinds(rig: Rig) -> set[str]:
    return {t.episode.kind for t in rig.log if t.episode.state == "active"}


def test_buyers_restocks_and_warmth_explain_what_they_change() -> None:
    rig = Shelves()

    def life(minute: int) -> dict[str, float]:
        said = shopping(minute)
        if minute % 720 >= 700:  # a restock: the door open for 20 minutes, warm afterwards
            said |= healthy(door_open=0.99, air_c=9.0) | {"shelf_g_1": 9000.0 + 50 * (minute % 20)}
        if minute % 720 == 0:
            said["door_open"] = 0.3
        if minute % 360 < 30:  # a defrost
            said["air_c"] += 5.0
            said["shelf_g_1"] += 15
            said["shelf_g_2"] += 15
        return said

    rig.live(0, 1440, life)
    assert kinds(rig) <= {"door_left_open"}


@pytest.mark.parametrize("grams", [150.0, -150.0, 1800.0])
def test_a_jump_behind_a_shut_door_is_found_at_the_second_reading_and_ends_when_taken_back(grams: float) -> None:
    rig = Shelves()
    rig.live(0, 300, shopping)
    rig.live(300, 400, lambda m: shopping(m) | {"shelf_g_1": shopping(m)["shelf_g_1"] + grams})
    odd = rig.one("shelf_tamper")
    assert odd.severity == "major"
    assert odd.onset == rig.log[0].episode.onset
    assert odd.detected is not None
    assert odd.detected - odd.onset == 60_000
    assert abs(odd.why["jump_g"] - grams) < 40
    rig.live(400, 410, shopping)
    assert "shelf_tamper" not in {e.kind for e in rig.faults.open.values()}


def test_a_single_reading_that_is_off_is_no_tampering() -> None:
    rig = Shelves()
    rig.live(0, 300, lambda m: shopping(m) | ({"shelf_g_2": 9900.0} if m % 30 == 7 else {}))
    assert not kinds(rig)


def test_a_door_that_says_so_by_events_alone_explains_a_change() -> None:
    rig = Shelves()
    weight = 8000.0
    for minute in range(240):
        if minute % 20 == 10:
            rig.tell(minute - 0.7, "door_opened")
            rig.tell(minute - 0.3, "door_closed")
            weight -= 520
        rig.say(minute, {"air_c": 4.0, "shelf_g_1": weight})
    assert not kinds(rig)


def test_a_technician_ends_it_and_a_gap_hides_what_happened_in_it() -> None:
    rig = Shelves()
    rig.live(0, 60, shelves)
    rig.live(100, 160, lambda m: shelves(m, grams=900))
    assert not kinds(rig)
    rig.live(160, 200, lambda m: shelves(m, grams=1900))
    assert rig.one("shelf_tamper").state == "active"
    rig.tell(200, "service_code_entered", code="123456")
    rig.live(201, 210, lambda m: shelves(m, grams=1900))
    assert not rig.faults.open


@pytest.mark.parametrize("per_hour", [24.0, -24.0])
def test_a_creeping_scale_is_found_though_people_buy(per_hour: float) -> None:
    rig = Shelves()
    rig.live(0, 720, lambda m: shopping(m, per_hour))
    drift = rig.one("shelf_drift")
    assert drift.severity == "minor"
    assert np.sign(drift.why["drift_g"]) == np.sign(per_hour)
    assert "shelf_g_1" in drift.why["features"]
    assert kinds(rig) == {"shelf_drift"}


def test_shelves_that_a_cabinet_does_not_have_never_drift() -> None:
    """Buyers come when it is warm: each rest ends warmer than it began, all day."""
    rig = Shelves()

    def life(minute: int) -> dict[str, float]:
        said, warmer = shelves(minute, door=0.3 if minute % 60 == 0 else 0.0), minute % 60 / 30
        grams = {name: round(said[name] + 3.0 * warmer) for name in ("shelf_g_1", "shelf_g_2")}
        return said | grams | {"air_c": said["air_c"] + warmer}

    rig.live(0, 1440, life)
    assert not kinds(rig)


def test_a_message_without_weights_changes_nothing() -> None:
    rig = Shelves()

    def life(minute: int) -> dict[str, float]:
        said = shelves(minute)
        return {name: value for name, value in said.items() if minute % 90 != 80 or name != "shelf_g_2"}

    rig.live(0, 400, life)
    assert not kinds(rig)


def test_who_puts_a_drifted_shelf_right_makes_it_jump_and_that_is_no_second_fault() -> None:
    rig = Shelves()
    rig.live(0, 500, lambda m: shelves(m, grams=m / 5))
    assert rig.one("shelf_drift").state == "active"
    rig.live(500, 620, shelves)
    assert not [e for e in rig.faults.open.values() if e.kind == "shelf_drift"]
    assert [t.episode.cause for t in rig.log if t.episode.kind == "shelf_tamper" and t.episode.state == "active"] == []


def test_a_cabinet_without_scales_or_without_power_is_not_judged() -> None:
    rig = Shelves()
    rig.live(0, 100, lambda m: healthy())
    rig.live(100, 200, lambda m: shelves(m, grams=0 if m < 150 else 2000) | {"mains_v": 0.0})
    assert kinds(rig) == {"power_lost"}
