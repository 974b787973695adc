"""A recorded fleet through the product's own judging: what it would have told, and what was true."""

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

from faults.faults import Faults
from faults.kinds import KINDS, WORSE
from faults.model import Episode, Transition
from simulator.record import Chunk
from simulator.truth import Label
from telemetry.batch import CabinetEvent, Frames, Judged
from telemetry.clock import Moment
from telemetry.fleet import NEVER, ONLINE, Fleet
from tests.score.clocks import Clocks


class Alarm(msgspec.Struct, kw_only=True):
    """A fault that became active and is no backlog: of a cabinet, or (`row` -1) of a site, of a carrier, or of all.

    `at`: when it first deserved a ticket (ms), active as a root and more than a warning; None: never. `shown`: when it
    first was active at all. `severity` is the one it had at `at`. `cause`: the kind it was attached to in the end.
    """

    kind: str
    row: int
    site: str | None
    carrier: str | None
    severity: str
    onset: int
    shown: int
    at: int | None = None
    cleared: int | None = None
    cause: str | None = None


def hint(kind: str) -> bool:
    """Is this kind never more than a warning?"""
    return kind in KINDS and KINDS[kind].severity == "warning" and kind not in WORSE


class Life:
    """The fold's part of judging, and nothing else of the product: ingest has proofs of its own."""

    def __init__(self, ids: list[str], sites: list[str], carriers: list[str], start: int) -> None:
        self.fleet, self.faults, self.clocks = Fleet(), Faults(), Clocks(ids)
        for cabinet, site, carrier in zip(ids, sites, carriers, strict=True):
            self.fleet.place(self.fleet.add(cabinet, site), site, carrier)
        n = len(ids)
        self.fleet.boot[:n], self.fleet.status[:n] = 1, ONLINE
        self.fleet.last_seen[:n] = self.fleet.last_real[:n] = start
        self.told: dict[str, Alarm] = {}
        self.truth: dict[tuple[int, str, int, str | None], Label] = {}
        self.lines = 0
        self.states: list[Transition] | None = None  # a list: every transition is kept in it

    def take(self, chunks: Iterable[Chunk]) -> None:
        """Judge chunks one after the other, each as one batch."""
        for chunk in chunks:
            self._hear(chunk)
            frames = Frames(chunk.samples.row, chunk.samples.ts, chunk.samples.values)
            judged = Judged(frames, list(_events(chunk, self.fleet.ids)), self.clocks.look(chunk.samples, chunk.now))
            self.fleet.apply(frames)
            moment = Moment(chunk.now, chunk.now)
            self.fleet.presence(moment)
            moved = self.faults.step(judged, self.fleet, moment)
            for transition in moved:
                self._note(transition.episode, chunk.now)
            if self.states is not None:
                self.states += moved
            self.lines += len(frames)
            for label in chunk.labels:
                self.truth[label.row, label.kind, label.onset, label.site] = label

    def alarms(self) -> list[Alarm]:
        """What deserved a ticket, and the warnings of kinds that are never more."""
        return [alarm for alarm in self.told.values() if alarm.at is not None or hint(alarm.kind)]

    def _hear(self, chunk: Chunk) -> None:
        """Who speaks is present; a will counts until the next birth."""
        fleet, births, wills = self.fleet, chunk.births, chunk.wills
        moves = [(int(at), int(row), NEVER) for row, at in zip(births.row, births.at, strict=True)]
        moves += [(int(at), int(row), int(at)) for row, at in zip(wills.row, wills.at, strict=True)]
        for _, row, will_at in sorted(moves):
            fleet.will_at[row] = will_at
        for rows, ats in ((chunk.samples.row, chunk.samples.at), (chunk.events.row, chunk.events.at), births[:2]):
            np.maximum.at(fleet.last_seen, rows, ats)
            fleet.status[rows] = ONLINE
        fleet.last_real[: len(fleet)] = fleet.last_seen[: len(fleet)]

    def _note(self, episode: Episode, now: int) -> None:
        alarm = self.told.get(episode.id)
        if alarm is None:
            if episode.state != "active" or episode.backlog:
                return
            row = -1 if episode.cabinet is None else self.fleet.index[episode.cabinet]
            alarm = self.told[episode.id] = Alarm(
                kind=episode.kind, row=row, site=episode.site, carrier=episode.carrier, severity=episode.severity,
                onset=episode.onset, shown=now,
            )  # fmt: skip
        alarm.cleared, alarm.cause = episode.cleared, episode.cause
        if alarm.at is None and episode.state == "active" and episode.severity != "warning":
            alarm.at, alarm.severity = now, episode.severity


def _events(chunk: Chunk, ids: list[str]) -> Iterable[CabinetEvent]:
    e = chunk.events
    columns: Any = zip(e.row.tolist(), e.ts.tolist(), e.at.tolist(), e.name, e.data, strict=True)
    for row, ts, at, name, data in columns:
        yield CabinetEvent(row, ids[row], ts, at, name, data, 1, 1)
