"""The writer on a bench: a journal and snapshots on disk, stores that outlive a crash because the test keeps them."""

from pathlib import Path
from typing import Any

import msgspec

from gateway.fold import Outcome
from gateway.poison import Poison
from gateway.snapshot import Snapshots
from gateway.writer import Writer
from service.model import Action, Actor
from service.records.memory import MemoryRecords
from telemetry.journal import Entry, SqliteJournal
from telemetry.series.memory import MemorySeries
from tests.gateway.rig import T0, birth, telemetry
from tests.scenarios.life import new_fold

CLERK = Actor("clerk", "administrator")


class Lab:
    """`crash` leaves everything as a SIGKILL would; `start` begins anew on what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: Any = MemoryRecords()
        self.series: Any = MemorySeries()
        self.writer = self._writer()
        self.number = 0

    def start(self) -> "Lab":
        self.writer = self._writer()
        self.writer.catch_up(lambda _: None)
        self.number = self.writer.fold.number
        return self

    def crash(self) -> None:
        self.writer.journal.close()
        self.writer.poison.close()

    def entry(self, *messages: tuple[str, bytes], journaled: bool = True, **more: Any) -> Entry:
        """The next entry, in the journal."""
        self.number += 1
        at = T0 + 500 * self.number
        made = Entry(number=self.number, now=at, real=at, messages=list(messages), **more)
        if journaled:
            self.writer.journal.append(made)
        return made

    def take(self, *messages: tuple[str, bytes], **more: Any) -> Outcome:
        """One entry, all the way."""
        outcome = self.writer.prepare(self.entry(*messages, **more))
        self.writer.store(outcome)
        return outcome

    def fill(self, entries: int) -> "Lab":
        """A life of one cabinet."""
        for _ in range(entries):
            n = self.number + 1
            self.take(birth(1, 1, 1) if n == 1 else telemetry(1, n, ts=T0 + n), tick=True)
        return self

    def stored(self) -> int:
        row = self.records.get("accounting", "HZ-01")
        return int(row["stored"]) if row else 0

    def _writer(self) -> Writer:
        return Writer(
            new_fold(), SqliteJournal(self.folder / "journal.db"), self.series, self.records,
            Snapshots(self.folder / "snapshots"), Poison(self.folder / "poison"),
        )  # fmt: skip


def action(name: str, target: str = "", key: str = "a1", /, **body: Any) -> bytes:
    return msgspec.msgpack.encode(Action(id=key, actor=CLERK, name=name, target=target, body=body))
