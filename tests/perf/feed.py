"""The full path without a broker, in this process: PUBLISH bytes into the MQTT client … acknowledgements out of it.

Everything is the product's own (`app.product.build`: SQLite journal, DuckDB, SQLite records); only the socket is
replaced: the event loop hands out a transport that answers CONNECT and SUBSCRIBE and then feeds packets, as many at a
time as a broker would have in flight.
"""

import asyncio
import gc
import json
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.home import Home
from app.product import Product, build
from app.settings import load
from telemetry.clock import real_ms
from telemetry.mqtt import CONNECT, PUBACK, PUBLISH, SUBSCRIBE, MqttClient, packet
from tests.perf import shape
from tests.perf.stages import Stages, watch_gateway, watching

WINDOW = 8000  # messages in flight, as the embedded broker allows
CHUNK = 64 * 1024  # bytes of one read
ROUND_MS = 50  # device time between two messages of a cabinet: less than any lap takes, for no clock runs ahead of ours
PATIENCE = 120.0  # seconds
_PUBACKS = re.compile(rb"(?:\x40\x02..)+", re.DOTALL)


class Fed(msgspec.Struct):
    """One run. `rate`: messages per second of wall time, first byte to last acknowledgement; `cpu_us`: CPU of the whole
    process per message; `acks`: `down/ack` messages; `stages`: CPU us per message by stage."""

    messages: int
    rate: float
    cpu_us: float
    acks: int
    stages: dict[str, float]


class Chunk(msgspec.Struct):
    """Whole PUBLISH packets as one read would bring them."""

    data: bytes
    messages: int


class Wire(asyncio.Transport):
    """The other end of the client's connection: a broker that has nothing to do but to send."""

    def __init__(self, protocol: asyncio.BaseProtocol, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol, self._loop = protocol, loop
        self._chunks: deque[Chunk] = deque()
        self._reading, self._closing, self._armed = True, False, False
        self.in_flight = 0
        self.sent: list[tuple[float, bytes]] = []

    def feed(self, chunks: list[Chunk]) -> None:
        self._chunks.extend(chunks)
        self._arm()

    @property
    def idle(self) -> bool:
        """Has everything been fed and acknowledged by PUBACK?"""
        return not self._chunks and self.in_flight == 0

    def write(self, data: Any) -> None:
        """Heed every packet; the client sends many in one write."""
        at, publishes = 0, False
        while at < len(data):
            kind = data[at] >> 4
            start, end = span(data, at)
            if kind == PUBACK:
                end = at + len(_PUBACKS.match(data, at).group())
                self.in_flight -= (end - at) // 4
            elif kind == CONNECT:
                self._loop.call_soon(self._protocol.data_received, b"\x20\x02\x00\x00")
            elif kind == SUBSCRIBE:
                self._loop.call_soon(self._protocol.data_received, b"\x90\x04" + data[start : start + 2] + b"\x01\x01")
            publishes |= kind == PUBLISH
            at = end
        if publishes:
            self.sent.append((time.perf_counter(), bytes(data)))
        self._arm()

    def pause_reading(self) -> None:
        self._reading = False

    def resume_reading(self) -> None:
        self._reading = True
        self._arm()

    def is_reading(self) -> bool:
        return self._reading

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    abort = close

    def _arm(self) -> None:
        if self._chunks and not self._armed and self._reading and self.in_flight < WINDOW:
            self._armed = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        self._armed = False
        if self._reading and not self._closing:
            chunk = self._chunks.popleft()
            self.in_flight += chunk.messages
            self._protocol.data_received(chunk.data)
        self._arm()


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose only outward connection is a `Wire`."""

    wire: Wire | None = None

    async def create_connection(self, factory: Any, *_args: Any, **_more: Any) -> Any:
        protocol = factory()
        self.wire = Wire(protocol, self)
        protocol.connection_made(self.wire)
        return self.wire, protocol


def chunks(messages: Iterator[tuple[str, bytes]]) -> list[Chunk]:
    """PUBLISH packets of QoS 1, in reads of about CHUNK bytes."""
    made: list[Chunk] = []
    buffer, count = bytearray(), 0
    for number, (topic, payload) in enumerate(messages):
        name = topic.encode()
        pid = number % 65535 + 1
        buffer += packet(PUBLISH, 2, len(name).to_bytes(2, "big") + name + pid.to_bytes(2, "big") + payload)
        count += 1
        if len(buffer) >= CHUNK:
            made.append(Chunk(bytes(buffer), count))
            buffer, count = bytearray(), 0
    return [*made, Chunk(bytes(buffer), count)] if count else made


def births(cabinets: int, ts: int) -> Iterator[tuple[str, bytes]]:
    for c in range(cabinets):
        yield f"cabinets/{shape.cabinet(c)}/up/birth", shape.birth(1, ts)


def telemetry(cabinets: int, first: int, messages: int, ts: int) -> Iterator[tuple[str, bytes]]:
    """Round-robin over the cabinets, seqs in order from `first`."""
    for n in range(messages):
        lap, c = divmod(n, cabinets)
        tail = shape.TELEMETRY_TAILS[n % shape.VARIANTS]
        at = ts + lap * ROUND_MS + c % 100
        yield f"cabinets/{shape.cabinet(c)}/up/telemetry", shape.payload(first + lap, at, tail)


def span(data: bytes, at: int) -> tuple[int, int]:
    """Where the body of the packet at `at` starts and ends."""
    length, shift, i = 0, 0, at + 1
    while True:
        length |= (data[i] & 0x7F) << shift
        shift, i = shift + 7, i + 1
        if data[i - 1] < 128:
            return i, i + length


def acked(sent: list[tuple[float, bytes]]) -> Iterator[tuple[float, str, int]]:
    """(when, cabinet, seq) of every acknowledgement among what the client wrote."""
    for when, data in sent:
        at = 0
        while at < len(data):
            start, end = span(data, at)
            if data[at] >> 4 == PUBLISH:
                payload = start + 2 + int.from_bytes(data[start : start + 2], "big")
                topic = data[start + 2 : payload].decode()
                if topic.endswith("/down/ack"):
                    yield when, topic.split("/")[1], json.loads(data[payload:end])["seq"]
            at = end


def open_product(folder: Path, **settings: Any) -> Product:
    """The product's parts on a new directory, waiting for the (replaced) outside broker."""
    given = {"data": folder, "broker": "mqtt://127.0.0.1:1", "enrolment": "open", **settings}
    return build(load(given, None, {}), Home(folder), real_ms(), demo=False)


def run(folder: Path, cabinets: int, messages: int, *, core: int | None = None, acks: bool = True) -> Fed:
    """Births first, then `messages` of telemetry, timed until the last acknowledgement is out."""
    cores, collecting = os.sched_getaffinity(0), gc.get_threshold()
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        stages = Stages()
        with (
            watching(stages, MqttClient, "data_received", "receive: split packets"),
            watching(stages, Wire, "write", "the feed itself"),
            asyncio.Runner(loop_factory=Loop) as runner,
        ):
            return runner.run(_life(folder, stages, cabinets, messages, acks=acks))
    finally:
        os.sched_setaffinity(0, cores)
        gc.set_threshold(*collecting)  # the gateway sets it for a process that is all its own
        gc.unfreeze()
        gc.collect()


async def _life(folder: Path, stages: Stages, cabinets: int, messages: int, *, acks: bool) -> Fed:
    product = open_product(folder)
    watch_gateway(stages, product.gateway)
    if not acks:
        product.gateway._acks.offer = lambda _acks: None
    running = asyncio.ensure_future(product.gateway.run())
    measuring = asyncio.ensure_future(_timed(product, stages, cabinets, messages, acks=acks))
    try:
        await asyncio.wait((running, measuring), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()  # the gateway died: say why
        return measuring.result()
    finally:
        running.cancel()
        measuring.cancel()
        await asyncio.gather(running, measuring, return_exceptions=True)
        product.records.close()
        product.series.close()
        product.writer.journal.close()


async def _connected() -> Wire:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Loop)
    await _until(lambda: loop.wire is not None, "the gateway to connect")
    assert loop.wire
    return loop.wire


async def _timed(product: Product, stages: Stages, cabinets: int, messages: int, *, acks: bool) -> Fed:
    """Births, then the load."""
    wire = await _connected()

    async def committed() -> None:
        await _until(lambda: wire.idle and product.gateway.lag == 0, "the last commit")

    wire.feed(chunks(births(cabinets, real_ms())))
    await committed()
    load = chunks(telemetry(cabinets, 2, messages, real_ms()))
    laps, rest = divmod(messages, cabinets)
    last = {shape.cabinet(c): 1 + laps + (c < rest) for c in range(min(cabinets, messages))}
    await asyncio.sleep(0.5)  # acknowledgements of births that were held back are out
    wire.sent.clear()
    stages.spent.clear()
    cpu, began = time.process_time(), time.perf_counter()
    wire.feed(load)
    await committed()
    ended = await _answered(wire, last) if acks else time.perf_counter()
    cpu = time.process_time() - cpu
    count = sum(1 for _ in acked(wire.sent))
    return Fed(messages, messages / (ended - began), cpu / messages * 1e6, count, stages.table(messages, cpu))


async def _answered(wire: Wire, last: dict[str, int]) -> float:
    """Wait for the acknowledgement of every cabinet in `last`; when the last of them went out."""
    waiting, seen, ended = dict(last), 0, 0.0

    def complete() -> bool:
        nonlocal seen, ended
        for when, cabinet, seq in acked(wire.sent[seen:]):
            if waiting.get(cabinet, seq + 1) <= seq:
                del waiting[cabinet]
                ended = max(ended, when)
        seen = len(wire.sent)
        return not waiting

    await _until(complete, "the last acknowledgement")
    return ended


async def _until(done: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not done():  # noqa: ASYNC110 - what is waited for is the product's, which sets no event of ours
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise TimeoutError(f"waited {PATIENCE:.0f} s for {what}") from error
