"""A broker in a hundred lines for tests of the links: QoS 1 in, wills, and the model gateway behind it."""

import asyncio
from collections import defaultdict

from telemetry.mqtt import CONNACK, CONNECT, DISCONNECT, PINGREQ, PINGRESP, PUBACK, PUBLISH, SUBACK, SUBSCRIBE, packet
from tests.simulator.rig import Gateway


class Session:
    """One accepted connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.client_id = self.username = ""
        self.will: tuple[str, bytes] | None = None
        self.filters: dict[str, int] = {}


class TestBroker:
    """Listens on a free port; every message of a cabinet goes to its `Gateway`, which acknowledges at once."""

    __test__ = False

    def __init__(self) -> None:
        self.gateways: dict[str, Gateway] = defaultdict(Gateway)
        self.sessions: list[Session] = []
        self.wills: list[tuple[str, bytes]] = []
        self.seen: list[str] = []
        self.replying = True
        self.retained: dict[str, bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "TestBroker":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for session in self.sessions:
            session.writer.close()
        await asyncio.gather(*self._tasks)

    def cut(self) -> None:
        """Close every connection from this side."""
        for session in self.sessions:
            session.writer.transport.abort()

    def send(self, topic: str, payload: bytes) -> None:
        raw = topic.encode()
        for session in self.sessions:
            if topic in session.filters and not session.writer.is_closing():
                session.writer.write(packet(PUBLISH, 0, len(raw).to_bytes(2, "big") + raw + payload))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        session = Session(writer)
        self.sessions.append(session)
        try:
            while await self._one(session, reader):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            if session.will:
                self.wills.append(session.will)
        self.sessions.remove(session)
        writer.close()

    async def _one(self, session: Session, reader: asyncio.StreamReader) -> bool:
        head = (await reader.readexactly(1))[0]
        length = shift = 0
        while True:
            digit = (await reader.readexactly(1))[0]
            length |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                break
        body = await reader.readexactly(length)
        return self._handle(session, head, body)

    def _handle(self, session: Session, head: int, body: bytes) -> bool:
        kind = head >> 4
        if kind == CONNECT:
            self._connected(session, body)
        elif kind == SUBSCRIBE:
            at, codes = 2, b""
            while at < len(body):
                size = int.from_bytes(body[at : at + 2], "big")
                session.filters[body[at + 2 : at + 2 + size].decode()] = body[at + 2 + size]
                at, codes = at + 3 + size, codes + b"\x01"
            session.writer.write(packet(SUBACK, 0, body[:2] + codes))
            for topic in self.retained.keys() & session.filters.keys():
                self.send(topic, self.retained[topic])
        elif kind == PUBLISH:
            self._published(session, body)
        elif kind == PINGREQ:
            session.writer.write(packet(PINGRESP, 0, b""))
        return kind != DISCONNECT

    def _connected(self, session: Session, body: bytes) -> None:
        flags, at, texts = body[7], 10, []
        while at < len(body):
            size = int.from_bytes(body[at : at + 2], "big")
            texts.append(body[at + 2 : at + 2 + size])
            at += 2 + size
        session.client_id = texts[0].decode()
        if flags & 0x04:
            session.will = (texts[1].decode(), texts[2])
        if flags & 0x80:
            session.username = texts[3 if flags & 0x04 else 1].decode()
        session.writer.write(packet(CONNACK, 0, b"\0\0"))

    def _published(self, session: Session, body: bytes) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        topic = body[2:end].decode()
        session.writer.write(packet(PUBACK, 0, body[end : end + 2]))
        _, cabinet, _, leaf = topic.split("/")
        self.seen.append(topic)
        boot = self.gateways[cabinet].take(leaf, body[end + 2 :])
        if self.replying:
            self.send(f"cabinets/{cabinet}/down/ack", self.gateways[cabinet].ack(boot))
