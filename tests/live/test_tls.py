"""The whole product with a TLS listener: cabinets with their own secrets come in, nobody else does."""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from simulator.options import SimOptions
from simulator.run import simulate
from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, Message, MqttClient
from tests.certificates import written
from tests.live.outside import Product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]
BIRTH = {"boot": 1, "seq": 1, "ts": 1_800_000_000_000, "conn": 1, "holds": [], "protocol": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = written(folder)
    product = Product(folder).without("--enrolment")
    product.environment = {"VENDWATCH_MQTT_TLS_CERT": str(cert), "VENDWATCH_MQTT_TLS_KEY": str(key)}
    try:
        yield product.start()
    finally:
        if product.process and product.process.poll() is None:
            product.stop()


@pytest.fixture
def trusted(made: Product, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The listener's authority, trusted by this process."""
    cert = made.folder / "listener.crt"
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(cert))
    return cert


def register(made: Product, cabinet: str) -> str:
    answer = made.post("/cabinets", {"id": cabinet, "model": "M"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["credential"]["password"])


async def acknowledged(broker: Broker, cabinet: str) -> Message:
    """A birth over our own client, and what comes for it. Raises Unavailable."""
    heard: asyncio.Queue[list[Message]] = asyncio.Queue()
    client = MqttClient(broker, cabinet, on_messages=heard.put_nowait)
    await client.connect()
    await client.subscribe([(f"cabinets/{cabinet}/down/#", 1)])
    client.publish(f"cabinets/{cabinet}/up/birth", json.dumps(BIRTH).encode(), 1)
    async with asyncio.timeout(60):
        (first, *_) = await heard.get()
    await client.disconnect()
    return first


@pytest.mark.usefixtures("trusted")
def test_a_cabinet_with_its_secret_is_acknowledged_over_tls_and_others_are_refused(made: Product) -> None:
    secret = register(made, "TLS-1")
    where = Broker("127.0.0.1", made.mqtt_port, "TLS-1", secret, tls=True)
    ack = asyncio.run(acknowledged(where, "TLS-1"))
    assert (ack.topic, json.loads(ack.payload)) == ("cabinets/TLS-1/down/ack", {"boot": 1, "seq": 1})
    for stranger in (
        where._replace(password="wrong"),
        where._replace(username=None, password=None),
        where._replace(username="TLS-2"),
        where._replace(tls=False),
    ):
        with pytest.raises(Unavailable):
            asyncio.run(acknowledged(stranger, "TLS-1"))
    assert made.get("/cabinets/TLS-1")["status"] == "online"


def test_mosquittos_client_comes_in_over_tls_only(made: Product, trusted: Path) -> None:
    program = shutil.which("mosquitto_pub")
    if not program:
        pytest.skip("mosquitto_pub is not installed (apt-get install mosquitto-clients)")
    secret = register(made, "TLS-3")

    def published(*more: str, password: str = secret) -> bool:
        words = ["-h", "127.0.0.1", "-p", str(made.mqtt_port), "-u", "TLS-3", "-P", password, "-i", "TLS-3", "-q", "1"]
        what = ["-t", "cabinets/TLS-3/up/birth", "-m", json.dumps(BIRTH)]
        done = subprocess.run([program, *words, *what, *more], capture_output=True, timeout=60, check=False)
        return done.returncode == 0

    assert published("--cafile", str(trusted))
    wait_for("the birth", lambda: made.get("/cabinets/TLS-3/ingest")["stored"] == 1)
    assert not published("--cafile", str(trusted), password="wrong")
    assert not published()


@pytest.mark.usefixtures("trusted")
def test_simulated_cabinets_come_in_by_mqtts(made: Product, tmp_path: Path) -> None:
    logins = tmp_path / "logins.csv"
    logins.write_text("".join(f"{c},{c},{register(made, c)}\n" for c in ("SIM-1", "SIM-2")))
    broker = f"mqtts://127.0.0.1:{made.mqtt_port}"
    with capture_logs() as said:
        asyncio.run(simulate(SimOptions(broker=broker, credentials=logins, duration_s=2, interval_s=1)))
    (end,) = (line for line in said if line["event"] == "simulation_ended")
    assert (end["messages"] >= 2, end["unacknowledged"]) == (True, 0)


@pytest.mark.long
def test_a_renewed_certificate_is_shown_and_cabinets_come_back_to_it_with_all_they_held(
    made: Product, trusted: Path, tmp_path: Path
) -> None:
    """The gateway stays connected meanwhile; the broker is not started again."""
    names, logins, address = [f"REN-{n}" for n in range(20)], tmp_path / "logins.csv", ("127.0.0.1", made.mqtt_port)
    logins.write_text("".join(f"{c},{c},{register(made, c)}\n" for c in names))
    before = made.get("/ingest")["platform"]["broker"]

    async def renewed() -> None:
        await asyncio.sleep(3)
        await asyncio.to_thread(written, made.folder)

    async def story() -> None:
        options = SimOptions(
            broker=f"mqtts://127.0.0.1:{made.mqtt_port}", credentials=logins, duration_s=20, interval_s=1
        )
        await asyncio.gather(simulate(options), renewed())

    assert ssl.get_server_certificate(address) in trusted.read_text()
    with capture_logs() as said:
        asyncio.run(story())
    assert ssl.get_server_certificate(address) in trusted.read_text(), "the one before is still shown"
    (end,) = (line for line in said if line["event"] == "simulation_ended")
    assert (end["messages"] > 300, end["unacknowledged"]) == (True, 0)
    counted = [made.get(f"/cabinets/{c}/ingest") for c in names]
    assert [c["gaps"] for c in counted] == [[]] * len(names)
    assert all(made.get(f"/cabinets/{c}")["status"] == "online" for c in names)
    after = made.get("/ingest")["platform"]["broker"]
    assert (after["connected"], after["restarts"]) == (True, before["restarts"])
    assert made.log.read_text().count("broker_connected") == 1
