"""What every record store promises, asked of each that is registered."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from service.records import RECORDS
from service.records.base import Change, Drop, Put, RecordStore, Where
from service.records.migrate import open_postgresql
from service.records.sql import SqlRecords
from service.records.tables import metadata
from telemetry.errors import Conflict, Invalid
from tests.postgres import Postgres, emptied

STORES = ("sqlite", "postgresql", "memory")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has its schema already, as a restart finds it: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "records.sqlite"
    RECORDS["sqlite"](str(path)).close()
    return path


@pytest.fixture(scope="module")
def served(postgres: Postgres) -> Iterator[SqlRecords]:
    """A store on a server, opened once for all tests."""
    opened = open_postgresql(postgres.make("contract"))
    yield opened
    opened.close()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, empty: Path) -> Iterator[RecordStore]:
    if request.param == "postgresql":
        yield emptied(request.getfixturevalue("served"))
    else:
        opened = RECORDS[request.param](str(shutil.copy(empty, tmp_path)))
        yield opened
        opened.close()


def episode(key: str, state: str = "active", cabinet: str | None = "C1", **more: Any) -> Put:
    return Put("episodes", {"id": key, "kind": "offline", "state": state, "cabinet": cabinet, **more})


def ids(store: RecordStore, table: str, *where: Where, order: tuple[str, ...] = ()) -> list[str]:
    return [row["id"] for row in store.find(table, where, order)]


def test_every_registered_store_runs_in_this_suite() -> None:
    assert set(STORES) == set(RECORDS)


def test_an_empty_store_knows_nothing(store: RecordStore) -> None:
    assert store.last_batch() == 0
    for table in metadata.tables:
        assert store.find(table) == []
        assert store.count(table) == 0
    assert store.get("tickets", "T1") is None


def test_a_put_gives_a_whole_row_and_later_changes_only_what_it_names(store: RecordStore) -> None:
    store.write([Put("technicians", {"id": "W1", "name": "王伟", "zones": ["hz"], "active": True, "lat": 30})])
    store.write([Put("technicians", {"id": "W1", "active": False}), Put("technicians", {"id": "W1", "phone": "1"})])
    row = store.get("technicians", "W1")
    assert row is not None
    assert set(row) == set(metadata.tables["technicians"].columns.keys())
    assert (row["name"], row["zones"], row["active"], row["lat"]) == ("王伟", ["hz"], False, 30.0)
    assert (row["phone"], row["skills"]) == ("1", None)


@pytest.mark.parametrize("value", [None, {}, [], 0, False, "", "null", {"a": [1, 2.5, None, {"温": "℃"}]}, [[1, 2, 3]]])
def test_json_comes_back_as_it_was(store: RecordStore, value: Any) -> None:
    store.write([Put("sites", {"id": "S1", "contact": value})])
    row = store.get("sites", "S1")
    assert row is not None
    assert row["contact"] == value
    assert type(row["contact"]) is type(value)
    assert store.count("sites", [Where("contact", "null")]) == (value is None)
    assert store.count("sites", [Where("contact", "notnull")]) == (value is not None)


def test_rows_are_copies(store: RecordStore) -> None:
    mine = {"id": "S1", "contact": {"phones": ["1"]}}
    store.write([Put("sites", mine)])
    mine["contact"]["phones"].append("2")  # type: ignore[index]  # a dict, as written two lines above
    store.find("sites")[0]["contact"]["phones"].append("3")
    store.find("sites")[0]["name"] = "gone"
    row = store.get("sites", "S1")
    assert row is not None
    assert (row["contact"], row["name"]) == ({"phones": ["1"]}, None)


def test_a_batch_is_decided_once(store: RecordStore) -> None:
    assert store.commit(4, [Put("sites", {"id": "S1", "name": "first"})])
    assert store.last_batch() == 4
    for again in (4, 3):
        assert not store.commit(again, [Put("sites", {"id": "S1", "name": "second"})])
    assert store.last_batch() == 4
    assert store.find("sites")[0]["name"] == "first"
    assert store.commit(9, [])
    assert store.last_batch() == 9


def test_write_decides_no_batch(store: RecordStore) -> None:
    store.commit(4, [])
    store.write([Put("sites", {"id": "S1"})])
    assert store.last_batch() == 4


def test_a_refused_batch_leaves_nothing_and_may_come_again(store: RecordStore) -> None:
    store.commit(1, [episode("E1", score=0.5)])
    changes: list[Change] = [
        Put("sites", {"id": "S1"}),
        Drop("sites", "S0"),
        episode("E1", "clearing", score=0.9),
        episode("E2"),
    ]
    with pytest.raises(Conflict) as refused:
        store.commit(2, changes)
    assert (refused.value.guard, refused.value.missing) == ("one_open_episode", [])
    assert store.last_batch() == 1
    assert ids(store, "sites") == []
    assert store.find("episodes")[0]["score"] == 0.5
    assert store.commit(2, [*changes[:2], episode("E1", "cleared"), episode("E2")])
    assert ids(store, "episodes", Where("state", "!=", "cleared")) == ["E2"]


def test_one_open_episode_per_cabinet_site_or_carrier_and_kind(store: RecordStore) -> None:
    store.write([episode("E1"), episode("E2", cabinet="C2"), episode("E3", kind="power_lost")])
    store.write([episode("E4", cabinet=None, site="S1"), episode("E5", cabinet=None), episode("E6", "cleared")])
    for double in (episode("X"), episode("X", "stale"), episode("X", cabinet=None), episode("E6", "active")):
        with pytest.raises(Conflict, match="one_open_episode"):
            store.write([double])
    store.write([episode("E9", cabinet=None, carrier="CMCC"), episode("E10", cabinet=None, carrier="CUCC")])
    for double in (episode("X", cabinet=None, site="S1"), episode("X", cabinet=None, carrier="CMCC")):
        with pytest.raises(Conflict, match="one_open_episode"):
            store.write([double])
    store.write([episode("E1", "clearing")])
    store.write([Put("episodes", {"id": "E1", "state": "cleared"}), episode("E7")])
    store.write([Drop("episodes", "E7"), episode("E8")])
    assert store.count("episodes", [Where("cabinet", "=", "C1"), Where("state", "!=", "cleared")]) == 2


def test_a_ticket_number_is_given_once(store: RecordStore) -> None:
    store.write([Put("tickets", {"id": "T1", "n": 1}), Put("tickets", {"id": "T2"}), Put("tickets", {"id": "T3"})])
    with pytest.raises(Conflict) as refused:
        store.write([Put("tickets", {"id": "T2", "n": 1})])
    assert (refused.value.guard, refused.value.missing) == ("tickets", ["n"])
    store.write([Put("tickets", {"id": "T1", "n": 2}), Put("tickets", {"id": "T2", "n": 1})])
    assert ids(store, "tickets", order=("n",)) == ["T2", "T1", "T3"]


def test_changes_of_one_key_apply_in_order(store: RecordStore) -> None:
    def site(name: str, **more: Any) -> Put:
        return Put("sites", {"id": "S1", "name": name, **more})

    store.write([site("a", zone="z"), Put("tickets", {"id": "T1"}), site("b"), site("c", address="x"), site("d")])
    assert store.find("sites") == [{**dict.fromkeys(metadata.tables["sites"].c.keys()), "id": "S1", "name": "d",
                                    "zone": "z", "address": "x"}]  # fmt: skip
    store.write([Drop("sites", "S1"), site("e")])
    assert store.find("sites")[0]["zone"] is None
    store.write([site("f"), Drop("sites", "S1"), Drop("sites", "never there")])
    assert store.find("sites") == []


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ([], "abcde"),
        ([Where("n", "=", 2)], "b"),
        ([Where("n", "!=", 2)], "acde"),
        ([Where("n", "!<", 2)], "bcde"),
        ([Where("n", "!<=", 2)], "cde"),
        ([Where("n", "!>", 2)], "abe"),
        ([Where("n", "!>=", 2)], "ae"),
        ([Where("n", "<", 2)], "a"),
        ([Where("n", "<=", 2)], "ab"),
        ([Where("n", ">", 2), Where("n", "<", 4)], "c"),
        ([Where("n", ">=", 2)], "bcd"),
        ([Where("n", "in", [1, 3, 99])], "ac"),
        ([Where("n", "in", [])], ""),
        ([Where("n", "null")], "e"),
        ([Where("n", "=", None)], "e"),
        ([Where("n", "notnull")], "abcd"),
        ([Where("n", "!=", None)], "abcd"),
        ([Where("summary", "=", "DOOR")], "a"),
        ([Where("summary", "like", "door")], "ab"),
        ([Where("summary", "like", "éTÉ")], "c"),
        ([Where("summary", "like", "柜门")], "d"),
        ([Where("summary", "like", "%")], "b"),
        ([Where("summary", "like", "_")], "b"),
        ([Where("summary", "like", "/")], "b"),
        ([Where("summary", "like", "")], "abcd"),
        ([Where("summary", ">", "a")], "bcd"),
        ([Where("clocks", "null")], "bcde"),
    ],
)
def test_conditions(store: RecordStore, where: list[Where], found: str) -> None:
    texts = {"a": "DOOR", "b": "a door_% / x", "c": "Été", "d": "柜门未关", "e": None}
    rows = [{"id": k, "summary": text, "n": "abcd".find(k) + 1 or None} for k, text in texts.items()]
    store.write([Put("tickets", row) for row in rows])
    store.write([Put("tickets", {"id": "a", "clocks": []})])
    assert ids(store, "tickets", *where) == list(found)
    assert store.count("tickets", where) == len(found)
    assert store.trim("tickets", where) == len(found)
    assert ids(store, "tickets") == [k for k in texts if k not in found]


def test_a_trimmed_row_frees_what_it_held(store: RecordStore) -> None:
    store.write([episode("E1"), Put("tickets", {"id": "T1", "n": 1})])
    assert store.trim("episodes", [Where("state", "=", "active")]) == 1
    store.trim("tickets", [])
    store.write([episode("E2"), Put("tickets", {"id": "T2", "n": 1})])
    assert ids(store, "episodes") == ["E2"]


def test_nulls_stand_last_and_ties_follow_the_key(store: RecordStore) -> None:
    dues = {"d": 5, "b": None, "a": 9, "c": 5, "e": None}
    store.write([Put("tickets", {"id": k, "due": due, "severity": "major"}) for k, due in dues.items()])
    assert ids(store, "tickets", order=("due",)) == ["c", "d", "a", "b", "e"]
    assert ids(store, "tickets", order=("-due",)) == ["a", "c", "d", "b", "e"]
    assert ids(store, "tickets", order=("severity", "-due", "-id")) == ["a", "d", "c", "e", "b"]
    pages = [store.find("tickets", (), ("-due",), limit=2, offset=at) for at in (0, 2, 4, 6)]
    assert [[row["id"] for row in page] for page in pages] == [["a", "c"], ["d", "b"], ["e"], []]
    assert store.find("tickets", limit=0) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Put("nonsense", {"id": "x"}), "nonsense"),
        (Drop("nonsense", "x"), "nonsense"),
        (Put("sites", {"id": "x", "colour": "red"}), "sites.colour"),
        (Put("sites", {"name": "no key"}), "sites.id"),
        (Put("sites", {"id": None}), "sites.id"),
        (Put("sites", {"id": 5}), "sites.id"),
        (Drop("sites", 5), "sites.id"),
        (Put("sites", {"id": "x", "version": "1"}), "sites.version"),
        (Put("sites", {"id": "x", "lat": "30.5"}), "sites.lat"),
        (Put("cabinets", {"id": "x", "retired": 1}), "cabinets.retired"),
        (Put("sites", {"id": "x", "contact": object()}), "json"),
    ],
)
def test_a_malformed_change_is_told_and_nothing_is_done(store: RecordStore, change: Put | Drop, field: str) -> None:
    with pytest.raises(Invalid) as told:
        store.commit(1, [Put("sites", {"id": "S1"}), change])
    assert field in told.value.fields
    assert store.last_batch() == 0
    assert store.find("sites") == []


@pytest.mark.parametrize(
    "where",
    [
        Where("colour", "=", "red"),
        Where("name", "~", "x"),  # type: ignore[arg-type]  # no such operator
        Where("name", "=", 5),
        Where("version", "=", "5"),
        Where("version", "<", None),
        Where("version", "in", ["5"]),
        Where("version", "like", "5"),
        Where("name", "like", None),
        Where("contact", "=", {}),
        Where("version", "in", None),
    ],
)
def test_a_malformed_question_is_told(store: RecordStore, where: Where) -> None:
    store.write([Put("sites", {"id": "S1"})])
    for ask in (store.find, store.count, store.trim):
        with pytest.raises(Invalid):
            ask("sites", [where])
        with pytest.raises(Invalid):
            ask("nonsense", [])
    assert store.count("sites") == 1


def test_a_malformed_page_is_told(store: RecordStore) -> None:
    for wrong in ({"order": ["colour"]}, {"order": ["contact"]}, {"limit": -1}, {"offset": -1}):
        with pytest.raises(Invalid):
            store.find("sites", **wrong)
    for table, key in (("nonsense", "x"), ("sites", 5), ("sites", [])):
        with pytest.raises(Invalid):
            store.get(table, key)


def test_many_threads_open_one_episode_once(store: RecordStore) -> None:
    def open_one(n: int) -> bool:
        store.write([Put("sites", {"id": f"S{n}"})])
        assert store.get("sites", f"S{n}") is not None
        try:
            store.write([Put("events", {"id": f"V{n}"}), episode(f"E{n}")])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(open_one, range(64))) == 1
    assert store.count("sites") == 64
    assert store.count("episodes") == store.count("events") == 1
