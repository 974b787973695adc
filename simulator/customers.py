"""The normal life of a fleet, none of it a fault: buyers, restockers, terminals that restart, links that fade."""

from typing import Any, NamedTuple

import numpy as np

from simulator.doors import Said, due_closings, open_door
from simulator.scenario import Disturbances
from simulator.state import Bools, Rng, State, Traits
from simulator.thermal import hour_of_day
from telemetry.units import DAY, HOUR, MINUTE, SECOND

# Door openings by hour of the day, relative to the daily mean (offices and campuses: lunch and evening peaks).
DAY_PROFILE = (
    0.15, 0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 0.9, 1.3, 1.1, 1.2, 1.8,
    2.4, 1.8, 1.3, 1.3, 1.3, 1.5, 2.0, 1.8, 1.3, 1.0, 0.7, 0.4,
)  # fmt: skip
TOO_WARM_TO_SELL = 5.0  # K above the set point: the controller keeps the door locked by itself
RESTOCK_GAP = 0.45  # the door stands half open behind a person with a trolley
SKUS = (
    ("tea-500", 450), ("cola-330", 350), ("water-550", 200), ("milk-250", 580), ("yogurt-200", 690),
    ("juice-300", 750), ("coffee-280", 890), ("salad-220", 1680), ("sandwich-180", 1280), ("rice-box-400", 1880),
)  # fmt: skip


class Step(NamedTuple):
    """One substep: from `since` (excluded) to `now` (included), product ms."""

    since: int
    now: int

    @property
    def hours(self) -> float:
        return (self.now - self.since) / HOUR


def live(traits: Traits, state: State, disturb: Disturbances, rng: Rng, step: Step) -> list[Said]:
    """Everything people and the weather of the network do in one substep, in order per cabinet."""
    free = ~state.door  # a door that closes in this substep opens again in the next at the earliest
    said = _closings(state, rng, step)
    said += _buyers(traits, state, rng, step, free)
    said += _restocks(state, disturb, rng, step)
    _terminal_restarts(state, disturb, rng, step)
    _link_drops(state, disturb, rng, step)
    return said


def _closings(state: State, rng: Rng, step: Step) -> list[Said]:
    said: list[Said] = []
    for row, ts in due_closings(state, step.since, step.now):
        said.append(Said(row, ts, "door_closed", {"seconds": round((ts - int(state.door_since[row])) / 1000, 1)}))
        if state.restocking[row]:
            said.append(Said(row, ts, "restocked", {"units": int(rng.integers(20, 90))}))
            state.stock[row] += rng.uniform(0.3, 1.2)  # the new goods are warmer
        elif state.buying[row]:
            said += [Said(row, ts, "vend", _vend(rng, ts, k)) for k in range(int(rng.choice(4, p=_ITEMS)))]
    closed = ~state.door
    state.restocking &= ~closed
    state.buying &= ~closed
    return said


_ITEMS = (0.15, 0.55, 0.22, 0.08)


def _vend(rng: Rng, ts: int, nth: int) -> dict[str, Any]:
    sku, price = SKUS[int(rng.integers(len(SKUS)))]
    day = (ts + 8 * HOUR) // DAY
    lane = int(rng.integers(1, 41))
    return {"sku": sku, "lot": f"L{day}", "lane": lane, "price_cents": price, "vend_id": f"{ts:x}-{lane}-{nth}"}


def _buyers(traits: Traits, state: State, rng: Rng, step: Step, free: Bools) -> list[Said]:
    rate = traits.pull * DAY_PROFILE[int(hour_of_day(step.now))] * step.hours
    come = rng.random(len(rate)) < rate
    able = free & ~state.lock_dead & ~state.sales_locked & state.alive(step.now) & state.paying(step.now)
    able &= state.seen - state.set_c < TOO_WARM_TO_SELL
    said: list[Said] = []
    for row in np.flatnonzero(come & able):
        ts = int(rng.integers(step.since, step.now)) + 1
        stay = int(rng.lognormal(np.log(16), 0.5) * SECOND)
        said += open_door(state, int(row), ts, ts + min(max(stay, 5 * SECOND), 60 * SECOND))
        state.buying[row] = True
    return said


def _restocks(state: State, disturb: Disturbances, rng: Rng, step: Step) -> list[Said]:
    said: list[Said] = []
    for row in np.flatnonzero((state.restock_at <= step.now) & ~state.door & state.alive(step.now)):
        state.restock_at[row] += int(max(0.2, 1 / disturb.restocks_per_day) * DAY) + int(rng.integers(-HOUR, HOUR))
        minutes = rng.triangular(5, 8, 19.5)
        said += open_door(state, int(row), step.now, step.now + int(minutes * MINUTE), RESTOCK_GAP)
        state.restocking[row] = True
    return said


def _terminal_restarts(state: State, disturb: Disturbances, rng: Rng, step: Step) -> None:
    rows = np.flatnonzero(rng.random(len(state.air)) < disturb.terminal_restarts_per_day / 24 * step.hours)
    state.payment_back[rows] = step.now + rng.integers(2 * MINUTE, 4 * MINUTE, len(rows))


def _link_drops(state: State, disturb: Disturbances, rng: Rng, step: Step) -> None:
    rows = np.flatnonzero(rng.random(len(state.air)) < disturb.link_drops_per_day / 24 * step.hours)
    # below the 60 s after which a will without a new birth means offline
    state.link_back[rows] = step.now + rng.integers(5 * SECOND, 45 * SECOND, len(rows))
