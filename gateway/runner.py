"""The loops: receive → journal → PUBACK → fold → commit → down/ack. One asyncio loop, a journal and a writer thread.

Every queue is bounded; when one is full the one before waits, down to the broker, which keeps what we do not take.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import msgspec
import structlog

from gateway.acks import COALESCE, Acks
from gateway.fold import Outcome
from gateway.pacer import Pacer
from gateway.session import Arrival, Session
from gateway.writer import Writer
from service.live import Feed
from service.model import Action, Answer
from service.records.base import Put, Where
from telemetry.clock import Moment, ProductClock
from telemetry.disk import DiskUse, judge, usage
from telemetry.errors import Unavailable
from telemetry.journal import Blind, Entry
from telemetry.mqtt import Broker
from telemetry.units import HOUR

log = structlog.get_logger()
TICK = 0.5  # seconds
BLIND_AFTER = 2000  # ms of real time without the broker before it is told as blindness
LAG_HOLDS = 1.0  # seconds of unfolded work at which product time waits
ANSWER_WITHIN = 20.0


class Limits(msgspec.Struct, frozen=True):
    """Sizes of batches and queues."""

    batch_messages: int = 2000
    batch_ms: int = 5
    pending_messages: int = 20_000
    fold_queue: int = 32
    rate: float = 100
    burst: int = 3000
    disk_warn: float = 0.85
    disk_refuse: float = 0.95


class Gateway:
    """The running data path. `lag`: seconds of the oldest entry that is journaled and not committed."""

    def __init__(
        self, writer: Writer, clock: ProductClock, feed: Feed, broker: Broker, client_id: str, limits: Limits
    ) -> None:
        self.writer, self.clock, self.feed, self.limits = writer, clock, feed, limits
        self.session = Session(broker, client_id, on_arrival=self._arrive, on_sight=self._sight)
        self.refusing: str | None = None
        self.disk = "ok"
        self.disk_samples: list[tuple[int, int]] = []
        self._pacer = Pacer(limits.rate, limits.burst)
        self._acks = Acks()
        self._arrivals: deque[Arrival] = deque()
        self._pending = 0
        self._actions: deque[bytes] = deque()
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._blinds: deque[Blind] = deque()
        self._blind_from: Moment | None = None
        self._blind_told = False
        self._turn = asyncio.Lock()
        self._room = asyncio.Event()
        self._room.set()
        self._wake = asyncio.Event()
        self._queue: asyncio.Queue[Entry] = asyncio.Queue(limits.fold_queue)
        self._number = 0
        self._folding: deque[int] = deque()
        self._journal_thread = ThreadPoolExecutor(1, "journal")
        self._writer_thread = ThreadPoolExecutor(1, "writer")

    @property
    def lag(self) -> float:
        """Seconds since the oldest entry not yet committed was journaled."""
        return (self.clock.moment().real - self._folding[0]) / 1000 if self._folding else 0.0

    async def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Catch up, then run until cancelled; everything taken is folded and saved before this returns."""
        await self._start()
        started()
        try:
            async with asyncio.TaskGroup() as group:
                for loop in self._loops():
                    group.create_task(loop)
        finally:
            await self._stop()

    async def submit(self, action: Action) -> Answer:
        """Hand an action to the fold; its answer comes after the commit. The same id again gets the same answer.
        Raises Unavailable when that takes too long (the action stays in the inbox and is still carried out)."""
        if self.refusing:
            raise Unavailable(self.refusing)
        loop = asyncio.get_running_loop()
        waiting = self._answers.get(action.id)
        if waiting is None:
            row = await loop.run_in_executor(None, self.writer.records.get, "inbox", action.id)
            if row is not None and row["state"] == "done":
                return Answer(status=row["status"], body=row["answer"])
            waiting = self._answers.setdefault(action.id, loop.create_future())
            if row is None:
                try:
                    await self._file(action)
                except Unavailable:
                    del self._answers[action.id]
                    raise
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await asyncio.shield(waiting)
        except TimeoutError as error:
            raise Unavailable("the gateway lags behind; the action is kept and will be carried out") from error

    async def _file(self, action: Action) -> None:
        """Put an action into the inbox, durably, and in line for the journal."""
        real = self.clock.moment().real
        row = {
            "id": action.id, "n": real, "actor": action.actor.id, "role": action.actor.role, "name": action.name,
            "target": action.target, "body": msgspec.to_builtins(action), "state": "new", "at_real": real,
        }  # fmt: skip
        await asyncio.get_running_loop().run_in_executor(None, self.writer.records.write, [Put("inbox", row)])
        self._actions.append(msgspec.msgpack.encode(action))
        self._wake.set()

    async def on_writer(self, work: Callable[[], object]) -> None:
        """Do something to the stores on the writer thread, between two batches."""
        await asyncio.get_running_loop().run_in_executor(self._writer_thread, work)

    # life

    def _loops(self) -> list[Coroutine[None, None, None]]:
        return [
            self.session.run(), self._take_loop(), self._fold_loop(), self._tick_loop(), self._ack_loop(),
            self._disk_loop(),
        ]  # fmt: skip

    async def _start(self) -> None:
        """Restore, then note for how long we were away."""
        loop = asyncio.get_running_loop()
        away = await loop.run_in_executor(self._writer_thread, self.writer.catch_up, _progress())
        last = self.writer.journal.last()
        self._number = max(last.number if last else 0, self.writer.records.last_batch())
        if away is not None:
            self._blinds.append(Blind("gateway", away, self.clock.moment()))
        for row in self.writer.records.find("inbox", [Where("state", "=", "new")], ["n"], limit=10_000):
            self._actions.append(msgspec.msgpack.encode(msgspec.convert(row["body"], Action)))
        self._blind_from = self.clock.moment()

    async def _stop(self) -> None:
        """Fold what is journaled, save, let the threads go."""
        loop = asyncio.get_running_loop()
        while not self._queue.empty():
            entry = self._queue.get_nowait()
            await loop.run_in_executor(self._writer_thread, lambda e: self.writer.store(self.writer.prepare(e)), entry)
        await loop.run_in_executor(self._writer_thread, self.writer.save)
        self._journal_thread.shutdown()
        self._writer_thread.shutdown()

    # receive → journal → PUBACK

    def _arrive(self, arrival: Arrival) -> None:
        self._arrivals.append(arrival)
        self._pending += len(arrival.messages)
        if self._pending > self.limits.pending_messages:
            self.session.pause()
        self._wake.set()

    def _sight(self, sees: bool) -> None:
        """The broker came or went: an interval of blindness begins or ends."""
        moment = self.clock.moment()
        if sees and self._blind_from is not None:
            self._blinds.append(Blind("broker", self._blind_from, moment))
            self._blind_from, self._blind_told = None, False
        elif not sees and self._blind_from is None:
            self._blind_from = moment
        self._wake.set()

    async def _take_loop(self) -> None:
        while True:
            await self._wake.wait()
            if self._pending < self.limits.batch_messages and not self._actions:
                await asyncio.sleep(self.limits.batch_ms / 1000)
            self._wake.clear()
            await self._take(tick=False)

    async def _take(self, *, tick: bool) -> None:
        """Journal one batch and acknowledge it to the broker."""
        async with self._turn:
            await self._room.wait()
            arrivals = self._pull()
            entry = self._entry(arrivals, tick=tick)
            if entry is not None:
                await self._append(entry)
                for arrival in arrivals:
                    arrival.acknowledge()
                self._folding.append(entry.real)
                await self._queue.put(entry)
        if self._arrivals or self._actions or self._blinds:
            self._wake.set()

    def _pull(self) -> list[Arrival]:
        """At most a batch of what arrived."""
        arrivals: list[Arrival] = []
        count = 0
        while self._arrivals and count < self.limits.batch_messages:
            arrivals.append(self._arrivals.popleft())
            count += len(arrivals[-1].messages)
        self._pending -= count
        if self._pending < self.limits.pending_messages // 2:
            self.session.resume()
        return arrivals

    def _entry(self, arrivals: list[Arrival], *, tick: bool) -> Entry | None:
        """The journal entry of a batch, or None when there is nothing to note."""
        moment = self.clock.moment()
        raw = [(m.topic, m.payload) for a in arrivals for m in a.messages]
        messages, deferred = self._pacer.sift(raw, moment.real)
        actions, blinds = list(self._actions), list(self._blinds)
        self._actions.clear()
        self._blinds.clear()
        if not (tick or messages or deferred or actions or blinds):
            return None
        self._number += 1
        return Entry(
            number=self._number, now=moment.now, real=moment.real, tick=tick, messages=messages,
            deferred=sorted(deferred.items()), calm=self._pacer.calm(moment.real) if tick else [],
            actions=actions, blinds=blinds,
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
        loop = asyncio.get_running_loop()
        while True:
            entry = await self._queue.get()
            outcome = await loop.run_in_executor(self._writer_thread, self.writer.prepare, entry)
            await self._store(outcome)
            self._folding.popleft()
            self._finish(outcome)

    async def _store(self, outcome: Outcome) -> None:
        """Commit until it is committed: a store that is away stops acknowledgement, not the process."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._writer_thread, self.writer.store, outcome)
            except Unavailable as error:
                log.error("store_unavailable", reason=str(error))
                await asyncio.sleep(error.retry_after)
            else:
                return

    def _finish(self, outcome: Outcome) -> None:
        """Tell everybody who waits for a committed batch."""
        self._acks.offer(outcome.acks)
        self._flush_acks()
        self.session.publish(outcome.publish)
        for key, answer in outcome.answers.items():
            waiting = self._answers.pop(key, None)
            if waiting is not None:
                waiting.set_result(answer)
        self.feed.publish(outcome.topics)

    def _flush_acks(self) -> None:
        if self.session.connected:
            self.session.publish(self._acks.take(self.clock.moment().real))

    # time and room

    async def _tick_loop(self) -> None:
        """Silence is information: twice a second the fold is told the time. A lagging fold makes product time wait."""
        while True:
            await asyncio.sleep(TICK)
            if self.lag > LAG_HOLDS:
                self.clock.hold()
            else:
                self.clock.release()
            self._tell_blind()
            await self._take(tick=True)

    async def _ack_loop(self) -> None:
        """Send what was coalesced."""
        while True:
            await asyncio.sleep(COALESCE / 1000)
            self._flush_acks()

    def _tell_blind(self) -> None:
        moment = self.clock.moment()
        if self._blind_from and not self._blind_told and moment.real - self._blind_from.real >= BLIND_AFTER:
            self._blinds.append(Blind("broker", self._blind_from))
            self._blind_told = True

    async def _disk_loop(self) -> None:
        """A full disk refuses, never corrupts: nothing is taken from the broker beyond the limit."""
        while True:
            use = usage(self.writer.snapshots.folder)
            self._sample(use)
            self.disk = judge(use.share, self.limits.disk_warn, self.limits.disk_refuse)
            refusing = f"the disk is {use.share:.0%} full: free some space" if self.disk == "refuse" else None
            if refusing and not self.refusing:
                log.error("disk_full", share=round(use.share, 3))
                self._room.clear()
            elif self.refusing and not refusing:
                self._room.set()
            self.refusing = refusing
            await asyncio.sleep(5)

    def _sample(self, use: DiskUse) -> None:
        """Remember how full the disk was, once an hour for a week: the forecast is drawn through it."""
        real = self.clock.moment().real
        if not self.disk_samples or real - self.disk_samples[-1][0] >= HOUR:
            self.disk_samples = [*self.disk_samples[-167:], (real, use.used)]


def _progress() -> Callable[[int], None]:
    """Say now and then how far catching up has come."""
    seen = 0

    def told(number: int) -> None:
        nonlocal seen
        seen += 1
        if seen % 5000 == 0:
            log.info("catching_up", entries=seen, number=number)

    return told
