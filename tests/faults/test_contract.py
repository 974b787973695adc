"""Properties of every detector and of the whole: any split, any restart, no alarm from nothing, one open per kind."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults import context
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.detectors import DETECTORS
from faults.detectors.base import NONE, SAID, Make
from faults.faults import Faults
from faults.kinds import KINDS
from faults.model import Transition
from faults.observations import observe
from faults.shared import SHARED
from telemetry.batch import CabinetEvent, Judged
from telemetry.units import MINUTE, SECOND
from tests.faults.rig import T0, Rig, Sample, frames

CABINETS = 3
CHOICES: dict[str, list[float]] = {
    "air_c": [4.0, 7.5, 9.0, 12.0, -99.0], "set_c": [4.0, 2.0], "comp_on": [0.0, 1.0], "comp_a": [0.2, 0.5, 1.2],
    "defrost_on": [0.0, 1.0], "door_open": [0.0, 0.3, 1.0], "lock_closed": [0.0, 1.0], "mains_v": [0.0, 95.0, 230.0],
    "payment_ok": [0.0, 0.7, 1.0], "evap_c": [-8.0, -99.0], "shelf_g_1": [900.0, 1200.0], "shelf_g_4": [5000.0],
}  # fmt: skip
EVENTS = ["door_opened", "door_closed", "power_lost", "power_restored", "device_fault", "vend"]
EVENTS += ["lot_loaded", "lot_sold", "lot_removed", "service_code_entered"]
DATA = {"scheme": "eva-dts", "code": "EGC", "lane": 1, "lot": "L1", "units": 3, "expires": T0 + 40 * MINUTE}
Line = Sample | CabinetEvent

values = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHOICES.items()})


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """What three cabinets say, in judging order: stretches of one condition, gaps, events in between."""
    out: list[Line] = []
    clocks = [T0] * CABINETS
    for _ in range(draw(st.integers(1, 8))):
        row, said = draw(st.integers(0, CABINETS - 1)), draw(values)
        clocks[row] += draw(st.sampled_from([0, 0, 10 * MINUTE]))
        if draw(st.booleans()):
            clocks[row] += 17 * SECOND
            name = draw(st.sampled_from(EVENTS))
            out.append(CabinetEvent(row, f"C{row}", clocks[row], clocks[row], name, DATA, 1, 1))
        for _ in range(draw(st.integers(1, 40))):
            clocks[row] += MINUTE
            out.append((row, clocks[row], said))
    return out


def time_of(line: Line) -> int:
    return line.ts if isinstance(line, CabinetEvent) else line[1]


def batch(part: list[Line]) -> Judged:
    events = [x for x in part if isinstance(x, CabinetEvent)]
    return Judged(frames=frames(x for x in part if not isinstance(x, CabinetEvent)), events=events)


def play(rig: Rig, parts: list[list[Line]], now: int) -> list[Transition]:
    return [t for part in parts for t in rig.step(batch(part), now)]


def told(transitions: list[Transition]) -> dict[Any, list[bytes]]:
    """Per cabinet, in order: which cabinet's lines stand first in a batch is nobody's business."""
    out = defaultdict(list)
    for t in transitions:
        out[t.episode.cabinet].append(msgspec.msgpack.encode((t.episode, t.was, t.dropped)))
    return out


def cut(whole: list[Line], cuts: list[int]) -> list[list[Line]]:
    edges = [0, *sorted(c % (len(whole) + 1) for c in cuts), len(whole)]
    return [whole[a:b] for a, b in pairwise(edges)]


@given(lines(), st.lists(st.integers(0, 1000), max_size=12), st.sampled_from([T0, T0 + 3000 * MINUTE]))
@settings(max_examples=30, deadline=None)
def test_any_split_into_batches_gives_the_same_transitions(whole: list[Line], cuts: list[int], now: int) -> None:
    together, apart = Rig(CABINETS), Rig(CABINETS)
    assert told(play(together, [whole], now)) == told(play(apart, cut(whole, cuts), now))
    assert together.faults.open == apart.faults.open


@given(lines(), st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_a_restart_from_a_snapshot_gives_the_same_bytes(whole: list[Line], cut_at: int) -> None:
    parts = cut(whole, list(range(0, len(whole), 3)))
    restart = cut_at % len(parts)
    through, broken = Rig(CABINETS), Rig(CABINETS)
    for n, part in enumerate(parts):
        if n == restart:
            data = broken.faults.dump()
            broken.faults = Faults()
            broken.faults.load(data)
            assert broken.faults.dump() == data
        now = max((time_of(line) for line in part), default=T0) + SECOND
        for rig in (through, broken):
            rig.fleet.status[:CABINETS] = 1 + (now // (7 * MINUTE)) % 2
        a, b = through.step(batch(part), now), broken.step(batch(part), now)
        assert msgspec.msgpack.encode(a) == msgspec.msgpack.encode(b)
    assert through.faults.dump() == broken.faults.dump()


@given(lines())
@settings(max_examples=15, deadline=None)
def test_transitions_chain_and_no_cabinet_has_two_open_of_a_kind(whole: list[Line]) -> None:
    rig, state = Rig(CABINETS), dict[str, str]()
    kinds: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for line in whole:
        ts = time_of(line)
        rig.fleet.status[:CABINETS] = 1 + (ts // (7 * MINUTE)) % 2
        for t in rig.step(batch([line]), ts + SECOND):
            e = t.episode
            assert t.was == state.get(e.id)
            over = t.dropped or e.state == "cleared"
            state.pop(e.id, None) if over else state.update({e.id: e.state})
            slot = kinds[e.cabinet, e.kind]
            slot.discard(e.id) if over else slot.add(e.id)
            assert len(slot) <= 1
            assert e.onset <= (e.detected or e.onset)
            assert e.cleared is None or e.cleared >= e.onset
            assert 0.0 <= e.score <= 1.0
        assert state == {e.id: e.state for e in rig.faults.open.values()}


@given(lines())
@settings(max_examples=10, deadline=None)
def test_state_does_not_grow_with_time(whole: list[Line]) -> None:
    rig = Rig(CABINETS)
    play(rig, [whole], T0)
    for row in range(CABINETS):
        rig.faults.clear_for(f"C{row}", T0 + 3000 * MINUTE)
    rig.tick(6000)
    book = rig.faults._book
    for kept in (book.open, book.withheld, book.key, book.base, book.row, book.ended, book.wake):
        assert not kept


def test_a_kind_without_a_detector_is_a_mark_presence_or_the_platform() -> None:
    judged = {make(FaultsConfig()).kind for make in DETECTORS}
    others = {"offline", "identity_conflict", "clock_wrong", "flooding", "platform_blind", "food_safety_breach"}
    others |= {shared.kind for shared in SHARED}
    assert judged | others == set(KINDS)


@pytest.mark.parametrize("make", DETECTORS, ids=lambda make: make(FaultsConfig()).kind)
@given(whole=lines())
@settings(max_examples=15, deadline=None)
def test_a_detector_answers_in_shape_and_leaves_its_input_alone(make: Make, whole: list[Line]) -> None:
    rig, detector = Rig(CABINETS), make(FaultsConfig())
    shared, col = Columns(context.COLUMNS), Columns(detector.columns)
    shared.grow(CABINETS)
    col.grow(CABINETS)
    seen = observe(batch(whole), rig.fleet)
    for at in seen.rounds():
        view = context.settle(shared, seen, at, rig.fleet.interval_ms[seen.row[at]])
        kept = view.values.copy(), view.ts.copy(), view.door.copy()
        verdict = detector.judge(view, col)
        assert len(verdict.on) == len(verdict.score) == len(verdict.start) == len(view)
        assert ((verdict.on >= NONE) & (verdict.on <= SAID)).all()
        assert ((verdict.score >= 0) & (verdict.score <= 1)).all()
        assert (verdict.start <= view.ts).all()
        for before, after in zip(kept, (view.values, view.ts, view.door), strict=True):
            assert np.array_equal(before, after, equal_nan=True)


@pytest.mark.parametrize("make", DETECTORS, ids=lambda make: make(FaultsConfig()).kind)
def test_missing_values_are_neither_alarm_nor_ok(make: Make) -> None:
    rig, detector = Rig(1), make(FaultsConfig())
    shared, col = Columns(context.COLUMNS), Columns(detector.columns)
    shared.grow(1)
    col.grow(1)
    seen = observe(batch([(0, T0 + n * MINUTE, {}) for n in range(60)]), rig.fleet)
    for at in seen.rounds():
        view = context.settle(shared, seen, at, rig.fleet.interval_ms[seen.row[at]])
        assert (detector.judge(view, col).on == NONE).all()
