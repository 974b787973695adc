"""What is particular to the record store in PostgreSQL: who may write, and what happens while the server is away."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from service.records import postgresql
from service.records.base import Put, Where
from service.records.migrate import open_postgresql
from service.records.sql import SqlRecords
from service.records.tables import metadata
from telemetry.errors import ConfigError, OwnedError, Unavailable
from tests.postgres import Postgres

OPEN_FOR_EVER = """
import sys, time
from service.records.base import Put
from service.records.migrate import open_postgresql

store = open_postgresql(sys.argv[1])
store.commit(1, [Put("sites", {"id": "S1"})])
print("open", flush=True)
time.sleep(600)
"""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as short as they can be."""
    monkeypatch.setattr(postgresql, "_ANSWER_S", 0.5)
    monkeypatch.setitem(postgresql._LIBPQ, "connect_timeout", 2)
    monkeypatch.setattr(postgresql, "_SESSION", postgresql._SESSION.replace("'5s'", "'200ms'"))


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server that a test may do anything to."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def url(postgres: Postgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database."""
    name = request.node.name
    yield postgres.make(name)
    postgres.run(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(url: str) -> Iterator[SqlRecords]:
    opened = open_postgresql(url)
    yield opened
    opened.close()


def site(n: int, name: str = "x") -> Put:
    return Put("sites", {"id": f"S{n}", "name": name})


def until_stored(store: SqlRecords, batch: int, *changes: Put) -> bool:
    """Try again while the server comes back, as the writer does; whether the last try was the one that stored."""
    for _ in range(300):
        try:
            return store.commit(batch, changes)
        except Unavailable:
            threading.Event().wait(0.1)
    raise AssertionError("the store did not come back")


def test_a_killed_server_is_unavailable_and_comes_back_with_what_was_committed(own: Postgres) -> None:
    store = open_postgresql(own.make("killed"))
    for batch in range(1, 20):
        store.commit(batch, [site(batch)])
    own.kill()
    with pytest.raises(Unavailable):
        store.commit(20, [site(20)])
    with pytest.raises(Unavailable):
        store.find("sites")
    own.start()
    until_stored(store, 20, site(20))
    assert store.last_batch() == store.count("sites") == 20
    store.close()


@pytest.mark.usefixtures("hasty")
def test_a_server_that_hangs_is_unavailable_and_what_it_was_told_is_not_done_twice(own: Postgres) -> None:
    store = open_postgresql(own.make("hung"))
    store.commit(1, [site(1)])
    assert store.count("sites") == 1
    own.signal(signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            store.commit(2, [site(2)])
        with pytest.raises(Unavailable):
            store.find("sites")
    finally:
        own.signal(signal.SIGCONT)
    until_stored(store, 2, site(2))
    assert store.last_batch() == store.count("sites") == 2
    store.close()


def test_a_commit_whose_answer_was_lost_is_not_done_again(store: SqlRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    store.commit(1, [site(1)])

    def cut(session: Any) -> None:
        psycopg.Connection.commit(session)
        session.close()
        raise psycopg.OperationalError("the line was cut")

    with monkeypatch.context() as patch:
        patch.setattr(postgresql._Session, "commit", cut)
        with pytest.raises(Unavailable, match="cut"):
            store.commit(2, [site(2)])
    assert store.commit(2, [site(2, "again")]) is False
    assert [row["name"] for row in store.find("sites")] == ["x", "x"]


def test_only_one_may_write_to_a_database(url: str, hasty: None, store: SqlRecords) -> None:
    with pytest.raises(OwnedError, match=r"test_only_one_may.*in use by vendwatch process \d+"):
        open_postgresql(url)
    store.commit(1, [site(1)])
    store.close()
    after = open_postgresql(url)
    assert after.count("sites") == 1
    after.close()


def test_a_session_of_ours_that_is_lost_is_replaced_and_owns_again(url: str, hasty: None, store: SqlRecords) -> None:
    store.commit(1, [site(1)])
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
    until_stored(store, 2, site(2))
    assert store.count("sites") == 2
    with pytest.raises(OwnedError):
        open_postgresql(url)


def test_a_killed_owner_leaves_the_database_to_the_next(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", OPEN_FOR_EVER, url], stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"open\n"
        child.kill()
    store = open_postgresql(url)
    assert store.last_batch() == 1
    store.close()


@pytest.mark.usefixtures("hasty")
def test_a_row_that_somebody_else_holds_is_unavailable_and_the_batch_may_come_again(
    url: str, store: SqlRecords
) -> None:
    store.commit(1, [site(1)])
    with psycopg.connect(url) as other:
        other.execute("UPDATE sites SET name = 'theirs'")
        with pytest.raises(Unavailable, match="lock timeout"):
            store.commit(2, [site(2), site(1, "ours")])
    assert store.count("sites") == 1
    assert store.commit(2, [site(2), site(1, "ours")])
    assert store.find("sites", [Where("name", "=", "ours")])


def test_text_is_compared_byte_by_byte(url: str, store: SqlRecords) -> None:
    with psycopg.connect(url) as db:
        kinds = db.execute(
            "SELECT DISTINCT data_type, collation_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name = ANY(%s) AND data_type IN ('text', 'character varying')",
            (list(metadata.tables),),
        ).fetchall()
    assert kinds == [("text", "C")]


def test_an_error_tells_no_row(store: SqlRecords, url: str) -> None:
    with psycopg.connect(url) as db:
        db.execute("ALTER TABLE users RENAME TO gone")
    with pytest.raises(Unavailable) as told:
        store.write([Put("users", {"name": "admin", "password": "a-hash-of-it"})])
    assert "users" in str(told.value)
    assert "a-hash-of-it" not in str(told.value)


@pytest.mark.parametrize("url", ["postgresql://[", "postgresql://h/d?nonsense=1", "http://h/d"])
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ConfigError, match="records_url"):
        open_postgresql(url)


def test_a_database_in_another_encoding_is_refused(postgres: Postgres) -> None:
    url = postgres.make("ascii", "TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(ConfigError, match="UTF8"):
        open_postgresql(url)


def test_no_server_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="refused"):
        open_postgresql("postgresql://postgres@127.0.0.1:9/none")
