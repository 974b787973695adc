"""The channels there are: ours for a file and the console, Apprise for everything else."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import structlog

from service.notify.base import Channel
from telemetry.errors import ConfigError, Unavailable

_SEND_WITHIN = 30.0  # seconds


class FileChannel:
    """Appends each message to a file as one JSON line {"to", "title", "body"}."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def send(self, to: str, title: str, body: str) -> None:
        line = msgspec.json.encode({"to": to, "title": title, "body": body}) + b"\n"
        try:
            await asyncio.to_thread(self._append, line)
        except OSError as error:
            raise Unavailable(f"{self.path}: {error.strerror}") from error

    def _append(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(line)


class ConsoleChannel:
    """Writes each message to the product's own log."""

    async def send(self, to: str, title: str, body: str) -> None:
        structlog.get_logger().info("notice", to=to, title=title, body=body)


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

    async def send(self, to: str, title: str, body: str) -> None:
        result = await asyncio.to_thread(self._apprise.notify, body=body, title=f"[{to}] {title}", timeout=_SEND_WITHIN)
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
