"""MQTT 3.1.1 over asyncio: the only file that knows the protocol's bytes. Both ends use it.

Built for the hot receive path: the packets of one read are handed over together, PUBACKs go out in batches and only
when the caller says so. One client object is one connection; reconnecting is the caller's business, and an
acknowledgement can never reach a later connection (a stale packet id would acknowledge a message nobody processed).
"""

import asyncio
import ssl
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from telemetry.errors import Unavailable

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
ANSWER_WITHIN = 10.0  # seconds a broker may take to answer before it counts as away
GOODBYE_WITHIN = 2.0
_PUBACK_HEAD = PUBACK << 28 | 2 << 16
_REFUSED = {
    1: "protocol version",
    2: "client id",
    3: "server unavailable",
    4: "user name or password",
    5: "not allowed",
}


class Message(NamedTuple):
    """An incoming PUBLISH. `packet` is 0 at QoS 0; otherwise it wants `puback`."""

    topic: str
    payload: bytes
    packet: int
    retain: bool


class Will(NamedTuple):
    """What the broker publishes when the connection dies."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Broker(NamedTuple):
    """Where a broker listens and who we are to it."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: bool = False


def _text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def packet(kind: int, flags: int, body: bytes) -> bytes:
    """A control packet: fixed header with remaining length, then the body."""
    if len(body) < 128:
        return bytes((kind << 4 | flags, len(body))) + body
    head = bytearray([kind << 4 | flags])
    length = len(body)
    while True:
        length, digit = divmod(length, 128)
        head.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(head) + body


def connect_packet(broker: Broker, client_id: str, keepalive: int, clean: bool, will: Will | None) -> bytes:
    """CONNECT for protocol level 4 (MQTT 3.1.1 section 3.1)."""
    flags = 0x02 if clean else 0
    body = _text(client_id)
    if will:
        flags |= 0x04 | will.qos << 3 | (0x20 if will.retain else 0)
        body += _text(will.topic) + len(will.payload).to_bytes(2, "big") + will.payload
    if broker.username is not None:
        flags |= 0x80
        body += _text(broker.username)
        if broker.password is not None:
            flags |= 0x40
            body += _text(broker.password)
    return packet(CONNECT, 0, _text("MQTT") + bytes([4, flags]) + keepalive.to_bytes(2, "big") + body)


class MqttClient(asyncio.Protocol):
    """One connection. `on_messages` gets all messages of one read; `on_puback` each confirmed packet id.

    `closed` is done when the connection is gone, with the reason as its result.
    """

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
        self.broker, self.client_id, self.keepalive = broker, client_id, keepalive
        self._hello = connect_packet(broker, client_id, keepalive, clean, will)
        self.on_messages, self.on_puback = on_messages, on_puback
        self._rest = bytearray()
        self._wanted = 0
        self._out: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._connack: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._subacks: dict[int, asyncio.Future[bytes]] = {}
        self._next_id = 0
        self._pinger: asyncio.TimerHandle | None = None
        self._heard = True
        self._reason = "closed by the broker"
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def connect(self) -> bool:
        """Open the connection; True when the broker still had our session. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        context = ssl.create_default_context() if self.broker.tls else None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await loop.create_connection(lambda: self, self.broker.host, self.broker.port, ssl=context)
                return await self._connack
        except (OSError, TimeoutError) as error:
            raise Unavailable(f"broker at {self.broker.host}:{self.broker.port}: {error or 'no answer'}") from error
        finally:
            if not self._accepted():
                self.abort()

    async def subscribe(self, filters: Iterable[tuple[str, int]]) -> None:
        """Subscribe; raises Unavailable when the broker refuses one or does not answer."""
        pid = self._take_id()
        answer = self._subacks[pid] = asyncio.get_running_loop().create_future()
        body = pid.to_bytes(2, "big") + b"".join(_text(f) + bytes([qos]) for f, qos in filters)
        self._write(packet(SUBSCRIBE, 2, body))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                codes = await answer
        except (OSError, TimeoutError) as error:
            raise Unavailable("the broker did not answer a subscription") from error
        finally:
            self._subacks.pop(pid, None)
        if 0x80 in codes:
            raise Unavailable("the broker refused a subscription")

    def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> int:
        """Send a message; its packet id (0 at QoS 0). On a closed connection nothing is sent."""
        pid = self._take_id() if qos else 0
        body = _text(topic) + (pid.to_bytes(2, "big") if qos else b"") + payload
        self._write(packet(PUBLISH, qos << 1 | retain, body))
        return pid

    def puback(self, packets: Iterable[int]) -> None:
        """Acknowledge messages by packet id, in one write."""
        ids = np.fromiter((p for p in packets if p), ">u4")
        self._write((ids | _PUBACK_HEAD).astype(">u4").tobytes())

    async def disconnect(self) -> None:
        """Say goodbye (the will is not published) and close."""
        if self._transport:
            self._write(packet(DISCONNECT, 0, b""))
            self._flush()
            self._transport.close()
            try:
                async with asyncio.timeout(GOODBYE_WITHIN):
                    await asyncio.shield(self.closed)
            except TimeoutError:
                self.abort()

    @property
    def open(self) -> bool:
        """Does what is sent now still go out?"""
        return self._transport is not None and not self._transport.is_closing() and not self.closed.done()

    def abort(self, reason: str = "dropped by us") -> None:
        """Drop the connection at once (the broker publishes the will)."""
        if self._transport and not self._transport.is_closing():
            self._reason = reason
        if self._transport:
            self._transport.abort()

    def pause_reading(self) -> None:
        """Let the broker wait: the brake when we cannot take more."""
        if self._transport and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self._transport and not self._transport.is_closing():
            self._heard = True  # nothing could be heard meanwhile: that was not the broker's silence
            self._transport.resume_reading()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - create_connection gives no other
        self._transport = transport
        transport.write(self._hello)
        if self.keepalive:
            self._ping()

    def connection_lost(self, exc: Exception | None) -> None:
        reason = str(exc or self._reason)
        if self._pinger:
            self._pinger.cancel()
        waiters: list[asyncio.Future[Any]] = [self._connack, *self._subacks.values()]
        for waiting in waiters:
            if not waiting.done():
                waiting.set_exception(ConnectionError(reason))
                waiting.exception()  # mark as seen: the waiter may have given up already
        if not self.closed.done():
            self.closed.set_result(reason)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return  # a large packet comes in many reads: it is looked at once
            data, self._rest = bytes(self._rest), bytearray()
        messages, at = self._packets(data)
        self._rest += memoryview(data)[at:]
        if messages:
            self.on_messages(messages)

    # halves

    def _accepted(self) -> bool:
        return self._connack.done() and not self._connack.cancelled() and self._connack.exception() is None

    def _packets(self, data: bytes) -> tuple[list[Message], int]:
        """Take every whole packet: the messages, and where the rest begins. Short headers are read in place."""
        messages: list[Message] = []
        at, size = 0, len(data)
        self._wanted = 0
        while size - at > 2:
            head, length, start = data[at], data[at + 1], at + 2
            if length > 127:
                if data[start] < 128:
                    length, start = length & 127 | data[start] << 7, start + 1
                elif (found := self._long(data, at + 1)) is None:
                    break
                else:
                    length, start = found
            end = start + length
            if end > size:
                self._wanted = end - at
                break
            if head & 0xF0 != PUBLISH << 4:
                self._take(head, data[start:end])
            elif (message := self._message(head, data, start, end)) is not None:
                messages.append(message)
            else:
                break
            at = end
        else:
            at = self._empty(data, at)
        return messages, at

    def _long(self, data: bytes, i: int) -> tuple[int, int] | None:
        """(length, start) of a packet whose length takes up to four bytes from `i` on; None while it is incomplete."""
        length = 0
        for shift in (0, 7, 14, 21):
            if i >= len(data):
                return None
            length |= (data[i] & 0x7F) << shift
            i += 1
            if data[i - 1] < 128:
                return length, i
        self.abort("a packet without a length")
        return None

    def _empty(self, data: bytes, at: int) -> int:
        """Take a packet of two bytes at the very end."""
        if len(data) - at == 2 and data[at + 1] == 0:
            self._take(data[at], b"")
            at += 2
        return at

    def _message(self, head: int, data: bytes, start: int, end: int) -> Message | None:
        """The PUBLISH that lies there; None, and the connection is dropped, when it does not fit its own length."""
        after = start + 2 + (data[start] << 8 | data[start + 1]) if end - start > 1 else end + 1
        body = after + 2 if head & 6 else after
        if body > end:
            self.abort("a message longer than its packet")
            return None
        pid = data[after] << 8 | data[after + 1] if head & 6 else 0
        return Message(data[start + 2 : after].decode("utf-8", "replace"), data[body:end], pid, head & 1 == 1)

    def _take(self, head: int, body: bytes) -> None:
        kind = head >> 4
        if kind == PUBACK:
            self.on_puback(int.from_bytes(body[:2], "big"))
        elif kind == CONNACK and not self._connack.done():  # who asked may have given up
            if body[1]:
                self._connack.set_exception(ConnectionError(f"refused: {_REFUSED.get(body[1], str(body[1]))}"))
            else:
                self._connack.set_result(bool(body[0] & 1))
        elif kind == SUBACK:
            answer = self._subacks.pop(int.from_bytes(body[:2], "big"), None)
            if answer and not answer.done():
                answer.set_result(body[2:])

    def _take_id(self) -> int:
        self._next_id = self._next_id % 65535 + 1
        return self._next_id

    def _write(self, data: bytes) -> None:
        """Send at the end of this turn of the loop: what is said in one turn goes out in one system call."""
        if data and self._transport and not self._transport.is_closing():
            if not self._out:
                asyncio.get_running_loop().call_soon(self._flush)
            self._out.append(data)

    def _flush(self) -> None:
        data = b"".join(self._out)
        self._out.clear()
        if data and self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def _ping(self) -> None:
        """Once per half keep-alive: ask for a sign of life; a broker that gave none since the last time is gone. While
        we do not read, its silence is ours."""
        if not self._heard and self._transport and self._transport.is_reading():
            self.abort("silent for longer than the keep-alive allows")
            return
        self._heard = False
        if self._connack.done():
            self._write(packet(PINGREQ, 0, b""))
        self._pinger = asyncio.get_running_loop().call_later(self.keepalive / 2, self._ping)
