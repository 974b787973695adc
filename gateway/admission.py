"""Who may connect to the embedded broker: every cabinet with its own secret, under its own name, to its own topics.

The broker asks (auth callout) and we answer, on a thread and loop of our own: thousands that connect at once wait for
each other, not for the data path. Whoever is in with a secret that no longer holds is thrown out.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import msgspec
import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, NoRespondersError
from nats.errors import Error as NatsError

from gateway.claims import ACCOUNT, Asked, admit, key_pair, read, refusal, refuse
from gateway.configuration import ADMISSION, SYSTEM
from gateway.keys import Keys
from telemetry.errors import Invalid

log = structlog.get_logger()
RETRY = 0.2
ANSWER_WITHIN = 5.0
TOLD = 5  # examples of refusals in one line of the log


class Inside(NamedTuple):
    """Who is behind a connection, and the hash it was let in by."""

    cabinet: str
    hashed: str | None


class _Left(msgspec.Struct):
    """What the broker says when a connection ends."""

    class Server(msgspec.Struct):
        id: str

    class Client(msgspec.Struct):
        id: int

    server: Server
    client: Client


class Admission:
    """Answers the broker at `address()` (None while it is not there).

    `kept`: a cabinet's hash, None when it may not come in; `real_s`: real time, s; `sweep_s`: seconds between two looks
    at who is in. `admitted`, `refused`, `late` (nobody waited for the answer any more, so none was given and those who
    still wait come first): how many so far; `up`: whether the broker can ask us.
    """

    def __init__(
        self,
        keys: Keys,
        address: Callable[[], str | None],
        kept: Callable[[str], str | None],
        real_s: Callable[[], int],
        sweep_s: float = 5.0,
    ) -> None:
        self._keys, self._issuer = keys, key_pair(keys.issuer)
        self._address, self._kept, self._real_s, self._sweep_s = address, kept, real_s, sweep_s
        self._inside: dict[tuple[str, int], Inside] = {}
        self._attended: str | None = None
        self._told: dict[str, str] = {}
        self._untold = 0
        self.admitted = self.refused = self.late = 0
        self.up = False

    async def run(self) -> None:
        """Answer until cancelled."""
        await on_own_thread(self._serve(), "admission")

    async def _serve(self) -> None:
        """While the broker is away nobody can connect; those who try come again."""
        while True:
            address = self._address()
            try:
                if address:
                    await self._attend(address)
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("admission_lost", reason=repr(error))
            finally:
                self.up = False
            await asyncio.sleep(RETRY)

    async def _attend(self, address: str) -> None:
        """Answer one broker until it is gone. Another address is another broker: who was in with the old one is out."""
        if address != self._attended:
            self._inside.clear()
            self._attended = address
        system = await _connect(address, SYSTEM, self._keys.system)
        try:
            door = await _connect(address, ADMISSION, self._keys.admission)
            try:
                await system.subscribe(f"$SYS.ACCOUNT.{ACCOUNT}.DISCONNECT", cb=self._left)
                await system.flush()
                await door.subscribe("$SYS.REQ.USER.AUTH", cb=self._ask)
                await door.flush()
                self.up = True
                while door.is_connected and system.is_connected:
                    await self.sweep(system)
                    await asyncio.sleep(self._sweep_s)
            finally:
                await door.close()
        finally:
            await system.close()

    async def _ask(self, message: Msg) -> None:
        try:
            asked = read(message.data)
        except Invalid as error:
            log.error("admission_not_understood", reason=str(error))
            return
        if asked.until < self._real_s():
            self.late += 1
            return
        try:
            await message.respond(self.answer(asked))
        except ConnectionClosedError:
            self.late += 1

    def answer(self, asked: Asked) -> bytes:
        """Let in or keep out, and remember it."""
        hashed = self._kept(asked.username)
        reason = refusal(asked, hashed)
        if reason is None:
            self.admitted += 1
            self._inside[asked.server, asked.connection] = Inside(asked.username, hashed)
            return admit(self._issuer, asked, self._real_s())
        self.refused += 1
        self._untold += 1
        if len(self._told) < TOLD:
            self._told[asked.username[:64]] = reason
        return refuse(self._issuer, asked, self._real_s())

    async def _left(self, message: Msg) -> None:
        left = msgspec.json.decode(message.data, type=_Left)
        self._inside.pop((left.server.id, left.client.id), None)

    async def sweep(self, system: Client) -> None:
        """Throw out whoever is in with a secret that no longer holds; say who was refused since the last time."""
        if self._untold:
            log.warning("connections_refused", count=self._untold, among=self._told)
            self._untold, self._told = 0, {}
        for where, who in list(self._inside.items()):
            if self._kept(who.cabinet) != who.hashed:
                await self._throw_out(system, *where)
                log.info("cabinet_thrown_out", cabinet=who.cabinet)

    async def _throw_out(self, system: Client, server: str, connection: int) -> None:
        """A connection, or a whole server, that is gone already is what we want."""
        order = msgspec.json.encode({"cid": connection})
        try:
            await system.request(f"$SYS.REQ.SERVER.{server}.KICK", order, timeout=ANSWER_WITHIN)
        except NoRespondersError:
            log.info("broker_gone_before", server=server)
        self._inside.pop((server, connection), None)


async def on_own_thread(work: Coroutine[Any, Any, None], name: str) -> None:
    """Run a coroutine on an event loop of its own thread; it is cancelled with the caller, who waits for its end."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    with ThreadPoolExecutor(1, name) as pool:
        ended = asyncio.get_running_loop().run_in_executor(pool, _drive, loop, task)
        try:
            await asyncio.shield(ended)
        except asyncio.CancelledError:
            loop.call_soon_threadsafe(task.cancel)
            await ended
            raise


def _drive(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        log.debug("ended", thread="admission")
    finally:
        loop.close()


async def _connect(address: str, user: str, password: str) -> Client:
    async def told(error: Exception) -> None:
        log.warning("admission_trouble", user=user, reason=repr(error))

    return await nats.connect(
        f"nats://{address}", user=user, password=password, allow_reconnect=False, connect_timeout=5, error_cb=told,
        name=f"vendwatch {user}",
    )  # fmt: skip
