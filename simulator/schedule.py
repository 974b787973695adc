"""When faults strike and pass: those a scenario plans, and others by chance (seeded)."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.injections import INJECTIONS
from simulator.said import Said
from simulator.scenario import Chance, Scenario
from simulator.state import FAR, Rng, State
from simulator.truth import CONDITIONS, Label
from telemetry.errors import ConfigError
from telemetry.units import DAY, MINUTE, SECOND

YEAR = 365 * DAY
GROWS_EVERY = 5 * MINUTE  # how often what grows is brought up to date
Able = Callable[[int, str], bool]


class Strike(NamedTuple):
    """A fault to come: when (product ms), on which row, which kind, when it passes by itself (`FAR`: never), how bad
    it gets and over how long (ms); None is drawn."""

    at: int
    row: int
    kind: str
    until: int
    severity: float | None = None
    grows: int | None = None


@dataclass(slots=True)
class Lasting:
    """A fault that is there: since when, until when (product ms), how bad it gets, and over how long it grows (ms)."""

    since: int
    until: int
    severity: float
    grows: int
    slow: bool

    def reached(self, now: int) -> float:
        """How bad it is now."""
        return self.severity * min(1.0, (now - self.since) / self.grows) if self.grows else self.severity


class Schedule:
    """The faults to come and those that last; one per fleet.

    `lasting` maps (row, kind) to what is known of it; `labels` gathers those of kinds that only injections bring.
    `able(row, kind)`: can this cabinet have it at all?
    """

    def __init__(self, scenario: Scenario, ids: Sequence[str], start: int, rng: Rng, able: Able) -> None:
        self.lasting: dict[tuple[int, str], Lasting] = {}
        self.labels: list[Label] = []
        self._planned = [s if able(s.row, s.kind) else _moved(s, len(ids), able) for s in planned(scenario, ids, start)]
        heapq.heapify(self._planned)
        self._chance, self._rng, self._n, self._able = scenario.chance, rng, len(ids), able
        self._kinds = list(scenario.chance.weights)
        weights = np.array([scenario.chance.weights[kind] for kind in self._kinds])
        self._weights = weights / weights.sum() if len(weights) else weights
        self._rests: dict[int, int] = {}
        self._next = self._after(start + int(scenario.chance.after_s * SECOND))
        self._grow_at = self._end_at = 0

    def run(self, state: State, now: int) -> list[Said]:
        """Begin and end what is due by `now`."""
        said: list[Said] = []
        if now >= self._end_at:
            for key in [k for k, fault in self.lasting.items() if fault.until <= now]:
                said += self._end(state, *key, ts=now)
            self._end_at = min((fault.until for fault in self.lasting.values()), default=FAR)
        if now >= self._grow_at:
            self._grow_at = now // GROWS_EVERY * GROWS_EVERY + GROWS_EVERY
            self._grow(state, now)
        while self._planned and self._planned[0].at <= now:
            said += self._begin(state, heapq.heappop(self._planned), now)
        while self._next <= now:
            self._next = self._after(self._next)
            if strike := self._draw(now):
                said += self._begin(state, strike, now)
        return said

    def repair(self, state: State, row: int, now: int) -> list[Said]:
        """End every fault of a cabinet."""
        said: list[Said] = []
        for key in [k for k in self.lasting if k[0] == row]:
            said += self._end(state, *key, ts=now)
        return said

    def cause(self, row: int, kind: str) -> str | None:
        """The injected kind that explains this one; None when it is injected itself, or nothing is."""
        if (row, kind) in self.lasting:
            return None
        return next((other for r, other in self.lasting if r == row), None)

    def _begin(self, state: State, strike: Strike, now: int) -> list[Said]:
        row, kind = strike.row, strike.kind
        if (row, kind) in self.lasting:
            return []
        injection = INJECTIONS[kind]
        slow = self._rng.random() < injection.slow if strike.grows is None else strike.grows > 0
        grows = strike.grows
        if grows is None:
            grows = int(self._rng.integers(*injection.grows)) if slow and injection.grows[1] else 0
        severity = strike.severity or float(self._rng.uniform(*injection.severity))
        fault = self.lasting[row, kind] = Lasting(now, strike.until, severity, grows, bool(slow))
        self._end_at = min(self._end_at, strike.until)
        said = injection.begin(state, row, now, self._rng)
        if injection.reach:
            injection.reach(state, row, fault.reached(now))
        state.warming[row] |= injection.warms
        self._label(row, kind, fault, now, None)
        return said

    def _end(self, state: State, row: int, kind: str, ts: int) -> list[Said]:
        fault = self.lasting.pop((row, kind))
        self._rests[row] = ts + int(self._chance.rest_s * SECOND)
        self._label(row, kind, fault, ts, ts)
        said = INJECTIONS[kind].end(state, row, ts)
        state.warming[row] = any(r == row and INJECTIONS[other].warms for r, other in self.lasting)
        return said

    def _label(self, row: int, kind: str, fault: Lasting, now: int, end: int | None) -> None:
        if kind not in CONDITIONS:
            self.labels.append(Label(row, kind, fault.since, end, fault.reached(now), fault.slow))

    def _grow(self, state: State, now: int) -> None:
        for (row, kind), fault in self.lasting.items():
            reach = INJECTIONS[kind].reach
            if fault.grows and reach and now - fault.since <= fault.grows + 2 * GROWS_EVERY:
                reach(state, row, fault.reached(now))

    def _after(self, ts: int) -> int:
        rate = self._chance.per_cabinet_year * self._n / YEAR
        return ts + 1 + int(self._rng.exponential(1 / rate)) if rate else FAR

    def _draw(self, now: int) -> Strike | None:
        """A fault by chance; None while as many cabinets are ill as may be, or the drawn one is (or just was)."""
        ill = {row for row, _ in self.lasting}
        row = int(self._rng.integers(self._n))
        kind = self._kinds[int(self._rng.choice(len(self._kinds), p=self._weights))]
        until = _until(INJECTIONS[kind].heals, self._chance, kind, self._rng, now)
        full = len(ill) + 1 > max(1.0, self._chance.most * self._n)
        if row in ill or full or self._rests.get(row, 0) > now or not self._able(row, kind):
            return None
        return Strike(now, row, kind, until)


def planned(scenario: Scenario, ids: Sequence[str], start: int) -> list[Strike]:
    """The faults a scenario plans for this fleet; raises ConfigError for a cabinet that is not in it."""
    index = {cabinet: row for row, cabinet in enumerate(ids)}
    strikes = []
    for i, fault in enumerate(scenario.fault):
        row = index.get(fault.cabinet, -1) if isinstance(fault.cabinet, str) else fault.cabinet % len(ids)
        if row < 0:
            raise ConfigError("scenario", f"fault[{i}].cabinet: no cabinet {fault.cabinet!r} among {len(ids)}")
        at = start + int(fault.at_s * SECOND)
        until = at + int(fault.duration_s * SECOND) if fault.duration_s else FAR
        grows = None if fault.grows_s is None else int(fault.grows_s * SECOND)
        strikes.append(Strike(at, row, fault.kind, until, fault.severity, grows))
    return strikes


def _moved(strike: Strike, n: int, able: Able) -> Strike:
    """The same on the next cabinet that can have it; as it is when none can."""
    rows = ((strike.row + k) % n for k in range(n))
    return strike._replace(row=next((row for row in rows if able(row, strike.kind)), strike.row))


def _until(heals: float, chance: Chance, kind: str, rng: Rng, now: int) -> int:
    """When a chance fault passes by itself, or is mended by nobody in particular."""
    by_itself, after = rng.random() < heals, int(rng.integers(*INJECTIONS[kind].heal_after))
    mended = int(rng.integers(*INJECTIONS[kind].lasts)) if chance.mended else FAR - now
    return now + (after if by_itself else mended)
