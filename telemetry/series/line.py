"""The series store on a server that takes line protocol. Which server, is its dialect's business."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from threading import Lock, RLock
from typing import Protocol

import numpy as np
import structlog

from telemetry.batch import Readings
from telemetry.clock import steady_ms
from telemetry.errors import Invalid, Unavailable
from telemetry.series.base import Point, Summaries
from telemetry.series.buckets import chart
from telemetry.series.found import NONE, Found, Own, merged, spread
from telemetry.series.held import Held
from telemetry.series.lines import NEWEST, OLDEST, Batch, Lines
from telemetry.units import SECOND

log = structlog.get_logger()
LOOK_EVERY = 5 * SECOND  # real time between two looks at a server that may forget
MEMORY = 256 * 2**20  # bytes of lines that may wait for it to be sure
EXACT = 10_000  # readings that are fetched one by one, however few points are asked for
PARTS = 30_000  # that a server may be asked for at once: VictoriaMetrics has no more


class Dialect(Protocol):
    """How one kind of server is spoken to, from any thread. Every method that asks it raises Unavailable."""

    place: str  # what tells this server and database from others, without credentials
    settle_ms: int  # how long ago an answered write must be that the server does not forget when it is killed
    used: int  # bytes on the server's disk, when it was last asked

    def run(self) -> str:
        """Make ready what is needed; names this run of the server: another name means it was started anew."""
        ...

    def write(self, pieces: Sequence[Lines]) -> None:
        """Write all lines; when it raises, any part of them may be written."""

    def few(self, cabinet: str, signal: str, start: int, end: int, most: int | None) -> Found | None:
        """The readings with start <= ts < end, in any order; None when there are more than `most`."""
        ...

    def extent(self, cabinet: str, signal: str, start: int, end: int) -> tuple[int, int]:
        """The first and the last ts of the readings with start <= ts < end, of which there are some."""
        ...

    def parts(self, cabinet: str, signal: str, start: int, end: int, width: int) -> list[Point]:
        """Readings of [start, end) in parts of `width` ms counted from `start`: those that hold some, in order."""
        ...

    def prune(self, before: int) -> int:
        """Delete the oldest readings with ts < before, if the server can; how many, 0 when there are none left."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Piece:
    """A batch as it is written; `answered`: steady ms of the server's answer."""

    number: int
    lines: Lines
    answered: int | None = None


class LineSeries:
    """Keeps what was appended until the server surely holds it; then, and not before, it counts as durable.

    A server that was started anew may have forgotten what it answered lately, so that is written again. Writing is
    idempotent: a reading's cabinet, signal and time are its key there too.
    """

    def __init__(self, path: Path, dialect: Dialect, steady: Callable[[], int] = steady_ms) -> None:
        self._dialect, self._steady = dialect, steady
        self._held = Held(path, dialect.place)
        self._top = self._held.batch
        self._flushing = RLock()
        self._guard = Lock()  # held for moments: `_held`, `_waiting` and `_pieces` are used under it
        self._waiting: dict[int, Batch] = {}
        self._pieces: list[Piece] = []
        self._run: str | None = None
        self._doubt = True  # whether the server may have been started anew
        self._looked = 0
        self._trouble = f"{dialect.place} was not asked yet"

    def append(self, batch: int, readings: Readings, ids: Sequence[str], names: Sequence[str]) -> None:
        with self._guard:
            if batch > self._top:
                self._waiting[batch] = Batch.of(readings, ids, names)
                self._top = batch

    def flush(self) -> int:
        """Write everything; the last batch that is durable may be one of some time ago. Raises Unavailable, also when
        more waits for the server to be sure of it than memory is meant for."""
        with self._flushing:
            try:
                self._flush()
            except Unavailable as error:
                self._trouble, self._doubt = str(error), True
                raise
            self._trouble = ""
            return self._held.batch

    def trouble(self) -> str:
        """Why the last flush failed, if it did; empty when it did not."""
        return self._trouble

    def last_batch(self) -> int:
        return self._held.batch

    def read(self, cabinet: str, signal: str, start: int, end: int, points: int) -> list[Point]:
        if points < 1:
            raise Invalid({"points": "must be at least 1"})
        start, end = max(start, OLDEST), min(end, NEWEST)
        if start >= end:
            return []
        with self._guard:
            self._settle()
            # the memory before the server: what moves in between is seen twice, never not at all
            own = [p.lines.find(cabinet, signal, start, end) for p in self._pieces]
        ours = Own(*(np.concatenate(columns) for columns in zip(NONE, *own, strict=True)))
        found = self._dialect.few(cabinet, signal, start, end, max(points, EXACT))
        if found is not None:
            return chart(*merged(found, ours), points)
        return self._long(cabinet, signal, start, end, ours, min(points, PARTS))

    def tend(self, before: int) -> int:
        """Nothing: the servers look after themselves, and sum up when they are asked."""
        return 0

    def prune(self, before: int, summaries: Summaries | None = None) -> int:
        """Delete readings with ts < before where the server can delete by time; there are no summaries to keep."""
        self.flush()
        total = 0
        while gone := self._dialect.prune(min(before, NEWEST)):
            with self._guard:
                self._held.advance(self._held.batch, -gone)
            total += gone
        return total

    def size(self) -> tuple[int, int]:
        """Values written and not pruned by us; bytes as the server told them last."""
        with self._guard:
            self._settle()
            return self._held.readings + sum(p.lines.count for p in self._pieces), self._dialect.used

    def close(self) -> None:
        """What the server is not sure of yet is dropped: the caller appends it again after the next start."""
        with self._flushing, self._guard:
            self._held.close()
            self._dialect.close()

    def _flush(self) -> None:
        with self._guard:
            self._settle()
            pieces = list(self._pieces)
        if self._doubt:
            self._look()
        self._write([p for p in pieces if p.answered is None])
        if pieces and self._steady() - self._looked >= min(LOOK_EVERY, self._dialect.settle_ms):
            self._look()
        self._hold()
        if sum(p.lines.weight for p in self._pieces) > MEMORY:
            raise Unavailable(f"series server {self._dialect.place}: too much waits until it surely holds it")

    def _settle(self) -> None:
        """Make pieces of what was appended; the caller holds the guard."""
        while self._waiting:
            number, batch = next(iter(self._waiting.items()))
            self._pieces.append(Piece(number, self._held.settle(number, batch)))
            del self._waiting[number]

    def _write(self, pieces: Sequence[Piece]) -> None:
        if any(len(p.lines) for p in pieces):
            self._dialect.write([p.lines for p in pieces])
        now = self._steady()
        for piece in pieces:
            piece.answered = now

    def _look(self) -> None:
        """Ask whether the server is still the one that answered; if not, everything is to be written again."""
        at = self._steady()
        run = self._dialect.run()
        if self._run not in (None, run):
            log.warning("series_server_restarted", server=self._dialect.place, again=len(self._pieces))
            for piece in self._pieces:
                piece.answered = None
        self._run, self._looked, self._doubt = run, at, False

    def _hold(self) -> None:
        """Let go of what was answered long enough before the last look."""
        sure = self._looked - self._dialect.settle_ms
        held = list(takewhile(lambda p: p.answered is not None and p.answered <= sure, self._pieces))
        if held:
            with self._guard:
                self._held.advance(held[-1].number, sum(p.lines.count for p in held))
                del self._pieces[: len(held)]

    def _long(self, cabinet: str, signal: str, start: int, end: int, ours: Own, points: int) -> list[Point]:
        """Parts summed up by the server, but for those in which values of our own stand."""
        first, last = self._dialect.extent(cabinet, signal, start, end)
        first, last = min([first, *ours.ts.tolist()]), max([last, *ours.ts.tolist()])
        width = -(-(last - first + 1) // points)
        cut = last + 1 if not len(ours.ts) else first + (int(ours.ts.min()) - first) // width * width
        sums = self._dialect.parts(cabinet, signal, first, cut, width) if cut > first else []
        found = self._dialect.few(cabinet, signal, cut, last + 1, None) if cut <= last else None
        return sums + (spread(*merged(found, ours), cut, width) if found else [])
