"""What the DuckDB store keeps when its process is killed, its disk is full, or its file is not its own."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from telemetry.errors import Unavailable
from telemetry.series import duckdb
from telemetry.series.duckdb import DuckSeries
from tests.contracts.series_data import FOREVER, IDS, NAMES, line, readings
from tests.contracts.series_writer import LINES, batch_of, held

MEBIBYTE = 1 << 20


def writer(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contracts.series_writer", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_killed_process_leaves_whole_batches_up_to_the_last(tmp_path: Path) -> None:
    path, told = tmp_path / "series", 0
    for lines in (1, 15):
        with writer(path) as child:
            assert child.stdout
            for line in islice(child.stdout, lines):
                told = int(line)
            child.kill()
        store = DuckSeries(path)
        assert store.last_batch() >= told
        assert held(store) == dict.fromkeys(range(1, store.last_batch() + 1), LINES)
        store.close()


@pytest.mark.parametrize("log", ["1GB", "200KB"], ids=["the log cannot grow", "the file cannot grow"])
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


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    store = DuckSeries(tmp_path / "series")
    assert store._root
    store._root.execute("DROP TABLE state")
    store.append(1, batch_of(1), IDS, NAMES)
    with pytest.raises(Unavailable):
        store.flush()
    assert (store.last_batch(), store.size()[0]) == (0, LINES)
    assert store.flush() == 1
    assert (held(store), store.size()[0]) == ({1: LINES}, LINES)
    store.close()


def test_names_keep_their_numbers_over_restarts(tmp_path: Path) -> None:
    cabinets = tuple(f"C{n}" for n in range(8))
    for batch, cabinet in enumerate(cabinets, 1):
        store = DuckSeries(tmp_path / "series")
        own = [line(batch, float(batch), cabinet=c, signal=f"s{batch % 3}") for c in (cabinet, cabinets[0])]
        store.append(batch, readings(own, cabinets, ("s0", "s1", "s2")), cabinets, ("s0", "s1", "s2"))
        store.flush()
        store.close()
    store = DuckSeries(tmp_path / "series")
    for batch, cabinet in enumerate(cabinets[1:], 2):
        assert [p.ts for p in store.read(cabinet, f"s{batch % 3}", 0, FOREVER, 9)] == [batch]
    assert [p.ts for p in store.read("C0", "s1", 0, FOREVER, 9)] == [1, 4, 7]
    assert store._root
    assert store._root.execute("SELECT count(*), max(number) FROM cabinets").fetchone() == (8, 7)
    store.close()


def test_settling_keeps_the_highest_and_drops_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "SETTLE_ROWS", 6)
    store = DuckSeries(tmp_path / "series")
    for batch, boot in enumerate((2, 3, 1), 1):
        store.append(batch, readings([line(ts, float(boot), boot=boot) for ts in (1, 2)]), IDS, NAMES)
        store.flush()
    assert store.size()[0] == 2
    store.append(4, readings([line(3, 1.0)]), IDS, NAMES)
    store.flush()
    assert store.size()[0] == 3
    assert [(p.ts, p.mean) for p in store.read("CAB-A", "air_c", 0, FOREVER, 9)] == [(1, 3.0), (2, 3.0), (3, 1.0)]
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


def test_only_one_process_writes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "series"
    with writer(path) as child:
        assert child.stdout
        child.stdout.readline()
        with pytest.raises(Unavailable):
            DuckSeries(path)
        child.kill()
