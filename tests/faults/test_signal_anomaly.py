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
from faults.detectors.signal_anomaly import FREE, LEARNING, OWN, WINDOW, SignalAnomaly
from faults.kinds import KINDS
from faults.observations import observe
from telemetry.batch import CabinetEvent, Extra, Frames, Judged
from telemetry.fleet import Fleet
from telemetry.signals import COLUMN
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
        seen, out = observe(Judged(frames=told(self.fleet, samples)), self.fleet), list[tuple[int, int, int]]()
        for at in seen.rounds():
            view: View = context.settle(self.shared, seen, at, self.fleet.interval_ms[seen.row[at]])
            verdict = self.detector.judge(view, self.col)
            assert (verdict.start <= view.ts).all()
            out += zip(view.row.tolist(), view.ts.tolist(), verdict.on.tolist(), strict=True)
        return out

    def state(self) -> dict[str, bytes]:
        return self.col.dump(len(self.fleet))

    def own(self, row: int = 0) -> list[str]:
        """The operator's signals that are watched, in the order of their slots."""
        return [self.fleet.names[n] for n in self.col["own_name"][row].tolist() if n != FREE]


def told(fleet: Fleet, samples: list[Sample]) -> Frames:
    """Frames of (row, ts, {signal: value}), signals that we do not know among them."""
    found = frames((row, ts, {n: v for n, v in said.items() if n in COLUMN}) for row, ts, said in samples)
    odd = [
        (i, fleet.signal(n), v) for i, (_, _, said) in enumerate(samples) for n, v in said.items() if n not in COLUMN
    ]
    line, signal, value = zip(*odd, strict=True) if odd else ((), (), ())
    found.extra = Extra(np.array(line, np.int32), np.array(signal, np.int32), np.array(value, np.float64))
    return found


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


def test_a_signal_that_only_its_operator_knows_is_watched_like_the_others() -> None:
    bench = Bench(2)
    weeks = [(row, ts, said | {"syrup_kpa": 300 + said["humidity_pct"], "tilt": 0.5})
             for row in (0, 1) for _, ts, said in life(0, WEEKS + 200)]  # fmt: skip
    jump = [(row, ts, said | {"syrup_kpa": 20.0} if row == 1 and ts >= T0 + WEEKS * EVERY else said)
            for row, ts, said in weeks]  # fmt: skip
    rows = [(row, ts) for row, ts, on in bench.say(jump) if on == ON]
    assert {row for row, _ in rows} == {1}, "the quiet one is not told"
    assert 0 < len(rows) <= HOUR // EVERY
    assert rows[0][1] - (T0 + WEEKS * EVERY) <= 2 * EVERY
    why = bench.detector.why(np.empty(0), bench.col, 1)
    (number,) = why["features"]
    assert bench.fleet.names[number] == "syrup_kpa"
    assert why["observed"][number] == 20.0
    assert 340 < why["expected"][number] < 360


def test_the_first_own_signals_of_a_cabinet_are_watched_whatever_others_have() -> None:
    bench = Bench(3)
    bench.say([(0, T0, {"a": 1.0}), (1, T0, {"c": 1.0, "b": 1.0, "a": 1.0}), (2, T0, {"air_c": 4.0})])
    bench.say([(0, T0 + EVERY, {"c": 1.0, "a": 1.0, "b": 1.0})])
    assert OWN == 2
    assert [bench.own(row) for row in range(3)] == [["a", "c"], ["c", "b"], []]
    assert bench.col["own_count"][:3].tolist() == [[1, 1], [1, 1], [0, 0]], "the first window of 0 is over"


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(("a", "b", "", "door"))), max_size=30))
def test_events_and_retired_cabinets_leave_every_own_value_with_its_sample(lines: list[tuple[int, str]]) -> None:
    bench, samples, events = Bench(3), list[Sample](), list[CabinetEvent]()
    bench.fleet.retired[2] = True
    for n, (row, name) in enumerate(lines):
        ts = T0 + n * MINUTE
        if name == "door":
            events.append(CabinetEvent(row, f"C{row}", ts, ts, "door_opened", {}, 1, 1))
        else:
            samples.append((row, ts, {"air_c": 4.0} | ({name: float(n)} if name else {})))
    seen, found = observe(Judged(told(bench.fleet, samples), events), bench.fleet), list[tuple[int, int, str, float]]()
    for at in seen.rounds():
        view = context.settle(bench.shared, seen, at, bench.fleet.interval_ms[seen.row[at]])
        line, signal, value = (column.tolist() for column in view.extra)
        said = zip(view.row[line].tolist(), view.ts[line].tolist(), signal, value, strict=True)
        found += [(row, ts, bench.fleet.names[s], v) for row, ts, s, v in said]
    own = [(row, T0 + n * MINUTE, name, float(n)) for n, (row, name) in enumerate(lines) if name in ("a", "b")]
    assert sorted(found) == sorted(line for line in own if line[0] != 2)


def test_a_cabinet_that_says_only_what_we_do_not_know_is_watched_too() -> None:
    bench = Bench()
    usually = [(0, T0 + n * EVERY, {"syrup_kpa": 300 + n * 7919 % 101 / 50}) for n in range(WEEKS)]
    assert {on for _, _, on in bench.say(usually)} == {OFF}
    assert ON in {on for _, _, on in bench.say([(0, T0 + (WEEKS + n) * EVERY, {"syrup_kpa": 900.0}) for n in range(5)])}


def test_without_mains_and_beyond_reason_an_own_signal_says_nothing() -> None:
    bench = Bench()
    bench.say([(0, T0, {"mains_v": 0.0, "tilt": 7.0})])
    bench.say([(0, T0 + EVERY, {"mains_v": 230.0, "tilt": v}) for v in (math.inf, math.nan, -math.inf)])
    assert bench.own() == ["tilt"]
    assert not bench.col["own_count"].any()
    bench.say([(0, T0 + n * MINUTE, {"tilt": -1.7e308}) for n in range(6, 60)])
    assert np.isfinite(bench.col["own_sum"]).all()
    assert np.isfinite(bench.col["own_series_level"]).all()


def test_a_snapshot_from_before_there_were_own_signals_loads() -> None:
    bench, again = Bench(), Bench()
    bench.say(life(0, 50))
    again.col.load({name: raw for name, raw in bench.state().items() if not name.startswith("own_")}, 1)
    assert again.state() == bench.state()


def test_a_cabinet_needs_little_more_than_a_kilobyte() -> None:
    assert sum(map(len, Bench().state().values())) <= 1200
    assert LEARNING * WINDOW == 7 * DAY


NAMES = ("power_w", "a", "b", "c", "d")


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.dictionaries(st.sampled_from(NAMES),
                st.floats(0, 500))), min_size=1, max_size=60), st.integers(1, 59))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_any_split_and_a_restart_give_the_same_state(said: list[tuple[int, int, dict[str, float]]], cut: int) -> None:
    clocks, samples = [T0] * 3, list[Sample]()
    for row, minutes, told_of in said:
        clocks[row] += minutes * MINUTE
        samples.append((row, clocks[row], told_of))
    whole, parts = Bench(3), Bench(3)
    together = whole.say(samples)
    first = parts.say(samples[:cut])
    parts.col.load(parts.state(), 3)
    assert sorted(together) == sorted(first + parts.say(samples[cut:]))
    assert whole.state() == parts.state()
    for row in range(3):
        first_told = dict.fromkeys(n for who, _, names in samples if who == row for n in names if n not in COLUMN)
        assert whole.own(row) == list(first_told)[:OWN]
