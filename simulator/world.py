"""The simulated fleet: all cabinets at once, moved on in fixed substeps of product time.

The same seed and start give the same telemetry, events and labels, however the time is cut into calls of `step`.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from simulator import customers, power, thermal
from simulator.customers import Step, Visitors
from simulator.doors import open_door, shut
from simulator.foodsafety import Keeper, Rule
from simulator.injections import INJECTIONS
from simulator.models import MODELS, Model
from simulator.normal import Normal
from simulator.outages import Outages
from simulator.recalls import Recalls
from simulator.report import Meter, Rota, Samples, due, measure, repeated, sense
from simulator.said import Said
from simulator.scenario import Scenario
from simulator.schedule import Schedule
from simulator.state import F64, I64, STEP_MS, Bools, settled
from simulator.traits import DEFROST_EVERY, Rng, Traits
from simulator.truth import Label, Truth
from simulator.weather import Weather
from telemetry.signals import WIDTH
from telemetry.units import DAY, HOUR, MINUTE, SECOND

FAST_INTERVAL = 10 * SECOND
REFILL_TAKES = 3 * MINUTE
_TIME = attrgetter("ts")


class Tick(NamedTuple):
    """What one substep up to `now` brought: restarted rows, then events and samples, and labels of the truth.

    All times are true ones; what a cabinet's clock is ahead stands in `State.skew`.
    """

    now: int
    restarted: list[int]
    said: list[Said]
    samples: Samples
    labels: list[Label]


class World:
    """n cabinets from `start` (product ms) on; `interval_ms` is how often each reports, `step_ms` a substep.

    The reports of an interval are spread over its first `spread_ms` (default: all of it).
    """

    def __init__(
        self, ids: Sequence[str], seed: int, start: int, *, interval_ms: int = 60 * SECOND, step_ms: int = STEP_MS,
        scenario: Scenario | None = None, spread_ms: int | None = None,
    ) -> None:  # fmt: skip
        n = len(ids)
        scenario = scenario or Scenario()
        disturb = self._disturb = scenario.disturbances
        rngs = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(10)]
        self._people, self._noise = rngs[3], rngs[4]
        self.ids = list(ids)
        self.now = start
        self.traits = _drawn(n, rngs[0], scenario)
        self.state = settled(n, self.traits, start, rngs[1], step_ms)
        if disturb.restock_hour is not None:
            self.state.restock_at = _in_the_hour(disturb.restock_hour, n, start, rngs[9])
        self._step_ms = step_ms
        self._interval = np.full(n, interval_ms, np.int64)
        golden = np.arange(n, dtype=np.int64) * 2654435761 % (1 << 32)
        self._offset = start + 1 + golden * (spread_ms or interval_ms) // (1 << 32)
        self._rota = Rota(self._offset, interval_ms, step_ms, start)
        self._fast = start
        self._schedule = Schedule(scenario, ids, start, rngs[2], self._able)
        self._outages = Outages(scenario, self.traits, start, rngs[5])
        self._visitors = Visitors(self.traits, disturb, rngs[6])
        self._normal = Normal(self.traits, disturb, rngs[7])
        self._weather = Weather(self.traits, disturb, start, rngs[8])
        self._recalls = Recalls(scenario.recall, n, start, rngs[9])
        self._truth, self._meter, self._keeper = Truth(n), Meter(n), Keeper(self.traits)
        self._causes: dict[tuple[int, str], str | None] = {}
        self._pending: list[Said] = []

    def step(self, now: int) -> Iterator[Tick]:
        """Move on to the last substep at or before `now`, one tick at a time."""
        while self.now + self._step_ms <= now:
            yield self._substep(Step(self.now, self.now + self._step_ms))

    def linked(self) -> Bools:
        """Which cabinets reach the broker now."""
        return self.state.linked(self.now)

    @property
    def stalls_per_day(self) -> float:
        """How often a cabinet's connection stands still."""
        return self._disturb.stalls_per_day

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

    def lock(self, row: int) -> None:
        """Sell nothing from now on. Told so when its own clock has all but run out, a cabinet has broken its rule."""
        self.state.sales_locked[row] = True
        self.state.breached[row] |= self._keeper.nearly(row)

    def unlock(self, row: int) -> None:
        """Sell again: somebody answers for the goods, so the food-safety clock starts anew."""
        self.state.sales_locked[row] = self.state.breached[row] = False
        self._keeper.release(row)

    def discard(self, row: int) -> list[dict[str, Any]]:
        """Open the door, throw away what must be kept cold, and fill up: `[{"sku", "lot", "count"}]` of what went."""
        if self.open_door(row, REFILL_TAKES):
            self.state.restocking[row] = True
        said = self.state.goods.discard(row, self.now)
        self._pending += said
        return [{"sku": s.data["sku"], "lot": s.data["lot"], "count": s.data["units"]} for s in said]

    def keep_rule(self, row: int, rule: Rule | None) -> None:
        """Hold a cabinet to a food-safety rule, or to none."""
        self._keeper.assign(row, rule)

    def sample_fast(self, row: int, for_ms: int) -> None:
        """Report every ten seconds for a while."""
        self.state.fast_until[row] = self._fast = self.now + for_ms

    # halves

    def _able(self, row: int, kind: str) -> bool:
        """Has this cabinet what the fault breaks?"""
        model = self.model(row)
        scaled = model.shelves > 0 or not any(name.startswith("shelf_g") for name in INJECTIONS[kind].needs)
        return scaled and not set(INJECTIONS[kind].needs) & set(model.without)

    def _substep(self, step: Step) -> Tick:
        traits, state = self.traits, self.state
        said, self._pending = self._pending, []
        said += self._schedule.run(state, step.now)
        self._outages.run(state, step.now)
        said += customers.live(self._visitors, state, self._disturb, self._people, step)
        said += self._normal.run(state, step)
        said += self._recalls.run(state, step)
        woken = power.feed(state, step)
        state.ambient = self._weather.around(step.now)
        sense(state)
        thermal.control(traits, state, step.now)
        thermal.advance(traits, state, (step.now - step.since) / SECOND)
        self._meter.add(traits, state, step.now, step.hours)
        self.now = step.now
        alive = state.alive(step.now)
        said += woken.said
        said += self._keeper.run(state, step, said)
        if said:
            said = sorted(said if alive.all() else [s for s in said if alive[s.row]], key=_TIME)
        return Tick(step.now, woken.rows, said, self._samples(step, alive), self._labels(step.now))

    def _samples(self, step: Step, alive: Bools) -> Samples:
        turn = self._rota.due(step.now) if self._fast <= step.since else None
        row, ts = turn or self._due(step)
        keep = alive[row]
        if not keep.all():
            row, ts = row[keep], ts[keep]
        if not len(row):
            return Samples(row, ts, np.empty((0, WIDTH)))
        return Samples(row, ts, self._read(row)) if turn else repeated(row, ts, self._read)

    def _due(self, step: Step) -> tuple[I64, I64]:
        """(row, ts) of the samples of this substep, with those that report fast."""
        fast = np.minimum(FAST_INTERVAL, self._interval)
        interval = np.where(self.state.fast_until > step.since, fast, self._interval)
        return due(self._offset, interval, step.since, step.now)

    def _read(self, rows: I64) -> F64:
        return measure(self.traits, self.state, self._meter, self._noise, rows, self.now, self._disturb.scales_c)

    def _labels(self, now: int) -> list[Label]:
        """What truly began or ended: by injection, by outage, and as it shows in the state, with what explains it."""
        shown = self._truth.look(self.state, now)
        if not shown and not self._schedule.labels and not self._outages.labels:
            return []
        shown = [self._explained(label) for label in shown]
        labels = [*self._schedule.labels, *self._outages.labels, *shown]
        self._schedule.labels, self._outages.labels = [], []
        return labels

    def _explained(self, label: Label) -> Label:
        """What explained it when it began explains it to its end."""
        row, kind = label.row, label.kind
        if label.end is not None:
            return label._replace(cause=self._causes.pop((row, kind), None))
        cause = self._schedule.cause(row, kind) or self._outages.cause(row, kind)
        self._causes[row, kind] = cause
        return label._replace(cause=cause)


def _drawn(n: int, rng: Rng, scenario: Scenario) -> Traits:
    """The cabinets, as much alike as the scenario wants them."""
    disturb = scenario.disturbances
    traits = Traits.draw(n, rng, scenario.sites(n), scenario.ranges)
    if not disturb.defrosts:
        traits.defrost_every[:] = DEFROST_EVERY[0]
    if not disturb.weekends:
        traits.weekend[:] = 1.0
    return traits


def _in_the_hour(hour: float, n: int, start: int, rng: Rng) -> I64:
    """A first restock for each cabinet within an hour of this hour of the day in Asia/Shanghai."""
    midnight = (start + 8 * HOUR) // DAY * DAY - 8 * HOUR
    at = midnight + int(hour * HOUR) + rng.integers(-HOUR, HOUR, n)
    return np.asarray(np.where(at <= start, at + DAY, at))


def cabinet_ids(n: int) -> list[str]:
    """The ids of a fleet without a credentials file."""
    return [f"SIM-{i:05d}" for i in range(1, n + 1)]
