"""Moving the records: either way, once, whole, and only while nobody uses them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app import migrate_data
from app.home import Home
from app.migrate_data import Place, configured, migrate, move, parse
from app.records import COPYING, open_store
from app.settings import Settings, load
from service.records import RECORDS, postgresql
from service.records.base import Put, RecordStore
from service.records.migrate import open_records
from service.records.tables import metadata
from telemetry.errors import ConfigError, Invalid, OwnedError, Unavailable
from tests.postgres import Postgres

ROWS = [
    Put(
        "sites", {"id": "S1", "name": "西湖", "lat": 30, "lon": 0.1 + 0.2, "contact": {"b": [1, 2.5, None], "a": "\0"}}
    ),
    Put("sites", {"id": "s", "name": "", "version": -(2**31)}),
    Put("sites", {"id": "É"}),
    Put("cabinets", {"id": "C1", "retired": False, "signals": [], "epoch": 2}),
    Put("episodes", {"id": "E1", "kind": "offline", "state": "active", "cabinet": "C1", "onset": 2**53 + 1}),
    *(Put("events", {"id": f"V{n:04d}", "ts": n, "data": {"n": n}}) for n in range(25)),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation on SQLite that has lived for 41 batches."""
    (tmp_path / "var").mkdir()
    store = open_records(tmp_path / "var" / "records.db")
    store.commit(41, ROWS)
    store.close()
    return load({"data": tmp_path / "var"}, None, {})


@pytest.fixture
def url(postgres: Postgres, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    yield postgres.make(tmp_path.name)
    postgres.run(f'DROP DATABASE "{tmp_path.name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate_data, "PAGE", 10)


def quiet(*_: Any) -> None: ...


def contents(place: Place) -> dict[str, list[Any]]:
    store: RecordStore = RECORDS[place.kind](place.where)
    found = {table: store.find(table, limit=1000) for table in metadata.tables}
    store.close()
    return found


def test_there_and_back_is_the_same(settings: Settings, url: str, tmp_path: Path) -> None:
    here, there, back = configured(settings), Place("postgresql", url), Place("sqlite", str(tmp_path / "back" / "r.db"))
    for source, target in ((here, there), (there, back)):
        told: list[int] = []
        done: list[int] = []
        moved = move(source, target, told.append, lambda _, rows: done.append(rows))  # noqa: B023 - called at once
        assert [table.table for table in moved if not table.same] == []
        assert sum(table.rows for table in moved) == len(ROWS) + 1
        assert sum(done) <= told[0] == 3 * (len(ROWS) + 1)
    assert contents(here) == contents(there) == contents(back)
    assert contents(back)["meta"] == [{"key": "batch", "value": "41"}]


def test_what_only_sqlite_keeps_is_written_visibly_and_told(settings: Settings, url: str) -> None:
    store = open_records(settings.data / "records.db")
    sites = metadata.tables["sites"]
    with store._database.writer.begin() as db:  # as an earlier version stored it
        db.execute(update(sites).where(sites.c.id == "s").values(name="a\0b", lat=float("inf")))
    store.close()
    moved = {table.table: table for table in move(configured(settings), Place("postgresql", url), quiet, quiet)}
    assert (moved["sites"].same, moved["sites"].escaped, moved["events"].escaped) == (True, 1, 0)
    (row,) = (r for r in contents(Place("postgresql", url))["sites"] if r["id"] == "s")
    assert (row["name"], row["lat"]) == ("a\\x00b", None)


def test_a_running_product_is_left_alone(
    settings: Settings, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_SESSION", postgresql._SESSION.replace("'5s'", "'200ms'"))
    target = Place("postgresql", url)
    with Home(settings.data).lock(), pytest.raises(OwnedError):
        move(configured(settings), target, quiet, quiet)
    owner = RECORDS["postgresql"](url)
    for source, other in ((configured(settings), target), (target, Place("sqlite", str(tmp_path / "new.db")))):
        with pytest.raises(OwnedError, match="in use by vendwatch"):
            move(source, other, quiet, quiet)
    owner.close()


def test_records_that_are_there_are_not_written_over(settings: Settings, url: str) -> None:
    there = RECORDS["postgresql"](url)
    there.write([Put("sites", {"id": "theirs"})])
    there.close()
    with pytest.raises(Invalid, match=r"already holds records \(sites\)"):
        move(configured(settings), Place("postgresql", url), quiet, quiet)
    assert [row["id"] for row in contents(Place("postgresql", url))["sites"]] == ["theirs"]


def test_a_try_that_broke_off_starts_nothing_and_is_begun_anew(
    settings: Settings, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def breaking(what: str, _: int) -> None:
        if what == "copying events":
            raise Unavailable("power cut")

    for target in (Place("postgresql", url), Place("sqlite", str(tmp_path / "new" / "records.db"))):
        with pytest.raises(Unavailable, match="power cut"):
            move(configured(settings), target, quiet, breaking)
        chosen = {"records": "postgresql", "records_url": url} if target.kind == "postgresql" else {}
        moved_to = load({"data": tmp_path / "new", **chosen}, None, {})
        with pytest.raises(ConfigError, match="not finished"):
            open_store(moved_to, Home(moved_to.data))
        with pytest.raises(Invalid, match="not finished"):
            move(target, Place("sqlite", str(tmp_path / "third.db")), quiet, quiet)
        moved = move(configured(settings), target, quiet, quiet)
        assert all(table.same for table in moved)
        assert contents(target) == contents(configured(settings))
        open_store(moved_to, Home(moved_to.data)).close()


def test_a_difference_is_told_and_keeps_the_target_from_use(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = migrate_data._copy

    def lossy(old: RecordStore, new: RecordStore, table: str, progress: migrate_data.Progress) -> None:
        copy(old, new, table, progress)
        if table == "sites":
            new.write([Put("sites", {"id": "S1", "lat": 30.000001})])

    monkeypatch.setattr(migrate_data, "_copy", lossy)
    place = f"sqlite:{tmp_path / 'new' / 'records.db'}"
    assert not migrate(settings, None, place, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["same"] is False
    assert [t["table"] for t in said["tables"] if not t["same"]] == ["sites"]
    assert not migrate(settings, None, place, as_json=False)
    assert "DIFFERENT" in capsys.readouterr().out
    store = open_records(tmp_path / "new" / "records.db")
    assert store.get("meta", COPYING)
    store.close()


def test_one_json_object_is_printed_and_no_secret(
    settings: Settings, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = url.replace("postgres@", "postgres:s3cret@")
    assert migrate(settings, None, secret, as_json=True)
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["same"] is True
    assert {t["table"]: t["rows"] for t in said["tables"]}["events"] == 25
    assert "s3cret" not in out + err


@pytest.mark.parametrize(
    ("origin", "to", "field"),
    [
        (None, "mysql://x", "to"),
        (None, "records.db", "to"),
        (None, "postgresql://[", "to"),
        (None, "sqlite", "to"),
        ("sqlite:/nowhere/records.db", "sqlite", "from"),
        ("oracle:x", "sqlite", "from"),
    ],
)
def test_a_wrong_place_is_told(settings: Settings, origin: str | None, to: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        migrate(settings, origin, to, as_json=False)
    assert list(told.value.fields) == [field]


def test_the_settings_say_where_records_are(tmp_path: Path) -> None:
    served = load({"data": tmp_path, "records": "postgresql", "records_url": "postgresql://h/d"}, None, {})
    assert configured(served) == Place("postgresql", "postgresql://h/d")
    assert parse("sqlite", "to", served) == Place("sqlite", str(tmp_path / "records.db"))
    with pytest.raises(Invalid):
        configured(load({"records": "memory"}, None, {}))
