"""Backups: of one moment while others write, refused rather than half, put back only when every hash is right."""

import asyncio
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.backup import copies, making, manifest
from app.backup.command import back_up, put_back
from app.backup.making import Source, make
from app.backup.manifest import Manifest, Reach
from app.backup.restoring import restore
from app.backup.schedule import LATE, Backups
from app.home import Home
from app.settings import Settings, load
from gateway.snapshot import Snapshots
from gateway.writer import Hold
from service.model import Action, Answer
from service.records.base import Put
from service.records.migrate import open_records
from telemetry.errors import Conflict, Invalid, OwnedError, Unavailable
from telemetry.journal import Entry, SqliteJournal
from telemetry.series import duckdb
from telemetry.series.duckdb import DuckSeries
from telemetry.units import HOUR
from tests.contracts.series_data import IDS, NAMES, readings

PASSED = 2**62


class Life:
    """A data directory, and what a running product writes into it, entry by entry."""

    def __init__(self, folder: Path) -> None:
        self.settings = load({"data": folder}, None, {})
        home = Home(folder)
        home.secret(), home.keys(), home.instance()
        self.journal, self.records = SqliteJournal(folder / "journal.db"), open_records(folder / "records.db")
        self.series, self.snapshots = DuckSeries(folder / "series.duckdb"), Snapshots(folder / "snapshots")
        (folder / "attachments" / "ab").mkdir(parents=True)
        (folder / "attachments" / "ab" / "abcd").write_bytes(b"photo")
        self.number, self.hold = 0, Hold()

    def go_on(self) -> None:
        self.number = n = self.number + 1
        self.journal.append(Entry(number=n, now=n, real=n))
        self.series.append(n, readings([(IDS[0], NAMES[0], n, float(n), 1, n)]), IDS, NAMES)
        self.records.commit(n, [Put("sites", {"id": f"S{n}"})])
        self.series.flush()
        if n % 4 == 0:
            self.snapshots.save(n, {"n": b"%d" % n})
            if not self.hold.journal:
                self.journal.trim(self.snapshots.oldest_number())
        if n % 7 == 0:
            self.series.tend(0)

    def close(self) -> None:
        for store in (self.journal, self.records, self.series):
            store.close()

    def source(self) -> Source:
        return Source(self.settings, self.settings.data, self.hold, lambda: 0)


@contextmanager
def writing(life: Life) -> Iterator[None]:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            life.go_on()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    monkeypatch.setattr(duckdb, "SETTLE_FLUSHES", 5)  # so that readings move while they are copied
    made = Life(tmp_path / "var")
    for _ in range(12):
        made.go_on()
    yield made
    made.close()


def quiet(*_: Any) -> None: ...


def held(folder: Path) -> tuple[list[int], int, list[int], int]:
    """What the stores of a directory hold: entries, the records' last batch, readings, the series' last batch."""
    journal, records = SqliteJournal(folder / "journal.db"), open_records(folder / "records.db")
    series = DuckSeries(folder / "series.duckdb")
    try:
        points = series.read(IDS[0], NAMES[0], 0, PASSED, 100_000)
        assert records.count("sites") == records.last_batch()
        return [e.number for e in journal.read(0)], records.last_batch(), [p.ts for p in points], series.last_batch()
    finally:
        for store in (journal, records, series):
            store.close()


def test_while_others_write_every_part_is_of_one_moment_and_the_journal_is_ahead(life: Life, tmp_path: Path) -> None:
    before = life.number
    with writing(life):
        made = make(life.source(), tmp_path / "kept", quiet)
    assert not life.hold.journal
    assert restore(tmp_path / "kept", tmp_path / "again", quiet) == made
    entries, records, stored, series = held(tmp_path / "again")
    assert stored == list(range(1, series + 1))
    assert before <= records
    assert before <= series <= entries[-1]
    assert records <= entries[-1]
    number, _ = Snapshots(tmp_path / "again" / "snapshots").newest(min(records, series)) or (0, {})
    assert entries[entries.index(number + 1) :] == list(range(number + 1, entries[-1] + 1))
    assert (tmp_path / "again" / "attachments" / "ab" / "abcd").read_bytes() == b"photo"
    assert Home(tmp_path / "again").secret() == Home(life.settings.data).secret()
    assert made.counts["sites"] == records


@pytest.mark.parametrize("name", ["kept", "kept.tar.gz"])
def test_all_of_it_is_for_its_owner_alone(life: Life, tmp_path: Path, name: str) -> None:
    make(life.source(), tmp_path / name, quiet)
    restore(tmp_path / name, tmp_path / "again", quiet)
    for top in (tmp_path / name, tmp_path / "again"):
        for path in (top, *top.rglob("*")):
            if path.name != "lock":
                assert path.stat().st_mode & 0o077 == 0, path


def test_nothing_is_written_over_and_nothing_is_left_of_what_fails(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").touch()
    for place in ("taken", "nowhere/kept", "var/kept"):
        with pytest.raises(Invalid) as refused:
            make(life.source(), tmp_path / place, quiet)
        assert list(refused.value.fields) == ["to"]

    def fails(*_: Any) -> None:
        raise Unavailable("the disk is gone")

    monkeypatch.setattr(copies, "readings", fails)
    with pytest.raises(Unavailable):
        make(life.source(), tmp_path / "kept", quiet)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["taken", "var"]
    assert life.hold == Hold()


def test_a_disk_without_room_is_refused_before_anything_is_written(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(Unavailable, match="MiB free"):
        make(life.source(), tmp_path / "kept", quiet)
    assert [p.name for p in tmp_path.iterdir()] == ["var"]


@pytest.mark.parametrize("harm", ["changed", "missing", "cut"])
def test_a_damaged_backup_is_named_and_leaves_an_empty_directory(life: Life, tmp_path: Path, harm: str) -> None:
    make(life.source(), tmp_path / "kept", quiet)
    path = tmp_path / "kept" / "journal.db"
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if harm == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Invalid, match=r"journal\.db"):
        restore(tmp_path / "kept", tmp_path / "again", quiet)
    assert [p.name for p in (tmp_path / "again").iterdir()] == ["lock"]


def test_a_torn_archive_a_foreign_file_and_a_full_directory_are_refused(life: Life, tmp_path: Path) -> None:
    make(life.source(), kept := tmp_path / "kept.tar.gz", quiet)
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes(kept.read_bytes()[:-100])
    (tmp_path / "page.txt").write_text("no backup")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    page, absent = tmp_path / "page.txt", tmp_path / "no"
    for origin, data, field in ((torn, "a", "from"), (page, "b", "from"), (absent, "c", "from"),
                                (life.settings.data, "d", "from"), (kept, "full", "data")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            restore(origin, tmp_path / data, quiet)
        assert list(refused.value.fields) == [field]
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["something"]


def test_a_manifest_reaches_nothing_outside(tmp_path: Path) -> None:
    found = Manifest(
        format=1, version="1", instance="i", made="", records="sqlite", series="duckdb",
        reach=Reach((0, 0), 0, 0, []), counts={}, files=[manifest.File("../secret", 1, "")],
    )  # fmt: skip
    manifest.write(tmp_path, found)
    with pytest.raises(Invalid, match="outside"):
        manifest.read(tmp_path)


REACHES: list[tuple[bool, Reach]] = [
    (True, Reach((1, 9), 9, 9, [])),
    (True, Reach((4, 9), 8, 7, [3, 6])),
    (True, Reach((4, 9), 8, None, [3])),
    (True, Reach((0, 0), 0, 0, [])),
    (False, Reach((1, 9), 10, 9, [])),  # the records are ahead of the journal
    (False, Reach((1, 9), 9, 10, [])),
    (False, Reach((5, 9), 9, 9, [3])),  # a hole between snapshot and journal
    (False, Reach((5, 9), 9, 5, [6])),  # the snapshot is ahead of a store
    (False, Reach((2, 9), 9, 9, [])),
]


@pytest.mark.parametrize(("fits", "reach"), REACHES)
def test_parts_that_no_start_could_go_on_from_are_no_backup(fits: bool, reach: Reach) -> None:
    if fits:
        making._fits(reach, None)
    else:
        with pytest.raises(Unavailable, match="do not fit"):
            making._fits(reach, None)


def test_a_directory_at_rest_is_copied_by_the_command_and_put_back(
    life: Life, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life.close()
    with Home(life.settings.data).lock():
        (life.settings.data / "run.json").unlink(missing_ok=True)
        with pytest.raises(Unavailable):  # somebody owns it and does not answer
            back_up(life.settings, tmp_path / "kept")
    back_up(life.settings, tmp_path / "kept")
    put_back(tmp_path / "kept", tmp_path / "again")
    assert held(tmp_path / "again") == held(life.settings.data)
    assert "backup_restore" in capsys.readouterr().out
    with Home(tmp_path / "owned").lock(), pytest.raises(OwnedError):
        restore(tmp_path / "kept", tmp_path / "owned", quiet)


def test_without_pg_dump_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pg_dump"):
        copies.dump("postgresql://u:p@h/d", tmp_path / "x")


def test_the_password_of_the_database_is_in_no_list_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\necho "$PGPASSWORD" > {tmp_path}/secret\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    copies.dump("postgresql://me:hush@h:5/d", tmp_path / "x")
    assert "hush" not in (tmp_path / "said").read_text()
    assert (tmp_path / "secret").read_text() == "hush\n"


class Hours:
    """A schedule whose hours pass when the test says so; notices are kept."""

    def __init__(self, life: Life, folder: Path, **more: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.real, self.told = 0, list[Action]()
        settings: Settings = load({"data": life.settings.data, "backup_dir": folder, **more}, None, {})
        source = life.source()._replace(settings=settings)
        self.backups = Backups(source, Home(life.settings.data).instance(), lambda: self.real, self.submit)

    async def submit(self, action: Action) -> Answer:
        self.told.append(action)
        return Answer(status="ok")


def turns(monkeypatch: pytest.MonkeyPatch, hours: Hours, *steps: Callable[[], None]) -> None:
    """Run the schedule; between two looks, do the next step; after the last one it ends."""
    left = iter(steps)

    async def sleep(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise asyncio.CancelledError
        step()

    monkeypatch.setattr("app.backup.schedule.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(hours.backups.run())


@pytest.fixture
def hours(life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(life, tmp_path / "kept", backup_every=24, backup_keep=2)
    made.real = 1_790_000_000_000
    monkeypatch.setattr(making, "real_ms", lambda: made.real)
    return made


def test_one_is_made_at_once_then_each_period_and_only_the_newest_stay(
    hours: Hours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept" / "vendwatch-of-somebody-elseZ").mkdir()
    ours = Home(hours.backups._source.root).instance()
    (tmp_path / "kept" / f".vendwatch-20260101T000000Z.{ours}-ab12.part").mkdir()
    under_way = tmp_path / "kept" / ".vendwatch-20260101T000000Z.another-ab12.part"
    under_way.mkdir()
    seen: list[list[str]] = []

    def look(passed: float) -> Callable[[], None]:
        def step() -> None:
            seen.append(sorted(p.name for p in (tmp_path / "kept").glob("vendwatch-2*")))
            hours.real += int(passed * HOUR)

        return step

    turns(monkeypatch, hours, look(23), look(1), look(24), look(0), look(0))
    assert [len(names) for names in seen] == [1, 1, 2, 2, 2]
    assert [a < b for a, b in itertools.pairwise(seen)] == [False, True, True, False]
    assert (tmp_path / "kept" / "vendwatch-of-somebody-elseZ").is_dir()
    assert list((tmp_path / "kept").glob(".*")) == [under_way], "another installation's is none of ours"
    assert not hours.told


def test_operators_are_told_when_none_was_made_for_two_periods_and_once_a_day(
    hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise Unavailable("no room")

    def later() -> None:
        monkeypatch.setattr("app.backup.schedule.make", fails)
        hours.real += LATE * hours.backups.every

    def hour() -> None:
        hours.real += HOUR

    turns(monkeypatch, hours, later, lambda: None, hour, lambda: None)
    assert [a.name for a in hours.told] == ["backup.overdue"] * len(hours.told)
    assert len({a.id for a in hours.told}) == 1  # the inbox answers the same id once
    assert hours.told[-1].body["error"] == "no room"
    assert hours.told[-1].body["since"] == hours.real - LATE * hours.backups.every - HOUR
    assert hours.backups.state()["overdue"]


def test_the_first_one_that_fails_is_told(hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise Invalid({"to": "read-only"})

    monkeypatch.setattr("app.backup.schedule.make", fails)
    turns(monkeypatch, hours)
    assert [(a.body["since"], a.body["error"]) for a in hours.told] == [(None, "to: read-only")]


def test_one_at_a_time_and_none_without_a_place(life: Life, hours: Hours) -> None:
    async def twice() -> None:
        state = await hours.backups.ask(None)
        assert state["running"]["doing"] == "opening"
        with pytest.raises(Conflict) as refused:
            await hours.backups.ask(Path(state["running"]["to"]).with_name("other"))
        assert refused.value.guard == "backup_running"
        await asyncio.gather(*hours.backups._asked)

    asyncio.run(twice())
    last = hours.backups.state()["last"]
    assert (last["error"], last["bytes"] > 0) == (None, True)
    bare = Backups(life.source(), "i", lambda: 0, hours.submit)
    with pytest.raises(Conflict) as refused:
        asyncio.run(bare.ask(None))
    assert (refused.value.guard, refused.value.missing) == ("backup_dir", ["backup_dir"])
