"""Whatever is done to it, the DuckDB store says what a dict of Python says, and its summaries what its readings say."""

# ruff: noqa: S608 - only names of ours are put into statements

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from telemetry.series import duckdb
from telemetry.series.duckdb import DuckSeries
from telemetry.series.layout import known
from telemetry.series.memory import MemorySeries
from telemetry.series.tiers import WIDTHS
from telemetry.units import DAY, HOUR, MINUTE
from tests.contracts.series_data import FOREVER, IDS, NAMES, Line, readings

SIGNALS = ("air_c", "evap_c", "unheard_of")
DAYS = 4
lines = st.tuples(
    st.sampled_from(IDS[:2]),
    st.sampled_from(SIGNALS),
    st.builds(
        lambda day, part: day * DAY + part, st.integers(0, DAYS - 1), st.integers(0, 40).map((17 * MINUTE).__mul__)
    ),
    st.floats(-100, 100),
    st.integers(1, 2),
    st.integers(1, 3),
)


class Twins(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.kept, duckdb.SETTLE_ROWS = (duckdb.SETTLE_ROWS, duckdb.STEP_LINES), 8
        self.path = Path(self.folder.name) / "series"
        self.duck, self.memory = DuckSeries(self.path), MemorySeries()
        self.batch, self.unflushed = 0, dict[int, list[Line]]()

    def teardown(self) -> None:
        if hasattr(self, "duck"):
            self.compare()
            self.compare_summaries()
            self.duck.close()
            duckdb.SETTLE_ROWS, duckdb.STEP_LINES = self.kept
            self.folder.cleanup()

    @rule(new=st.lists(lines, max_size=20))
    def append(self, new: list[Line]) -> None:
        self.batch += 1
        self.unflushed[self.batch] = new
        self.give(self.batch, new)

    @rule(back=st.integers(0, 3), other=st.lists(lines, max_size=3))
    def repeat(self, back: int, other: list[Line]) -> None:
        if self.batch - back > 0:
            self.give(self.batch - back, other)

    @rule()
    def flush(self) -> None:
        assert self.duck.flush() == self.memory.flush()
        self.unflushed.clear()

    @rule(before=st.integers(0, DAYS), most=st.integers(0, 20))
    def tend(self, before: int, most: int) -> None:
        duckdb.STEP_LINES = most
        self.duck.tend(before * DAY)

    @rule()
    def tend_to_everything(self) -> None:
        while self.duck.tend(FOREVER):
            pass

    @rule(before=st.sampled_from([0, 20 * MINUTE, DAY, DAY + 5 * HOUR + 1]))
    def prune(self, before: int) -> None:
        self.flush()
        self.duck.prune(before)
        self.memory.prune(before)

    @rule()
    def restart(self) -> None:
        self.duck.close()
        self.duck = DuckSeries(self.path)
        assert self.duck.last_batch() == self.memory.last_batch()
        for batch, lost in self.unflushed.items():
            self.duck.append(batch, readings(lost), IDS, NAMES)

    @rule()
    def compare(self) -> None:
        assert self.duck.last_batch() == self.memory.last_batch()
        for signal in SIGNALS:
            for start, end in ((0, FOREVER), (DAY, 3 * DAY - 1), (HOUR + 1, 2 * DAY + 7 * HOUR)):
                asked = (IDS[0], signal, start, end)
                exact = self.memory.read(*asked, 10_000)
                assert self.duck.read(*asked, 10_000) == exact
                few = self.duck.read(*asked, 3)
                assert len(few) <= 3
                assert min((p.low for p in few), default=0) == min((p.low for p in exact), default=0)
                assert max((p.high for p in few), default=0) == max((p.high for p in exact), default=0)

    @rule()
    def compare_summaries(self) -> None:
        """Those of each day that is not waiting to be summarised, computed anew the slow way."""
        for table, width in WIDTHS.items():
            found, waiting = summaries(self.duck, table)
            expected: dict[tuple[str, str, int], list[float]] = defaultdict(list)
            for cabinet in IDS[:2]:
                for signal in SIGNALS:
                    for ts, value in self.settled(cabinet, signal).items():
                        expected[cabinet, signal, ts // width * width].append(value)
            expected = {key: v for key, v in expected.items() if (key[0], key[2] // DAY) not in waiting}
            found = {key: v for key, v in found.items() if (key[0], key[2] // DAY) not in waiting}
            assert found == {
                key: (min(v), pytest.approx(sum(v) / len(v), abs=1e-9), max(v), len(v)) for key, v in expected.items()
            }

    def settled(self, cabinet: str, signal: str) -> dict[int, float]:
        """What the file holds of a signal, by time."""
        with self.duck._file.reading() as db:
            wanted = (self.duck._cabinets.number.get(cabinet, -1), self.duck._signals.number.get(signal, -1))
            rows = db.execute(
                "SELECT ts, boot, seq, value FROM odd WHERE cabinet = ? AND signal = ?", wanted
            ).fetchall()
            if signal in known(db):
                query = f"SELECT ts, boot, seq, {signal} FROM settled WHERE cabinet = ? AND {signal} IS NOT NULL"
                rows += db.execute(query, wanted[:1]).fetchall()
        return {ts: value for ts, _, _, value in sorted(rows)}

    def give(self, batch: int, new: list[Line]) -> None:
        self.duck.append(batch, readings(new), IDS, NAMES)
        self.memory.append(batch, readings(new), IDS, NAMES)


def summaries(
    store: DuckSeries, table: str
) -> tuple[dict[tuple[str, str, int], tuple[float, ...]], set[tuple[str, int]]]:
    """Buckets by (cabinet, signal, ts), and the cabinet days that wait."""
    cabinets, signals = list(store._cabinets.number), list(store._signals.number)
    with store._file.reading() as db:
        rows = db.execute(f"SELECT cabinet, signal, ts, low, mean, high, readings FROM {table}").fetchall()
        waiting = db.execute("SELECT cabinet, day FROM unsummarised").fetchall()
    found = {(cabinets[c], signals[s], ts): tuple(rest) for c, s, ts, *rest in rows}
    assert len(found) == len(rows), "no bucket stands twice"
    return found, {(cabinets[c], day) for c, day in waiting}


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)


@pytest.mark.long
class TestManyTwins(Twins.TestCase):
    settings = settings(max_examples=500, stateful_step_count=30, deadline=None)
