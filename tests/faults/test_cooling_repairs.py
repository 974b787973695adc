"""What the model of the cooling makes of a repair: well, ill still, another cabinet; never by what was before."""

import math
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.config import FaultsConfig
from faults.cooling import diagnosis, features
from faults.cooling.diagnosis import KINDS
from faults.engine import Engine, EngineState
from faults.observations import observe
from telemetry.batch import Judged
from telemetry.fleet import Fleet
from tests.faults.rig import at, frames
from tests.faults.test_cooling import FAULTS, LEARNED, Change, cabinet

ILL = LEARNED + 8 * 60  # by then every fault here is named
HEALTHY: Change = lambda minute, said: said  # noqa: E731


def swapped(minute: int, said: dict[str, float]) -> dict[str, float]:
    """A fan and a compressor of another make: more current and speed, and it cools faster by a colder evaporator."""
    phase = minute % 28
    on = phase < 8
    air = 5.5 - 3.0 * phase / 8 if on else 2.5 + 3.0 * (phase - 8) / 20
    lag = 10.0 * (1 - math.exp(-phase)) if on else 0.3 + 10.0 * math.exp(-(phase - 8) / 1.2)
    cond = said["ambient_c"] + (12.0 * (1 - math.exp(-phase)) if on else 12.0 * math.exp(-(phase - 8) / 1.2))
    return said | {
        "air_c": air, "evap_c": air - lag, "cond_c": cond, "comp_on": float(on), "comp_a": 1.45 if on else 0.31,
        "fan_rpm": 1650.0,
    }  # fmt: skip


CASES = FAULTS | {"sound": HEALTHY}


@cache
def fallen_ill() -> EngineState:
    """A cabinet per case, all alike until LEARNED, at ILL."""
    fleet, engine = Fleet(), Engine(FaultsConfig())
    for case in CASES:
        fleet.add(case)
    engine._grow(len(CASES))
    for minute in range(ILL):
        said = cabinet(minute)
        now = [
            (i, at(minute), ill(minute, said) if minute >= LEARNED else said) for i, ill in enumerate(CASES.values())
        ]
        for _ in engine.views(observe(Judged(frames=frames(now)), fleet), fleet):
            pass
    return engine.dump()


class Bed:
    """One of the cabinets that have fallen ill. `said`: (minute, code, known) of every minute since."""

    def __init__(self, case: str) -> None:
        self.fleet, self.row, self.minute = Fleet(), list(CASES).index(case), ILL
        for one in CASES:
            self.fleet.add(one)
        self.restart(fallen_ill())
        self.said: list[tuple[int, int, bool]] = []

    def restart(self, state: EngineState) -> None:
        """Go on with a snapshot."""
        self.engine = Engine(FaultsConfig())
        self.engine.load(msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=EngineState))

    def of(self, column: str) -> Any:
        """What the model keeps of this cabinet."""
        return self.engine.cooling[column][self.row]

    def live(self, change: Change, until: int) -> "Bed":
        for minute in range(self.minute, until):
            sample = (self.row, at(minute), change(minute, cabinet(minute)))
            for view in self.engine.views(observe(Judged(frames=frames([sample])), self.fleet), self.fleet):
                self.said.append((minute, int(view.cooling.code[0]), bool(view.cooling.known[0])))
        self.minute = until
        return self

    def mend(self, *, parts: bool = False) -> "Bed":
        diagnosis.mended(self.row, at(self.minute), parts, self.engine.cooling)
        return self

    def named(self, since: int) -> list[str]:
        """The kinds named from that minute on, in order."""
        return list(dict.fromkeys(KINDS[code - 1] for minute, code, _ in self.said if minute >= since and code))

    def well_at(self, since: int) -> int | None:
        """Minutes from then until it is said to be well for good."""
        later = [(minute, code, known) for minute, code, known in self.said if minute > since]
        return next((minute - since for minute, code, known in later if known and not code), None)


@pytest.mark.parametrize("kind", FAULTS)
def test_what_was_repaired_is_well_within_hours_and_nothing_is_named_again(kind: str) -> None:
    bed = Bed(kind)
    assert KINDS[bed.of("code") - 1] == kind
    bed.mend().live(HEALTHY, ILL + 14 * 60)
    assert bed.named(ILL) == []
    assert bed.said[0] == (ILL, 0, True), "it is taken back at once …"
    assert 2 * 60 <= (bed.well_at(ILL) or 0) <= 12 * 60, "… and over when it has been seen to be"


@pytest.mark.parametrize("parts", [False, True])
@pytest.mark.parametrize("kind", ["evaporator_fan_failed", "refrigerant_leak", "condenser_dirty"])
def test_what_was_not_repaired_is_named_again_and_never_called_well(kind: str, parts: bool) -> None:
    bed = Bed(kind).mend(parts=parts).live(FAULTS[kind], ILL + 14 * 60)
    assert bed.well_at(ILL) is None
    assert bed.named(ILL) == [kind]
    assert bed.of("since") >= at(ILL) - features.SPAN, "by what was seen after the work"


def test_a_new_part_of_another_make_is_learned_and_the_next_fault_has_its_own_name() -> None:
    bed = Bed("evaporator_fan_failed").mend(parts=True)
    new = ILL + 72 * 60
    bed.live(swapped, new)
    assert bed.named(ILL) == []
    assert (bed.well_at(ILL) or 10**6) <= 24 * 60
    dirty = FAULTS["condenser_dirty"]
    bed.live(lambda minute, said: dirty(minute, swapped(minute, said)), new + 6 * 60)
    assert bed.named(ILL) == ["condenser_dirty"]


def test_silence_after_a_repair_says_nothing() -> None:
    bed = Bed("refrigerant_leak").mend().live(lambda minute, said: {}, ILL + 20 * 60)
    assert bed.named(ILL) == []
    assert bed.well_at(ILL - 1) is None


def test_what_was_measured_before_the_work_and_comes_after_it_is_no_evidence() -> None:
    bed = Bed("refrigerant_leak")
    diagnosis.mended(bed.row, at(ILL + 6 * 60), False, bed.engine.cooling)
    bed.live(FAULTS["refrigerant_leak"], ILL + 6 * 60)
    assert not bed.of("off").any()


def test_work_on_a_cabinet_of_which_nothing_is_said_changes_nothing_but_its_new_parts() -> None:
    bed = Bed("sound")
    before = bed.engine.dump().models
    assert bed.mend().engine.dump().models == before
    bed.mend(parts=True)
    assert np.flatnonzero(bed.of("learned") == 0).tolist() == [features.ON_A, features.OFF_A, features.FAN]


@given(st.integers(0, 300), st.integers(0, 300), st.booleans(), st.booleans())
@settings(max_examples=5, deadline=None)
def test_a_restart_with_a_fault_named_or_on_trial_gives_the_same_model(
    done: int, cut: int, parts: bool, helped: bool
) -> None:
    ill = FAULTS["evaporator_fan_failed"]
    through, broken = Bed("evaporator_fan_failed"), Bed("evaporator_fan_failed")
    assert through.of("code") > 0
    for bed in (through, broken):
        for minute in sorted({done, cut, 301}):
            bed.live(HEALTHY if helped and minute > done else ill, ILL + minute)
            if minute == done:
                bed.mend(parts=parts)
            if minute == cut and bed is broken:
                bed.restart(bed.engine.dump())
    assert msgspec.msgpack.encode(through.engine.dump()) == msgspec.msgpack.encode(broken.engine.dump())
