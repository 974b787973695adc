"""Real brokers for tests, and the rule that nothing is skipped unseen where it matters."""

import asyncio
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from gateway.broker import EmbeddedBroker
from telemetry.mqtt import Broker
from tests.beside import beside
from tests.postgres import Postgres

settings.register_profile("vendwatch", deadline=None)  # speed is measured in benchmarks, never asserted in a test
settings.load_profile("vendwatch")

MOSQUITTO = "allow_anonymous true\npersistence false\nmax_queued_messages 0\nmax_inflight_messages 0\n"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that wait for real processes come first: at the end short ones keep every worker busy."""
    items.sort(key=lambda item: item.get_closest_marker("live") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Under CI a skipped test is a failed one: a gate that was not tried is not passed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI=true allows no skipping: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The embedded broker, supervised on a thread of its own."""
    port, up = free_port(), threading.Event()
    broker = EmbeddedBroker(("127.0.0.1", port), tmp_path_factory.mktemp("nats"), 8000)

    async def live() -> None:
        running = asyncio.ensure_future(broker.run())
        await broker.ready()
        up.set()
        await running

    with beside(live()):
        assert up.wait(20), "the embedded broker did not start"
        yield Broker("127.0.0.1", port)


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """Debian's Mosquitto."""
    program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    port, folder = free_port(), tmp_path_factory.mktemp("mosquitto")
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\n{MOSQUITTO}")
    with Path(folder / "log").open("wb") as log:
        child = subprocess.Popen([program, "-c", config], stdout=log, stderr=log)
        try:
            _await_listener(port, child)
            yield Broker("127.0.0.1", port)
        finally:
            child.terminate()
            child.wait(10)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that does not sync: for what a store does, not for what survives."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()


def _await_listener(port: int, child: subprocess.Popen[bytes]) -> None:
    listening = threading.Event()
    for _ in range(200):
        assert child.poll() is None, "mosquitto ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        listening.wait(0.05)
    raise AssertionError("mosquitto does not listen")
