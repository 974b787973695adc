"""Connections to the broker: one per cabinet, or one for many. Reconnects with full-jitter back-off."""

import asyncio
from collections.abc import Sequence

import numpy as np

from simulator.cabinet import CabinetClient
from simulator.ring import Out
from telemetry.clock import Clock
from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, Message, MqttClient, Will
from telemetry.wire import topic

BACK_OFF_FROM, BACK_OFF_TO = 1.0, 120.0  # real seconds
SUBSCRIBED_AT_ONCE = 50
KEEPALIVE = 60


def back_off(attempt: int, rng: np.random.Generator) -> float:
    """Seconds to wait before the next attempt (full jitter): the n-th failure waits up to 2^(n-1) s, at most 2 min."""
    return float(rng.uniform(0, min(BACK_OFF_TO, BACK_OFF_FROM * 2 ** min(attempt - 1, 10))))


class Link:
    """One connection for some cabinets; `alone` cabinets have a will and lose the connection when they fall silent.

    `gate` bounds how many connect at once. A cabinet is `wanted` while it can reach the broker.
    """

    def __init__(
        self, broker: Broker, client_id: str, cabinets: Sequence[CabinetClient], clock: Clock, gate: asyncio.Semaphore,
        rng: np.random.Generator, *, alone: bool,
    ) -> None:  # fmt: skip
        self._broker, self._client_id, self._clock, self._gate, self._rng = broker, client_id, clock, gate, rng
        self.cabinets = tuple(cabinets)
        self._cabinets = {c.cabinet: c for c in cabinets}
        self._alone = alone
        self._wanted = {c.cabinet: True for c in cabinets}
        self._go = asyncio.Event()
        self._go.set()
        self._mqtt: MqttClient | None = None
        self.error: str | None = None  # why the last attempt failed

    async def keep(self) -> None:
        """Connect, stay connected, connect again; until cancelled."""
        attempt = 0
        while True:
            await self._go.wait()
            try:
                async with self._gate:
                    mqtt = await self._connect()
                attempt, self.error = 0, None
                await mqtt.closed
            except Unavailable as error:
                attempt += 1
                self.error = str(error)
            finally:
                self.drop()
            if self._go.is_set():
                await asyncio.sleep(back_off(max(1, attempt), self._rng))

    def want(self, cabinet: str, *, wanted: bool) -> None:
        """The cabinet reaches the network again, or no longer does."""
        self._wanted[cabinet] = wanted
        client = self._cabinets[cabinet]
        if self._alone:
            (self._go.set if wanted else self._go.clear)()
            if not wanted:
                self.drop()
        elif not wanted:
            client.down()
        elif self._mqtt:
            self._introduce(client)

    def send(self, outs: Sequence[Out]) -> None:
        """Publish at QoS 1; without a connection the cabinet keeps its messages and sends them later."""
        if self._mqtt:
            for out in outs:
                self._mqtt.publish(out.topic, out.payload, qos=1)

    def drop(self) -> None:
        """Lose the connection without a word (the broker publishes the will)."""
        mqtt = self._mqtt
        self._lost()
        if mqtt:
            mqtt.abort()

    async def close(self) -> None:
        """Say goodbye."""
        if self._mqtt:
            await self._mqtt.disconnect()

    # halves

    async def _connect(self) -> MqttClient:
        mqtt = MqttClient(
            self._broker, self._client_id, keepalive=KEEPALIVE, will=self._will(), on_messages=self._take,
        )  # fmt: skip
        try:
            await mqtt.connect()
            names = list(self._cabinets)
            for i in range(0, len(names), SUBSCRIBED_AT_ONCE):
                await mqtt.subscribe(self._filters(names[i : i + SUBSCRIBED_AT_ONCE]))
        except ConnectionError as error:
            mqtt.abort()
            raise Unavailable(str(error)) from error
        except (Unavailable, asyncio.CancelledError):
            mqtt.abort()
            raise
        self._mqtt = mqtt
        if self._alone and not self._go.is_set():
            self.drop()  # the network went while we connected
            return mqtt
        for name, client in self._cabinets.items():
            if self._wanted[name]:
                self._introduce(client)
        return mqtt

    def _will(self) -> Will | None:
        if not self._alone:
            return None
        (client,) = self._cabinets.values()
        will = client.dial()
        return Will(will.topic, will.payload, qos=1)

    def _filters(self, names: Sequence[str]) -> list[tuple[str, int]]:
        """Everything at QoS 0: acknowledgements and commands are sent again by whoever is owed an answer, the
        configuration is retained. A subscription at QoS 1 is state that
        the broker makes and takes down with each connection that keeps no session: NATS takes minutes for thousands."""
        return [(topic(n, "down", leaf), 0) for n in names for leaf in ("ack", "command", "config")]

    def _introduce(self, client: CabinetClient) -> None:
        if not self._alone:
            client.dial()
        self.send(client.up(self._clock.moment()))

    def _take(self, messages: list[Message]) -> None:
        moment = self._clock.moment()
        for message in messages:
            parts = message.topic.split("/")
            client = self._cabinets.get(parts[1]) if len(parts) == 4 else None
            if client and (client.connected or parts[3] == "config"):  # what is retained comes before the birth is out
                self.send(client.receive(parts[3], message.payload, moment))
        if self._mqtt:
            self._mqtt.puback(m.packet for m in messages if m.packet)

    def _lost(self) -> None:
        self._mqtt = None
        for client in self._cabinets.values():
            client.down()
