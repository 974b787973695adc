"""What every series store promises, asked of each that is registered."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telemetry.errors import Invalid
from telemetry.series import SERIES, SERVERS
from telemetry.series.base import Point, SeriesStore
from telemetry.series.memory import MemorySeries
from tests.contracts.series_data import FOREVER, IDS, NAMES, Line, line, readings
from tests.contracts.series_servers import at_once

STORES = ("duckdb", "memory", "influxdb", "victoriametrics")
SERVER = {"influxdb": "influx", "victoriametrics": "victoria"}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SeriesStore]:
    if request.param in SERVERS:
        opened = at_once(request.getfixturevalue(SERVER[request.param]), tmp_path / "series")
    else:
        opened = SERIES[request.param](tmp_path / "series")
    yield opened
    opened.close()


def append(store: SeriesStore, batch: int, *lines: Line) -> None:
    store.append(batch, readings(lines), IDS, NAMES)


def values(store: SeriesStore, cabinet: str = "CAB-A", signal: str = "air_c") -> list[tuple[int, float]]:
    return [(p.ts, p.mean) for p in store.read(cabinet, signal, 0, FOREVER, 10_000)]


def test_every_registered_store_runs_in_this_suite() -> None:
    assert set(STORES) == {*SERIES, *SERVERS}


def test_an_empty_store_knows_nothing(store: SeriesStore) -> None:
    assert store.last_batch() == store.flush() == 0
    assert store.read("CAB-A", "air_c", 0, FOREVER, 10) == []
    assert store.size()[0] == store.prune(FOREVER) == 0


def test_what_is_appended_is_read_at_once_and_durable_after_the_flush(store: SeriesStore) -> None:
    append(store, 3, line(1000, 4.5))
    assert values(store) == [(1000, 4.5)]
    assert store.last_batch() == 0
    assert store.flush() == store.last_batch() == 3
    append(store, 5, line(2000, 5.5))
    assert values(store) == [(1000, 4.5), (2000, 5.5)]
    assert store.last_batch() == 3
    assert store.size()[0] == 2


def test_each_cabinet_and_signal_is_a_series_of_its_own(store: SeriesStore) -> None:
    append(store, 1, line(1, 1.0), line(1, 2.0, cabinet="CAB-B"), line(1, 3.0, signal="unheard_of"))
    assert values(store) == [(1, 1.0)]
    assert values(store, "CAB-B") == [(1, 2.0)]
    assert values(store, "CAB-A", "unheard_of") == [(1, 3.0)]
    assert values(store, "CAB-B", "door_open") == values(store, "CAB-Z") == values(store, "CAB-A", "x") == []


def test_the_start_is_in_and_the_end_is_out(store: SeriesStore) -> None:
    append(store, 1, *(line(ts, float(ts)) for ts in (10, 20, 30)))
    for _ in range(2):
        assert [p.ts for p in store.read("CAB-A", "air_c", 10, 30, 10)] == [10, 20]
        assert store.read("CAB-A", "air_c", 30, 30, 10) == store.read("CAB-A", "air_c", 30, 10, 10) == []
        assert len(store.read("CAB-A", "air_c", -(10**50), 10**50, 10)) == 3
        store.flush()


@pytest.mark.parametrize("between", [False, True], ids=["one flush", "a flush between"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_highest_boot_and_seq_wins_in_any_order(store: SeriesStore, order: tuple[int, ...], between: bool) -> None:
    said = (line(1, 9.0, boot=1, seq=900), line(1, 5.0, boot=2, seq=1), line(1, 7.0, boot=2, seq=2))
    for batch, which in enumerate(order, 1):
        append(store, batch, said[which])
        if between:
            store.flush()
    assert values(store) == [(1, 7.0)]
    store.flush()
    assert values(store) == [(1, 7.0)]


def test_a_batch_counts_once_however_often_it_is_retried(store: SeriesStore) -> None:
    append(store, 4, line(1, 1.0), line(2, 2.0))
    append(store, 4, line(1, 1.0), line(2, 2.0))
    append(store, 4, line(1, 9.0, boot=9))
    assert store.size()[0] == 2
    store.flush()
    append(store, 4, line(3, 3.0))
    append(store, 2, line(4, 4.0))
    assert store.flush() == 4
    assert values(store) == [(1, 1.0), (2, 2.0)]
    assert store.size()[0] == 2


def test_a_batch_without_readings_is_decided_too(store: SeriesStore) -> None:
    append(store, 6)
    assert store.flush() == 6


def test_rows_of_the_fleet_may_change_between_runs(store: SeriesStore) -> None:
    append(store, 1, line(1, 1.0), line(1, 2.0, cabinet="CAB-B"))
    turned = tuple(reversed(IDS)), tuple(reversed(NAMES))
    store.append(2, readings([line(2, 3.0), line(2, 4.0, cabinet="CAB-C")], *turned), *turned)
    store.flush()
    assert values(store) == [(1, 1.0), (2, 3.0)]
    assert values(store, "CAB-B") == [(1, 2.0)]
    assert values(store, "CAB-C") == [(2, 4.0)]


def test_the_caller_may_use_its_columns_again(store: SeriesStore) -> None:
    columns = readings([line(1, 1.0)])
    store.append(1, columns, IDS, NAMES)
    columns.values[:] = columns.ts[:] = columns.row[:] = 2
    assert values(store) == [(1, 1.0)]


def test_few_readings_are_points_of_their_own(store: SeriesStore) -> None:
    append(store, 1, *(line(ts, ts / 10) for ts in (5, 1, 9)))
    assert store.read("CAB-A", "air_c", 0, 100, 3) == [Point(t, t / 10, t / 10, t / 10) for t in (1, 5, 9)]
    assert len(store.read("CAB-A", "air_c", 0, 100, 2)) == 2


def test_no_points_can_be_asked_for(store: SeriesStore) -> None:
    with pytest.raises(Invalid, match="points"):
        store.read("CAB-A", "air_c", 0, 100, 0)


series = st.dictionaries(st.integers(0, 10**12), st.floats(allow_nan=False, allow_infinity=False), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=series, points=st.integers(1, 50))
def test_buckets_keep_the_extremes(data: dict[int, float], points: int) -> None:
    store = MemorySeries()
    append(store, 1, *(line(ts, value) for ts, value in data.items()))
    chart = store.read("CAB-A", "air_c", 0, FOREVER, points)
    assert len(chart) <= points or chart == [Point(t, v, v, v) for t, v in sorted(data.items())]
    starts = [p.ts for p in chart]
    assert starts == sorted(set(starts))
    assert starts[0] == min(data)
    for p, end in zip(chart, [*starts[1:], FOREVER], strict=True):
        part = [v for t, v in data.items() if p.ts <= t < end]
        assert (p.low, p.high) == (min(part), max(part))
        largest = max(abs(p.low), abs(p.high))  # values that cancel each other leave what rounding left of them
        assert p.mean == pytest.approx(sum(v / len(part) for v in part), rel=1e-9, abs=max(1e-12 * largest, 1e-300))


def test_buckets_are_of_equal_width(store: SeriesStore) -> None:
    append(store, 1, *(line(1_000 + ts, float(ts % 7)) for ts in range(100)))
    chart = store.read("CAB-A", "air_c", 0, FOREVER, 10)
    assert [p.ts for p in chart] == list(range(1_000, 1_100, 10))
    assert {(p.low, p.high) for p in chart} == {(0.0, 6.0)}


@pytest.mark.parametrize("store", [s for s in STORES if s != "victoriametrics"], indirect=True)
def test_prune_deletes_what_is_older_wherever_it_is(store: SeriesStore) -> None:
    append(store, 1, line(10, 1.0), line(20, 2.0))
    store.flush()
    append(store, 2, line(15, 3.0), line(25, 4.0))
    assert store.prune(20) == 2
    assert values(store) == [(20, 2.0), (25, 4.0)]
    assert store.size()[0] == 2
    append(store, 3, line(5, 5.0))
    assert values(store)[0] == (5, 5.0)


def test_threads_read_while_one_writes(store: SeriesStore) -> None:
    append(store, 1, line(1, 1.0))
    done = 1

    def watch() -> int:
        looks = 0
        while done < 60:
            before = done
            seen = [p.ts for p in store.read("CAB-A", "air_c", 0, FOREVER, 1000)]
            assert seen == list(range(1, len(seen) + 1))
            assert len(seen) >= before
            looks += 1
        return looks

    with ThreadPoolExecutor(3) as pool:
        watchers = [pool.submit(watch) for _ in range(3)]
        for batch in range(2, 61):
            append(store, batch, line(batch, 1.0, seq=batch))
            if batch % 3:
                store.flush()
            done = batch
        assert all(w.result(30) for w in watchers)
