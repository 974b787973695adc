"""Air that is too cold, and ice of which failed defrosts are the cause."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from faults import context
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.cooling.verdict import Diagnosis
from faults.detectors.base import ON
from faults.detectors.defrost_failed import ICED, DefrostFailed
from faults.observations import observe
from telemetry.batch import Judged
from tests.faults.rig import Rig, at, frames, healthy
from tests.faults.test_signs import cycling, defrosting, told


def test_air_that_freezes_the_goods_is_told_after_half_an_hour() -> None:
    rig = Rig()
    rig.run(0, 60, cycling)
    rig.run(60, 95, healthy(air_c=-2.0))
    cold = rig.one("air_too_cold")
    assert (cold.state, cold.severity, cold.onset, cold.detected) == ("active", "major", at(60), at(90))
    assert cold.why["threshold"] == {"air_c": -1.0}
    assert cold.why["observed"]["air_c"] == -2.0
    rig.run(95, 120, healthy())
    assert rig.states("air_too_cold")[-1] == "cleared"


@pytest.mark.parametrize(
    "life",
    [
        {"air_c": 0.5},  # cold, but nothing freezes
        {"set_c": -18.0, "air_c": -21.0},  # goods that are frozen already
        {"set_c": 2.0, "air_c": -0.9},
    ],
)
def test_air_in_which_nothing_is_harmed_is_not_too_cold(life: dict[str, float]) -> None:
    rig = Rig()
    rig.run(0, 50, healthy(**life))
    assert not told(rig, "air_too_cold")


def test_a_freezer_far_below_its_set_point_is_too_cold() -> None:
    rig = Rig()
    rig.run(0, 40, healthy(set_c=-18.0, air_c=-27.0))
    assert rig.one("air_too_cold").why["threshold"] == {"air_c": -26.0}


def test_without_a_set_point_and_without_power_nothing_is_too_cold() -> None:
    rig = Rig(2)
    rig.run(0, 60, {"air_c": -9.0})
    rig.run(0, 60, healthy(air_c=-9.0, mains_v=0.0), row=1)
    assert not told(rig, "air_too_cold")


@pytest.mark.parametrize(
    ("cause", "sign"),
    [("compressor_stuck_on", {"comp_a": 1.2}), ("sensor_stuck", {"comp_a": 0.2, "air_c": -2.0})],
)
def test_cold_air_is_the_consequence_of_what_does_not_stop_the_compressor(cause: str, sign: dict[str, float]) -> None:
    rig = Rig()
    rig.run(0, 60, cycling)
    rig.run(60, 160, lambda m: healthy(air_c=-2.0 - m % 7 / 10, evap_c=-4.0 - m % 9, comp_on=0.0) | sign)
    assert rig.one(cause).state == "active"
    cold = rig.one("air_too_cold")
    assert (cold.state, cold.cause) == ("suppressed", cause)


@pytest.mark.parametrize(("iced", "defrosts"), [(False, 2), (True, 1)])
def test_one_defrost_in_vain_is_enough_where_ice_grows(iced: bool, defrosts: int) -> None:
    """The model's word for ice halves what is asked of the defrosts."""
    assert _failed_after(0.3, iced, 1500) == defrosts


@pytest.mark.parametrize("iced", [False, True])
def test_ice_after_defrosts_that_melt_is_not_their_fault(iced: bool) -> None:
    assert _failed_after(6.0, iced, 1500) is None


@pytest.mark.parametrize(("iced", "defrosts"), [(False, 4), (True, 2)])
def test_defrosts_that_run_out_of_time_below_their_usual_end_have_failed(iced: bool, defrosts: int) -> None:
    """A dead heater: still air alone brings the evaporator to five degrees in twenty minutes."""
    assert _failed_after(lambda nth: 8.0 if nth < 4 else 5.5, iced, 11 * 360) == 4 + defrosts


def test_a_wet_day_makes_no_heater_dead() -> None:
    assert _failed_after(lambda nth: (8.0, 7.6, 5.1, 2.7, 4.4)[nth % 5], False, 15 * 360) is None


def test_a_cabinet_whose_defrosts_end_here_and_there_is_judged_by_that() -> None:
    assert _failed_after(lambda nth: (8.0, 5.0, 9.5, 4.0)[nth % 4], False, 14 * 360) is None


def test_one_defrost_that_nobody_saw_does_not_make_the_next_overdue_later() -> None:
    """Six hours apart, once twelve; the timer dies after the eighth: overdue 14 hours later, not 28."""
    unseen = range(3 * 360 - 2, 3 * 360 + 20)
    minutes = [m for m in range(8 * 360 + 20 * 60) if m not in unseen]
    told = _failed_at(lambda nth: 8.0, False, minutes, stops=7 * 360 + 60)
    assert told is not None
    assert 12 * 60 < told - 7 * 360 < 18 * 60


def _failed_after(peak: float | Callable[[int], float], iced: bool, minutes: int) -> int | None:
    """Of a cabinet with a defrost every six hours: after how many of them they are told to fail."""
    at_minute = _failed_at(peak if callable(peak) else lambda nth: peak, iced, range(minutes))
    return None if at_minute is None else at_minute // 360 + 1


def _failed_at(peak: Callable[[int], float], iced: bool, minutes: Iterable[int], stops: int = 10**9) -> int | None:
    """In which minute; `peak(nth)` is how warm the evaporator gets in each, from minute `stops` on there is none."""
    rig, detector = Rig(), DefrostFailed(FaultsConfig())
    shared, col = Columns(context.COLUMNS), Columns(detector.columns)
    shared.grow(1)
    col.grow(1)
    lived = list(minutes)
    samples = [(0, at(m), defrosting(m, peak(m // 360)) if m < stops else cycling(m)) for m in lived]
    seen = observe(Judged(frames=frames(samples)), rig.fleet)
    for minute, k in zip(lived, seen.rounds(), strict=True):
        view = context.settle(shared, seen, k, rig.fleet.interval_ms[seen.row[k]])
        code = np.array([ICED if iced else 0], np.int8)
        view.cooling = Diagnosis(code, view.ts, np.ones(1), np.ones(1, np.bool_))
        if detector.judge(view, col).on[0] == ON:
            return minute
    return None
