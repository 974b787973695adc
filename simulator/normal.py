"""Technical roughness that is no fault: terminals that restart, links that fade, dips, updates, cleaners, nights."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator import power
from simulator.customers import Step
from simulator.doors import open_door
from simulator.said import Said
from simulator.scenario import Disturbances
from simulator.state import I64, Rng, State, Traits
from simulator.thermal import hour_of_day
from telemetry.units import HOUR, MINUTE, SECOND

NIGHT = (23.0, 6.0)  # hours of the day in which set points are raised and lamps put out
CLEANING_GAP = 0.7
DROPS_PER_DB = 0.12  # how often a poor signal loses its connection, per hour and dB missing
Happen = Callable[[State, int, int, Rng], list[Said]]


def _terminal(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    state.payment_back[row] = ts + rng.integers(2 * MINUTE, 4 * MINUTE)
    return []


def _drop(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    # below the 60 s after which a will without a new birth means offline
    back = ts + int(rng.integers(5 * SECOND, 45 * SECOND))
    if _stands(state, row, ts):
        state.link_back[row] = back
    return []


def _stands(state: State, row: int, ts: int) -> bool:
    """Has the connection stood for a minute? Short silences that touch would be a long one."""
    return ts - max(int(state.link_back[row]), int(state.reboot_until[row])) >= MINUTE


def _fade(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    state.fade_until[row] = ts + rng.integers(1 * MINUTE, 20 * MINUTE)
    return _drop(state, row, ts, rng) if rng.random() < 0.3 else []


def _dip(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    state.dip_until[row] = ts + rng.integers(5 * SECOND, 30 * SECOND)
    return []


def _update(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del rng
    if state.alive(ts)[row] and _stands(state, row, ts):
        power.restart(state, row, ts)
    return []


def _clean(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    """With a service key, so that neither lock nor payment matters."""
    if state.door[row] or not state.alive(ts)[row]:
        return []
    return open_door(state, row, ts, ts + int(rng.integers(2 * MINUTE, 10 * MINUTE)), CLEANING_GAP)


_HAPPEN: tuple[Happen, ...] = (_terminal, _drop, _fade, _dip, _update, _clean)


def rates(disturb: Disturbances) -> tuple[float, ...]:
    """How often each of `_HAPPEN` happens to a cabinet, per hour."""
    return (
        disturb.terminal_restarts_per_day / 24,
        disturb.link_drops_per_day / 24,
        disturb.fades_per_day / 24,
        disturb.mains_dips_per_month / 720,
        disturb.updates_per_month / 720,
        disturb.cleanings_per_week / 168,
    )


class Normal:
    """What will happen in the hour that has begun, drawn at once, in order of time."""

    def __init__(self, traits: Traits, disturb: Disturbances, rng: Rng) -> None:
        self._traits, self._disturb, self._rng = traits, disturb, rng
        self._rates = rates(disturb)
        self._hour = -1
        self._ts: I64 = np.empty(0, np.int64)
        self._row: NDArray[np.intp] = np.empty(0, np.intp)
        self._what: NDArray[np.intp] = np.empty(0, np.intp)

    def run(self, state: State, step: Step) -> list[Said]:
        """Let happen what is due in this substep."""
        if (step.now - 1) // HOUR != self._hour:
            self._begin_hour(state, step.now - 1)
        first, last = np.searchsorted(self._ts, (step.since, step.now), "right")
        said: list[Said] = []
        for i in range(first, last):
            said += _HAPPEN[self._what[i]](state, int(self._row[i]), int(self._ts[i]), self._rng)
        return said

    def _begin_hour(self, state: State, now: int) -> None:
        self._hour = now // HOUR
        n, rng = len(state.air), self._rng
        counts = rng.poisson(np.array(self._rates) * n)
        what = np.repeat(np.arange(len(_HAPPEN)), counts)
        row = rng.integers(0, n, len(what))
        poor = np.repeat(np.arange(n), rng.poisson(state.weak * DROPS_PER_DB))
        row, what = np.r_[row, poor], np.r_[what, np.full(len(poor), _HAPPEN.index(_drop))]
        ts = self._hour * HOUR + rng.integers(1, HOUR + 1, len(row))
        order = np.argsort(ts, kind="stable")
        self._ts, self._row, self._what = ts[order], row[order], what[order]
        self._night(state, now)

    def _night(self, state: State, now: int) -> None:
        if not self._disturb.nights:
            return
        hour = int(hour_of_day(now))
        night = hour >= NIGHT[0] or hour < NIGHT[1]
        state.back = self._traits.night * night
        state.lamp = ~(self._traits.dark_hours & night)
