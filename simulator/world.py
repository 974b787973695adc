"""The simulated fleet: all cabinets at once, moved on in fixed substeps of product time.

The same seed and start give the same telemetry, events and labels, however the time is cut into calls of `step`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simulator import customers, power, thermal
from simulator.customers import Step
from simulator.doors import Said, open_door, shut
from simulator.models import MODELS, Model
from simulator.report import Meter, Samples, due, measure, sense
from simulator.scenario import Scenario
from simulator.schedule import Schedule
from simulator.state import STEP_MS, Bools, Traits, settled
from simulator.truth import Label, Truth
from telemetry.units import SECOND

FAST_INTERVAL = 10 * SECOND


class Tick(NamedTuple):
    """What one substep up to `now` brought: restarted rows, then events and samples, and labels of the truth."""

    now: int
    restarted: list[int]
    said: list[Said]
    samples: Samples
    labels: list[Label]


class World:
    """n cabinets from `start` (product ms) on; `interval_ms` is how often each reports, `step_ms` a substep."""

    def __init__(
        self, ids: Sequence[str], seed: int, start: int, *, interval_ms: int = 60 * SECOND, step_ms: int = STEP_MS,
        scenario: Scenario | None = None,
    ) -> None:  # fmt: skip
        n = len(ids)
        scenario = scenario or Scenario()
        traits_rng, start_rng, fault_rng, self._people, self._noise = (
            np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)
        )
        self.ids = list(ids)
        self.now = start
        self.traits = Traits.draw(n, traits_rng)
        self.state = settled(n, self.traits, start, start_rng)
        self._step_ms = step_ms
        self._interval = np.full(n, interval_ms, np.int64)
        self._offset = start + (np.arange(n, dtype=np.int64) * 2654435761 % (1 << 32)) * interval_ms // (1 << 32)
        self._disturb = scenario.disturbances
        self._schedule = Schedule(scenario, ids, start, fault_rng)
        self._truth, self._meter = Truth(n), Meter(n)
        self._pending: list[Said] = []

    def step(self, now: int) -> Iterator[Tick]:
        """Move on to the last substep at or before `now`, one tick at a time."""
        while self.now + self._step_ms <= now:
            yield self._substep(Step(self.now, self.now + self._step_ms))

    def linked(self) -> Bools:
        """Which cabinets reach the broker now."""
        return self.state.linked(self.now)

    def model(self, row: int) -> Model:
        return MODELS[int(self.traits.model[row])]

    # what people and commands do to a cabinet

    def lasting(self, row: int) -> list[str]:
        """The kinds of fault that were put into a cabinet and last."""
        return [kind for r, kind in self._schedule.lasting if r == row]

    def repair(self, row: int) -> None:
        """Take every fault out of a cabinet."""
        self._pending += self._schedule.repair(self.state, row, self.now)

    def open_door(self, row: int, for_ms: int) -> bool:
        """Open the door for a while; False when the lock or the power does not let it."""
        if not self.state.alive(self.now)[row]:
            return False
        self._pending += open_door(self.state, row, self.now, self.now + for_ms)
        return True

    def close_door(self, row: int) -> None:
        shut(self.state, row, self.now)

    def say(self, row: int, name: str, **data: str) -> None:
        """An event at the next substep."""
        self._pending.append(Said(row, self.now, name, dict(data)))

    def restart(self, row: int) -> None:
        power.restart(self.state, row, self.now)

    # halves

    def _substep(self, step: Step) -> Tick:
        traits, state = self.traits, self.state
        said, self._pending = self._pending, []
        said += self._schedule.run(state, step.now)
        said += customers.live(traits, state, self._disturb, self._people, step)
        woken = power.feed(state, step)
        state.ambient = thermal.ambient(traits, step.now, self._disturb.heat_wave_c)
        sense(state)
        thermal.control(traits, state, step.now)
        thermal.advance(traits, state, (step.now - step.since) / SECOND)
        self._meter.add(traits, state, step.now, step.hours)
        self.now = step.now
        alive = state.alive(step.now)
        said = sorted((s for s in said + woken.said if alive[s.row]), key=lambda s: s.ts)
        labels = self._truth.look(state, step.now)
        return Tick(step.now, woken.rows, said, self._samples(step, alive), labels)

    def _samples(self, step: Step, alive: Bools) -> Samples:
        interval = np.where(
            self.state.fast_until > step.since, np.minimum(FAST_INTERVAL, self._interval), self._interval
        )
        row, ts = due(self._offset, interval, step.since, step.now)
        row, ts = row[alive[row]], ts[alive[row]]
        if not len(row):
            return Samples(row, ts, np.empty((0, 0)))
        return measure(self.traits, self.state, self._meter, self._noise, row, ts)


def cabinet_ids(n: int) -> list[str]:
    """The ids of a fleet without a credentials file."""
    return [f"SIM-{i:05d}" for i in range(1, n + 1)]
