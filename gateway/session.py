"""Our session with the broker: connect, subscribe on every connect, keep coming back, say when we are blind."""

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog

from gateway.tls import Certificate, OwnClient
from service.model import Publish
from telemetry.errors import Unavailable
from telemetry.mqtt import Broker, Message, MqttClient

log = structlog.get_logger()
# The second filter sees ids with a slash in them: they are counted and quarantined, not overlooked.
FILTERS = (("cabinets/+/up/#", 1), ("cabinets/+/+/up/#", 1))
SLOWEST_RETRY = 5.0


class Arrival:
    """Messages of one connection that still want their PUBACK; a later connection never gets it. `size`: bytes."""

    __slots__ = ("_client", "messages", "size")

    def __init__(self, client: MqttClient, messages: list[Message]) -> None:
        self._client, self.messages = client, messages
        self.size = sum(len(m.payload) for m in messages)

    def acknowledge(self) -> None:
        """Tell the broker that they are in the journal."""
        self._client.puback(m.packet for m in self.messages)


class Session:
    """One persistent session (clean=False) under `client_id`. `certificate`: what our own broker shows, if it speaks
    TLS."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        *,
        on_arrival: Callable[[Arrival], None],
        on_sight: Callable[[bool], None],
        certificate: Certificate | None = None,
    ) -> None:
        self.broker, self.client_id, self._certificate = broker, client_id, certificate
        self._on_arrival, self._on_sight = on_arrival, on_sight
        self._client: MqttClient | None = None

    @property
    def connected(self) -> bool:
        """Does what is published now still go out?"""
        return self._client is not None and self._client.open

    async def run(self) -> None:
        """Stay connected until cancelled."""
        failures = 0
        try:
            while True:
                try:
                    await self._live()
                    failures = 0
                except Unavailable as error:
                    failures += 1
                    if failures == 1:
                        log.warning("broker_unreachable", reason=str(error))
                await asyncio.sleep(random.uniform(0.05, min(SLOWEST_RETRY, 0.1 * 2 ** min(failures, 7))))
        finally:
            if self._client:
                await self._client.disconnect()

    def publish(self, messages: Sequence[Publish]) -> None:
        """Send; what cannot be sent now is sent again by whoever is owed it (births and duplicates are answered,
        commands are sent again on birth)."""
        if self._client:
            for m in messages:
                self._client.publish(m.topic, m.payload, m.qos, m.retain)

    def pause(self) -> None:
        if self._client:
            self._client.pause_reading()

    def resume(self) -> None:
        if self._client:
            self._client.resume_reading()

    def _new(self) -> MqttClient:
        if self._certificate is None:
            return MqttClient(self.broker, self.client_id, keepalive=10, clean=False)
        return OwnClient(self._certificate, self.broker, self.client_id, keepalive=10, clean=False)

    async def _live(self) -> None:
        """One connection, from CONNECT to its end."""
        client = self._new()
        client.on_messages = lambda messages: self._on_arrival(Arrival(client, messages))
        present = await client.connect()
        try:
            await client.subscribe(FILTERS)
            self._client = client
            self._on_sight(True)
            log.info("broker_connected", session_present=present)
            reason = await client.closed
            log.warning("broker_lost", reason=reason)
        finally:
            self._client = None
            client.abort()
            self._on_sight(False)
