"""What every detector promises, on cabinets that say anything: cut as you like, restarted, without a look ahead."""

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.config import FaultsConfig
from faults.detectors.base import NONE, SAID
from faults.engine import Engine, EngineState
from faults.observations import observe
from telemetry.batch import CabinetEvent, Judged
from telemetry.units import DAY, HOUR, MINUTE, SECOND
from tests.faults.rig import T0, Rig, Sample, frames

CABINETS = 2
CHOICES: dict[str, list[float]] = {
    "air_c": [4.0, 9.0], "set_c": [4.0], "door_open": [0.0, 0.0, 0.3, 1.0], "lock_closed": [0.0, 1.0, 1.0],
    "mains_v": [0.0, 230.0, 230.0], "payment_ok": [0.0, 1.0, 1.0], "mdb_ok": [0.0, 1.0, 1.0],
    "shelf_g_1": [5000.0, 5007.0, 5300.0], "shelf_g_2": [80.0, 30000.0], "comp_on": [0.0, 1.0], "comp_a": [0.2, 1.2],
    "evap_c": [-8.0], "light_on": [0.0, 1.0],
}  # fmt: skip
LOT = {"lane": 1, "lot": "L1", "units": 2, "expires": T0 + 2 * HOUR}
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("door_opened", {}), ("door_closed", {}), ("power_lost", {}), ("power_restored", {}),
    ("vend", LOT), ("vend", {"lane": 2}), ("vend", {"lane": 3, "lot": "L2"}), ("lot_loaded", LOT),
    ("lot_loaded", LOT | {"lot": "L2", "expires": T0 + DAY}), ("lot_loaded", {"lane": 3}), ("lot_sold", LOT),
    ("lot_sold", LOT | {"lane": 2}), ("lot_sold", {"lane": 3}), ("lot_sold", {"lane": 4, "lot": "L9"}),
    ("lot_removed", LOT | {"units": 40}), ("lot_removed", {"lane": 1, "lot": "L8"}),
    ("device_fault", {"scheme": "eva-dts", "code": "EGC_2"}), ("device_fault", {"scheme": "eva-dts", "code": "EGS"}),
    ("device_fault", {"scheme": "eva-dts", "code": "EGT"}), ("device_fault", {"scheme": "mdb", "code": "5"}),
    ("device_fault", {"scheme": "vendor", "code": "AL20"}), ("device_fault", {"code": "?"}), ("device_fault", {}),
    ("service_code_entered", {"code": "1"}),
]  # fmt: skip
Line = Sample | CabinetEvent
values = st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHOICES.items()})


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Stretches of one condition, pauses, bursts of events of one time."""
    out: list[Line] = []
    clocks = [T0] * CABINETS
    for _ in range(draw(st.integers(1, 7))):
        row, said = draw(st.integers(0, CABINETS - 1)), draw(values)
        clocks[row] += draw(st.sampled_from([0, 0, 10 * MINUTE, 40 * HOUR]))
        clocks[row] += SECOND  # of one time, an event comes before the sample if both are there by then
        for name, data in draw(st.lists(st.sampled_from(EVENTS), max_size=4)):
            clocks[row] += draw(st.sampled_from([0, 17 * SECOND]))
            out.append(CabinetEvent(row, f"C{row}", clocks[row], clocks[row], name, data, 1, 1))
        for _ in range(draw(st.integers(1, 15))):
            clocks[row] += MINUTE
            out.append((row, clocks[row], said))
    return out


class Bench:
    """The detectors on what the engine shows them; `said` keeps every verdict, by kind and cabinet."""

    def __init__(self) -> None:
        self.fleet, self.engine = Rig(CABINETS).fleet, Engine(FaultsConfig())
        self.engine._grow(CABINETS)
        self.said: dict[tuple[str, int], list[tuple[int, int, float, int]]] = {}

    def take(self, part: list[Line]) -> None:
        events = [line for line in part if isinstance(line, CabinetEvent)]
        judged = Judged(frames=frames(line for line in part if not isinstance(line, CabinetEvent)), events=events)
        for view in self.engine.views(observe(judged, self.fleet), self.fleet):
            for detector in self.engine.detectors:
                kept = view.values.copy()
                verdict = detector.judge(view, self.engine.columns[detector.kind])
                assert np.array_equal(kept, view.values, equal_nan=True)
                columns = (view.row, view.ts, verdict.on, verdict.score, verdict.start)
                assert {len(column) for column in columns} == {len(view)}
                for row, *line in zip(*(column.tolist() for column in columns), strict=True):
                    self.said.setdefault((detector.kind, row), []).append(tuple(line))

    def state(self) -> bytes:
        return msgspec.msgpack.encode(self.engine.dump())


def played(parts: list[list[Line]]) -> Bench:
    bench = Bench()
    for part in parts:
        bench.take(part)
    return bench


@given(lines(), st.lists(st.integers(0, 200), max_size=8))
@settings(max_examples=12, deadline=None)
def test_any_split_gives_the_same_verdicts_and_the_same_state(whole: list[Line], cuts: list[int]) -> None:
    edges = [0, *sorted(c % (len(whole) + 1) for c in cuts), len(whole)]
    together, apart = played([whole]), played([whole[a:b] for a, b in pairwise(edges)])
    assert together.said == apart.said
    assert together.state() == apart.state()


@given(lines(), st.integers(0, 200))
@settings(max_examples=8, deadline=None)
def test_what_comes_later_changes_no_verdict(whole: list[Line], cut: int) -> None:
    early, all_ = played([whole[: cut % (len(whole) + 1)]]), played([whole])
    for key, said in early.said.items():
        assert all_.said[key][: len(said)] == said


@given(lines(), st.integers(0, 200))
@settings(max_examples=8, deadline=None)
def test_a_restart_goes_on_where_it_was(whole: list[Line], cut: int) -> None:
    at = cut % (len(whole) + 1)
    through, broken = played([whole[:at], whole[at:]]), played([whole[:at]])
    saved = broken.state()
    broken.engine = Engine(FaultsConfig())
    broken.engine.load(msgspec.msgpack.decode(saved, type=EngineState))
    assert broken.state() == saved
    broken.take(whole[at:])
    assert broken.said == through.said
    assert broken.state() == through.state()


GOODS = ("stock_out", "lot_expired", "lot_near_expiry", "no_sales", "shelf_drift", "shelf_tamper", "device_reported")


@given(lines())
@settings(max_examples=12, deadline=None)
def test_a_reading_that_says_nothing_is_neither_alarm_nor_ok(whole: list[Line]) -> None:
    bench = played([whole])
    bench.said.clear()
    last = max(line.ts if isinstance(line, CabinetEvent) else line[1] for line in whole)
    bench.take([(row, last + MINUTE, {}) for row in range(CABINETS)])
    for kind in GOODS:
        for row in range(CABINETS):
            assert {on for _, on, _, _ in bench.said[kind, row]} <= {NONE, SAID}


@given(lines())
@settings(max_examples=8, deadline=None)
def test_onset_and_score_keep_their_bounds(whole: list[Line]) -> None:
    for said in played([whole]).said.values():
        assert all(NONE <= on <= SAID and 0 <= score <= 1 and start <= ts for ts, on, score, start in said)


@pytest.mark.parametrize("name", ["goods", "reports"])
def test_the_books_of_a_cabinet_are_small(name: str) -> None:
    books = getattr(Engine(FaultsConfig()), name)
    books.grow(1)
    assert sum(len(column) for column in books.dump(1).values()) < 250
