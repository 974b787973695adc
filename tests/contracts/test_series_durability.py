"""What the DuckDB store keeps when its process is killed, its disk is full, or its file is not its own."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from telemetry.errors import Unavailable
from telemetry.series import duckdb
from telemetry.series.duckdb import DuckSeries
from telemetry.series.spool import Flushed
from tests.contracts.series_data import FOREVER, IDS, NAMES, line, readings
from tests.contracts.series_writer import LINES, batch_of, held

MEBIBYTE = 1 << 20


def writer(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contracts.series_writer", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed(path: Path, lines: int) -> None:
    """A writer that is killed after it told of so many flushes; until then nobody else may write the file."""
    with writer(path) as child:
        assert child.stdout
        told = [int(line) for line in islice(child.stdout, lines)]
        with pytest.raises(Unavailable):
            DuckSeries(path)
        child.kill()
    store = DuckSeries(path)
    assert store.last_batch() >= told[-1]
    assert held(store) == dict.fromkeys(range(1, store.last_batch() + 1), LINES)
    store.close()


def test_a_killed_process_leaves_whole_batches_up_to_the_last(tmp_path: Path) -> None:
    killed(tmp_path / "series", 10)


@pytest.mark.long
def test_processes_killed_one_after_another_lose_nothing(tmp_path: Path) -> None:
    for lines in range(1, 20):
        killed(tmp_path / "series", lines)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param("1GB", id="the log cannot grow", marks=pytest.mark.long),
        pytest.param("200KB", id="the file cannot grow"),
    ],
)
def test_a_full_disk_refuses_and_keeps_what_waits(tmp_path: Path, log: str) -> None:
    path = tmp_path / "series"
    with writer(path, str(MEBIBYTE), log) as child:
        _, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    store = DuckSeries(path)
    assert held(store) == dict.fromkeys(range(1, store.last_batch() + 1), LINES)
    store.close()


def test_what_was_not_flushed_is_appended_again_after_a_restart(tmp_path: Path) -> None:
    store = DuckSeries(tmp_path / "series")
    for batch in (1, 2):
        store.append(batch, batch_of(batch), IDS, NAMES)
        if batch == 1:
            store.flush()
    store.close()
    store = DuckSeries(tmp_path / "series")
    assert store.last_batch() == 1
    assert held(store) == {1: LINES}
    for batch in (1, 2):
        store.append(batch, batch_of(batch), IDS, NAMES)
    assert store.flush() == 2
    assert held(store) == {1: LINES, 2: LINES}
    assert store.size()[1] >= (tmp_path / "series").stat().st_size > 0
    store.close()


def test_settling_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", LINES)
    store = DuckSeries(tmp_path / "series")
    store.append(1, batch_of(1), IDS, NAMES)
    assert store.flush() == 1
    with store._file.writing() as db:
        db.execute("ALTER TABLE progress RENAME COLUMN readings TO other")
    with pytest.raises(Unavailable):
        store.tend(FOREVER)
    with store._file.writing() as db:
        db.execute("ALTER TABLE progress RENAME COLUMN other TO readings")
    assert (held(store), store.size()[0]) == ({1: LINES}, LINES)
    assert store.tend(FOREVER) == 1
    assert (held(store), store.size()[0]) == ({1: LINES}, LINES)
    store.close()


def test_a_flush_that_was_done_though_it_failed_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DuckSeries(tmp_path / "series")
    store.append(1, batch_of(1), IDS, NAMES)
    append = store._spool.append

    def fails_after(flushed: Flushed) -> None:
        append(flushed)
        raise Unavailable("the answer was lost")

    monkeypatch.setattr(store._spool, "append", fails_after)
    with pytest.raises(Unavailable):
        store.flush()
    monkeypatch.setattr(store._spool, "append", append)
    store.append(2, batch_of(2), IDS, NAMES)
    assert store.flush() == 2
    assert (held(store), store.size()[0]) == ({1: LINES, 2: LINES}, 2 * LINES)
    store.close()
    store = DuckSeries(tmp_path / "series")
    assert (held(store), store.size()[0]) == ({1: LINES, 2: LINES}, 2 * LINES)
    store.close()


def test_settling_that_was_done_though_it_failed_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", LINES)
    store = DuckSeries(tmp_path / "series")
    store.append(1, batch_of(1), IDS, NAMES)
    store.flush()
    with monkeypatch.context() as away:
        away.setattr(store._spool, "drop", lambda _: (_ for _ in ()).throw(Unavailable("away")))
        with pytest.raises(Unavailable):
            store.tend(FOREVER)
    for _ in range(2):
        assert (held(store), store.size()[0]) == ({1: LINES}, LINES)
        store.close()
        store = DuckSeries(tmp_path / "series")
    store.close()


def test_flushing_and_reading_do_not_wait_for_the_file_to_be_written(tmp_path: Path) -> None:
    store = DuckSeries(tmp_path / "series")
    with store._file.writing(), ThreadPoolExecutor(1) as other:
        store.append(1, batch_of(1), IDS, NAMES)
        assert other.submit(store.flush).result(30) == 1
        assert other.submit(held, store).result(30) == {1: LINES}
    store.close()


def test_memory_is_bounded_when_nobody_tends_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", 2 * LINES)
    store = DuckSeries(tmp_path / "series")
    for batch in range(1, 20):
        store.append(batch, batch_of(batch), IDS, NAMES)
        store.flush()
        assert store._unsettled() <= duckdb.UNTENDED * duckdb.SETTLE_ROWS
    assert held(store) == dict.fromkeys(range(1, 20), LINES)
    store.close()


def test_a_read_during_settling_has_no_hole_and_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", LINES)
    store, done = DuckSeries(tmp_path / "series"), Event()

    def look() -> int:
        looks = 0
        while not done.is_set() or not looks:
            before = store.last_batch()
            points = store.read(IDS[0], NAMES[0], 0, FOREVER, FOREVER)
            batches, counts = np.unique([p.mean for p in points], return_counts=True)
            assert set(counts) <= {-(-LINES // 3)}
            assert set(range(1, before + 1)) <= set(batches)
            looks += 1
        return looks

    def tend() -> None:
        while not done.is_set():
            store.tend(FOREVER)

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(look), pool.submit(tend)]
        try:
            for batch in range(1, 16):
                store.append(batch, batch_of(batch), IDS, NAMES)
                store.flush()
        finally:
            done.set()
        looks, _ = [other.result(60) for other in others]
    assert looks
    store.close()


@pytest.mark.parametrize("settled", [0, 8], ids=["in the spool", "in the file"])
def test_names_keep_their_numbers_over_restarts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settled: int) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", 1 if settled else 1000)
    cabinets = tuple(f"C{n}" for n in range(8))
    for batch, cabinet in enumerate(cabinets, 1):
        store = DuckSeries(tmp_path / "series")
        own = [line(batch, float(batch), cabinet=c, signal=f"s{batch % 3}") for c in (cabinet, cabinets[0])]
        store.append(batch, readings(own, cabinets, ("s0", "s1", "s2")), cabinets, ("s0", "s1", "s2"))
        store.flush()
        store.tend(0)
        store.close()
    store = DuckSeries(tmp_path / "series")
    for batch, cabinet in enumerate(cabinets[1:], 2):
        assert [p.ts for p in store.read(cabinet, f"s{batch % 3}", 0, FOREVER, 9)] == [batch]
    assert [p.ts for p in store.read("C0", "s1", 0, FOREVER, 9)] == [1, 4, 7]
    with store._file.reading() as db:
        assert db.execute("SELECT count(*), max(number) FROM cabinets").fetchone() == (
            settled,
            settled - 1 if settled else None,
        )
    store.close()


def test_a_name_that_came_while_others_were_settled_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file then knows it before the spool does; after a restart no later name may be taken for kept already."""
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 1)
    cabinets = ("C1", "C2", "C3", "C4")
    store = DuckSeries(tmp_path / "series")
    for batch, cabinet in enumerate(cabinets, 1):
        store.append(batch, readings([line(1, float(batch), cabinet=cabinet)], cabinets), cabinets, NAMES)
        if batch == 2:
            store.tend(0)
        store.flush()
        if batch > 1:
            store.close()
            store = DuckSeries(tmp_path / "series")
    for batch, cabinet in enumerate(cabinets, 1):
        assert [p.mean for p in store.read(cabinet, "air_c", 0, FOREVER, 9)] == [batch]
    store.close()


def test_settling_that_failed_is_tried_again_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 1)
    store = DuckSeries(tmp_path / "series")
    store.append(1, batch_of(1), IDS, NAMES)
    store.flush()
    with monkeypatch.context() as away:
        away.setattr(duckdb, "settle", lambda *_: (_ for _ in ()).throw(Unavailable("away")))
        with pytest.raises(Unavailable):
            store.tend(0)
    assert store.tend(0) == 1
    with store._file.reading() as db:
        assert duckdb.progress(db).settled == 1
    assert store.tend(0) == 0
    store.close()


def test_settling_keeps_what_is_read_and_how_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", 1)
    store = DuckSeries(tmp_path / "series")
    for batch, boot in enumerate((2, 3, 1), 1):
        store.append(batch, readings([line(ts, float(boot), boot=boot) for ts in (1, 2)]), IDS, NAMES)
        store.flush()
        assert store.tend(0) == 1
    assert store.tend(0) == 0
    assert store.size()[0] == 6
    assert [(p.ts, p.mean) for p in store.read("CAB-A", "air_c", 0, FOREVER, 9)] == [(1, 3.0), (2, 3.0)]
    store.close()


def test_a_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = DuckSeries(tmp_path / "series")
    store.append(1, batch_of(1), IDS, NAMES)
    store.close()
    store.close()
    for use in (store.flush, store.size, lambda: store.read("CAB-A", "air_c", 0, 1, 1), lambda: store.prune(1)):
        with pytest.raises(Unavailable):
            use()


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "series").write_bytes(b"something else entirely" * 1000)
    with pytest.raises(Unavailable):
        DuckSeries(tmp_path / "series")
    with pytest.raises(Unavailable):
        DuckSeries(tmp_path / "no such folder" / "series")
