"""What the DuckDB store answers from summaries, after its readings are gone, and from files of an earlier layout."""

from itertools import pairwise
from pathlib import Path

import duckdb as engine
import pytest

from telemetry.errors import Unavailable
from telemetry.series import chunk, duckdb
from telemetry.series.base import Point, Summaries
from telemetry.series.duckdb import DuckSeries
from telemetry.units import DAY, HOUR, MINUTE
from tests.contracts.series_data import FOREVER, IDS, NAMES, line, readings

TEN = 10 * MINUTE


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DuckSeries:
    """Settles at the next `tend` whatever was flushed."""
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 1)
    return DuckSeries(tmp_path / "series")


def tended(store: DuckSeries) -> None:
    store.flush()
    while store.tend(FOREVER):
        pass


def filled(store: DuckSeries, days: int) -> dict[int, float]:
    """One reading every ten minutes for some days, summarised; what was written."""
    said = {ts: float((ts // TEN * 37) % 101) for ts in range(0, days * DAY, TEN)}
    store.append(store.last_batch() + 1, readings([line(ts, v) for ts, v in said.items()]), IDS, NAMES)
    tended(store)
    return said


@pytest.mark.parametrize(
    ("points", "source"), [(20_000, None), (1000, 2000.0), (500, 2000.0), (100, 1000.0), (30, 1000.0)]
)
def test_the_coarsest_summaries_fine_enough_are_read(store: DuckSeries, points: int, source: float | None) -> None:
    said = filled(store, 8)
    with store._file.writing() as db:  # so that it is seen which were read
        db.execute("UPDATE five SET low = 2000, mean = 2000, high = 2000")
        db.execute("UPDATE hour SET low = 1000, mean = 1000, high = 1000")
    chart = store.read(IDS[0], "air_c", 0, 8 * DAY, points)
    assert len(chart) <= points
    assert {p.high for p in chart} <= ({source} if source else set(said.values()))
    store.close()


def test_days_wanted_in_part_and_late_days_are_read_exactly(store: DuckSeries) -> None:
    filled(store, 8)
    late = 3 * DAY + 7
    store.append(2, readings([line(late, 500.0), line(2 * DAY, -500.0, seq=2)]), IDS, NAMES)
    for settled in (False, True):
        chart = store.read(IDS[0], "air_c", HOUR + 1, 7 * DAY + 3, 50)
        assert (min(p.low for p in chart), max(p.high for p in chart)) == (-500.0, 500.0)
        assert chart[0].ts >= HOUR + 1
        if not settled:
            tended(store)
    assert store.read(IDS[0], "air_c", 2 * DAY, 2 * DAY + 1, 9) == [Point(2 * DAY, -500.0, -500.0, -500.0)]
    store.close()


def test_when_readings_are_gone_their_summaries_answer(store: DuckSeries) -> None:
    said = filled(store, 9)
    assert store.prune(6 * DAY + HOUR, Summaries(3 * DAY + 1, 2 * DAY)) == 6 * DAY // TEN
    assert store.size()[0] == 3 * DAY // TEN
    chart = store.read(IDS[0], "air_c", 0, FOREVER, 10_000)
    spacing = {day: {b.ts - a.ts for a, b in pairwise(chart) if a.ts // DAY == day} for day in range(9)}
    assert [spacing[day] for day in (1, 2, 3, 6)] == [set(), {HOUR}, {TEN}, {TEN}]
    for hours in (HOUR, 5 * HOUR):
        few = store.read(IDS[0], "air_c", 2 * DAY, FOREVER, 7 * DAY // hours)
        kept = [v for ts, v in said.items() if ts >= 2 * DAY]
        assert (min(p.low for p in few), max(p.high for p in few)) == (min(kept), max(kept))
    assert store.prune(6 * DAY + HOUR, Summaries(3 * DAY + 1, 2 * DAY)) == 0
    store.close()


def test_readings_not_yet_summarised_are_not_pruned(store: DuckSeries) -> None:
    said = filled(store, 3)
    store.append(2, readings([line(DAY + 1, 900.0)]), IDS, NAMES)
    store.prune(2 * DAY, Summaries(0, 0))
    assert store.read(IDS[0], "air_c", DAY, DAY + 2, 9)[-1].high == 900.0
    tended(store)
    assert store.prune(2 * DAY, Summaries(0, 0)) == DAY // TEN + 1
    assert max(p.high for p in store.read(IDS[0], "air_c", 0, FOREVER, 10_000)) == 900.0 > max(said.values())
    store.close()


def test_what_comes_later_than_readings_are_kept_spoils_no_summary(store: DuckSeries) -> None:
    said = filled(store, 3)
    store.prune(2 * DAY, Summaries(0, 0))
    store.append(2, readings([line(HOUR, 7.0), line(DAY // 2, 8.0, cabinet=IDS[1])]), IDS, NAMES)
    tended(store)
    store.prune(2 * DAY, Summaries(0, 0))
    tended(store)
    assert max(p.high for p in store.read(IDS[0], "air_c", 0, DAY, 10_000)) == max(
        v for t, v in said.items() if t < DAY
    )
    store.close()


def test_a_signal_that_becomes_known_keeps_its_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 1)
    store = DuckSeries(tmp_path / "series")
    with monkeypatch.context() as earlier:
        earlier.setattr(chunk, "COLUMN", {"air_c": 0})
        store.append(1, readings([line(1, 1.0), line(1, 10.0, signal="light_on")]), IDS, NAMES)
        tended(store)
        store.close()
    store = DuckSeries(tmp_path / "series")
    store.append(2, readings([line(2, 20.0, signal="light_on"), line(1, 30.0, signal="light_on", seq=2)]), IDS, NAMES)
    for _ in range(2):
        assert [p.mean for p in store.read(IDS[0], "light_on", 0, 9, 9)] == [30.0, 20.0]
        tended(store)
    with store._file.reading() as db:
        assert db.execute("SELECT low, high, readings FROM hour ORDER BY high").fetchall() == [(1, 1, 1), (20, 30, 2)]
    store.close()


def test_a_step_reads_no_more_than_it_may(store: DuckSeries, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the day before had few readings of as many cabinets; one cabinet's day is the least."""
    monkeypatch.setattr(duckdb, "STEP_LINES", 20)
    told = [line(day * DAY + n, 1.0, cabinet=c) for c in IDS for day, many in ((0, 5), (1, 12)) for n in range(many)]
    store.append(1, readings([*told, *(line(DAY + n, 2.0, signal="unheard_of") for n in range(9))]), IDS, NAMES)
    store.flush()
    steps = iter(lambda: store.tend(FOREVER), 0)
    assert list(steps) == [1, 3, 1, 1, 1]
    store.close()


FIRST_LAYOUT = """
CREATE TABLE cabinets (number INTEGER, name VARCHAR);
CREATE TABLE signals (number INTEGER, name VARCHAR);
CREATE TABLE readings
    (cabinet INTEGER, signal INTEGER, ts BIGINT, raw_ts BIGINT, value DOUBLE, boot BIGINT, seq BIGINT);
CREATE TABLE fresh (cabinet INTEGER, signal INTEGER, ts BIGINT, raw_ts BIGINT, value DOUBLE, boot BIGINT, seq BIGINT);
CREATE TABLE state (batch BIGINT);
INSERT INTO state VALUES (41);
INSERT INTO cabinets VALUES (1, 'CAB-B'), (0, 'CAB-A');
INSERT INTO signals VALUES (0, 'air_c'), (1, 'own');
INSERT INTO readings VALUES (0, 0, 1000, 1000, 4.5, 1, 1), (0, 1, 1000, 1000, 7, 1, 1), (1, 0, 86400000, 0, 1, 1, 1);
INSERT INTO fresh VALUES (0, 0, 2000, 2000, 5.5, 1, 2), (0, 0, 1000, 1000, 4.75, 1, 9);
"""


def test_a_file_of_the_first_layout_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 1)
    with engine.connect(str(tmp_path / "series")) as db:
        db.execute(FIRST_LAYOUT)
    for start in range(3):
        store = DuckSeries(tmp_path / "series")
        assert (store.last_batch(), store.size()[0]) == (41 + start, 5 + start)
        air = store.read("CAB-A", "air_c", 0, FOREVER, 99)
        assert [(p.ts, p.mean) for p in air] == [(1000, 4.75), (2000, 5.5), *((3000 + n, 6.0) for n in range(start))]
        assert [p.mean for p in store.read("CAB-A", "own", 0, FOREVER, 99)] == [7]
        assert [p.mean for p in store.read("CAB-B", "air_c", 0, FOREVER, 99)] == [1]
        store.append(42 + start, readings([line(3000 + start, 6.0)]), IDS, NAMES)
        tended(store)
        store.close()
    with engine.connect(str(tmp_path / "series")) as db:
        assert db.execute("SELECT cabinet, signal, low, high, readings FROM hour ORDER BY ALL").fetchall() == [
            (0, 0, 4.75, 6, 5), (0, 1, 7, 7, 1), (1, 0, 1, 1, 1),
        ]  # fmt: skip


def test_a_file_that_could_not_be_brought_forward_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "series"
    with engine.connect(str(path)) as db:
        db.execute(FIRST_LAYOUT + "DROP TABLE fresh;")
    with pytest.raises(Unavailable):
        DuckSeries(path)
    with engine.connect(str(path)) as db:
        assert db.execute("SELECT count(*) FROM readings").fetchone() == (3,)
