"""The people at the doors, none of them a fault: buyers, restockers, cleaners."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.doors import due_closings, open_door, open_doors
from simulator.goods import LANES
from simulator.said import Said
from simulator.scenario import Disturbances
from simulator.state import I64, Bools, Rng, State, Traits
from simulator.thermal import hour_of_day
from telemetry.units import DAY, HOUR, MINUTE, SECOND

# Door openings by hour of the day, relative to the daily mean (offices and campuses: lunch and evening peaks).
DAY_PROFILE = (
    0.15, 0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 0.9, 1.3, 1.1, 1.2, 1.8,
    2.4, 1.8, 1.3, 1.3, 1.3, 1.5, 2.0, 1.8, 1.3, 1.0, 0.7, 0.4,
)  # fmt: skip
TOO_WARM_TO_SELL = 5.0  # K above the set point: the controller keeps the door locked by itself
RESTOCK_GAP = 0.45  # the door stands half open behind a person with a trolley
WARM_LOAD = (0.3, 1.2)  # K: what a restock adds to the goods' mean, by how warm and how many the new ones are
_ITEMS = (0.15, 0.55, 0.22, 0.08)  # how many pieces a visitor takes: none, one, two, three
_MONDAY = 3 * DAY  # the epoch was a Thursday
_SHANGHAI = 8 * HOUR


class Step(NamedTuple):
    """One substep: from `since` (excluded) to `now` (included), product ms."""

    since: int
    now: int

    @property
    def hours(self) -> float:
        return (self.now - self.since) / HOUR


class Visitors:
    """Who will come in the hour that has begun, drawn at once for the whole fleet, in order of time."""

    def __init__(self, traits: Traits, disturb: Disturbances, rng: Rng) -> None:
        self._traits, self._disturb, self._rng = traits, disturb, rng
        self._hour = self._day = -1
        self._demand = np.ones(len(traits.pull))
        self._ts: I64 = np.empty(0, np.int64)
        self._row: NDArray[np.intp] = np.empty(0, np.intp)
        self._stay: I64 = np.empty(0, np.int64)
        self._items: NDArray[np.intp] = np.empty(0, np.intp)
        self._at = 0

    def due(self, step: Step) -> slice:
        """The visitors of this substep; a substep lies within one hour or begins a new one."""
        if (step.now - 1) // HOUR != self._hour:
            self._draw(step.now - 1)
        first = int(np.searchsorted(self._ts, step.since, "right"))
        return slice(first, int(np.searchsorted(self._ts, step.now, "right")))

    def come(self, state: State, step: Step, free: Bools) -> list[Said]:
        """Those who can open a door and do."""
        due = self.due(step)
        if due.start == due.stop:
            return []
        able = free & ~state.lock_dead & ~state.sales_locked & ~state.shunned & ~state.mdb_dead
        able &= state.alive(step.now) & state.paying(step.now)
        able &= state.seen - state.set_c - state.back < TOO_WARM_TO_SELL
        rows = self._row[due]
        first = np.zeros(len(rows), bool)
        first[np.unique(rows, return_index=True)[1]] = True
        come = (first & able[rows]).nonzero()[0]
        pays = self._rng.random(len(come)) < state.approved[rows[come]]
        goes, ts = come[pays], self._ts[due]
        state.buying[rows[goes]] = self._items[due][goes]
        said = open_doors(state, rows[goes], ts[goes], ts[goes] + self._stay[due][goes])
        for i in come[~pays].tolist():
            said.append(Said(int(rows[i]), int(ts[i]), "payment_error", {"reason": "declined"}))
        return said

    def _draw(self, now: int) -> None:
        self._hour = now // HOUR
        if (day := (now + _SHANGHAI) // DAY) != self._day:
            self._day = day
            self._demand = _demand(self._traits, self._disturb, now, self._rng)
        begin = self._hour * HOUR
        rate = self._traits.pull * self._demand * DAY_PROFILE[int(hour_of_day(begin))]
        row = np.repeat(np.arange(len(rate)), self._rng.poisson(rate))
        ts = begin + self._rng.integers(1, HOUR + 1, len(row))
        order = np.argsort(ts, kind="stable")
        self._row, self._ts = row[order], ts[order]
        stay = self._rng.lognormal(np.log(16), 0.5, len(row)).clip(5, 60)
        self._stay = (stay * SECOND).astype(np.int64)
        self._items = self._rng.choice(len(_ITEMS), len(row), p=_ITEMS)


def _demand(traits: Traits, disturb: Disturbances, now: int, rng: Rng) -> NDArray[np.float64]:
    """How busy each cabinet is today: weekends and holidays for everybody, a fair or a dead day for one site."""
    free = disturb.weekends and (now + _SHANGHAI + _MONDAY) // DAY % 7 >= 5
    holiday = rng.random() < disturb.holidays_per_year / 365
    sites = int(traits.site.max()) + 1
    busy = np.where(rng.random(sites) < disturb.busy_days_per_year / 365, rng.uniform(1.6, 2.5, sites), 1.0)
    return np.asarray(busy[traits.site] * (traits.weekend if free or holiday else 1.0))


def live(visitors: Visitors, state: State, disturb: Disturbances, rng: Rng, step: Step) -> list[Said]:
    """Everything people do at the doors in one substep, in order per cabinet."""
    free = ~state.door  # a door that closes in this substep opens again in the next at the earliest
    said = _closings(state, rng, step)
    said += visitors.come(state, step, free)
    said += _restocks(state, disturb, rng, step)
    return said


def _closings(state: State, rng: Rng, step: Step) -> list[Said]:
    rows, ts = due_closings(state, step.since, step.now)
    if not len(rows):
        return []
    lasted = (ts - state.door_since[rows]) / SECOND
    said = [
        Said(row, at, "door_closed", {"seconds": round(seconds, 1)})
        for row, at, seconds in zip(rows.tolist(), ts.tolist(), lasted.tolist(), strict=True)
    ]
    takes = np.repeat(np.arange(len(rows)), np.maximum(state.buying[rows], 0))
    if len(takes):
        said += state.goods.sell(rows[takes], ts[takes], rng.integers(LANES, size=len(takes)))
    for i in state.restocking[rows].nonzero()[0].tolist():
        row, at = int(rows[i]), int(ts[i])
        told, new = state.goods.restock(row, at, sorts=not state.unsorted[row], rng=rng)
        said += [*told, Said(row, at, "restocked", {"units": new})]
        state.stock[row] += rng.uniform(*WARM_LOAD)
    state.restocking[rows], state.buying[rows] = False, -1
    return said


def _restocks(state: State, disturb: Disturbances, rng: Rng, step: Step) -> list[Said]:
    due = state.restock_at <= step.now
    if not np.count_nonzero(due):
        return []
    said: list[Said] = []
    for row in (due & ~state.door & state.alive(step.now)).nonzero()[0].tolist():
        state.restock_at[row] += int(max(0.2, 1 / disturb.restocks_per_day) * DAY) + int(rng.integers(-HOUR, HOUR))
        if state.unstocked[row]:
            continue
        minutes = rng.triangular(5, 8, 19.5)
        said += open_door(state, row, step.now, step.now + int(minutes * MINUTE), RESTOCK_GAP)
        state.restocking[row] = True
    return said
