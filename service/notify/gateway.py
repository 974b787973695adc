"""The operator's own gateway for messages to customers, whatever it makes of them: SMS, e-mail, an official account."""

import asyncio
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import msgspec

from service.notify.base import Channel, Letter
from service.notify.channels import append
from telemetry.errors import ConfigError, Invalid, Unavailable

AT_ONCE = 8  # requests under way; a recall owes thousands of messages
_WITHIN = 10.0  # seconds
_AGAIN = frozenset({408, 429})  # RFC 9110 15.5.9, RFC 6585 4: the same request may be taken later
_LONGEST_WAIT = 3600.0  # seconds that a gateway may ask us to wait
SETTING = "customers.url"


def shape(letter: Letter) -> dict[str, Any]:
    """What a gateway is sent: `{"id", "to": {"phone", "name"}, "kind", "text", "link"?, "ticket"}`. The `id` stays the
    same when a message is sent again, so that the gateway can tell it is the same."""
    person = letter.addressee
    to = {"phone": person.phone, "name": person.name} if person is not None else {"phone": letter.to, "name": None}
    told = {
        "id": letter.id, "to": to, "kind": letter.kind, "text": f"{letter.title}\n{letter.body}",
        "ticket": letter.ticket,
    }  # fmt: skip
    return told if letter.link is None else {**told, "link": letter.link}


class HttpGateway:
    """Posts each message as JSON, with a bearer token if there is one. Any 2xx means that it was taken."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url, self._host = url, urlsplit(url).hostname
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._trusted = ssl.create_default_context()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def send(self, letter: Letter) -> None:
        """Raises Unavailable for no answer, 408, 429 and 5xx; Invalid for every other refusal. Neither tells what was
        in the message or in the answer, which may repeat it."""
        async with self._places:
            response = await self._post(shape(letter))
        status = response.status_code
        if 200 <= status < 300:
            return
        why = f"{self._host}: HTTP {status}"
        if status in _AGAIN or status >= 500:
            raise Unavailable(why, retry_after=_wait(response.headers.get("retry-after")))
        raise Invalid({SETTING: why})

    async def _post(self, body: dict[str, Any]) -> httpx2.Response:
        """A client of its own for each message: redirects are not followed, nor proxies of the environment asked."""
        client = httpx2.AsyncClient(verify=self._trusted, timeout=_WITHIN, trust_env=False)
        try:
            async with asyncio.timeout(_WITHIN), client:
                return await client.post(self._url, json=body, headers=self._headers)
        except (httpx2.HTTPError, OSError) as error:  # no answer in time is one of the latter
            raise Unavailable(f"{self._host}: {type(error).__name__}", retry_after=0) from error


def _wait(said: str | None) -> float:
    """The seconds of a Retry-After; dates, which few send, are taken for none."""
    return min(float(said), _LONGEST_WAIT) if said is not None and said.isdecimal() else 0.0


class FileGateway:
    """Appends to a file, one JSON line each, what a gateway would be sent: for trials."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def send(self, letter: Letter) -> None:
        await append(self.path, msgspec.json.encode(shape(letter)))


def open_gateway(url: str | None, token: str | None) -> list[Channel]:
    """The channels to customers: one, or none. Raises ConfigError without showing secrets."""
    if url is None:
        return []
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return [FileGateway(Path(unquote(parts.path)))]
    if parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.password):
        return [HttpGateway(url, token)]
    raise ConfigError(SETTING, "must be https://host/path without a password (customers.token has it), or file:///path")
