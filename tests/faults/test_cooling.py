"""What the model of a cabinet's cooling finds, and what it leaves alone: a plain cabinet, minute by minute."""

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.columns import Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.cooling import diagnosis, features, model
from faults.cooling.diagnosis import KINDS
from faults.cooling.features import FEATURES, SPAN, Hours
from faults.detectors.base import ON
from faults.detectors.cooling import DIAGNOSED
from faults.engine import Engine
from faults.kinds import KINDS as CATALOGUE
from faults.observations import observe
from telemetry.batch import Judged
from telemetry.fleet import Fleet
from telemetry.units import HOUR
from tests.faults.rig import Sample, at, frames, healthy

Change = Callable[[int, dict[str, float]], dict[str, float]]
LEARNED = 44 * 60  # minutes until the model knows the cabinet
PERIOD, RUN = 30, 10


def cabinet(minute: int) -> dict[str, float]:
    """10 minutes of running, 20 of rest; the evaporator and the condenser follow with their lags; days are warmer."""
    phase, wobble = minute % PERIOD, 0.02 * math.sin(minute * 7.1)
    on = phase < RUN
    warmth = 2.0 * math.sin(minute / 1440 * 2 * math.pi)
    air = 5.5 - 3.0 * phase / RUN if on else 2.5 + 3.0 * (phase - RUN) / (PERIOD - RUN)
    evap = air - 9.0 * (1 - math.exp(-phase)) if on else air - 0.3 - 9.0 * math.exp(-(phase - RUN) / 1.2)
    cond = 24.0 + warmth + (12.0 * (1 - math.exp(-phase)) if on else 12.0 * math.exp(-(phase - RUN) / 1.2))
    return healthy(
        air_c=air + wobble, evap_c=evap + wobble, cond_c=cond - wobble, ambient_c=24.0 + warmth, product_c=4.0 + wobble,
        comp_on=float(on), comp_a=(1.2 + 0.006 * warmth if on else 0.25) + wobble / 50, fan_rpm=1450.0, defrost_on=0.0,
    )  # fmt: skip


def running(said: dict[str, float], **by: float) -> dict[str, float]:
    """The same, with signals moved by so much while the compressor runs."""
    return said | ({name: said[name] + change for name, change in by.items()} if said["comp_on"] else {})


def faster(said: dict[str, float], minute: int, load: float) -> dict[str, float]:
    """More heat comes in: it warms faster at rest and cools slower at work, so it runs longer."""
    period = 26
    on = minute % period < 14
    phase = minute % period
    air = 5.5 - 3.0 * phase / 14 if on else 2.5 + 3.0 * (phase - 14) / 12 * load
    lag = 9.3 * (1 - math.exp(-phase)) if on else 0.5 + 9.0 * math.exp(-(phase - 14) / 1.2)
    return said | {"air_c": air, "evap_c": air - lag, "comp_on": float(on), "comp_a": 1.2 if on else 0.25}


FAULTS: dict[str, Change] = {
    "condenser_dirty": lambda minute, said: running(said, cond_c=20.0, comp_a=0.15, evap_c=0.8),
    "refrigerant_leak": lambda minute, said: running(said, evap_c=3.0, comp_a=-0.15),
    "compressor_weak": lambda minute, said: running(said, evap_c=4.0),
    "evaporator_fan_failed": lambda minute, said: (
        running(said, evap_c=-11.0, comp_a=-0.3) | {"fan_rpm": 0.0} | ({} if said["comp_on"] else {"comp_a": 0.0})
    ),
    "evaporator_iced": lambda minute, said: running(said, evap_c=-8.0, comp_a=-0.1),
    "sensor_biased": lambda minute, said: said | {
        "evap_c": said["evap_c"] + 2.5, "product_c": said["product_c"] + 2.0 * min(1.0, (minute - LEARNED) / 300)
    },
    "door_ajar_undetected": lambda minute, said: faster(said, minute, 1.0),
}  # fmt: skip


def hot(minute: int, said: dict[str, float]) -> dict[str, float]:
    """Ten kelvin more than ever: the room is warmer, the condenser follows, and so does the current."""
    more = 10.0 * min(1.0, (minute - LEARNED) / 400)
    said = said | {"ambient_c": said["ambient_c"] + more, "cond_c": said["cond_c"] + more}
    return running(said, comp_a=0.006 * more)


CASES: dict[str, Change] = FAULTS | {"sound": lambda minute, said: said, "heat wave": hot, "silent": lambda m, said: {}}


class Ward:
    """A cabinet per case, all alike until LEARNED; whom the model suspects from then on, as (minute, kind)."""

    def __init__(self) -> None:
        self.fleet, self.engine, self.diagnosed = (
            Fleet(),
            Engine(FaultsConfig()),
            [m(FaultsConfig()) for m in DIAGNOSED],
        )
        for case in CASES:
            self.fleet.add(case)
        self.engine._grow(len(CASES))
        self.found: dict[str, list[tuple[int, str]]] = {case: [] for case in CASES}
        self.why: dict[str, dict[str, Any]] = {}
        for minute in range(LEARNED + 12 * 60):
            self._live(minute)

    def _live(self, minute: int) -> None:
        said, now = cabinet(minute), CASES.values()
        samples = [
            (row, at(minute), change(minute, said) if minute >= LEARNED else said) for row, change in enumerate(now)
        ]
        for view in self.engine.views(observe(Judged(frames=frames(samples)), self.fleet), self.fleet):
            for row, code in zip(view.row.tolist(), view.cooling.code.tolist(), strict=True):
                case = list(CASES)[row]
                if code and KINDS[code - 1] not in {kind for _, kind in self.found[case]}:
                    self._note(case, minute, view, row, code)

    def _note(self, case: str, minute: int, view: View, row: int, code: int) -> None:
        self.found[case].append((minute, KINDS[code - 1]))
        detector = self.diagnosed[code - 1]
        verdict = detector.judge(view, Columns(()))
        here = int(np.flatnonzero(view.row == row)[0])
        assert verdict.on[here] == ON
        self.why.setdefault(case, detector.why(view.raw[here], Columns(()), row) | {"start": int(verdict.start[here])})


@pytest.fixture(scope="module")
def ward() -> Ward:
    return Ward()


@pytest.mark.parametrize("kind", FAULTS)
def test_a_sudden_fault_is_named_within_hours_with_its_reasons(ward: Ward, kind: str) -> None:
    minute, named = ward.found[kind][0]
    assert named == kind
    assert LEARNED < minute <= LEARNED + 5 * 60
    why = ward.why[kind]
    assert why["since"] == why["start"]
    assert abs(why["since"] - at(LEARNED)) <= 2 * HOUR
    assert 1 <= len(why["features"]) <= 4
    assert set(why["features"]) == set(why["observed"]) == set(why["expected"]) == set(why["threshold"])
    for feature in why["features"]:
        expected, limit, seen = (why[part][feature] for part in ("expected", "threshold", "observed"))
        assert (seen - limit) * (limit - expected) >= 0, (
            "what was observed lies beyond the limit, away from the expected"
        )


@pytest.mark.parametrize("case", ["sound", "heat wave", "silent"])
def test_what_is_no_fault_is_not_suspected(ward: Ward, case: str) -> None:
    assert ward.found[case] == []


def hours(row: int, start: int, x: np.ndarray) -> Hours:
    condition = np.array([[24.0, 4.0, 0.0, 2.0, 0.0]])
    return Hours(np.array([row], np.int32), np.array([start]), x[None].astype(float), condition)


SAYS = np.array([0.3, 34, 15, 9, 0.4, 12, 1.2, 0.25, 0.1, 1450.0])  # a sound cabinet, feature by feature


def test_what_grows_slowly_is_not_learned_as_normal() -> None:
    col = Columns(diagnosis.COLUMNS)
    col.grow(1)
    x, rng = SAYS, np.random.default_rng(1)
    for n in range(200):
        worse = max(0, n - 100) * 0.06
        lift = worse * (features.FEATURES.index("lift") == np.arange(len(FEATURES)))
        model.learn(hours(0, n * SPAN, x - lift + rng.normal(0, 0.3, len(x)) * model.FLOOR), col)
    assert col["low"][0, features.LIFT] > diagnosis.ALARM
    assert abs(col["expected"][0, features.LIFT] - 9) < 1.0


def test_a_feature_that_comes_late_is_known_by_its_own_hours() -> None:
    """A probe fitted after weeks: its first hour must not be taken for what it always says."""
    col = Columns(diagnosis.COLUMNS)
    col.grow(1)
    x, rng = SAYS, np.random.default_rng(2)
    for n in range(700):
        said = x + rng.normal(0, 0.3, len(x)) * model.FLOOR
        said[features.HEAD] = np.nan if n < 600 else 15.0 if n == 600 else said[features.HEAD]
        model.learn(hours(0, n * SPAN, said), col)
    assert abs(col["expected"][0, features.HEAD] - 12) < 0.5


def test_a_cabinet_that_is_better_than_ever_is_learned_anew_and_never_suspected() -> None:
    """A new gasket in a cooler place: what is off is like no fault, and it stays so."""
    col, rng = Columns(diagnosis.COLUMNS), np.random.default_rng(3)
    col.grow(1)
    better = np.array([-0.15, 9, -9, 0, 0, 0, 0, 0, 0, 0])
    for n in range(260):
        said = hours(0, n * SPAN, SAYS + better * (n >= 120) + rng.normal(0, 0.3, len(SAYS)) * model.FLOOR)
        model.learn(said, col)
        diagnosis._decide(said, col)
        assert col["code"][0] == diagnosis.NOTHING
    assert abs(col["expected"][0, features.RISE] - 6) < 1.0


def test_every_diagnosis_is_a_kind_and_every_feature_has_a_sign_in_some() -> None:
    assert set(KINDS) <= set(CATALOGUE)
    assert {kind for kind, _ in diagnosis.SIGNS} <= set(KINDS)
    assert all(len(signs) == len(FEATURES) for _, signs in diagnosis.SIGNS)
    assert (np.abs([signs for _, signs in diagnosis.SIGNS]).max(axis=0) > 0).all()


def model_after(parts: list[list[Sample]]) -> bytes:
    """The model's columns after these batches, with a restart from a snapshot before each."""
    fleet, state = Fleet(), Engine(FaultsConfig()).dump()
    for row in range(2):
        fleet.add(f"C{row}")
    for part in parts:
        engine = Engine(FaultsConfig())
        engine.load(state)
        engine._grow(2)
        for _ in engine.views(observe(Judged(frames=frames(part)), fleet), fleet):
            pass
        state = engine.dump()
    return msgspec.msgpack.encode(state.models)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from([1, 1, 1, 7, 90]), st.booleans()), min_size=2, max_size=150),
    st.integers(1, 149),
)
@settings(max_examples=10, deadline=None)
def test_any_split_and_a_restart_give_the_same_model(life: list[tuple[int, int, bool]], cut: int) -> None:
    minutes, samples = [0, 0], list[Sample]()
    for row, passed, whole in life:
        minutes[row] += passed
        said = cabinet(minutes[row])
        samples.append((row, at(minutes[row]), said if whole else {"air_c": said["air_c"]}))
    assert model_after([samples]) == model_after([samples[:cut], samples[cut:]])
