"""One suite for both journals, and what only the one on disk promises."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.clock import Moment
from telemetry.errors import Unavailable
from telemetry.journal import Blind, Entry, MemoryJournal, SqliteJournal


@pytest.fixture(params=["memory", "sqlite"])
def journal(request, tmp_path):
    made = MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "journal.db")
    yield made
    made.close()


def entry(number, **more):
    return Entry(number=number, now=number * 10, real=number, **more)


FULL = entry(
    3,
    tick=True,
    messages=[("cabinets/A1/up/event", b"\x00\xff{}"), ("x", b"")],
    deferred=[("A1", 4)],
    calm=["A2"],
    actions=[b"\x01"],
    blinds=[Blind("broker", Moment(1, 2), Moment(3, 4)), Blind("gateway", Moment(5, 6))],
)


def test_what_is_appended_is_read_back_in_order_and_whole(journal):
    entries = [entry(1), entry(2, messages=[("t", b"p")]), FULL, entry(7)]
    for e in entries:
        journal.append(e)
    assert list(journal.read(0)) == entries
    assert list(journal.read(2)) == entries[2:]
    assert list(journal.read(7)) == []
    assert journal.last() == entries[-1]
    assert entries[2].moment == Moment(30, 3)


def test_an_empty_journal_is_empty(journal):
    assert journal.last() is None
    assert list(journal.read(0)) == []
    assert journal.trim(10) == 0


def test_a_retry_changes_nothing(journal):
    journal.append(entry(1, messages=[("t", b"first")]))
    journal.append(entry(1, messages=[("t", b"first")]))
    assert list(journal.read(0)) == [entry(1, messages=[("t", b"first")])]


@given(count=st.integers(0, 12), upto=st.integers(-1, 15))
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_trimming_deletes_the_old_but_never_the_newest(kind, tmp_path_factory, count, upto):
    journal = MemoryJournal() if kind == "memory" else SqliteJournal(tmp_path_factory.mktemp("j") / "journal.db")
    for n in range(1, count + 1):
        journal.append(entry(n))
    kept = [n for n in range(1, count + 1) if n > upto or n == count]
    assert journal.trim(upto) == count - len(kept)
    assert [e.number for e in journal.read(0)] == kept
    journal.close()


def test_reading_goes_on_while_it_is_written(journal):
    journal.append(entry(1))
    reading = journal.read(0)
    assert next(reading).number == 1
    journal.append(entry(2))
    list(reading)
    assert journal.last().number == 2
    assert journal.size() > 0


WRITER = """
import sys
from pathlib import Path
from pathlib import Path
from telemetry.journal import Entry, SqliteJournal
journal = SqliteJournal(Path(sys.argv[1]))
for n in range(1, 1_000_000):
    journal.append(Entry(number=n, now=n, real=n, messages=[("t", b"x" * (n % 3000))]))
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 300])
def test_sigkill_in_the_middle_of_appends_loses_nothing_that_was_returned(tmp_path, after):
    path = tmp_path / "journal.db"
    child = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, cwd=Path.cwd())
    with child, child.stdout:
        returned = 0
        for line in child.stdout:
            returned = int(line)
            if returned >= after:
                break
        child.send_signal(signal.SIGKILL)
        returned = max([returned, *(int(n) for n in child.stdout.read().split())])
    journal = SqliteJournal(path)
    numbers = [e.number for e in journal.read(0)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= returned
    assert all(len(e.messages[0][1]) == e.number % 3000 for e in journal.read(0))
    journal.append(entry(len(numbers) + 1))
    journal.close()


def test_no_room_is_unavailable_loses_nothing_and_passes(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.append(entry(1))
    journal._db.execute("PRAGMA max_page_count=3")
    with pytest.raises(Unavailable, match=r"journal\.db.*full"):
        journal.append(entry(2, messages=[("t", b"x" * 100_000)]))
    journal._db.execute("PRAGMA max_page_count=100000")
    journal.append(entry(2, messages=[("t", b"x" * 100_000)]))
    assert [e.number for e in journal.read(0)] == [1, 2]
    journal.close()


def test_a_locked_file_is_unavailable_for_writing_and_trimming(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.append(entry(1))
    journal._db.execute("PRAGMA busy_timeout=0")
    with sqlite3.connect(tmp_path / "journal.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            journal.append(entry(2))
        with pytest.raises(Unavailable):
            journal.trim(1)
        other.execute("ROLLBACK")
    other.close()
    journal.append(entry(2))
    journal.close()


def test_every_append_is_synced_to_the_disk(tmp_path):
    """What a power cut does cannot be tried here; that SQLite was told to sync each commit can be asked."""
    journal = SqliteJournal(tmp_path / "journal.db")
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()
