"""The loops: receive → journal → PUBACK → fold → commit → down/ack. One asyncio loop, a journal and a writer thread.

Every queue is bounded; when one is full the one before waits, down to the broker, which keeps what we do not take.
"""

import asyncio
import gc
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import msgspec
import structlog

from gateway import failpoint
from gateway.acks import Acks
from gateway.blindness import Blindness
from gateway.fold import Outcome
from gateway.inbox import Inbox
from gateway.meters import Meters
from gateway.pacer import Pacer
from gateway.room import Room
from gateway.session import Arrival, Session
from gateway.tls import Certificate
from gateway.writer import Writer
from service.live import Feed
from service.model import Action, Answer
from telemetry.clock import ProductClock, steady_ms
from telemetry.errors import Unavailable
from telemetry.journal import Entry
from telemetry.mqtt import Broker
from telemetry.units import SECOND

log = structlog.get_logger()
TICK = 0.5  # seconds
PULSE = 0.1  # seconds
COLLECT_AFTER = (200_000, 20, 20)  # more than the objects of the largest batch
IDLE = 100  # ms of real time without a message after which no acknowledgement waits any more
LAG_HOLDS = 1.0  # seconds of work not done at which product time waits
LED = 2000  # ms of real time by which product time may be ahead of the journal when the process dies
_T = TypeVar("_T")


class Limits(msgspec.Struct, frozen=True):
    """Sizes of batches and queues. `fold_queue` is short: while the fold is busy, batches grow instead of queueing."""

    batch_messages: int = 4000
    batch_bytes: int = 16 * 2**20
    batch_ms: int = 5
    pending_messages: int = 20_000
    pending_bytes: int = 64 * 2**20
    fold_queue: int = 4
    rate: float = 100
    burst: int = 3000
    disk_warn: float = 0.85
    disk_refuse: float = 0.95


class Gateway:
    """The running data path. `certificate`: of our own broker, if it speaks TLS."""

    def __init__(
        self, writer: Writer, clock: ProductClock, feed: Feed, broker: Broker, client_id: str, limits: Limits,
        certificate: Certificate | None = None,
    ) -> None:  # fmt: skip
        self.writer, self.clock, self.feed, self.limits = writer, clock, feed, limits
        self.session = Session(
            broker, client_id, on_arrival=self._arrive, on_sight=self._sight, certificate=certificate
        )
        self.room = Room(writer.snapshots.folder, limits.disk_warn, limits.disk_refuse, self._real)
        self._wake = asyncio.Event()
        self._inbox = Inbox(writer.records, self._real, self._wake.set)
        self._blindness = Blindness()
        self._pacer = Pacer(limits.rate, limits.burst)
        self._acks = Acks()
        self.meters = Meters()
        self._arrivals: deque[Arrival] = deque()
        self._pending = self._pending_bytes = self._heard = 0
        self._turn = asyncio.Lock()
        self._queue: asyncio.Queue[Entry] = asyncio.Queue(limits.fold_queue)
        self._number = 0
        self._folding: deque[int] = deque()
        self._taking: int | None = None
        self._journal_thread = ThreadPoolExecutor(1, "journal")
        self._writer_thread = ThreadPoolExecutor(1, "writer")

    @property
    def lag(self) -> float:
        """Seconds since the oldest entry not yet committed was begun, or since we could last take something in."""
        begun = [*list(self._folding)[:1], *([] if self._taking is None else [self._taking])]
        return (self._real() - min(begun)) / 1000 if begun else 0.0

    @property
    def queues(self) -> dict[str, int]:
        """Lengths: messages not yet journaled, entries not yet committed."""
        return {"arrivals": self._pending, "fold": len(self._folding)}

    async def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Catch up, then run until cancelled; what was judged by then is stored and saved before this returns."""
        await self._start()
        started()
        try:
            async with asyncio.TaskGroup() as group:
                for loop in self._loops():
                    group.create_task(loop)
        finally:
            await self._stop()
            gc.unfreeze()

    async def submit(self, action: Action) -> Answer:
        """Hand an action to the fold and wait for its answer (`Inbox.submit`). Raises Unavailable."""
        if self.room.refusing:
            raise Unavailable(self.room.refusing)
        return await self._inbox.submit(action)

    async def on_writer(self, work: Callable[[], _T]) -> _T:
        """Do something to the stores on the writer thread, between two batches."""
        return await asyncio.get_running_loop().run_in_executor(self._writer_thread, work)

    # life

    def _loops(self) -> list[Coroutine[None, None, None]]:
        return [
            self.session.run(), self._take_loop(), self._fold_loop(), self._tick_loop(), self._pulse_loop(),
            self.room.watch(),
        ]  # fmt: skip

    async def _start(self) -> None:
        """Restore, then note for how long we were away, and who waits for an answer."""
        away = await self.on_writer(partial(self.writer.catch_up, _progress()))
        _spare_the_collector()
        self._number = self.writer.fold.number
        self._inbox.recall()
        self._blindness.begin(away, self.clock.moment())
        self._wake.set()

    async def _stop(self) -> None:
        """Finish what was judged; what is journaled and not yet judged is folded at the next start."""
        outcome = await self.on_writer(self.writer.finish)
        if outcome is not None:
            self._finish(outcome)
        self._inbox.close()
        self._journal_thread.shutdown()
        self._writer_thread.shutdown()

    def _real(self) -> int:
        return self.clock.moment().real

    # receive → journal → PUBACK

    def _arrive(self, arrival: Arrival) -> None:
        self._arrivals.append(arrival)
        self._pending += len(arrival.messages)
        self._heard = self._real()
        self._pending_bytes += arrival.size
        if self._pending > self.limits.pending_messages or self._pending_bytes > self.limits.pending_bytes:
            self.session.pause()
        self._wake.set()

    def _sight(self, sees: bool) -> None:
        self._blindness.sight(sees, self.clock.moment())
        self._wake.set()

    async def _take_loop(self) -> None:
        while True:
            await self._wake.wait()
            if self._pending < self.limits.batch_messages and not self._inbox:
                await asyncio.sleep(self.limits.batch_ms / 1000)
            self._wake.clear()
            await self._take(tick=False)

    async def _take(self, *, tick: bool) -> None:
        """Journal one batch and acknowledge it to the broker."""
        async with self._turn:
            self._taking = self._real()
            try:
                await self.room.wait()
                arrivals = self._pull()
                entry = self._entry(arrivals, tick=tick)
                if entry is not None:
                    failpoint.here("before_journal")
                    await self._append(entry)
                    failpoint.here("after_journal")
                    if entry.messages:
                        self.meters.batch.observe(len(entry.messages))
                    for arrival in arrivals:
                        arrival.acknowledge()
                    failpoint.here("after_puback")
                    self._folding.append(entry.real)
                    await self._queue.put(entry)
            finally:
                self._taking = None
        if self._arrivals or self._inbox or self._blindness:
            self._wake.set()

    def _pull(self) -> list[Arrival]:
        """At most a batch of what arrived."""
        arrivals: list[Arrival] = []
        count = size = 0
        while self._arrivals and count < self.limits.batch_messages and size < self.limits.batch_bytes:
            arrivals.append(self._arrivals.popleft())
            count += len(arrivals[-1].messages)
            size += arrivals[-1].size
        self._pending -= count
        self._pending_bytes -= size
        if self._pending < self.limits.pending_messages // 2 and self._pending_bytes < self.limits.pending_bytes // 2:
            self.session.resume()
        return arrivals

    def _entry(self, arrivals: list[Arrival], *, tick: bool) -> Entry | None:
        """The journal entry of a batch, or None when there is nothing to note."""
        if not (tick or arrivals or self._inbox or self._blindness):
            return None
        moment = self.clock.moment()
        raw = [m[:2] for a in arrivals for m in a.messages]  # topic and payload
        messages, deferred = self._pacer.sift(raw, moment.real)
        self._number += 1
        return Entry(
            number=self._number, now=moment.now, real=moment.real, tick=tick, messages=messages,
            deferred=sorted(deferred.items()), calm=self._pacer.calm(moment.real) if tick else [],
            actions=self._inbox.take(), blinds=self._blindness.take(moment),
        )  # fmt: skip

    async def _append(self, entry: Entry) -> None:
        """Append until it is durable: nothing is acknowledged before."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._journal_thread, self.writer.journal.append, entry)
            except Unavailable as error:
                log.error("journal_unavailable", reason=str(error))
                await asyncio.sleep(error.retry_after)
            else:
                return

    # fold → commit → down/ack

    async def _fold_loop(self) -> None:
        while True:
            entry = await self._queue.get()
            outcome = await self.on_writer(partial(self.writer.prepare, entry))
            await self._store(outcome)
            self._folding.popleft()
            self._finish(outcome)

    async def _store(self, outcome: Outcome) -> None:
        """Commit until it is committed: a store that is away stops acknowledgement, not the process."""
        begun = steady_ms()
        while True:
            try:
                await self.on_writer(partial(self.writer.store, outcome))
            except Unavailable as error:
                log.error("store_unavailable", reason=str(error))
                await asyncio.sleep(error.retry_after)
            else:
                self.meters.commit.observe((steady_ms() - begun) / SECOND)
                return

    def _finish(self, outcome: Outcome) -> None:
        """Tell everybody who waits for a committed batch."""
        failpoint.here("before_ack")
        self._acks.offer(outcome.acks)
        self._flush_acks()
        self.session.publish(outcome.publish)
        failpoint.here("after_ack")
        self._inbox.answer(outcome.answers)
        self.feed.publish(outcome.topics)

    def _flush_acks(self) -> None:
        if self.session.connected:
            real = self._real()
            idle = not self._pending and not 0 <= real - self._heard < IDLE
            self.session.publish(self._acks.take(real, idle=idle))

    # time

    async def _tick_loop(self) -> None:
        """Silence is information: twice a second the fold is told the time."""
        while True:
            await asyncio.sleep(TICK)
            self._blindness.tick(self.clock.moment())
            await self._take(tick=True)

    async def _pulse_loop(self) -> None:
        """Send what was coalesced; make product time wait while work is waiting (even for the tick's own turn)."""
        while True:
            await asyncio.sleep(PULSE)
            if self.lag > LAG_HOLDS:
                self.clock.hold()
            else:
                self.clock.release()
            self._flush_acks()


def _spare_the_collector() -> None:
    """A fleet is a million objects that stay, a batch thousands that go by themselves: looking for cycles among them
    all, every few hundred allocations, cost a third of the fold and stood still for 100 ms (10,000 cabinets)."""
    gc.set_threshold(*COLLECT_AFTER)
    gc.collect()
    gc.freeze()


def _progress() -> Callable[[int], None]:
    """Say now and then how far catching up has come."""
    seen = 0

    def told(number: int) -> None:
        nonlocal seen
        seen += 1
        if seen % 5000 == 0:
            log.info("catching_up", entries=seen, number=number)

    return told
