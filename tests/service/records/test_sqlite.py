"""What is particular to the record store in a SQLite file: who may write, and what happens when it cannot."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from service.records import sqlite
from service.records.base import Put
from service.records.migrate import open_records
from service.records.sql import SqlRecords
from telemetry.errors import Invalid, Unavailable

COMMIT_FOR_EVER = """
import sys
from pathlib import Path
from service.records.base import Put
from service.records.migrate import open_records

store = open_records(Path(sys.argv[1]))
while True:
    batch = store.last_batch() + 1
    store.commit(batch, [Put("sites", {"id": f"{batch}-{n}", "version": batch}) for n in range(50)])
    print(batch, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records # 100%?.sqlite"


@pytest.fixture
def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlRecords]:
    monkeypatch.setattr(sqlite, "_BUSY_S", 0.05)
    opened = open_records(path)
    yield opened
    opened.close()


def site(n: int, name: str = "x") -> Put:
    return Put("sites", {"id": f"S{n}", "name": name})


def test_the_file_is_the_one_named_and_keeps_a_log(store: SqlRecords, path: Path) -> None:
    store.commit(1, [site(1)])
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("SELECT value FROM meta WHERE key = 'batch'").fetchone() == ("1",)
    with store._database.writer.connect() as writer:
        assert writer.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def test_readers_cannot_write(store: SqlRecords) -> None:
    with store._database.reader.connect() as reader, pytest.raises(OperationalError, match="readonly"):
        reader.exec_driver_sql("DELETE FROM sites")


def test_closing_writes_the_log_back(store: SqlRecords, path: Path) -> None:
    store.commit(1, [site(n) for n in range(500)])
    assert store.count("sites") == 500
    store.close()
    assert [f.name for f in path.parent.iterdir()] == [path.name]


def test_a_lock_held_by_another_is_unavailable_and_the_batch_may_come_again(store: SqlRecords, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            store.commit(1, [site(1)])
        assert store.count("sites") == 0
    assert store.commit(1, [site(1)])


def test_a_full_disk_refuses_whole_batches_and_goes_on_when_there_is_room(store: SqlRecords) -> None:
    with store._database.writer.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")

    def fill(batch: int) -> None:
        store.commit(batch, [site(batch * 5 + n, "long" * 500) for n in range(5)])

    with pytest.raises(Unavailable, match="full"):
        list(map(fill, count(1)))
    batch = store.last_batch()
    assert batch > 0
    assert store.count("sites") == batch * 5
    with store._database.writer.connect() as db:
        db.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert store.commit(batch + 1, [site(-1)])


def test_a_killed_process_leaves_whole_batches_up_to_the_last(path: Path) -> None:
    command = [sys.executable, "-c", COMMIT_FOR_EVER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        told = max(int(child.stdout.readline()) for _ in range(40))
        child.kill()
    store = open_records(path)
    assert store.last_batch() >= told
    assert store.count("sites") == 50 * store.last_batch()
    store.close()


def test_what_no_column_can_hold_is_invalid(store: SqlRecords) -> None:
    for row in ({"id": "S1", "version": 2**63}, {"id": "S1", "name": "\ud800"}):
        with pytest.raises(Invalid):
            store.commit(1, [Put("sites", row)])
    assert store.last_batch() == store.count("sites") == 0


@pytest.mark.parametrize("content", [b"no database at all " * 300, None], ids=["foreign file", "no folder"])
def test_what_cannot_be_opened_is_unavailable(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "sub" / "records.sqlite"
    if content:
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(Unavailable):
        open_records(path)
