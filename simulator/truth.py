"""Ground truth: what is truly wrong with each cabinet, whoever or whatever caused it.

What a healthy controller or people may bring about as well (`CONDITIONS`) is labelled from the true state, not from
the injections, so knock-on effects (a dead compressor makes the cabinet warm, a power cut silences the payment
terminal) and doors left open by people are labelled like the faults themselves. Every other kind is labelled from the
moment it is injected until it is gone (`schedule.py`).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.state import FAR, I64, Bools, State
from telemetry.units import MINUTE

WARM_BY = 4.0  # K above the set point
COOL_AGAIN_BY = 3.0
RESTOCK_AT_MOST = 20 * MINUTE  # a door open this long is a normal restock (contract, *Fault kinds*)
DOOR_LEFT_OPEN_AFTER = 25 * MINUTE
SOLD_OUT, STOCKED = 0.5, 0.25  # share of empty lanes


class Label(NamedTuple):
    """One episode of truth: row, kind, onset and end (product ms; None while it lasts).

    `severity` (in the unit of its injection) is what it had reached when this was written; `slow`: it grows.
    `cause`: the injected kind of which this is a consequence, None for what is broken itself. `site`: the label of a
    whole site, whose row is -1; each of its cabinets has a label of its own.
    """

    row: int
    kind: str
    onset: int
    end: int | None
    severity: float = 1.0
    slow: bool = False
    cause: str | None = None
    site: str | None = None


class Condition(NamedTuple):
    """`true(state, now, known)`: rows where it holds; `known` are those labelled now. Labelled after `hold` ms of it.

    `lasting(state)`: rows where it will not pass by itself, so the label need not wait. `every` ms it is looked at.
    """

    true: Callable[[State, int, Bools], Bools]
    hold: int = 0
    lasting: Callable[[State], Bools] | None = None
    every: int = 0


def _warm(state: State, now: int, known: Bools) -> Bools:
    """Too warm, and not from a defrost, a sale or a restock: something must be wrong, or just have been."""
    above = state.air - state.set_c - state.back > np.where(known, COOL_AGAIN_BY, WARM_BY)
    if not np.count_nonzero(above):
        return above
    wrong = state.warming | ~state.plugged | ~state.grid | (state.door_ms(now) > RESTOCK_AT_MOST)
    return np.asarray(above & (wrong | known))


def _door(state: State, now: int, known: Bools) -> Bools:
    del known
    return np.asarray(state.door & ((state.door_until == FAR) | (state.door_ms(now) > DOOR_LEFT_OPEN_AFTER)))


def _unfed(state: State, now: int, known: Bools) -> Bools:
    """Without mains for longer than a dip."""
    del now, known
    return np.asarray(~(state.plugged & state.grid))


def _sold_out(state: State, now: int, known: Bools) -> Bools:
    del now
    return np.asarray(state.goods.empty() >= np.where(known, STOCKED, SOLD_OUT))


CONDITIONS: dict[str, Condition] = {
    "offline": Condition(
        lambda s, now, known: ~s.linked(now),
        hold=MINUTE,
        lasting=lambda s: np.asarray(s.radio_dead | s.network_dead | s.dark),
    ),
    "air_too_warm": Condition(_warm, hold=10 * MINUTE),
    "door_left_open": Condition(_door),
    "compressor_not_starting": Condition(lambda s, now, known: s.stalled & (known | (s.call & s.mains))),
    "power_lost": Condition(_unfed),
    "payment_down": Condition(lambda s, now, known: s.terminal_dead | _unfed(s, now, known)),
    "sensor_implausible": Condition(lambda s, now, known: s.probe_open > 0),
    "lock_fault": Condition(lambda s, now, known: s.lock_dead),
    "food_safety_breach": Condition(lambda s, now, known: s.breached),
    "stock_out": Condition(_sold_out, every=5 * MINUTE),
    "lot_expired": Condition(lambda s, now, known: s.goods.expired(now), every=5 * MINUTE),
}


class Truth:
    """Watches the state and tells when an episode of truth begins and ends; one per fleet."""

    def __init__(self, n: int) -> None:
        self._since: dict[str, I64] = {kind: np.full(n, FAR, np.int64) for kind in CONDITIONS}
        self._known: dict[str, Bools] = {kind: np.zeros(n, bool) for kind in CONDITIONS}
        self._busy = dict.fromkeys(CONDITIONS, False)
        self._again = dict.fromkeys(CONDITIONS, 0)

    def look(self, state: State, now: int) -> list[Label]:
        """Labels that begin (end None) or end now; call once per substep."""
        labels: list[Label] = []
        for kind, condition in CONDITIONS.items():
            if now < self._again[kind]:
                continue
            if condition.every:
                self._again[kind] = now // condition.every * condition.every + condition.every
            true = condition.true(state, now, self._known[kind])
            if np.count_nonzero(true) or self._busy[kind]:
                labels += self._judge(kind, condition, true, state, now)
        return labels

    def _judge(self, kind: str, condition: Condition, true: Bools, state: State, now: int) -> list[Label]:
        known, since = self._known[kind], self._since[kind]
        began = true & (since == FAR)
        since[began] = np.where(state.door[began], state.door_since[began], now) if kind == "door_left_open" else now
        sure = now - since >= condition.hold
        if condition.lasting:
            sure |= condition.lasting(state)
        new, over = true & sure & ~known, known & ~true
        labels = [Label(int(r), kind, int(since[r]), None) for r in np.flatnonzero(new)]
        labels += [Label(int(r), kind, int(since[r]), now) for r in np.flatnonzero(over)]
        known |= new
        known &= true
        since[~true] = FAR
        self._busy[kind] = bool(np.count_nonzero(true))
        return labels
