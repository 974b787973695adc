"""The reference: `telemetry.mqtt.MqttClient`'s face over paho-mqtt with manual acknowledgement."""

import asyncio
import socket
from collections.abc import Callable, Iterable
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from telemetry.errors import Unavailable
from telemetry.mqtt import ANSWER_WITHIN, Broker, Message, Will


class PahoClient:
    """One connection; every callback runs on the event loop that made the client."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        *,
        keepalive: int = 60,
        clean: bool = True,
        will: Will | None = None,
        on_messages: Callable[[list[Message]], None] = lambda _: None,
        on_puback: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.broker, self.keepalive = broker, keepalive
        self.on_messages, self.on_puback = on_messages, on_puback
        self._loop = asyncio.get_running_loop()
        self._connack: asyncio.Future[Any] = self._loop.create_future()
        self._subacks: dict[int, asyncio.Future[list[int]]] = {}
        self.closed: asyncio.Future[str] = self._loop.create_future()
        self._paho = Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=clean, manual_ack=True, reconnect_on_failure=False
        )
        if broker.username is not None:
            self._paho.username_pw_set(broker.username, broker.password)
        if will:
            self._paho.will_set(will.topic, will.payload, will.qos, will.retain)
        self._paho.on_connect = lambda _c, _u, flags, code, _p: self._tell(self._on_connect, flags, code)
        self._paho.on_disconnect = lambda _c, _u, _f, code, _p: self._tell(self._on_disconnect, str(code))
        self._paho.on_message = lambda _c, _u, message: self._tell(self._on_message, message)
        self._paho.on_publish = lambda _c, _u, mid, _r, _p: self._tell(lambda: self.on_puback(mid))
        self._paho.on_subscribe = lambda _c, _u, mid, codes, _p: self._tell(self._on_subscribe, mid, codes)

    async def connect(self) -> bool:
        try:
            await asyncio.to_thread(self._paho.connect, self.broker.host, self.broker.port, self.keepalive)
            self._paho.loop_start()
            async with asyncio.timeout(ANSWER_WITHIN):
                return bool(await self._connack)
        except (OSError, TimeoutError) as error:
            await asyncio.to_thread(self._paho.loop_stop)
            raise Unavailable(f"broker at {self.broker.host}:{self.broker.port}: {error}") from error

    async def subscribe(self, filters: Iterable[tuple[str, int]]) -> None:
        code, mid = self._paho.subscribe(list(filters))
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            raise Unavailable("not connected")
        answer = self._subacks.setdefault(mid, self._loop.create_future())
        async with asyncio.timeout(ANSWER_WITHIN):
            if any(granted >= 0x80 for granted in await answer):
                raise Unavailable("the broker refused a subscription")

    def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> int:
        return self._paho.publish(topic, payload, qos, retain).mid if qos else self._send(topic, payload, retain)

    def puback(self, packets: Iterable[int]) -> None:
        for packet in packets:
            if packet:
                self._paho.ack(packet, 1)

    async def disconnect(self) -> None:
        self._paho.disconnect()
        await self.closed
        await asyncio.to_thread(self._paho.loop_stop)

    def abort(self) -> None:
        """Cut the line without a word: the broker publishes the will."""
        connection = self._paho.socket()
        if connection:
            connection.shutdown(socket.SHUT_RDWR)

    def _send(self, topic: str, payload: bytes, retain: bool) -> int:
        self._paho.publish(topic, payload, 0, retain)
        return 0

    def _tell(self, what: Callable[..., None], *arguments: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *arguments)

    def _on_connect(self, flags: Any, code: Any) -> None:
        if code.is_failure:
            self._connack.set_exception(ConnectionError(f"refused: {code}"))
        else:
            self._connack.set_result(flags.session_present)

    def _on_disconnect(self, reason: str) -> None:
        if not self.closed.done():
            self.closed.set_result(reason)

    def _on_message(self, m: MQTTMessage) -> None:
        self.on_messages([Message(m.topic, m.payload, m.mid if m.qos else 0, m.retain)])

    def _on_subscribe(self, mid: int, codes: Any) -> None:
        self._subacks.setdefault(mid, self._loop.create_future()).set_result([c.value for c in codes])
