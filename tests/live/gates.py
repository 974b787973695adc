"""Two brokers that admit registered cabinets: ours with its admission, and Mosquitto with the shipped configuration."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from paho.mqtt.client import MQTTv311

from app.enrol import write_passwords
from gateway.admission import Admission
from gateway.broker import EmbeddedBroker
from gateway.configuration import GATEWAY
from gateway.keys import Keys
from service.credentials import hashed, matches
from telemetry.clock import real_ms
from telemetry.mqtt import Broker
from tests.beside import beside
from tests.conftest import free_port
from tests.live.outside import ROOT, wait_for

SHIPPED = ROOT / "docs" / "mosquitto"


class Gate(Protocol):
    """A broker whose cabinets are `secrets` (id → password). `ours`: the gateway's client id; `version`: of MQTT, that
    those who connect shall speak."""

    secrets: dict[str, str]
    port: int
    gateway: Broker
    ours: str
    version: int

    def reload(self) -> None:
        """The secrets have changed."""


class NatsGate:
    """The embedded broker, and admission beside it as the product runs it."""

    def __init__(self, folder: Path, secrets: dict[str, str]) -> None:
        self.secrets, self.port, keys = secrets, free_port(), Keys.new()
        self.hashes: dict[str, str] = {}
        self.ours, self.version = "vendwatch-1", MQTTv311
        self.gateway = Broker("127.0.0.1", self.port, GATEWAY, keys.gateway)
        self.broker = EmbeddedBroker(("127.0.0.1", self.port), folder, 1000, keys=keys)
        self.admission = Admission(
            keys, lambda: self.broker.address, self.hashes.get, lambda: real_ms() // 1000, sweep_s=0.5
        )
        self.reload()

    def reload(self) -> None:
        """What did not change keeps its hash, as in the product: a new one would be a new secret."""
        for cabinet in {*self.hashes, *self.secrets}:
            secret = self.secrets.get(cabinet)
            if secret is None:
                del self.hashes[cabinet]
            elif not matches(secret, self.hashes.get(cabinet, "")):
                self.hashes[cabinet] = hashed(secret)

    async def live(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.broker.run())
            group.create_task(self.admission.run())


@contextmanager
def nats_gate(folder: Path, secrets: dict[str, str]) -> Iterator[NatsGate]:
    gate = NatsGate(folder, secrets)
    with beside(gate.live()):
        wait_for("admission", lambda: gate.admission.up)
        yield gate


DEBIANS = """pid_file {0}/pid
persistence true
persistence_location {0}/
log_dest file {0}/log
include_dir {0}/conf.d
"""
"""What Debian's package sets in the main file that includes ours: Mosquitto ends when both say one thing."""


class MosquittoGate:
    """Debian's Mosquitto with the shipped files, installed as docs/enrolment.md says, at other places and another
    port."""

    def __init__(self, folder: Path, secrets: dict[str, str], program: str, version: int) -> None:
        self.secrets, self.port, self.folder = secrets, free_port(), folder
        self.ours, self.version = "gateway", version
        self.gateway = Broker("127.0.0.1", self.port, "gateway", "the gateway's own")
        config = (SHIPPED / "mosquitto.conf").read_text()
        for shipped, here in (
            ("listener 1883", f"listener {self.port} 127.0.0.1\nuser root"),
            ("/etc/mosquitto", str(folder)),
        ):
            assert shipped in config
            config = config.replace(shipped, here)
        (folder / "conf.d").mkdir()
        (folder / "conf.d" / "vendwatch.conf").write_text(config)
        (folder / "mosquitto.conf").write_text(DEBIANS.format(folder))
        shutil.copy(SHIPPED / "vendwatch.acl", folder)
        self._write()
        self.log = folder / "log"
        self.log.write_bytes(b"")
        self.process = subprocess.Popen([program, "-c", folder / "mosquitto.conf"])

    def _write(self) -> None:
        everybody = {**self.secrets, "gateway": self.gateway.password or ""}
        lines = [(name, hashed(secret)) for name, secret in everybody.items()]
        write_passwords(self.folder / "vendwatch.passwords", lines)

    def reload(self) -> None:
        self._write()
        os.kill(self.process.pid, signal.SIGHUP)


def mosquitto_program() -> str:
    program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    return program


@contextmanager
def mosquitto_gate(folder: Path, secrets: dict[str, str], version: int = MQTTv311) -> Iterator[MosquittoGate]:
    gate = MosquittoGate(folder, secrets, mosquitto_program(), version)
    try:
        wait_for("Mosquitto", lambda: b"running" in gate.log.read_bytes() or gate.process.poll() is not None)
        assert gate.process.poll() is None, gate.log.read_text()
        yield gate
    finally:
        gate.process.terminate()
        gate.process.wait(30)
