"""The product on PostgreSQL: what the server's death, sleep and rivals do to it; how an installation moves there."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.live.device import Fleet
from tests.live.line import Voice, line
from tests.live.outside import ROOT, Product, free_port, wait_for
from tests.live.test_truth import check, settle
from tests.postgres import Postgres

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server as it is installed, which a test may kill."""
    made = Postgres(durable=True)
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def products(tmp_path: Path) -> Iterator["Products"]:
    made = Products(tmp_path)
    yield made
    for one in made.all:
        if one.process and one.process.poll() is None:
            one.stop()


class Products:
    """Makes products, each with a directory of its own or with one that is there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.all = folder, list[Product]()

    def on(self, url: str | None, name: str = "one") -> Product:
        """A product whose records are in this database; in its own file without one."""
        (self.folder / name).mkdir(exist_ok=True)
        made = Product(self.folder / name)
        if url:
            made.environment = {"VENDWATCH_RECORDS": "postgresql", "VENDWATCH_RECORDS_URL": url}
        self.all.append(made)
        return made


def run(*words: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VENDWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False, env=clean,
    )  # fmt: skip


def away(made: Product) -> bool:
    """Has the product said that its records cannot be had?"""
    return "store_unavailable" in made.log.read_text()


def lives(made: Product) -> bool:
    assert made.process
    return made.process.poll() is None and httpx2.get(f"{made.url}/livez", timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("number", "end"),
    [(signal.SIGKILL, None), pytest.param(signal.SIGSTOP, signal.SIGCONT, marks=pytest.mark.long)],
)
def test_a_server_that_dies_or_sleeps_stops_acknowledgement_and_nothing_else(
    server: Postgres, products: Products, number: int, end: int | None
) -> None:
    made = products.on(server.make("one")).start()
    fleet = Fleet(made.mqtt_port, 50)
    fleet.connect()
    wait_for("births", lambda: all(c.acked for c in fleet.cabinets.values()))
    load = threading.Thread(target=fleet.send, args=(1000, 6.0))
    load.start()
    wait_for("some acknowledged load", lambda: all(c.acked > 5 for c in fleet.cabinets.values()))
    server.kill() if end is None else server.signal(number)
    load.join()
    wait_for("the store to be missed", lambda: away(made), 60)
    before = {c.id: c.acked for c in fleet.cabinets.values()}
    assert fleet.unacknowledged() > 0
    assert lives(made)
    assert before == {c.id: c.acked for c in fleet.cabinets.values()}
    server.start() if end is None else server.signal(end)
    settle(fleet)
    check(made, fleet)
    assert [f for f in made.get("/faults", limit=1000)["items"] if f["ticket"]] == []
    fleet.close()


@pytest.mark.long
def test_two_products_do_not_share_a_database(postgres: Postgres, products: Products) -> None:
    url = postgres.make("shared")
    first = products.on(url).start()
    rival = products.on(url, "two")
    rival.launch()
    assert rival.process
    assert rival.process.wait(60) == 3
    assert first.process
    said = rival.log.read_text()
    assert f"127.0.0.1:{postgres.port} is in use by vendwatch process {first.process.pid} on" in said
    assert "Traceback" not in said
    first.kill()
    first.start()
    assert lives(first)


@pytest.mark.long
def test_what_no_database_but_sqlite_keeps_is_still_accounted_for(postgres: Postgres, products: Products) -> None:
    made = products.on(postgres.make("texts")).start()
    with line(made.mqtt_port, "texts") as spoken:
        voice = Voice(spoken, "TEXT-1")
        voice.birth(firmware="1\x002")
        voice.up("event", event="vend\0", data={"sku": "a\0b", "柜": "门"})
        voice.up("reply", id="no\0such", status="done", detail="a\0b")
        voice.make()
        spoken.say("cabinets/TEXT-1/up/telemetry", b'{"boot":1,"seq":4,\0')
        spoken.say("cabinets/TEXT-1/up/telemetry", '{"boot":1,"seq":4,"ts":1,"m":{"\\u0000":true}}')
        voice.settle(seconds=60)
    account = made.get("/cabinets/TEXT-1/ingest")
    assert account["received"] == account["stored"] + account["duplicate"] + account["quarantined"]
    assert account["seq"] == 4
    assert "row_refused" not in made.log.read_text()


@pytest.mark.long
def test_an_installation_moves_there_and_back(postgres: Postgres, products: Products, tmp_path: Path) -> None:
    url = postgres.make("moved")
    on_file, data = products.on(None), tmp_path / "one" / "var"

    def speak(made: Product) -> None:
        made.start()
        with line(made.mqtt_port, "mover") as spoken:
            voice.line = spoken
            voice.birth()
            for _ in range(20):
                voice.up("telemetry", m={"air_c": 4.0})
            voice.settle(seconds=60)

    voice = Voice.__new__(Voice)
    voice.id, voice.boot, voice.seq, voice.conn = "MOVE-1", 1, 0, 0
    speak(on_file)
    refused = run("migrate-data", "--data", str(data), "--to", url)
    assert (refused.returncode, "in use by process" in refused.stderr) == (3, True), refused.stderr
    assert on_file.stop() == 0
    there = run("migrate-data", "--data", str(data), "--to", url)
    assert (there.returncode, "DIFFERENT" in there.stdout) == (0, False), there.stdout + there.stderr
    on_server = products.on(url)
    speak(on_server)
    assert on_server.stop() == 0
    again = run("migrate-data", "--data", str(data), "--from", url, "--to", "sqlite")
    assert (again.returncode, "already holds records" in again.stderr) == (2, True), again.stderr
    (data / "records.db").rename(data / "records.old")
    back = run("migrate-data", "--data", str(data), "--from", url, "--to", "sqlite", "--json")
    assert (back.returncode, json.loads(back.stdout)["same"]) == (0, True), back.stderr
    on_file = products.on(None)
    speak(on_file)
    account = on_file.get("/cabinets/MOVE-1/ingest")
    assert (account["stored"], account["seq"], account["gaps"]) == (63, 63, [])
    assert (account["duplicate"], account["quarantined"]) == (0, 0)


def test_a_server_that_is_not_there_stops_the_start(products: Products) -> None:
    made = products.on(f"postgresql://postgres:s3cret@127.0.0.1:{free_port()}/none")
    made.launch()
    assert made.process
    assert made.process.wait(60) == 1
    said = made.log.read_text()
    assert ("refused" in said, "Traceback" in said, "s3cret" in said) == (True, False, False), said
