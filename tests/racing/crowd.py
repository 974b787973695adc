"""Many programs that want the same thing of one product at the same moment. Knows only the contract."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2

from tests.live.outside import Product

AT_ONCE = 200
TRIES = 20


class Reply(NamedTuple):
    """What came back; `guard` of a refusal."""

    status: int
    body: Any

    @property
    def said(self) -> str:
        """For a table: `200`, or the status with the guard that stood in the way."""
        guard = self.body.get("guard") if isinstance(self.body, dict) and self.status >= 400 else None
        return f"{self.status} {guard}" if guard else str(self.status)


class Crowd:
    """Up to `AT_ONCE` requests in flight; use as an async context.

    Every change carries an Idempotency-Key of its own and is sent again after a 503 or a broken connection: only so
    can a program know whether it was the one that won.
    """

    def __init__(self, made: Product) -> None:
        self._token, self._gate, self.again = made.own_token(), asyncio.Semaphore(AT_ONCE), 0
        limits = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        self._http = httpx2.AsyncClient(base_url=f"{made.url}/api/v1", trust_env=False, timeout=120, limits=limits)

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Reply:
        """One request, by the administrator unless a `token` is given. Raises RuntimeError when nobody answers it."""
        sent = {"Authorization": f"Bearer {token or self._token}", "Idempotency-Key": uuid4().hex, **headers}
        async with self._gate:
            for _ in range(TRIES):
                try:
                    answer = await self._http.request(method, path, json=body, headers=sent)
                except httpx2.TransportError:
                    answer = None
                if answer is not None and answer.status_code != 503:
                    return Reply(answer.status_code, answer.json())
                self.again += 1
                await asyncio.sleep(0.5)
        raise RuntimeError(f"{method} {path}: no answer after {TRIES} tries")

    async def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return await self.ask("POST", path, body or {}, **headers)

    async def make(self, path: str, body: Any = None) -> dict[str, Any]:
        """A change that must succeed; what came of it."""
        reply = await self.post(path, body)
        assert reply.status in (200, 201), (path, reply)
        made: dict[str, Any] = reply.body
        return made

    async def every(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page after page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await self.ask("GET", f"{path}?limit=1000{cursor}")).body
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"


async def together(what: Iterable[Coroutine[Any, Any, Reply]]) -> list[Reply]:
    """Let all of them run at once; their answers in order."""
    return list(await asyncio.gather(*what))
