"""The short, seeded form of the chaos suite: what gates a change. The whole matrix is long."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from telemetry.mqtt import Broker, Message, MqttClient
from tests.chaos.brokers import OutsideBroker, mosquitto
from tests.chaos.injector import Injector
from tests.chaos.plan import Stage
from tests.chaos.run import play
from tests.chaos.waiting import until

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]
SENT = 400


@pytest.fixture
def needs_mosquitto() -> None:
    try:
        mosquitto()
    except FileNotFoundError as error:
        pytest.skip(str(error))


def do(stage: Stage, folder: Path) -> None:
    """Do a stage; every promise must be kept."""
    home = folder / "stage"
    home.mkdir()
    told: list[str] = []
    cycles = asyncio.run(play(stage, home, Injector(folder), told.append, cabinets=10))
    assert [v for c in cycles for v in c.violations] == [], "\n".join(told)


def test_kills_lose_nothing_and_double_nothing_over_nats(tmp_path: Path) -> None:
    do(Stage("nats", "plain", 19, ["kill_between", "kill_broker", "reordered"]), tmp_path)


def test_the_promise_holds_over_a_mosquitto_that_loses_acknowledged_data(tmp_path: Path, needs_mosquitto: None) -> None:
    """With Mosquitto's defaults: the cabinets send again what our own acknowledgement does not name."""
    do(Stage("mosquitto-defaults", "plain", 2, ["queue_overflow", "kill_broker"]), tmp_path)


def test_mosquittos_defaults_lose_what_it_acknowledged(tmp_path: Path, needs_mosquitto: None) -> None:
    """A PUBACK of the broker proves nothing: after SIGKILL a session's queue is gone, and the session with it."""
    assert asyncio.run(_through_a_kill("mosquitto-defaults", tmp_path)) == (SENT, 0)


def test_nats_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    assert asyncio.run(_through_a_kill("nats", tmp_path)) == (SENT, SENT)


async def _through_a_kill(kind: str, folder: Path) -> tuple[int, int]:
    """Messages that the broker acknowledged while its subscriber was away, and those it delivers after a SIGKILL."""
    broker = OutsideBroker(kind, folder)
    await asyncio.to_thread(broker.start)
    try:
        here, confirmed = Broker("127.0.0.1", broker.port), set[int]()
        subscriber = MqttClient(here, "subscriber", clean=False)
        await subscriber.connect()
        await subscriber.subscribe([("cabinets/+/up/#", 1)])
        await subscriber.disconnect()
        publisher = MqttClient(here, "publisher", on_puback=confirmed.add)
        await publisher.connect()
        for n in range(SENT):
            publisher.publish("cabinets/C-1/up/telemetry", str(n).encode(), qos=1)
        await until(lambda: len(confirmed) == SENT, 60)
        broker.kill()
        await asyncio.to_thread(broker.start)
        return len(confirmed), await _delivered(here)
    finally:
        broker.kill()


async def _delivered(broker: Broker) -> int:
    """What a subscriber that comes back gets, up to a marker published after it; at once when its session is gone."""
    got: list[Message] = []
    subscriber = MqttClient(broker, "subscriber", clean=False, on_messages=got.extend)
    if not await subscriber.connect():
        return 0
    await subscriber.subscribe([("cabinets/+/up/#", 1)])
    await until(lambda: len({m.payload for m in got}) == SENT, 60)
    await subscriber.disconnect()
    return len({m.payload for m in got})


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("broker", ["nats", "mosquitto"])
def test_every_fault_over_every_broker(tmp_path: Path, broker: str, needs_mosquitto: None) -> None:
    """The matrix, once; `./vendwatch chaos` runs it as often as you like."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--broker", broker, "--cycles", "64", "--seed", "1", "--patient"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-5000:] + told.stdout
