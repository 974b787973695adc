"""The outbox: every notice is a row until somebody has taken it. Deadlines are rows, so a restart loses nothing."""

import asyncio
import random
from collections.abc import Sequence

import structlog

from service.notify.base import Channel, Dropped, Letter
from service.notify.plan import WINDOW, Plan, alarm, critical, digest, undelivered
from service.notify.post import People, Post
from service.records.base import Change, Put, RecordStore, Row, Where
from telemetry.clock import Clock, Moment
from telemetry.errors import Invalid, Unavailable
from telemetry.units import MINUTE, SECOND

MAX_ATTEMPTS = 5
_BACK_OFF = 10 * SECOND
_BACK_OFF_CAP = 5 * MINUTE
_POLL = 1.0  # seconds, real
_AT_ONCE = 5_000


def back_off(attempts: int, chance: random.Random) -> int:
    """Real ms to the next try after `attempts` failed ones: doubled each time, full jitter, at most 5 min."""
    return int(chance.uniform(0, min(_BACK_OFF_CAP, _BACK_OFF * 2 ** min(attempts - 1, 8))))


class Outbox:
    """Delivers the `notices` rows of one post in state `queued`; their states after that are `sent`, `digested`,
    `dropped` (there was nobody to send it to; `error` says why) or `failed`.

    `next_real` is when a queued notice is due (null: at once) and when a sent one was sent. A notice counts as sent
    when every channel has taken it; which have is remembered in memory only, so that a crash repeats, never loses.
    """

    def __init__(
        self,
        records: RecordStore,
        channels: Sequence[Channel],
        clock: Clock,
        post: Post | None = None,
        *,
        chance: random.Random | None = None,
    ) -> None:
        self._records = records
        self._channels = channels
        self._clock = clock
        self._post = post or People()
        self._chance = chance or random.Random()
        self._taken: dict[str, set[int]] = {}

    async def step(self) -> int:
        """Deliver what is due; how many messages went out. Raises Unavailable when the records are away."""
        people = await asyncio.to_thread(self._prepare)
        results = await asyncio.gather(*(self._send_all(notices) for notices in people), return_exceptions=True)
        for result in results:  # only after all have come to an end: two steps must never overlap
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in results if isinstance(result, int))

    def _prepare(self) -> list[list[Row]]:
        """Plan every person's due notices, write the plan down, and give what is to be sent now, by person."""
        moment = self._clock.moment()
        by_person: dict[tuple[Where, ...], list[Row]] = {}
        for notice in self._due(moment):
            by_person.setdefault(self._post.whose(notice), []).append(notice)
        changes: list[Change] = []
        people: list[list[Row]] = []
        for person, due in by_person.items():
            usual, urgent = self._recent(person, moment)
            shares = self._post.plans(due, usual, urgent, moment.real)
            people.append([notice for share in shares for notice in _carry_out(share, changes, moment)])
        if changes:
            self._records.write(changes)
        return people

    def _due(self, moment: Moment) -> list[Row]:
        queued = [self._post.mine, Where("state", "=", "queued")]
        fresh = self._records.find("notices", [*queued, Where("next_real", "null")], ["at", "id"], _AT_ONCE)
        again = [*queued, Where("next_real", "<=", moment.real)]
        return fresh + self._records.find("notices", again, ["next_real", "id"], _AT_ONCE)

    def _recent(self, person: tuple[Where, ...], moment: Moment) -> tuple[list[int], list[int]]:
        """Real times of the usual and the urgent messages that hold a place; what is being tried may have arrived."""
        within = [*person, Where("state", "=", "sent"), Where("next_real", ">", moment.real - WINDOW)]
        sent = self._records.find("notices", within, limit=_AT_ONCE)
        tried = self._records.find("notices", [*person, Where("state", "=", "queued"), Where("attempts", ">", 0)])
        held = [(critical(n), n["next_real"]) for n in sent] + [(critical(n), moment.real) for n in tried]
        return [at for urgent, at in held if not urgent], [at for urgent, at in held if urgent]

    async def _send_all(self, notices: list[Row]) -> int:
        """One person's messages, in order."""
        return sum([await self._send(notice) for notice in notices])

    async def _send(self, notice: Row) -> bool:
        """Try one notice, and write the try down before it: a crash during it counts, too."""
        attempts = (notice["attempts"] or 0) + 1
        if attempts > MAX_ATTEMPTS and not alarm(notice):
            await self._write(self._after(notice, attempts, "we stopped during every try", None))
            return False
        await self._write([Put("notices", {"id": notice["id"], "attempts": attempts})])
        letter = await asyncio.to_thread(self._post.letter, notice)
        if isinstance(letter, Dropped):
            self._taken.pop(notice["id"], None)
            await self._write([Put("notices", {"id": notice["id"], "state": "dropped", "error": letter.why})])
            return False
        try:
            await self._hand_over(letter)
        except Unavailable as error:
            wait = max(back_off(attempts, self._chance), int(error.retry_after * SECOND))
            await self._write(self._after(notice, attempts, str(error), None if attempts >= MAX_ATTEMPTS else wait))
            return False
        except Invalid as error:
            await self._write(self._after(notice, attempts, str(error), None))
            return False
        del self._taken[notice["id"]]
        moment = self._clock.moment()
        done = {"state": "sent", "delivered": moment.now, "next_real": moment.real, "error": None}
        await self._write([Put("notices", {"id": notice["id"], **done})])
        return True

    async def _hand_over(self, letter: Letter) -> None:
        """To every channel that has not taken it yet. Raises Unavailable, Invalid."""
        taken = self._taken.setdefault(letter.id, set())
        for i, channel in enumerate(self._channels):
            if i not in taken:
                await channel.send(letter)
                taken.add(i)

    def _after(self, notice: Row, attempts: int, error: str, wait: int | None) -> list[Change]:
        """A failed try: wait for the next one, or give up (`wait` None) and tell the operators.

        What tells the operators is never given up: nothing ends failed without somebody having been told.
        """
        moment = self._clock.moment()
        if wait is None and alarm(notice):
            wait = back_off(attempts, self._chance)
        if wait is not None:
            return [Put("notices", {"id": notice["id"], "next_real": moment.real + wait, "error": error})]
        self._taken.pop(notice["id"], None)
        structlog.get_logger().error("notice_failed", notice=notice["id"], to=notice["to"], error=error)
        failed = Put("notices", {"id": notice["id"], "state": "failed", "error": error})
        return [failed, Put("notices", undelivered(notice, error, moment))]

    async def _write(self, changes: list[Change]) -> None:
        await asyncio.to_thread(self._records.write, changes)


def _carry_out(share: Plan, changes: list[Change], moment: Moment) -> list[Row]:
    """Write a plan down into `changes`; the messages to send now."""
    changes.extend(Put("notices", {"id": n["id"], "next_real": share.until}) for n in share.wait)
    if not share.digest:
        return share.send
    joined = digest(share.digest, moment)
    changes.append(Put("notices", dict(joined)))
    changes.extend(Put("notices", {"id": n["id"], "state": "digested"}) for n in share.digest)
    return [*share.send, joined]


async def deliver(records: RecordStore, channels: Sequence[Channel], clock: Clock, post: Post | None = None) -> None:
    """Deliver for ever, looking once a real second; runs until cancelled. A store that is away is waited for."""
    outbox = Outbox(records, channels, clock, post)
    away = False
    while True:
        try:
            await outbox.step()
            away = False
        except Unavailable as error:
            if not away:
                structlog.get_logger().warning("outbox_waits", reason=str(error))
            away = True
        await asyncio.sleep(_POLL)
