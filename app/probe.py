"""Trying the channels to customers from outside (S4 4.1.3, 5.5.1): every few minutes, off until addresses are set.

A channel that does not answer several times in a row is entered as out of order, and taken back by the first answer.
What people said of a channel stays theirs. The addresses are tried from this machine: where its own way to the network
is gone, all of them fail.
"""

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from urllib.parse import urlsplit

import httpx2
import structlog

from app.sections import Probing
from service.channels.model import PROBE
from service.model import Action, Answer
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Unavailable

log = structlog.get_logger()
PORTS = {"smtp": 25, "http": 80, "https": 443}
_GREETING = b"220"  # RFC 5321 4.2.3: service ready


class Desk(Protocol):
    """What the probe needs of the product."""

    @property
    def records(self) -> RecordStore: ...
    async def submit(self, action: Action) -> Answer: ...


class Probe:
    """How often each channel failed in a row, and what is done about it."""

    def __init__(self, desk: Desk, probing: Probing) -> None:
        self._desk, self._probing = desk, probing
        self._failed: Counter[str] = Counter()

    async def run(self) -> None:
        """For as long as the product runs; at once over where there is nothing to try."""
        while self._probing.targets:
            await asyncio.sleep(self._probing.every_minutes * 60)
            try:
                await self.round()
            except Unavailable as error:
                log.warning("channels_not_told", reason=str(error))

    async def round(self) -> None:
        """Try every channel once. Raises Unavailable."""
        for channel, target in self._probing.targets.items():
            why = await tried(target, self._probing.timeout_s)
            self._failed[channel] = 0 if why is None else self._failed[channel] + 1
            if why is None:
                await self._answered(channel)
            elif self._failed[channel] >= self._probing.failures:
                await self._silent(channel, why)

    async def _answered(self, channel: str) -> None:
        found = await self._open(channel)
        if found is not None and found["by_probe"]:
            await self._say("channel.restore", channel, {})

    async def _silent(self, channel: str, why: str) -> None:
        if await self._open(channel) is None:
            await self._say("channel.outage", channel, {"reason": why})

    async def _open(self, channel: str) -> Row | None:
        where = [Where("channel", "=", channel), Where("ended", "null")]
        found = await asyncio.to_thread(self._desk.records.find, "channel_outages", where, limit=1)
        return found[0] if found else None

    async def _say(self, name: str, channel: str, body: dict[str, str]) -> None:
        action = Action(id=f"probe-{secrets.token_hex(8)}", actor=PROBE, name=name, target=channel, body=body)
        answer = await self._desk.submit(action)
        if answer.status not in ("ok", "created", "conflict"):  # conflict: somebody was faster
            log.warning("channel_refused", channel=channel, status=answer.status)


async def tried(target: str, timeout_s: float) -> str | None:
    """None: the address answers as its kind does; otherwise why not."""
    parts = urlsplit(target)
    try:
        async with asyncio.timeout(timeout_s):
            return await _KINDS[parts.scheme](target, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0))
    except TimeoutError:
        return f"{parts.scheme}: no answer within {timeout_s:g} s"
    except (OSError, httpx2.HTTPError, ValueError) as error:  # ValueError: a name that is none, a greeting without end
        return f"{parts.scheme}: {type(error).__name__} {error}".strip()[:300]


async def _tcp(_: str, host: str, port: int) -> str | None:
    await _close((await asyncio.open_connection(host, port))[1])
    return None


async def _smtp(_: str, host: str, port: int) -> str | None:
    """The server greets (RFC 5321 3.1); we take our leave without a letter."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        said = (await reader.readline()).strip()
        writer.write(b"QUIT\r\n")
        await writer.drain()
    finally:
        await _close(writer)
    return None if said.startswith(_GREETING) else f"smtp: greeted with {said[:60].decode(errors='replace')!r}"


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):  # the other side was faster: it has answered all the same
        await writer.wait_closed()


async def _http(target: str, _host: str, _port: int) -> str | None:
    """The page is there; its body is not read."""
    async with (
        httpx2.AsyncClient(follow_redirects=True, trust_env=False) as client,
        client.stream("GET", target) as response,
    ):
        return None if response.is_success else f"http: status {response.status_code}"


_KINDS: Mapping[str, Callable[[str, str, int], Awaitable[str | None]]] = {
    "tcp": _tcp, "smtp": _smtp, "http": _http, "https": _http,
}  # fmt: skip
