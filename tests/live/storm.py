"""A reconnect storm: many cabinets, each on a connection of its own, that lose it at once and come back by themselves.

The cabinets are the simulator's clients and links (births, wills, holding, full-jitter back-off) without its world.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from simulator.cabinet import CabinetClient, Identity, Outcome
from simulator.link import Link
from telemetry import openfiles
from telemetry.clock import ProductClock
from telemetry.mqtt import Broker
from telemetry.units import SECOND

CONNECTING_AT_ONCE = 200
SPARE_FILES = 256
SPEAKING_EVERY = 30.0  # seconds, of each cabinet
BEAT = 0.1


@dataclass
class Storm:
    """`count` connections to the broker at `port`; use as an async context."""

    port: int
    count: int
    prefix: str = "STORM"
    speaking_every: float = SPEAKING_EVERY
    _quiet: bool = False
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Storm":
        wanted = self.count + SPARE_FILES
        if openfiles.allow(wanted) < wanted:
            raise OSError(f"{wanted} open files are needed: raise `ulimit -n`")
        self._clock = ProductClock(0, 1.0)
        gate, rng = asyncio.Semaphore(CONNECTING_AT_ONCE), np.random.default_rng(1)
        broker = Broker("127.0.0.1", self.port)
        self.cabinets = [self._cabinet(f"{self.prefix}-{i:05d}") for i in range(self.count)]
        self.links = [Link(broker, c.cabinet, [c], self._clock, gate, rng, alone=True) for c in self.cabinets]
        self._tasks = [asyncio.create_task(link.keep()) for link in self.links]
        self._tasks.append(asyncio.create_task(self._speak()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def network(self, *, up: bool) -> None:
        """Every connection breaks at this moment, without a word (the broker publishes all wills), or all come back at
        once: no jitter spreads them."""
        for client, link in zip(self.cabinets, self.links, strict=True):
            link.want(client.cabinet, wanted=up)

    def hush(self) -> None:
        """From now on nobody says anything new."""
        self._quiet = True

    def connected(self) -> int:
        return sum(c.connected for c in self.cabinets)

    def held(self) -> int:
        """Messages, and samples not yet packed into one, of all cabinets that are not acknowledged."""
        return sum(len(c.ring) + len(c._samples) for c in self.cabinets)

    def said(self) -> int:
        return sum(c.said for c in self.cabinets)

    def served(self) -> bool:
        """Is everybody connected, and has nearly everybody got an acknowledgement of all it ever said?"""
        waiting = sum(len(c.ring) > 0 for c in self.cabinets)
        return self.connected() == self.count and waiting <= max(1, self.count // 10)

    async def until(self, so: Callable[[], bool], seconds: float) -> float:
        """Wait for it; the seconds it took. Raises TimeoutError with how far it came."""
        start = time.monotonic()
        while not so():
            if time.monotonic() - start > seconds:
                raise TimeoutError(f"{self.connected()} of {self.count} connected, {self.held()} messages held")
            await asyncio.sleep(BEAT)
        return time.monotonic() - start

    def _cabinet(self, name: str) -> CabinetClient:
        identity = Identity("S1", "1.0", self.speaking_every, ["air_c", "set_c"], [])
        return CabinetClient(name, 1, identity, lambda *_: Outcome("rejected"))

    async def _speak(self) -> None:
        """Each cabinet says something every `speaking_every` seconds, connected or not."""
        due, looked, turn = 0.0, 0, itertools.cycle(zip(self.cabinets, self.links, strict=True))
        while True:
            await asyncio.sleep(BEAT)
            moment = self._clock.moment()
            due += self.count * BEAT / self.speaking_every
            for client, link in itertools.islice(turn, 0 if self._quiet else int(due)):
                link.send(client.sample(moment.now, {"air_c": 4.0, "set_c": 3.5}, moment))
            due -= int(due)
            if moment.real - looked >= SECOND:
                looked = moment.real
                for client, link in zip(self.cabinets, self.links, strict=True):
                    link.send(client.due(moment))
