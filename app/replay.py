"""`vendwatch replay`: recorded telemetry judged in event time, as if it came in now; its fault episodes as JSON lines.

`now` moves with the readings, a minute at a time, also where all are silent: so hold-downs end and silence counts.
Cabinets are known from their first reading on. No cabinet shares a site or a carrier with another, and what a shared
service would explain is written as the cabinet's own.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from app.limits import Limits, read_limits
from app.recorded import Piece, pieces
from app.whole import whole
from faults.detectors.air_too_warm import RAISE_K
from faults.faults import Faults
from faults.foodsafety.watch import Watch
from faults.kinds import KINDS
from faults.model import Episode, Transition
from telemetry.batch import Frames, Judged, Mark
from telemetry.clock import Moment
from telemetry.errors import VendwatchError
from telemetry.fleet import NEVER, ONLINE, Fleet
from telemetry.signals import COLUMN
from telemetry.units import DAY, HOUR, MINUTE, SECOND

TICK = MINUTE
SILENT = 4 * HOUR  # of silence of all; after that everything that waits for a minute has happened
SILENT_TICK = 10 * MINUTE
GONE = 7 * DAY  # of silence of all; after that nothing waits for anything (a wrong clock may leave years between two)
GAPS = 15  # of a cabinet's first readings, of which the median is its interval
SHORTEST, LONGEST = SECOND, HOUR


class Line(msgspec.Struct):
    """An episode as it is written; times in ms, None: not (yet)."""

    cabinet: str
    kind: str
    onset: int
    detected: int
    cleared: int | None
    severity: str
    score: float
    cause: str | None


class Intervals:
    """How often each cabinet reports: the median of the first gaps between its readings, an hour until there is one."""

    def __init__(self) -> None:
        self._gaps: dict[int, list[int]] = {}

    def learn(self, fleet: Fleet, row: int, gap: int) -> None:
        """Take a gap (ms) of a cabinet; readings of one time teach nothing."""
        gaps = self._gaps.setdefault(row, [])
        if gap > 0 and len(gaps) < GAPS:
            gaps.append(gap)
            fleet.interval_ms[row] = min(max(int(np.median(gaps)), SHORTEST), LONGEST)

    def known(self, row: int) -> bool:
        return len(self._gaps.get(row, ())) >= GAPS


class Replay:
    """The product's judging over a recorded fleet; `lines` of what is over, and at the end of what is not."""

    def __init__(self, limits: Limits) -> None:
        self.fleet, self.faults, self.watch = Fleet(), Faults(), Watch()
        self._limits, self._intervals = limits, Intervals()
        self._now = NEVER
        self._causes: dict[str, str | None] = {}
        self._max_air: dict[int, float] = {}

    def take(self, piece: Piece) -> Iterator[Line]:
        """Judge a piece, minute by minute; the episodes that ended."""
        rows = np.array([self._row(name) for name in piece.names], np.int32)[piece.who]
        self._limit(rows, piece)
        begin = 0
        while begin < len(rows):
            yield from self._catch_up(int(piece.ts[begin]))
            end = int(np.searchsorted(piece.ts, self._now, "right"))
            pick = slice(begin, end)
            yield from self._step(Frames(rows[pick], piece.ts[pick], piece.values[pick]))
            begin = end

    def rest(self) -> Iterator[Line]:
        """The episodes that still stand at the last reading."""
        for episode in self.faults.open.values():
            yield from self._line(episode)

    def _catch_up(self, ts: int) -> Iterator[Line]:
        """Move `now` to the minute of the next reading, with a tick wherever there was none."""
        if self._now == NEVER:
            self._now = ts - 1
        heard = self._now
        while self._now < ts:
            silent = self._now - heard
            step = TICK if silent < SILENT else SILENT_TICK if silent < GONE else ts - self._now
            self._now += max(min(step, (ts - self._now) // TICK * TICK), TICK)
            if self._now < ts:
                yield from self._step(Frames.empty())

    def _step(self, frames: Frames) -> Iterator[Line]:
        fleet, moment = self.fleet, Moment(self._now, self._now)
        self._hear(frames)
        judged = Judged(frames)
        judged.marks += [
            Mark(found.row, "food_safety_breach", True, found.ts, found.data)
            for found in self.watch.judge(judged, fleet)
            if found.what == "breach"
        ]
        fleet.apply(frames)
        fleet.presence(moment)
        for transition in self.faults.step(judged, fleet, moment):
            yield from self._note(transition)

    def _hear(self, frames: Frames) -> None:
        """Who reports is present; how often it does is learned."""
        fleet = self.fleet
        for row, ts in zip(frames.row.tolist(), frames.ts.tolist(), strict=True):
            if fleet.last_seen[row] == NEVER:
                fleet.interval_ms[row] = LONGEST
            elif not self._intervals.known(row):
                self._intervals.learn(fleet, row, ts - int(fleet.last_seen[row]))
            fleet.last_seen[row] = ts
        fleet.last_real[frames.row] = fleet.last_seen[frames.row]
        fleet.status[frames.row] = ONLINE

    def _note(self, moved: Transition) -> Iterator[Line]:
        """Remember what explained it while something did; write it down when it is over."""
        episode = moved.episode
        if episode.cause is not None and KINDS[episode.cause].scope == "cabinet":
            self._causes.setdefault(episode.id, episode.cause)
        if episode.state == "cleared" and not moved.dropped:
            yield from self._line(episode)
        if episode.state == "cleared" or moved.dropped:
            self._causes.pop(episode.id, None)

    def _line(self, episode: Episode) -> Iterator[Line]:
        if episode.cabinet is None or episode.detected is None:
            return
        yield Line(
            episode.cabinet, episode.kind, episode.onset, episode.detected, episode.cleared, episode.severity,
            round(episode.score, 4), self._causes.get(episode.id),
        )  # fmt: skip

    def _row(self, cabinet: str) -> int:
        """Its row; a new one stands at no site, uses a network of its own, and keeps its limits."""
        if (known := self.fleet.index.get(cabinet)) is not None:
            return known
        row = self.fleet.add(cabinet)
        self.fleet.place(row, None, cabinet)
        self.fleet.boot[row] = 1
        limit = self._limits.of(cabinet)
        if (profile := limit.profile()) is not None:
            self.watch.assign(row, profile)
        if limit.max_air_c is not None:
            self._max_air[row] = limit.max_air_c
        return row

    def _limit(self, rows: np.ndarray, piece: Piece) -> None:
        """A product's limit stands for that of the set point: the air is too warm above it."""
        if self._max_air:
            limit = np.full(len(self.fleet), np.nan)
            limit[list(self._max_air)] = list(self._max_air.values())
            own = ~np.isnan(limit[rows])
            piece.values[own, COLUMN["set_c"]] = limit[rows[own]] - RAISE_K


def replay(source: Path, out: Path, thresholds: Path | None = None) -> int:
    """Write the episodes to a file, which appears when it is whole; how many. Raises Invalid, VendwatchError."""
    judge = Replay(read_limits(thresholds))
    with whole(out) as part, part.open("wb") as file:
        written = _write(file, judge, source)
    if judge.faults.errors:
        raise VendwatchError(f"detectors failed, {out} lacks what they would have said: {judge.faults.errors}")
    return written


def _write(file: IO[bytes], judge: Replay, source: Path) -> int:
    written = 0
    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0)
        for line in _lines(judge, source, lambda share: bar.update(task, completed=share)):
            file.write(msgspec.json.encode(line) + b"\n")
            written += 1
    return written


def _lines(judge: Replay, source: Path, progress: Callable[[float], None]) -> Iterator[Line]:
    for piece in pieces(source):
        yield from judge.take(piece)
        progress(piece.share)
    yield from judge.rest()
