"""Backups by the running product: those asked for, those that are due, and the word to operators when none was made."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import NamedTuple

import structlog

from app.backup import manifest
from app.backup.making import Source, check, make
from service.backups import OVERDUE
from service.model import Action, Actor, Answer
from service.records.base import Row
from telemetry.errors import Conflict, Invalid, Unavailable, VendwatchError
from telemetry.units import DAY, HOUR, SECOND

log = structlog.get_logger()
LATE = 2  # periods without a backup, after which operators are told
LOOK = 30.0  # seconds between looks whether one is due
AGAIN = 15 * 60 * SECOND  # ms until one that failed is tried again
_NAME = "vendwatch-%Y%m%dT%H%M%SZ"
_LEFT = ".vendwatch-*.{}-*.part*"  # of this installation


class Kept(NamedTuple):
    """A backup in the directory of the schedule: when it was made (real ms), its name, its bytes."""

    at: int
    name: str
    bytes: int


class Backups:
    """One at a time, on a thread of its own. `folder` None: there is no schedule. All times are real, ms."""

    def __init__(
        self, source: Source, instance: str, real: Callable[[], int], submit: Callable[[Action], Awaitable[Answer]]
    ) -> None:
        settings = source.settings
        self.folder, self.every = settings.backup_dir, int(settings.backup_every * HOUR)
        self._keep, self._instance = settings.backup_keep, instance
        self._source, self._real, self._submit = source, real, submit
        self._running: Row | None = None
        self._last: Row | None = None
        self._newest: Kept | None = None
        self._tried = 0
        self._failed: str | None = None
        self._ending = Event()
        self._asked: set[asyncio.Task[Row]] = set()

    def state(self) -> Row:
        """For people: the schedule, the newest backup in its directory, what runs, what came of the last."""
        newest = self._newest
        return {
            "dir": str(self.folder) if self.folder else None, "every_h": self.every / HOUR, "keep": self._keep,
            "newest": {"at": newest.at, "name": newest.name, "bytes": newest.bytes} if newest else None,
            "overdue": self.overdue(), "running": dict(self._running) if self._running else None, "last": self._last,
        }  # fmt: skip

    def overdue(self) -> bool:
        """Whether operators must know: the newest is older than two periods, or there is none and the first failed."""
        if self.folder is None:
            return False
        if self._newest is None:
            return self._failed is not None
        return self._real() - self._newest.at > LATE * self.every

    async def ask(self, target: Path | None) -> Row:
        """Begin one, into the directory of the schedule if no place is named; what runs now. Raises Conflict
        `backup_running`, `backup_dir` (no place at all), Invalid, Unavailable."""
        target = target or self._place()
        if target is None:
            raise Conflict("backup_dir", ["backup_dir"])
        await asyncio.to_thread(check, self._source, target)
        if self._running is not None:
            raise Conflict("backup_running")
        self._begin(target)
        task = asyncio.get_running_loop().create_task(self._make(target))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        return self.state()

    async def run(self) -> None:
        """The schedule, until cancelled."""
        while self.folder is not None:
            await asyncio.to_thread(self._look)
            target = self._place()
            if target is not None and self._running is None and self._due():
                self._tried = self._real()
                self._begin(target)
                self._failed = (await self._make(target))["error"]
            if self.overdue():
                await self._tell()
            await asyncio.sleep(LOOK)

    def _due(self) -> bool:
        newest = self._newest.at if self._newest else 0
        real = self._real()
        return real - newest >= self.every and not 0 <= real - self._tried < min(AGAIN, self.every)

    def _place(self) -> Path | None:
        """The name of the next one in the schedule's directory."""
        at = datetime.fromtimestamp(self._real() / 1000, UTC)
        return self.folder / at.strftime(_NAME) if self.folder else None

    def _begin(self, target: Path) -> None:
        self._running = {
            "to": str(target),
            "since": self._real(),
            "doing": "opening",
            "bytes_done": 0,
            "bytes_total": 0,
        }

    async def _make(self, target: Path) -> Row:
        """Make it, note what came of it, let the oldest of the schedule go."""
        ended: Row = {"to": str(target), "at": None, "bytes": None, "error": None}
        try:
            made = await asyncio.to_thread(make, self._source, target, self._told)
            ended["bytes"] = made.bytes
            await asyncio.to_thread(self._prune)
        except VendwatchError as error:
            ended["error"] = str(error)
            log.error("backup_failed", to=str(target), reason=str(error))
        except OSError as error:
            ended["error"] = f"{error.strerror or error}"
            log.error("backup_failed", to=str(target), reason=str(error))
        except asyncio.CancelledError:
            self._ending.set()
            raise
        finally:
            self._running = None
        ended["at"] = self._real()
        self._last = ended
        return ended

    def _told(self, doing: str, done: int, of: int) -> None:
        if self._ending.is_set():
            raise Unavailable("broken off: the product ends")
        if self._running is not None:
            self._running |= {"doing": doing, "bytes_done": done, "bytes_total": of}

    def _look(self) -> None:
        """What the directory holds: it may be on a disk that people change."""
        found = self._kept()
        self._newest = found[-1] if found else None

    def _kept(self) -> list[Kept]:
        """Whole backups of this installation with a name of ours, oldest first."""
        found = []
        for path in self.folder.glob("vendwatch-*Z") if self.folder else ():
            try:
                made = manifest.read(path)
                at = datetime.fromisoformat(made.made)
            except (Invalid, ValueError):
                continue  # not ours to count, nor to delete
            if made.instance == self._instance:
                found.append(Kept(int(at.timestamp() * 1000), path.name, made.bytes))
        return sorted(found)

    def _prune(self) -> None:
        """Only the newest stay, and nothing of one that was broken off. Raises OSError."""
        self._look()
        if self.folder is not None:
            for old in self._kept()[: -self._keep]:
                shutil.rmtree(self.folder / old.name)
            for left in self.folder.glob(_LEFT.format(self._instance)):
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    async def _tell(self) -> None:
        """One notice a day to operators while it lasts; the journal knows which were given."""
        real, newest = self._real(), self._newest
        body = {
            "since": newest.at if newest else None, "hours": round(self.every / HOUR, 2),
            "error": self._failed[:300] if self._failed else None,
        }  # fmt: skip
        name = f"{OVERDUE}-{newest.at if newest else 0}-{real // DAY}"
        try:
            await self._submit(Action(id=name, actor=Actor("system", "system"), name=OVERDUE, target="", body=body))
        except Unavailable as error:
            log.warning("overdue_not_told", reason=str(error))
