"""The fleet as a struct of arrays: who is there, when each cabinet spoke last, its latest values, its presence.

Written by the fold alone; readers on other threads take the arrays as they are (a torn read is one reading old).
"""

from typing import Any

import numpy as np

from telemetry.batch import F64, I64, Frames
from telemetry.clock import Moment
from telemetry.signals import SIGNALS, WIDTH
from telemetry.units import MINUTE, SECOND

UNKNOWN, ONLINE, OFFLINE = 0, 1, 2
BLIND_AFTER = 2 * SECOND  # real time: a blindness that lasts as long is told
STATUS = ("unknown", "online", "offline")
HEALTH = (None, "warning", "minor", "major", "critical")
NEVER = -1

_COLUMNS: tuple[tuple[str, type, float], ...] = (
    ("status", np.int8, UNKNOWN),
    ("health", np.int8, 0),
    ("retired", np.bool_, False),
    ("interval_ms", np.int64, 60 * SECOND),
    ("last_seen", np.int64, NEVER),
    ("last_real", np.int64, NEVER),
    ("judged_ts", np.int64, NEVER),
    ("will_at", np.int64, NEVER),
    ("boot", np.int64, NEVER),
    ("conn", np.int64, NEVER),
    ("samples", np.int64, 0),
)


class Fleet:
    """Row i of every array is cabinet `ids[i]`; rows are never reused.

    Arrays of shape [capacity]: status, health (index into HEALTH), retired, interval_ms, last_seen (arrival, product
    ms), last_real (arrival, real ms), judged_ts (newest judged sample, event time), will_at (product ms of a will not
    yet answered by a birth), boot, conn, samples (judged samples so far).
    `latest` [capacity, WIDTH] and `latest_ts` hold the newest value of each known signal, `extra` of unknown ones.
    """

    status: Any
    health: Any
    retired: Any
    interval_ms: Any
    last_seen: Any
    last_real: Any
    judged_ts: Any
    will_at: Any
    boot: Any
    conn: Any
    samples: Any

    def __init__(self, capacity: int = 0) -> None:
        self.ids: list[str] = []
        self.index: dict[str, int] = {}
        self.site: list[str | None] = []
        self.carrier: list[str | None] = []
        self.placed = 0
        self.names: list[str] = [s.name for s in SIGNALS]
        self.name_index: dict[str, int] = {n: i for i, n in enumerate(self.names)}
        self.extra: dict[int, dict[str, tuple[float, int]]] = {}
        self.info: list[dict[str, Any]] = []
        self.blind_since: int | None = None
        self.sighted: Moment = Moment(NEVER, NEVER)
        self.blinded: Moment = Moment(NEVER, NEVER)
        self.latest: F64 = np.empty((0, WIDTH))
        self.latest_ts: I64 = np.empty((0, WIDTH), np.int64)
        for name, dtype, _ in _COLUMNS:
            setattr(self, name, np.empty(0, dtype))
        self._reserve(capacity)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, cabinet: str, site: str | None = None) -> int:
        """Row of a cabinet, which is added when new."""
        row = self.index.get(cabinet)
        if row is None:
            row = len(self.ids)
            self._reserve(row + 1)
            self.ids.append(cabinet)
            self.site.append(site)
            self.carrier.append(None)
            self.info.append({})
            self.index[cabinet] = row
        return row

    def place(self, row: int, site: str | None, carrier: str | None) -> None:
        """Where a cabinet stands and whose network it uses; `placed` counts the changes."""
        self.placed += (self.site[row], self.carrier[row]) != (site, carrier)
        self.site[row], self.carrier[row] = site, carrier

    def named(self, cabinet: str) -> str:
        """The id as the fleet keeps it: one text for all who name the cabinet (a copy costs 60 bytes)."""
        row = self.index.get(cabinet)
        return cabinet if row is None else self.ids[row]

    def signal(self, name: str) -> int:
        """Index of a signal's name; unknown ones are added behind the known."""
        i = self.name_index.get(name)
        if i is None:
            i = self.name_index[name] = len(self.names)
            self.names.append(name)
        return i

    def apply(self, frames: Frames) -> None:
        """Take the newest value of every signal, and the newest judged time, from samples in judging order."""
        known, known_ts = self.latest.reshape(-1), self.latest_ts.reshape(-1)  # flat: several times as fast
        for at in frames.rounds():
            row, values, ts = frames.row[at], frames.values[at], frames.ts[at]
            given = np.flatnonzero(~np.isnan(values))
            line, column = np.divmod(given, WIDTH)
            cell, told = row.astype(np.int64)[line] * WIDTH + column, ts[line]
            newer = told >= known_ts[cell]
            known[cell[newer]] = values.reshape(-1)[given[newer]]
            known_ts[cell[newer]] = told[newer]
            self.judged_ts[row] = np.maximum(self.judged_ts[row], ts)
            self.samples[row] += 1

    def presence(self, moment: Moment) -> None:
        """Recompute `status` (contract, *Presence*): nobody is called offline while we are blind or just after."""
        n = len(self.ids)
        seen, interval = self.last_seen[:n], self.interval_ms[:n]
        silent = moment.now - seen > np.maximum(3 * interval, 180 * SECOND)
        silent |= (self.will_at[:n] != NEVER) & (moment.now - self.will_at[:n] > MINUTE)
        silent &= moment.real - self.last_real[:n] >= 10 * SECOND
        silent &= ~self.shaded(moment)
        known = (seen != NEVER) & (self.boot[:n] != NEVER)
        self.status[:n] = np.where(known, np.where(silent, OFFLINE, self.status[:n]), UNKNOWN)
        heard = known & ~silent & (self.status[:n] == UNKNOWN)
        self.status[:n][heard] = ONLINE

    def shaded(self, moment: Moment) -> Any:
        """Rows of which silence says nothing: we are blind, or were within two intervals and 60 s of real time."""
        return self._shade(moment, self.interval_ms[: len(self.ids)])

    def sees_again(self, start: Moment, moment: Moment) -> None:
        """A blindness that began at `start` is over; one that followed right upon another joins it."""
        self.blinded = min(self.blinded, start) if self._joined(start.now) else start
        self.blind_since, self.sighted = None, moment

    def blind_from(self) -> int | None:
        """Since when (product ms) we have been blind, what it joined counted in; None while we see."""
        if self.blind_since is None:
            return None
        return min(self.blinded.now, self.blind_since) if self._joined(self.blind_since) else self.blind_since

    def may_have_waited(self, row: int, ts: int, moment: Moment) -> bool:
        """Can a message with this device ts have waited for us while we were blind? One from before that can not."""
        if self.blind_since is not None:
            return True
        return ts >= self.blinded.now - MINUTE and self.shaded_row(row, moment)

    def shaded_row(self, row: int, moment: Moment) -> bool:
        """The same for one row, whatever the size of the fleet."""
        return bool(self._shade(moment, self.interval_ms[row : row + 1])[0])

    def _joined(self, start: int) -> bool:
        return self.sighted.now != NEVER and start - self.sighted.now <= MINUTE

    def _shade(self, moment: Moment, interval_ms: I64) -> Any:
        if self.blind_since is not None:
            return np.ones(len(interval_ms), bool)
        if self.sighted.now == NEVER:
            return np.zeros(len(interval_ms), bool)
        grace = moment.now - self.sighted.now <= 2 * interval_ms
        return grace | (moment.real - self.sighted.real < 60 * SECOND)

    def _reserve(self, n: int) -> None:
        capacity = len(self.status)
        if n <= capacity:
            return
        size = max(n, capacity + capacity // 4, 64)
        for name, dtype, fill in _COLUMNS:
            grown: Any = np.full(size, fill, dtype)
            grown[:capacity] = getattr(self, name)
            setattr(self, name, grown)
        latest, latest_ts = np.full((size, WIDTH), np.nan), np.full((size, WIDTH), NEVER, np.int64)
        latest[:capacity], latest_ts[:capacity] = self.latest, self.latest_ts
        self.latest, self.latest_ts = latest, latest_ts
