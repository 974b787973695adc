"""`WS /live`: hello, then frames for each subscription, at most one a second each."""

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from api import views
from api.access import caller_of
from api.context import Context
from api.identity import Caller
from api.live import Watch, wish
from api.problems import HttpError, of_error
from telemetry.errors import Denied, Invalid, Unavailable
from telemetry.units import MINUTE

router = APIRouter()
POLL_S = 0.25
REFUSED = 1008


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    ctx: Context = socket.app.state.context
    try:
        caller = await run_in_threadpool(caller_of, socket, ctx)
    except (HttpError, Denied):
        await socket.close(REFUSED)  # before accepting: the client sees 403
        return
    await socket.accept()
    connection = Connection(socket, ctx, caller)
    async with asyncio.TaskGroup() as tasks:
        sender = tasks.create_task(connection.send_frames())
        await connection.take_wishes()
        sender.cancel()


class Connection:
    """One client: the newest wish per topic, and one loop that sends. Nothing is queued between the two."""

    def __init__(self, socket: WebSocket, ctx: Context, caller: Caller) -> None:
        self._socket, self._ctx, self._caller = socket, ctx, caller
        self._watches: dict[str, Watch] = {}
        self._broken: set[str] = set()
        self._problems: dict[str | None, dict[str, Any]] = {}
        self._woken = asyncio.Event()
        self._checked = ctx.real()

    async def take_wishes(self) -> None:
        """Until the client goes: each wish replaces what was asked of its topic; a bad one is answered by `error`."""
        try:
            while True:
                text = await self._socket.receive_text()
                try:
                    asked = wish(text)
                    self._watches[asked.sub] = Watch(self._ctx, self._caller, asked)
                except Invalid as error:
                    self._problems[None] = of_error(error)
                self._woken.set()
        except (WebSocketDisconnect, KeyError, RuntimeError):  # gone, or a binary frame, or closed by us
            return

    async def send_frames(self) -> None:
        backend = self._ctx.backend
        time = {"now": views.iso(self._ctx.now()), "speed": backend.speed, "zone": backend.zone}
        try:
            await self._send({"type": "hello", **time, "version": backend.version})
            while await self._still_allowed():
                await self._send_due()
                self._woken.clear()
                await _wait(self._woken, POLL_S)
            await self._socket.close(REFUSED, "the session has ended")
        except (WebSocketDisconnect, RuntimeError):  # the client is gone; its reader ends the connection
            return

    async def _send_due(self) -> None:
        real = self._ctx.real()
        for name, watch in [(n, w) for n, w in self._watches.items() if w.ready(real)]:
            frame = await self._frame(name, watch)
            if frame is not None:
                await self._send(frame)
        while self._problems:
            sub, document = self._problems.popitem()
            await self._send({"type": "error", "sub": sub, "problem": document})

    async def _frame(self, name: str, watch: Watch) -> dict[str, Any] | None:
        """The topic's next frame; a wrong wish is dropped, a store that is away told once and `resync` sent after."""
        try:
            frame = await run_in_threadpool(watch.frame, self._ctx.real())
        except Invalid as error:
            if self._watches.get(name) is watch:
                del self._watches[name]
            self._problems[name] = of_error(error)
            return None
        except Unavailable as error:
            if name not in self._broken:
                self._problems[name] = of_error(error)
            self._broken.add(name)
            return None
        if name in self._broken:
            self._broken.discard(name)
            self._watches.pop(name, None)
            return {"type": "resync", "sub": name}
        return frame

    async def _still_allowed(self) -> bool:
        """Looked at once a minute, so that a revoked token or an ended session ends the feed too."""
        real = self._ctx.real()
        if real - self._checked < MINUTE:
            return True
        self._checked = real
        return await run_in_threadpool(self._ctx.identity.renew, self._caller, real) is not None

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._socket.send_text(msgspec.json.encode(frame).decode())


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
