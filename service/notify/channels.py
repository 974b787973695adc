"""The channels there are: ours for a file and the console, Apprise for everything else."""

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import structlog

from service.notify.base import Channel, Letter
from telemetry.errors import ConfigError, Unavailable

_SEND_WITHIN = 30.0  # seconds


class FileChannel:
    """Appends each message to a file as one JSON line {"to", "title", "body"}."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def send(self, letter: Letter) -> None:
        await append(self.path, msgspec.json.encode({"to": letter.to, "title": letter.title, "body": letter.body}))


async def append(path: Path, line: bytes) -> None:
    """Add a line to a file, which nobody else may read: messages name people. Raises Unavailable."""
    try:
        await asyncio.to_thread(_append, path, line + b"\n")
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}") from error


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(line)


class ConsoleChannel:
    """Writes each message to the product's own log."""

    async def send(self, letter: Letter) -> None:
        structlog.get_logger().info("notice", to=letter.to, title=letter.title, body=letter.body)


class AppriseChannel:
    """One Apprise URL (e-mail, WeCom, DingTalk, Feishu, SMS gateways, webhooks …).

    Apprise tells success from failure, not one failure from another, so every failure may be tried again; and it has
    no receipts: "sent" means that the service took the message.
    """

    def __init__(self, url: str) -> None:
        import apprise  # noqa: PLC0415 - takes a second to load, which only those who use it should pay

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # we report failures ourselves, without secrets
        self._apprise = apprise.Apprise()
        if not self._apprise.add(url):
            raise ConfigError("notify.urls", f"not a channel we know: {urlsplit(url).scheme or '(no scheme)'}:…")

    async def send(self, letter: Letter) -> None:
        title = f"[{letter.to}] {letter.title}"
        result = await asyncio.to_thread(self._apprise.notify, body=letter.body, title=title, timeout=_SEND_WITHIN)
        if not result:
            raise Unavailable(f"{self._apprise.services[0].service_name}: {result.status.name.lower()}")


def _file(url: str) -> Channel:
    path = unquote(urlsplit(url).path)
    if not path.startswith("/") or urlsplit(url).netloc:
        raise ConfigError("notify.urls", "a file channel is written file:///absolute/path")
    return FileChannel(Path(path))


CHANNELS: dict[str, Callable[[str], Channel]] = {
    "file": _file,
    "console": lambda _url: ConsoleChannel(),
    "apprise": AppriseChannel,
}


def open_channels(urls: Sequence[str]) -> list[Channel]:
    """One channel per URL: `file:///path`, `console:`, else Apprise's. Raises ConfigError without showing secrets.

    None at all is refused: every notice would count as sent, and nobody would hear of a critical fault.
    """
    if not urls:
        raise ConfigError("notify.urls", "needs one channel at least; console: is the least")
    return [CHANNELS.get(urlsplit(url).scheme, CHANNELS["apprise"])(url) for url in urls]
