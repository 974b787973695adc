"""Simulated cabinets, each with a connection of its own, talking to a broker (or to the proxy before it)."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, MqttClient, Will
from telemetry.mqtt import Message as Packet
from tests.chaos.cabinet import Cabinet, Message
from tests.chaos.recorder import Recorder

STEP = 0.05
NUDGE = 1.0
RATE = 15.0
Delivery = Callable[[list[Message]], list[Message]]


def straight(messages: list[Message]) -> list[Message]:
    """Each message once, in order."""
    return messages


class Link:
    """A cabinet and its connection, which comes back by itself. `delivery`: what the way makes of what it sends."""

    def __init__(self, cabinet: Cabinet, recorder: Recorder, rng: random.Random) -> None:
        self.cabinet, self._recorder, self._rng = cabinet, recorder, rng
        self.delivery: Delivery = straight
        self._client: MqttClient | None = None

    @property
    def connected(self) -> bool:
        return self._client is not None

    async def run(self, broker: Broker) -> None:
        """Stay connected until cancelled."""
        while True:
            with suppress(Unavailable):
                await self._live(broker)
            await asyncio.sleep(self._rng.uniform(0.05, 0.5))

    def send(self, messages: list[Message]) -> None:
        """Publish what the recorder has on disk; without a connection it stays held."""
        if self._client is None:
            return
        for m in self.delivery(messages):
            self._client.publish(m.topic, m.payload, qos=1)
        self.cabinet.sent(messages)

    def drop(self) -> None:
        """Break the connection; the broker publishes the will."""
        if self._client:
            self._client.abort()

    async def _live(self, broker: Broker) -> None:
        cabinet = self.cabinet
        will = Will(f"cabinets/{cabinet.id}/up/will", cabinet.connecting())
        client = MqttClient(broker, cabinet.id, keepalive=10, will=will, on_messages=self._heard)
        await client.connect()
        try:
            await client.subscribe([(f"cabinets/{cabinet.id}/down/#", 1)])
            held = list(cabinet.held.values())
            birth = cabinet.birth()
            self._recorder.say(birth)
            self._recorder.sync()
            self._client = client
            client.publish(birth.topic, birth.payload, qos=1)
            cabinet.sent([birth])
            self.send(held)
            await client.closed
        finally:
            self._client = None
            client.abort()

    def _heard(self, packets: list[Packet]) -> None:
        for packet in packets:
            if self._client:
                self._client.puback([packet.packet])
            if packet.topic.endswith("/down/ack"):
                body = json.loads(packet.payload)
                self._recorder.ack(self.cabinet.id, body["boot"], body["seq"])
                self.send(self.cabinet.acknowledged(body))


class Fleet:
    """All of them. Traffic runs while `talking`; `rate`: messages per second and cabinet."""

    def __init__(self, count: int, folder: Path, rng: random.Random) -> None:
        self.recorder = Recorder(folder / "said.jsonl")
        self.rng, self.rate, self.talking = rng, RATE, False
        self.links = [Link(Cabinet(f"CHAOS-{i:03d}"), self.recorder, rng) for i in range(count)]

    async def run(self, broker: Broker) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for link in self.links:
                group.create_task(link.run(broker))
            group.create_task(self._talk())
            group.create_task(self._repeat())

    def held(self) -> int:
        return sum(len(link.cabinet.held) for link in self.links)

    def say(self, made: list[tuple[Link, Message]]) -> None:
        """Record, sync, send."""
        for _, message in made:
            self.recorder.say(message)
        self.recorder.sync()
        for link, message in made:
            link.send([message])

    async def settle(self, seconds: float) -> bool:
        """Fall silent and wait until all is acknowledged. Who waits says something now and then, as cabinets do."""
        self.talking = False
        end, nudge = time.monotonic() + seconds, time.monotonic() + NUDGE
        while (self.held() or not all(k.cabinet.seq for k in self.links)) and time.monotonic() < end:
            await asyncio.sleep(STEP)
            if time.monotonic() > nudge:
                nudge = time.monotonic() + NUDGE
                self.say([(k, k.cabinet.telemetry()) for k in self.links if k.cabinet.held and k.connected])
        self.recorder.sync()
        return not self.held()

    async def _talk(self) -> None:
        """Telemetry at the rate, an event among twenty."""
        owed = 0.0
        while True:
            await asyncio.sleep(STEP)
            owed = owed + self.rate * STEP if self.talking else 0.0
            made: list[tuple[Link, Message]] = []
            while owed >= 1:
                owed -= 1
                made += [(k, _message(k.cabinet, self.rng)) for k in self.links]
            if made:
                self.say(made)

    async def _repeat(self) -> None:
        """What is not acknowledged for 30 s is sent again."""
        while True:
            await asyncio.sleep(1)
            for link in self.links:
                if link.connected:
                    link.send(link.cabinet.overdue())


def _message(cabinet: Cabinet, rng: random.Random) -> Message:
    return cabinet.event() if rng.random() < 0.05 else cabinet.telemetry()
