"""A recorded fleet through the product's own judging: what it would have told, and what was true."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from faults.faults import Faults
from faults.model import Episode
from simulator.record import Chunk
from simulator.truth import Label
from telemetry.batch import CabinetEvent, Frames, Judged
from telemetry.clock import Moment
from telemetry.fleet import NEVER, ONLINE, Fleet


class Told(NamedTuple):
    """A fault that deserved a ticket, when it began to (ms): `at`."""

    episode: Episode
    at: int


class Life:
    """The fold's part of judging, and nothing else of the product: ingest has proofs of its own."""

    def __init__(self, ids: list[str], sites: list[str], start: int) -> None:
        self.fleet, self.faults = Fleet(), Faults()
        for cabinet, site in zip(ids, sites, strict=True):
            self.fleet.add(cabinet, site)
        n = len(ids)
        self.fleet.boot[:n], self.fleet.status[:n] = 1, ONLINE
        self.fleet.last_seen[:n] = self.fleet.last_real[:n] = start
        self.told: list[Told] = []
        self.truth: dict[tuple[int, str, int, str | None], Label] = {}
        self._tickets: set[str] = set()

    def take(self, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            self._hear(chunk)
            frames = Frames(chunk.samples.row, chunk.samples.ts, chunk.samples.values)
            judged = Judged(frames=frames, events=list(_events(chunk, self.fleet.ids)))
            self.fleet.apply(frames)
            moment = Moment(chunk.now, chunk.now)
            self.fleet.presence(moment)
            for moved in self.faults.step(judged, self.fleet, moment):
                self._note(moved.episode, chunk.now)
            for label in chunk.labels:
                self.truth[label.row, label.kind, label.onset, label.site] = label

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
        worthy = episode.state == "active" and episode.severity != "warning" and not episode.backlog
        if worthy and episode.id not in self._tickets:
            self._tickets.add(episode.id)
            self.told.append(Told(episode, now))


def _events(chunk: Chunk, ids: list[str]) -> Iterable[CabinetEvent]:
    e = chunk.events
    columns = zip(e.row.tolist(), e.ts.tolist(), e.at.tolist(), e.name, e.data, strict=True)
    for row, ts, at, name, data in columns:
        yield CabinetEvent(row, ids[row], ts, at, name, data, 1, 1)
