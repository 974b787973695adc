"""A large fleet on a manual clock: messages made by hand, the product's own blindness and fold, restarts included."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gateway.blindness import Blindness
from service.records.base import Put
from telemetry.clock import Moment
from telemetry.fleet import OFFLINE, ONLINE
from telemetry.journal import Entry
from telemetry.units import MINUTE, SECOND
from tests.scenarios.life import NINE, new_fold

STEP = 2 * SECOND  # between two entries: short enough that none passes for a stall
INTERVAL = MINUTE
Said = tuple[str, bytes]


class Town:
    """`n` cabinets, each of which says something once a minute. `queue`: what the broker keeps for us meanwhile.

    `alive`: who speaks at all. `opened`: ids of tickets; `alerts`: notices of blindness; `called_off`: cabinets that
    an `offline` fault named; `entries`: the journal.
    """

    def __init__(self, n: int) -> None:
        self.n, self.moment = n, Moment(NINE, NINE)
        self.fold, self.blindness, self.number = new_fold(), Blindness(), 0
        self.alive = np.ones(n, bool)
        self.names = [f"TOWN-{i:05d}" for i in range(n)]
        self.seq, self.conn = [0] * n, [1] * n
        self.buffers: list[list[int]] = [[] for _ in range(n)]
        self.connected = self.running = True
        self.queue: list[Said] = []
        self.opened: set[str] = set()
        self.alerts: list[str] = []
        self.silent: set[str] = set()
        self.entries: list[Entry] = []
        self.blindness.sight(True, self.moment)
        self._take([self._birth(i) for i in range(n)])

    def live(self, ms: int) -> "Town":
        """Go on for a while."""
        for _ in range(ms // STEP):
            self._pass()
            said = [m for i in self._turn() if self.alive[i] for m in self._speak(i)]
            if self.connected:
                self.queue += said
            if self.connected and self.running:
                self._take(self._drained())
            elif self.running:
                self._take([])
        return self

    def broker(self, *, there: bool) -> None:
        """The broker goes, and all connections with it; or it comes, and everybody with what was kept meanwhile."""
        self.connected = there
        if self.running:
            self.blindness.sight(there, self.moment)
        if there:
            for i in np.flatnonzero(self.alive).tolist():
                self.conn[i] += 1
                self.queue += [self._birth(i), *self._unload(i)]
            if self.running:
                self._take(self._drained())

    def gateway(self, *, there: bool) -> None:
        """Our process dies, or starts again from what it left behind."""
        if there:
            parts, away = self.fold.dump(), self._last
            self.fold, self.blindness = new_fold(), Blindness()
            self.fold.load(parts)
            self.blindness.begin(away, self.moment)
            if self.connected:
                self.blindness.sight(True, self.moment)
        self.running = there

    def offline(self) -> set[str]:
        """Who is shown as offline now."""
        return {self.names[i] for i in np.flatnonzero(self.fold.fleet.status[: self.n] == OFFLINE)}

    def online(self) -> int:
        return int(np.count_nonzero(self.fold.fleet.status[: self.n] == ONLINE))

    # halves

    def _pass(self) -> None:
        self.moment = Moment(self.moment.now + STEP, self.moment.real + STEP)
        if self.running:
            self.blindness.tick(self.moment)

    def _turn(self) -> Iterable[int]:
        """The cabinets whose minute is over now."""
        slots = INTERVAL // STEP
        return range(self.moment.now // STEP % slots, self.n, slots)

    def _drained(self) -> list[Said]:
        messages, self.queue = self.queue, []
        return messages

    def _take(self, messages: list[Said]) -> None:
        self.number += 1
        self._last = self.moment
        blinds = self.blindness.take(self.moment)
        entry = Entry(
            number=self.number, now=self.moment.now, real=self.moment.real, tick=True, messages=messages, blinds=blinds
        )
        self.entries.append(entry)
        outcome = self.fold.step(entry)
        for row in (c.row for c in outcome.changes if isinstance(c, Put) and c.table == "tickets"):
            self.opened.add(row["id"])
        self.alerts += _told(outcome.changes, "notices", lambda row: row.get("kind") == "platform_blind", "id")
        self.silent |= set(_told(outcome.changes, "episodes", lambda row: row.get("kind") == "offline", "cabinet"))

    def _birth(self, i: int) -> Said:
        self.seq[i] += 1
        body = b'{"boot":1,"seq":%d,"ts":%d,"conn":%d,"interval_s":60,"holds":[],"model":"T"}'
        return f"cabinets/{self.names[i]}/up/birth", body % (self.seq[i], self.moment.now, self.conn[i])

    def _speak(self, i: int) -> list[Said]:
        """A sample now; kept for later while there is no connection."""
        if not self.connected:
            self.buffers[i].append(self.moment.now)
            return []
        self.seq[i] += 1
        body = b'{"boot":1,"seq":%d,"ts":%d,"m":{"air_c":4.0,"set_c":4.0}}' % (self.seq[i], self.moment.now)
        return [(f"cabinets/{self.names[i]}/up/telemetry", body)]

    def _unload(self, i: int) -> list[Said]:
        """What was kept, in one message."""
        if not self.buffers[i]:
            return []
        self.seq[i] += 1
        samples = b",".join(b'{"ts":%d,"m":{"air_c":4.0,"set_c":4.0}}' % ts for ts in self.buffers[i])
        self.buffers[i].clear()
        body = b'{"boot":1,"seq":%d,"ts":%d,"samples":[%s]}' % (self.seq[i], self.moment.now, samples)
        return [(f"cabinets/{self.names[i]}/up/telemetry", body)]


def _told(changes: Iterable[Any], table: str, so: Callable[[dict[str, Any]], bool], key: str) -> list[str]:
    return [c.row[key] for c in changes if isinstance(c, Put) and c.table == table and so(c.row)]
