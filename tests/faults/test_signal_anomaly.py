"""`signal_anomaly`: what never happened before is told once, as a hint; what always happens is not."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from faults import context
from faults.columns import Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import NONE, OFF, ON
from faults.detectors.signal_anomaly import LEARNING, WINDOW, SignalAnomaly
from faults.kinds import KINDS
from faults.observations import observe
from telemetry.batch import Judged
from telemetry.fleet import Fleet
from telemetry.units import DAY, HOUR, MINUTE
from tests.faults.rig import T0, Sample, frames

EVERY = 5 * MINUTE


class Bench:
    """The detector alone, on cabinets that send a sample per five minutes."""

    def __init__(self, n: int = 1) -> None:
        self.fleet, self.detector = Fleet(), SignalAnomaly(FaultsConfig())
        for row in range(n):
            self.fleet.add(f"C{row}")
        self.shared, self.col = Columns(context.COLUMNS), Columns(self.detector.columns)
        self.shared.grow(n)
        self.col.grow(n)

    def say(self, samples: list[Sample]) -> list[tuple[int, int, int]]:
        """(row, ts, verdict) of each sample."""
        seen, out = observe(Judged(frames=frames(samples)), self.fleet), list[tuple[int, int, int]]()
        for at in seen.rounds():
            view: View = context.settle(self.shared, seen, at, self.fleet.interval_ms[seen.row[at]])
            verdict = self.detector.judge(view, self.col)
            assert (verdict.start <= view.ts).all()
            out += zip(view.row.tolist(), view.ts.tolist(), verdict.on.tolist(), strict=True)
        return out

    def state(self) -> dict[str, bytes]:
        return self.col.dump(len(self.fleet))


def usual(n: int) -> dict[str, float]:
    """A day's course, a cycle, and scatter."""
    day = math.sin(n * EVERY / DAY * 2 * math.pi)
    scatter = (n * 7919 % 101 - 50) / 50
    return {"power_w": 150 + 20 * day + 5 * scatter, "humidity_pct": 50 + 5 * day + scatter, "mains_v": 229 + scatter}


def life(first: int, last: int, **changed: float) -> list[Sample]:
    return [(0, T0 + n * EVERY, usual(n) | changed) for n in range(first, last)]


WEEKS = LEARNING + 600


def test_weeks_of_the_usual_bring_no_hint_and_what_never_was_brings_one() -> None:
    bench = Bench()
    assert {on for _, _, on in bench.say(life(0, WEEKS))} == {OFF}
    told = bench.say(life(WEEKS, WEEKS + 200, power_w=900.0))
    rows = [ts for _, ts, on in told if on == ON]
    assert 0 < len(rows) <= HOUR // EVERY, "one pulse, however long it lasts"
    assert rows[0] - (T0 + WEEKS * EVERY) <= 2 * EVERY
    why = bench.detector.why(np.empty(0), bench.col, 0)
    assert why["features"] == ["power_w"]
    assert why["observed"]["power_w"] == 900.0
    assert 120 < why["expected"]["power_w"] < 180
    assert why["observed"]["score"] >= why["threshold"]["score"]


def test_it_is_a_hint_and_opens_no_ticket() -> None:
    assert KINDS["signal_anomaly"].severity == "warning"


def test_before_a_week_is_known_nothing_is_strange() -> None:
    bench = Bench()
    told = bench.say([*life(0, 1000), *life(1000, 1100, power_w=900.0)])
    assert {on for _, _, on in told} == {OFF}


def test_without_mains_a_signal_says_nothing() -> None:
    bench = Bench()
    bench.say(life(0, WEEKS))
    told = bench.say(life(WEEKS, WEEKS + 50, power_w=0.0, mains_v=0.0))
    assert ON not in {on for _, _, on in told}


def test_signals_that_no_cabinet_of_this_model_has_are_left_out() -> None:
    bench = Bench()
    assert {on for _, _, on in bench.say([(0, T0 + n * EVERY, {}) for n in range(100)])} == {NONE}
    assert not bench.col["series_n"].any()


def test_a_cabinet_needs_less_than_a_kilobyte() -> None:
    assert sum(map(len, Bench().state().values())) <= 1024
    assert LEARNING * WINDOW == 7 * DAY


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 20), st.floats(0, 500)), min_size=1, max_size=60),
       st.integers(1, 59))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_any_split_and_a_restart_give_the_same_state(said: list[tuple[int, int, float]], cut: int) -> None:
    clocks, samples = [T0] * 3, list[Sample]()
    for row, minutes, watts in said:
        clocks[row] += minutes * MINUTE
        samples.append((row, clocks[row], {"power_w": watts}))
    whole, parts = Bench(3), Bench(3)
    together = whole.say(samples)
    first = parts.say(samples[:cut])
    parts.col.load(parts.state(), 3)
    assert sorted(together) == sorted(first + parts.say(samples[cut:]))
    assert whole.state() == parts.state()
