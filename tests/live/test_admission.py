"""Registered enrolment of the whole product: `run` as it comes, cabinets by HTTP and by the file, secrets that end."""

import asyncio
import contextlib
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from app.cabinets import cabinets
from simulator.options import SimOptions
from simulator.run import simulate
from telemetry.errors import NotFound, Unavailable
from tests.live.outside import Product, wait_for
from tests.live.test_isolation import LIMIT, Party, party

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@dataclass
class Door:
    """Where the cabinets of a product come in; a `Gate` as far as those who connect are concerned."""

    port: int
    secrets: dict[str, str] = field(default_factory=dict)
    version: int = paho.MQTTv311


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("registered")).without("--enrolment")
    try:
        yield product.start()
    finally:
        if product.process and product.process.poll() is None:
            product.stop()


@pytest.fixture
def door(made: Product) -> Door:
    return Door(made.mqtt_port)


def register(made: Product, door: Door, cabinet: str) -> None:
    answer = made.post("/cabinets", {"id": cabinet, "model": "M"})
    assert answer.status_code == 201, answer.text
    credential = answer.json()["credential"]
    assert credential["username"] == cabinet
    door.secrets[cabinet] = credential["password"]


def speak(cabinet: Party, name: str) -> dict[str, object]:
    """A birth, and the acknowledgement that comes for it."""
    assert cabinet.inside
    assert cabinet.subscribe(f"cabinets/{name}/down/#")
    birth = {"boot": 1, "seq": 1, "ts": 1_800_000_000_000, "conn": 1, "holds": [], "protocol": 1}
    cabinet.say(f"cabinets/{name}/up/birth", json.dumps(birth).encode())
    topic, payload = cabinet.heard.get(timeout=LIMIT)
    assert topic == f"cabinets/{name}/down/ack"
    ack: dict[str, object] = json.loads(payload)
    return ack


def cabinets_command(*words: str) -> Result:
    """`vendwatch cabinets …` in this process: only its own work takes time."""
    return CliRunner().invoke(cabinets, words)


def secrets_of(path: Path) -> dict[str, str]:
    with path.open() as file:
        return {row["id"]: row["password"] for row in csv.DictReader(file)}


def test_run_as_it_comes_admits_who_is_registered_and_nobody_else(made: Product, door: Door) -> None:
    register(made, door, "REG-1")
    with party(door, "REG-1") as cabinet:
        assert speak(cabinet, "REG-1") == {"boot": 1, "seq": 1}
        with party(door, "REG-2", "secret") as stranger:
            assert not stranger.inside
        with party(door, "REG-1", "wrong") as impostor:
            assert not impostor.inside
        assert cabinet.gone.empty()
    shown = made.get("/cabinets/REG-1")
    assert (shown["status"], shown["enrolled"], "credential" in shown) == ("online", True, False)


def test_a_rotated_revoked_or_retired_secret_ends_and_cuts_the_connection(made: Product, door: Door) -> None:
    register(made, door, "REG-3")
    old = door.secrets["REG-3"]
    with party(door, "REG-3") as before:
        answer = made.post("/cabinets/REG-3/credential", {})
        assert answer.status_code == 201
        door.secrets["REG-3"] = answer.json()["password"]
        assert before.gone.get(timeout=60)
    with party(door, "REG-3", old) as late:
        assert not late.inside
    with party(door, "REG-3") as after:
        assert after.inside
        assert made.request("DELETE", "/cabinets/REG-3/credential").json()["enrolled"] is False
        assert after.gone.get(timeout=60)
    assert made.post("/cabinets/REG-3/credential", {}).status_code == 201
    made.request("DELETE", "/cabinets/REG-3").raise_for_status()
    refused = made.post("/cabinets/REG-3/credential", {})
    assert (refused.status_code, refused.json()["guard"]) == (409, "retired")
    assert made.post("/cabinets/REG-UNKNOWN/credential", {}).status_code == 404


def test_a_file_of_cabinets_is_registered_row_by_row(made: Product, door: Door, tmp_path: Path) -> None:
    file, data = tmp_path / "fleet.csv", str(made.folder / "var")
    file.write_text(
        "\ufeffid,model,site,lat,lon\nFILE-1,M,,,\nFILE-2,,,30.27,120.16\nbad id,M,,,\nFILE-3,M,NOWHERE,,\n"
        "FILE-1,M,,,\nFILE-4,M,,x,1\nFILE-5,M,,1,\nFILE-6\n", "utf-8",
    )  # fmt: skip
    done = cabinets_command("import", str(file), "--data", data)
    assert done.exit_code == 1, done.stderr
    assert "3 registered" in done.stdout
    assert "5 refused" in done.stdout
    for line, word in ((4, "id must match"), (5, "NOWHERE"), (6, "line 2"), (7, "lat"), (8, "lon")):
        assert any(f"fleet.csv:{line}:" in said and word in said for said in done.stderr.splitlines()), done.stderr
    out = tmp_path / "fleet.credentials.csv"
    first = secrets_of(out)
    assert (list(first), out.stat().st_mode & 0o777) == (["FILE-1", "FILE-2", "FILE-6"], 0o600)
    again = cabinets_command("import", str(file), "--data", data)
    assert "0 registered, 0 with a new secret, 3 registered before" in again.stdout
    assert secrets_of(out) == first, "a repeat wiped out secrets that are shown once"
    rotated = cabinets_command("import", str(file), "--data", data, "--rotate")
    assert "3 with a new secret" in rotated.stdout
    for cabinet, secret in secrets_of(out).items():
        with party(door, cabinet, first[cabinet]) as late, party(door, cabinet, secret) as now:
            assert (late.inside, now.inside) == (False, True)


def test_a_simulated_fleet_with_the_secrets_of_the_file_is_acknowledged(made: Product, tmp_path: Path) -> None:
    file, out = tmp_path / "sim.csv", tmp_path / "secrets.csv"
    file.write_text("id\n" + "".join(f"SIM-{n:03d}\n" for n in range(20)))
    done = cabinets_command("import", str(file), "--out", str(out), "--data", str(made.folder / "var"))
    assert done.exit_code == 0, done.stderr
    broker = f"mqtt://127.0.0.1:{made.mqtt_port}"
    with capture_logs() as said:
        asyncio.run(simulate(SimOptions(broker=broker, credentials=out, duration_s=2, interval_s=1)))
    (end,) = (line for line in said if line["event"] == "simulation_ended")
    assert end["messages"] >= 20
    assert end["unacknowledged"] == 0
    assert all(made.get(f"/cabinets/SIM-{n:03d}/ingest")["stored"] > 0 for n in range(20))


def test_a_secret_by_the_command_line_and_in_no_file_of_ours(made: Product, door: Door) -> None:
    register(made, door, "REG-4")
    shown, data = [door.secrets["REG-4"]], made.folder / "var"
    done = cabinets_command("rotate", "REG-4", "--data", str(data))
    shown.append(done.stdout.splitlines()[-1])
    with party(door, "REG-4", shown[1]) as cabinet:
        assert cabinet.inside
        done = cabinets_command("revoke", "REG-4", "--data", str(data))
        assert done.exit_code == 0, done.stderr
        assert cabinet.gone.get(timeout=60)
    for path in [made.log, *data.rglob("*")]:
        content = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in content for secret in shown), path
    for name in ("keys", "secret", "broker/nats.conf"):
        assert (data / name).stat().st_mode & 0o777 == 0o600, name
    unknown = cabinets_command("rotate", "REG-UNKNOWN", "--data", str(data))
    assert unknown.exit_code == 1
    assert isinstance(unknown.exception, NotFound)


def test_hashes_are_for_administrators_and_fit_a_password_file(made: Product, door: Door, tmp_path: Path) -> None:
    register(made, door, "REG-5")
    out = tmp_path / "passwords"
    done = cabinets_command(
        "passwords", "--out", str(out), "--data", str(made.folder / "var"),
        "--broker", "mqtt://gateway:own@127.0.0.1:1883",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    users = dict(line.split(":", 1) for line in out.read_text().splitlines())
    assert {"gateway", "REG-5"} <= set(users)
    assert "REG-3" not in users, "retired"
    assert all(value.startswith("$7$") for value in users.values())


@pytest.mark.long
def test_after_a_kill_the_same_secrets_open_and_cabinets_come_back(made: Product, door: Door) -> None:
    register(made, door, "REG-6")
    with party(door, "REG-6") as cabinet:
        assert cabinet.inside
        made.kill()
        assert cabinet.gone.get(timeout=60)
    made.start()

    def inside() -> bool:
        with contextlib.suppress(ConnectionError), party(door, "REG-6") as again:
            return again.inside
        return False

    wait_for("the cabinet to be let in again", inside, 60)
    with party(door, "REG-6", "wrong") as impostor:
        assert not impostor.inside


def test_without_a_running_product_the_commands_say_so(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("id\nX-1\n")
    for words in (["import", str(tmp_path / "f.csv")], ["rotate", "X-1"], ["revoke", "X-1"]):
        done = cabinets_command(*words, "--data", str(tmp_path / "nothing"))
        assert isinstance(done.exception, Unavailable)
        assert "no product runs" in str(done.exception)
    assert not (tmp_path / "nothing").exists()
