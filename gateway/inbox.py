"""Actions of people and programs on their way: filed durably, journaled by the runner, answered after the commit."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from service.model import Action, Answer
from service.records.base import Put, RecordStore, Where
from telemetry.errors import Unavailable

ANSWER_WITHIN = 20.0
PAGE = 1000


class Inbox:
    """`submit` is asked by the API; `take` by the runner, which brings the `answer`s. `wake` says that there is work.

    An action is filed before it is journaled, and a row of the inbox is done in the transaction that carries it out: so
    it is carried out once, whenever the process dies. All methods run on the loop's thread.
    """

    def __init__(self, records: RecordStore, real: Callable[[], int], wake: Callable[[], None]) -> None:
        self._records, self._real, self._wake = records, real, wake
        self._ready: list[bytes] = []
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._filing: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._ready)

    async def submit(self, action: Action) -> Answer:
        """Hand an action to the fold; its answer comes after the commit. The same id again gets the same answer.
        Raises Unavailable when that takes too long (the action stays in the inbox and is still carried out)."""
        waiting = self._answers.get(action.id)
        if waiting is None:
            waiting = self._answers[action.id] = asyncio.get_running_loop().create_future()
            # a caller who goes away in the middle must not leave an action filed and never journaled
            filing = asyncio.ensure_future(self._file(action, waiting))
            self._filing.add(filing)
            filing.add_done_callback(self._filing.discard)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await asyncio.shield(waiting)
        except TimeoutError as error:
            raise Unavailable("the gateway lags behind; the action is kept and will be carried out") from error

    def take(self) -> list[bytes]:
        """What is to be journaled now."""
        ready, self._ready = self._ready, []
        return ready

    def answer(self, answers: Mapping[str, Answer]) -> None:
        """Tell who waits."""
        for key, answer in answers.items():
            self._settle(key, answer)

    def recall(self) -> None:
        """After a start, everything journaled folded: what was filed and is neither journaled nor answered."""
        offset = 0
        new = [Where("state", "=", "new")]
        while rows := self._records.find("inbox", new, ["n"], limit=PAGE, offset=offset):
            self._ready += [msgspec.msgpack.encode(msgspec.convert(row["body"], Action)) for row in rows]
            offset += len(rows)

    def close(self) -> None:
        """The product ends: nobody waits any longer."""
        for key in list(self._answers):
            self._settle(
                key, Unavailable("the product is stopping; what was filed is carried out after its next start")
            )

    async def _file(self, action: Action, waiting: asyncio.Future[Answer]) -> None:
        """Put an action into the inbox, durably, and in line for the journal; answer it when it was answered before."""
        loop = asyncio.get_running_loop()
        try:
            row = await loop.run_in_executor(None, self._records.get, "inbox", action.id)
            if row is None:
                await loop.run_in_executor(None, self._records.write, [Put("inbox", self._row(action))])
                self._ready.append(msgspec.msgpack.encode(action))
                self._wake()
            elif row["state"] == "done":
                self._settle(action.id, Answer(status=row["status"], body=row["answer"]))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the caller, who waits
            self._settle(action.id, error)

    def _settle(self, key: str, result: Answer | Exception) -> None:
        waiting = self._answers.pop(key, None)
        if waiting is None or waiting.done():
            return
        if isinstance(result, Answer):
            waiting.set_result(result)
        else:
            waiting.set_exception(result)
            waiting.exception()  # mark as seen: the caller may have gone

    def _row(self, action: Action) -> dict[str, object]:
        real = self._real()
        return {
            "id": action.id, "n": real, "actor": action.actor.id, "role": action.actor.role, "name": action.name,
            "target": action.target, "body": msgspec.to_builtins(action), "state": "new", "at_real": real,
        }  # fmt: skip
