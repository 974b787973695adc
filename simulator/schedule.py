"""When faults strike and pass: those a scenario plans, and others by chance (seeded)."""

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.doors import Said
from simulator.injections import INJECTIONS
from simulator.scenario import Chance, Scenario
from simulator.state import FAR, Rng, State
from telemetry.errors import ConfigError
from telemetry.units import DAY, SECOND

YEAR = 365 * DAY


class Strike(NamedTuple):
    """A fault to come: when (product ms), on which row, which kind, and when it passes by itself (`FAR`: never)."""

    at: int
    row: int
    kind: str
    until: int


class Schedule:
    """The faults to come and those that last; one per fleet.

    `lasting` maps (row, kind) to the time it passes by itself.
    """

    def __init__(self, scenario: Scenario, ids: Sequence[str], start: int, rng: Rng) -> None:
        self.lasting: dict[tuple[int, str], int] = {}
        self._planned = planned(scenario, ids, start)
        heapq.heapify(self._planned)
        self._chance, self._rng, self._n = scenario.chance, rng, len(ids)
        self._next = self._after(start + int(scenario.chance.after_s * SECOND))

    def run(self, state: State, now: int) -> list[Said]:
        """Begin and end what is due by `now`."""
        said: list[Said] = []
        for key in [k for k, until in self.lasting.items() if until <= now]:
            said += self._end(state, *key, ts=now)
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

    def _begin(self, state: State, strike: Strike, now: int) -> list[Said]:
        if (strike.row, strike.kind) in self.lasting:
            return []
        self.lasting[strike.row, strike.kind] = strike.until
        return INJECTIONS[strike.kind].begin(state, strike.row, now, self._rng)

    def _end(self, state: State, row: int, kind: str, ts: int) -> list[Said]:
        del self.lasting[row, kind]
        return INJECTIONS[kind].end(state, row, ts)

    def _after(self, ts: int) -> int:
        rate = self._chance.per_cabinet_year * self._n / YEAR
        return ts + 1 + int(self._rng.exponential(1 / rate)) if rate else FAR

    def _draw(self, now: int) -> Strike | None:
        """A fault by chance; None while as many cabinets are ill as may be, or the drawn one is."""
        ill = {row for row, _ in self.lasting}
        row = int(self._rng.integers(self._n))
        kind, until = _kind(self._chance, self._rng, now)
        if row in ill or len(ill) + 1 > max(1.0, self._chance.most * self._n):
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
        strikes.append(Strike(at, row, fault.kind, until))
    return strikes


def _kind(chance: Chance, rng: Rng, now: int) -> tuple[str, int]:
    kinds = list(chance.weights)
    weights = np.array([chance.weights[k] for k in kinds])
    kind = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    injection = INJECTIONS[kind]
    heals, after = rng.random() < injection.heals, int(rng.integers(*injection.heal_after))
    return kind, now + after if heals else FAR
