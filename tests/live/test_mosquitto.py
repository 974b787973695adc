"""The shipped configuration of Mosquitto: what its defaults lose, who comes in, and that the product feeds it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner

from app.cabinets import cabinets
from tests.conftest import free_port
from tests.live.gates import SHIPPED, MosquittoGate, mosquitto_gate, mosquitto_program
from tests.live.outside import Product, wait_for
from tests.live.test_admission import Door, register, speak
from tests.live.test_isolation import party

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]
SENT = 1500
A, B = "CAB-A", "CAB-B"


@contextmanager
def session(port: int, user: str, password: str) -> Iterator[tuple[paho.Client, list[bytes]]]:
    """A connection that keeps its session over absences, and what it hears."""
    made = paho.Client(CallbackAPIVersion.VERSION2, user, clean_session=False, protocol=paho.MQTTv311)
    heard: list[bytes] = []
    granted: list[bool] = []
    made.on_message = lambda _c, _d, message: heard.append(message.payload)
    made.on_subscribe = lambda *_: granted.append(True)
    made.max_queued_messages_set(0)
    made.username_pw_set(user, password)
    made.connect("127.0.0.1", port)
    made.loop_start()
    try:
        made.subscribe("cabinets/+/up/#", 1)
        wait_for("the subscription", lambda: granted)
        yield made, heard
    finally:
        made.disconnect()
        made.loop_stop()


def heard_after_absence(port: int, gateway: tuple[str, str], cabinet: tuple[str, str]) -> int:
    """How many of `SENT` confirmed messages reach a gateway that was away meanwhile."""
    topic = f"cabinets/{A}/up/telemetry"
    with session(port, *gateway):
        pass
    with session(port, *cabinet) as (mouth, _):
        for info in [mouth.publish(topic, str(n), 1) for n in range(SENT)]:
            info.wait_for_publish(60)
        with session(port, *gateway) as (_, heard):
            mouth.publish(topic, "last", 1)
            wait_for("what waited, and the last", lambda: b"last" in heard)
            return len(set(heard)) - 1


def test_its_defaults_lose_what_they_confirmed_and_the_shipped_configuration_does_not(tmp_path: Path) -> None:
    port, config, log = free_port(), tmp_path / "defaults.conf", tmp_path / "log"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with (
        log.open("wb") as said,
        subprocess.Popen([mosquitto_program(), "-c", config], stdout=said, stderr=said) as child,
    ):
        try:
            wait_for("Mosquitto", lambda: b"running" in log.read_bytes())
            assert heard_after_absence(port, ("gateway", ""), (A, "")) < SENT
        finally:
            child.terminate()
    with mosquitto_gate(tmp_path, {A: "secret a"}) as gate:
        gateway = ("gateway", gate.gateway.password or "")
        assert heard_after_absence(gate.port, gateway, (A, "secret a")) == SENT


@pytest.mark.long
def test_the_product_feeds_it_and_a_revoked_cabinet_is_cut(tmp_path: Path) -> None:
    made = Product(tmp_path / "product").without("--enrolment")
    made.folder.mkdir()
    (tmp_path / "broker").mkdir()
    with mosquitto_gate(tmp_path / "broker", {}) as gate:
        url = f"mqtt://gateway:{(gate.gateway.password or '').replace(' ', '%20')}@127.0.0.1:{gate.port}"
        made.use_broker(url)
        try:
            made.start()
            door = Door(gate.port)
            for cabinet in (A, B):
                register(made, door, cabinet)
            tell(made, gate, url)
            with party(door, B) as stays, party(door, A) as cabinet:
                assert speak(stays, B) == {"boot": 1, "seq": 1}
                assert speak(cabinet, A) == {"boot": 1, "seq": 1}
                made.request("DELETE", f"/cabinets/{A}/credential").raise_for_status()
                tell(made, gate, url)
                assert cabinet.gone.get(timeout=60)
                assert stays.gone.empty()
            with party(door, A) as revoked:
                assert not revoked.inside
        finally:
            if made.process and made.process.poll() is None:
                made.stop()


def tell(made: Product, gate: MosquittoGate, url: str) -> None:
    """Write the password file and let Mosquitto read it."""
    pid_file = gate.folder / "pid"
    pid_file.write_text(str(gate.process.pid))
    words = ["passwords", "--out", str(gate.folder / "vendwatch.passwords"), "--pid-file", str(pid_file)]
    done = CliRunner().invoke(cabinets, [*words, "--broker", url, "--data", str(made.folder / "var")])
    assert done.exit_code == 0, done.output


def test_no_shipped_file_lets_anybody_in_or_has_a_password() -> None:
    files = {path.name: path.read_text() for path in SHIPPED.iterdir()}
    config = files["mosquitto.conf"]
    assert "\nallow_anonymous false\n" in config
    assert "\nuse_username_as_clientid true\n" in config
    assert not [text for text in files.values() if re.search(r"\$[67]\$|mqtts?://[^ ]*:[^ ]*@", text)]
    rules = [line for line in files["vendwatch.acl"].splitlines() if line and line[0] != "#"]
    assert rules[0] == "user gateway", "before the first user, rules hold for nobody in particular"
    assert all("%u" in rule for rule in rules[4:])
