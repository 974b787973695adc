"""What the way makes of messages, and what clocks say."""

import asyncio
import json
import random
import time

from telemetry.mqtt import Broker, MqttClient, Will
from tests.chaos.cabinet import WEEK, Message
from tests.chaos.fleet import straight
from tests.chaos.waiting import until
from tests.chaos.world import World

HOUR = 3600 * 1000


async def duplicates(world: World) -> None:
    """Every message arrives five times."""
    for link in world.fleet.links:
        link.delivery = lambda messages: messages * 5
    await _meanwhile(world, 2.0)


async def reordered(world: World) -> None:
    """Messages of up to two seconds arrive in any order, some of them twice."""
    for link in world.fleet.links:
        link.delivery = _Shuffled(world.fleet.rng)
    await _meanwhile(world, 3.0)


async def week_late(world: World) -> None:
    """Samples arrive that waited a week, and a boot's messages after those of the next boot."""
    for link in world.fleet.links:
        world.fleet.say([(link, link.cabinet.late(20))])
    for link in world.rng.sample(world.fleet.links, 6):
        link.delivery = lambda _: []  # its messages are held, and come after those of the next boot
    await _meanwhile(world, 1.0)
    for link in world.fleet.links:
        if world.rng.random() < 0.5:
            link.cabinet.reboot()
            link.drop()
    await asyncio.sleep(1)


async def late_wills(world: World) -> None:
    """The broker publishes the wills of old connections after the births of the new ones."""
    ghosts = []
    for link in world.rng.sample(world.fleet.links, 6):
        cabinet = link.cabinet
        old = json.dumps({"boot": cabinet.boot, "conn": cabinet.conn}).encode()
        will = Will(f"cabinets/{cabinet.id}/up/will", old)
        ghosts.append(MqttClient(Broker("127.0.0.1", world.front.port), f"{cabinet.id}-old", will=will))
        await ghosts[-1].connect()
        link.drop()
    await until(lambda: all(link.connected for link in world.fleet.links), 30)
    await asyncio.sleep(0.5)
    for ghost in ghosts:
        ghost.abort()
    await asyncio.sleep(0.5)


async def device_clocks(world: World) -> None:
    """Clocks of cabinets at 1970, eight hours ahead or behind, and jumping."""
    world.fleet.recorder.note(tolerate="clock_wrong")
    chosen = world.rng.sample(world.fleet.links, 8)
    for _ in range(3):
        for link in chosen:
            link.cabinet.skew = world.rng.choice((_since_1970(world.rng), 8 * HOUR, -8 * HOUR, 0))
            if world.rng.random() < 0.3:
                link.cabinet.reboot()
                link.drop()
        await asyncio.sleep(1)
    for link in chosen:
        link.cabinet.skew = 0


async def server_clock(world: World) -> None:
    """The machine's wall clock jumps under the product: ahead, back, and home."""
    world.fleet.recorder.note(tolerate="clock_wrong")
    clock = world.folder / "faketime"
    for jump in world.rng.sample(("+8h", "-8h", "+3d", "+40"), 2):
        clock.write_text(jump + "\n")
        await asyncio.sleep(3)
    clock.write_text("+0\n")
    await asyncio.sleep(2)


class _Shuffled:
    """Keeps messages back until there are a few, and lets them go in any order."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._kept = rng, list[Message]()

    def __call__(self, messages: list[Message]) -> list[Message]:
        self._kept += messages
        if len(self._kept) < 25:
            return []
        out, self._kept = self._kept + self._kept[:3], []
        self._rng.shuffle(out)
        return out


def _since_1970(rng: random.Random) -> int:
    """The skew of a clock that has counted from 1970 for up to a week; never from the same moment twice."""
    return rng.randrange(WEEK) - int(time.time() * 1000)


async def _meanwhile(world: World, seconds: float) -> None:
    """Let it happen, then everything goes straight again."""
    await asyncio.sleep(seconds)
    for link in world.fleet.links:
        link.delivery = straight
