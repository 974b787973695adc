"""The series store in one DuckDB file with a spool beside it.

What is flushed goes to the spool (a few milliseconds) and stays in memory; every half million samples `tend` moves it,
sorted by cabinet and time, to the DuckDB file, where a day of one cabinet then lies in a few row groups. `append` and
`flush` never touch that file, so that its sorting and its checkpoints (0.3 s, measured) keep no acknowledgement
waiting; only when nobody tends the store does `flush` do that work itself, because memory is bounded.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock, RLock

import numpy as np

from telemetry.batch import Readings
from telemetry.errors import Invalid, Unavailable
from telemetry.series.base import Point, Summaries
from telemetry.series.buckets import drawn
from telemetry.series.chunk import Chunk, Values
from telemetry.series.duckfile import DuckFile
from telemetry.series.history import Contents, Wanted, spans
from telemetry.series.layout import progress
from telemetry.series.names import Names
from telemetry.series.rollup import prune, summarise
from telemetry.series.settle import named, settle
from telemetry.series.spool import Flushed, Spool

SETTLE_ROWS = 500_000
SETTLE_FLUSHES = 4_000  # an hour of them: so many are quickly read again at a start
UNTENDED = 3  # times as much as is settled at once may wait in memory
STEP_LINES = 200_000  # of readings, that one step of summarising may take (one cabinet's day may be more)
_I64 = np.iinfo(np.int64)


class DuckSeries:
    """Chunks pass from `_waiting` (appended) to `_held` (flushed: in the spool too) to the file (settled).

    A failed write leaves open whether it was done: so before the next one the spool is asked what it holds, and what
    the file says (`Progress.settled`) always overrules memory. A reader looks at memory before the file: what is
    settled in between it then finds in both, and knows by its batch number.
    """

    def __init__(self, path: Path) -> None:
        self._guard = Lock()  # held for moments: chunks and names
        self._flushing, self._tending = RLock(), RLock()  # taken in this order
        self._cabinets, self._signals = Names(), Names()
        self._spooled = (0, 0)  # how many of the names are in the spool or the file
        self._waiting: dict[int, Chunk] = {}
        self._held: list[Chunk] = []
        self._last = self._settling = self._flushes = 0
        self._doubtful = False
        self._has = Contents(-1, frozenset(), frozenset())
        self._file = DuckFile(path)
        try:
            self._spool = Spool(path.with_name(path.name + ".spool"))
            self._recall()
        except Unavailable:
            self._file.close()
            raise

    def append(self, batch: int, readings: Readings, ids: Sequence[str], names: Sequence[str]) -> None:
        with self._guard:
            if batch > self._last and batch not in self._waiting:
                self._waiting[batch] = Chunk.of(batch, readings, self._cabinets, self._signals, ids, names)

    def flush(self) -> int:
        with self._flushing:
            if self._doubtful:
                self._take_over()
            with self._guard:
                waiting = [self._waiting[batch] for batch in sorted(self._waiting)]
                new = self._cabinets.since(self._spooled[0]), self._signals.since(self._spooled[1])
            if waiting:
                self._doubtful = True
                flushed = Flushed.of(Chunk.joined(waiting), *new)
                self._spool.append(flushed)
                self._hold(flushed)
                self._doubtful = False
            if self._unsettled() > UNTENDED * SETTLE_ROWS:
                self._settle()
            return self._last

    def last_batch(self) -> int:
        return self._last

    def read(self, cabinet: str, signal: str, start: int, end: int, points: int) -> list[Point]:
        if points < 1:
            raise Invalid({"points": "must be at least 1"})
        start, end = max(start, int(_I64.min)), min(end, int(_I64.max))
        with self._guard:
            c, s = self._cabinets.number.get(cabinet, -1), self._signals.number.get(signal, -1)
            chunks = [*self._held, *self._waiting.values()]
        chunks = [chunk for chunk in chunks if chunk.names(c)]
        with self._file.reading() as db:
            at = progress(db)
            has = self._has if self._has.settled == at.settled else Contents.of(db, at.settled)
            self._has = has
            wanted = Wanted(c, s, start, end, signal if signal in has.columns else None, s in has.odd)
            fresh = [chunk.values(c, signal, s, start, end) for chunk in chunks if chunk.last > at.settled]
            found = spans(db, wanted, Values.joined([Values.none(), *fresh]), at, points)
        return drawn(found, points)

    def tend(self, before: int) -> int:
        """Settle when there is enough; otherwise summarise a few cabinet days."""
        with self._tending:
            if self._unsettled() >= SETTLE_ROWS or self._flushes >= SETTLE_FLUSHES:
                self._settle()
                return 1
            with self._file.writing() as db:
                return summarise(db, before, STEP_LINES)

    def prune(self, before: int, summaries: Summaries | None = None) -> int:
        self.flush()
        with self._tending:
            self._settle()
            with self._file.writing() as db:
                return prune(db, before, summaries)

    def size(self) -> tuple[int, int]:
        """A reading sent twice counts twice; bytes are those of the file, the spool and their logs."""
        with self._guard:
            chunks = [*self._held, *self._waiting.values()]
        with self._file.reading() as db:
            at = progress(db)
        unsettled = sum(chunk.given for chunk in chunks if chunk.last > at.settled)
        return at.readings + unsettled, self._file.size() + self._spool.size()

    def close(self) -> None:
        """Close the files. What is not flushed is dropped: the caller appends it again after the next start."""
        with self._flushing, self._tending:
            self._file.close()
            self._spool.close()

    def _recall(self) -> None:
        """What the file and the spool hold, at the start."""
        with self._file.reading() as db:
            self._last = self._settling = progress(db).settled
            self._cabinets.learn(named(db, "cabinets"))
            self._signals.learn(named(db, "signals"))
        self._spooled = len(self._cabinets), len(self._signals)
        self._take_over()

    def _take_over(self) -> None:
        """Hold what the spool has beyond what we know of."""
        for flushed in self._spool.read(self._last):
            self._hold(flushed)
        self._doubtful = False

    def _hold(self, flushed: Flushed) -> None:
        """What is in the spool leaves the buffer; small chunks become larger ones, so that a reader meets few."""
        with self._guard:
            self._cabinets.learn(flushed.cabinets)
            self._signals.learn(flushed.signals)
            self._spooled = (
                self._cabinets.reach(flushed.cabinets, self._spooled[0]),
                self._signals.reach(flushed.signals, self._spooled[1]),
            )
            self._held.append(flushed.chunk())
            while self._mergeable():
                self._held[-2:] = [Chunk.joined(self._held[-2:])]
            self._last = flushed.last
            self._waiting = {n: chunk for n, chunk in self._waiting.items() if n > flushed.last}
            self._flushes += 1

    def _mergeable(self) -> bool:
        """Whether the newest two held chunks should be one; never across what is being settled."""
        if len(self._held) < 2 or self._held[-2].last <= self._settling:
            return False
        return len(self._held[-2]) <= len(self._held[-1])

    def _unsettled(self) -> int:
        """Samples in memory that are in the spool."""
        with self._guard:
            return sum(len(chunk) for chunk in self._held)

    def _settle(self) -> None:
        """Move what is held to the file; what an earlier failed try did move is only let go of."""
        with self._tending:
            with self._guard:
                held, flushes = list(self._held), self._flushes
                self._settling = held[-1].last if held else self._settling
                names = {"cabinets": self._cabinets.since(0), "signals": self._signals.since(0)}
            with self._file.writing() as db:
                at = progress(db)
                if chunks := [chunk for chunk in held if chunk.last > at.settled]:
                    settle(db, chunks, names)
            with self._guard:
                self._held = [chunk for chunk in self._held if chunk.last > self._settling]
                self._flushes -= flushes
            self._spool.drop(self._settling)
