"""The embedded broker: it comes back, it is alone, it says what it refused."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.broker import EmbeddedBroker, end_leftover, executable
from gateway.configuration import GATEWAY
from gateway.keys import Keys
from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, MqttClient
from tests.conftest import free_port

pytestmark = pytest.mark.live


@asynccontextmanager
async def running(folder, port=None, health_s=5.0, keys=None):
    broker = EmbeddedBroker(("127.0.0.1", port or free_port()), folder, 1000, health_s, keys)
    life = asyncio.ensure_future(broker.run())
    ready = asyncio.ensure_future(broker.ready())
    try:
        async with asyncio.timeout(20):
            await asyncio.wait([life, ready], return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                await life
            yield broker
    finally:
        ready.cancel()
        life.cancel()
        await asyncio.gather(life, ready, return_exceptions=True)


def address(broker):
    return Broker(*broker.mqtt)


async def again(condition):
    """Until it is so; the caller's time limit ends a vain wait."""
    while not condition():  # noqa: ASYNC110 - the broker tells nobody when it counts
        await asyncio.sleep(0.02)


def test_it_starts_serves_and_ends_with_us(tmp_path):
    async def story():
        async with running(tmp_path) as broker:
            client = MqttClient(address(broker), "x")
            await client.connect()
            await client.disconnect()
            return broker.pid

    assert not Path(f"/proc/{asyncio.run(story())}").exists()


def test_killed_it_comes_back_with_the_sessions_it_had(tmp_path):
    async def story():
        async with running(tmp_path) as broker:
            heard = asyncio.Queue()
            ear = MqttClient(address(broker), "ear", clean=False)
            await ear.connect()
            await ear.subscribe([("a/b", 1)])
            await ear.disconnect()
            confirmed = asyncio.Queue()
            mouth = MqttClient(address(broker), "mouth", on_puback=confirmed.put_nowait)
            await mouth.connect()
            mouth.publish("a/b", b"kept", 1)
            await confirmed.get()
            dead = broker.pid
            os.kill(dead, signal.SIGKILL)
            await mouth.closed
            await again(lambda: broker.pid != dead and broker.restarts == 1)
            await broker.ready()
            ear = MqttClient(address(broker), "ear", clean=False, on_messages=heard.put_nowait)
            assert await ear.connect() is True
            await ear.subscribe([("a/b", 1)])
            assert [m.payload for m in await heard.get()] == [b"kept"]
            await ear.disconnect()

    asyncio.run(story())


def test_what_waits_stays_when_the_enrolment_changes(tmp_path):
    """Open and registered enrolment share the account in which sessions and queues live."""
    topic = "cabinets/A1/up/event"

    async def before():
        async with running(tmp_path) as broker:
            ear = MqttClient(address(broker), "ear", clean=False)
            await ear.connect()
            await ear.subscribe([("cabinets/+/up/#", 1)])
            await ear.disconnect()
            confirmed = asyncio.Queue()
            mouth = MqttClient(address(broker), "mouth", on_puback=confirmed.put_nowait)
            await mouth.connect()
            mouth.publish(topic, b"kept", 1)
            await confirmed.get()
            await mouth.disconnect()

    async def after():
        keys, heard = Keys.new(), asyncio.Queue()
        async with running(tmp_path, keys=keys) as broker:
            ours = Broker(*broker.mqtt, GATEWAY, keys.gateway)
            ear = MqttClient(ours, "ear", clean=False, on_messages=heard.put_nowait)
            assert await ear.connect() is True
            await ear.subscribe([("cabinets/+/up/#", 1)])
            assert [m.payload for m in await heard.get()] == [b"kept"]
            await ear.disconnect()

    asyncio.run(before())
    asyncio.run(after())


@pytest.mark.long
def test_nobody_comes_in_while_nobody_answers_for_them(tmp_path):
    async def story():
        async with running(tmp_path, keys=Keys.new()) as broker:
            strangers = (("A1", "secret"), ("gateway", "wrong"), (None, None))
            tries = [MqttClient(Broker(*broker.mqtt, *who), f"A{n}").connect() for n, who in enumerate(strangers)]
            ends = await asyncio.gather(*tries, return_exceptions=True)
            assert [type(end) for end in ends] == [Unavailable] * 3

    asyncio.run(story())


def leftover(folder, port):
    """Our server as a crashed product leaves it: alive, with its pid file."""

    async def start():
        async with running(folder, port):
            pass

    asyncio.run(start())  # writes the configuration
    config = folder.resolve() / "nats.conf"
    child = subprocess.Popen([executable(), "-c", config], stderr=subprocess.PIPE)
    (folder / "nats.pid").write_text(str(child.pid))
    for line in child.stderr:
        if b"Server is ready" in line:
            break
    return child


def test_one_that_lives_but_does_not_answer_is_replaced(tmp_path):
    async def story():
        async with running(tmp_path, health_s=0.3) as broker:
            frozen = broker.pid
            os.kill(frozen, signal.SIGSTOP)
            await again(lambda: broker.pid != frozen and broker.restarts == 1)
            await broker.ready()
            client = MqttClient(address(broker), "x")
            await client.connect()
            await client.disconnect()

    asyncio.run(story())


def test_one_that_can_write_no_more_is_replaced(tmp_path):
    """After a full disk its stream refuses everything until it is started again, and it says so once."""

    async def story():
        async with running(tmp_path, health_s=0.3) as broker:
            stuck = broker.pid
            broker._heed(b"[7] [ERR] Filestore [$MQTT_msgs] Critical write error: no space left on device\n")
            await again(lambda: broker.pid != stuck and broker.restarts == 1)
            await broker.ready()
            client = MqttClient(address(broker), "x")
            await client.connect()
            await client.disconnect()

    asyncio.run(story())


def test_one_left_over_from_a_crash_is_ended_and_its_port_taken_over(tmp_path, monkeypatch):
    port = free_port()
    child = leftover(tmp_path, port)

    async def story():
        monkeypatch.chdir(tmp_path.parent)  # found under a relative name too
        async with running(Path(tmp_path.name), port) as broker:
            assert broker.restarts == 0
            assert broker.pid != child.pid

    try:
        asyncio.run(story())
        assert child.wait(5) == -signal.SIGKILL
    finally:
        child.kill()
        child.communicate()


def test_a_leftover_is_gone_when_it_is_said_to_be_ended(tmp_path):
    child = leftover(tmp_path, free_port())
    try:
        assert end_leftover(tmp_path / "nats.pid", tmp_path.resolve() / "nats.conf") is True
        assert child.poll() == -signal.SIGKILL
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("content", ["our own", "0", "nonsense", "999999999", ""])
def test_a_stale_pid_file_harms_nobody(tmp_path, content):
    pid_file = tmp_path / "nats.pid"
    pid_file.write_text(str(os.getpid()) if content == "our own" else content)
    assert end_leftover(pid_file, tmp_path / "nats.conf") is False


def test_a_server_of_another_product_is_left_alone(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()", "-c", "broker/nats.conf"], stdin=subprocess.PIPE)
    try:
        (tmp_path / "nats.pid").write_text(str(other.pid))
        assert end_leftover(tmp_path / "nats.pid", tmp_path / "broker" / "nats.conf") is False
        assert other.poll() is None
    finally:
        other.communicate(b"\n", timeout=10)


def test_a_taken_port_is_a_clear_refusal(tmp_path):
    async def story():
        port = free_port()
        squatter = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
        try:
            with pytest.raises(Unavailable, match=r"did not start.*address already in use"):
                async with running(tmp_path, port):
                    pass
        finally:
            squatter.close()
            await squatter.wait_closed()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("cabinets/A1/up/telemetry", b"x" * 10_000_000),
        ("cabinets/A+/up/telemetry", b"{}"),
        ("cabinets/A1/up/#", b"{}"),
        ("cabinets/" + "+" * 60_000, b"{}"),
    ],
    ids=["10 MB", "plus", "hash", "a topic as long as can be"],
)
def test_what_the_server_refuses_is_counted_and_hurts_nobody_else(tmp_path, topic, payload):
    async def story():
        async with running(tmp_path) as broker:
            neighbour = MqttClient(address(broker), "neighbour")
            await neighbour.connect()
            bad = MqttClient(address(broker), "bad")
            await bad.connect()
            bad.publish(topic, payload, 1)
            await bad.closed
            await again(lambda: broker.refused)
            assert broker.refused == 1
            await neighbour.subscribe([("a", 1)])
            await neighbour.disconnect()
            assert broker.restarts == 0

    asyncio.run(story())
