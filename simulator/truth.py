"""Ground truth: what is truly wrong with each cabinet, whoever or whatever caused it.

Labels follow the true state, not the injections, so knock-on effects (a dead compressor makes the cabinet warm, a
power cut silences the payment terminal) and doors left open by people are labelled like the faults themselves.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simulator.state import FAR, I64, Bools, State
from simulator.thermal import PROBE_AIR
from telemetry.units import MINUTE

WARM_BY = 4.0  # K above the set point
COOL_AGAIN_BY = 3.0
RESTOCK_AT_MOST = 20 * MINUTE  # a door open this long is a normal restock (contract, *Fault kinds*)
DOOR_LEFT_OPEN_AFTER = 25 * MINUTE


class Label(NamedTuple):
    """One episode of truth: row, kind, onset and end (product ms; None while it lasts)."""

    row: int
    kind: str
    onset: int
    end: int | None


class Condition(NamedTuple):
    """`true(state, now, known)`: rows where it holds; `known` are those labelled now. Labelled after `hold` ms of it.

    `lasting(state)`: rows where it will not pass by itself, so the label need not wait.
    """

    true: Callable[[State, int, Bools], Bools]
    hold: int = 0
    lasting: Callable[[State], Bools] | None = None


def _warm(state: State, now: int, known: Bools) -> Bools:
    """Too warm, and not from a defrost, a sale or a restock: something must be wrong, or just have been."""
    wrong = (state.capacity < 0.9) | state.stalled | ~state.mains | (state.probe_open == PROBE_AIR)
    wrong |= state.door_ms(now) > RESTOCK_AT_MOST
    above = state.air - state.set_c > np.where(known, COOL_AGAIN_BY, WARM_BY)
    return np.asarray(above & (wrong | known))


def _door(state: State, now: int, known: Bools) -> Bools:
    del known
    return np.asarray(state.door & ((state.door_until == FAR) | (state.door_ms(now) > DOOR_LEFT_OPEN_AFTER)))


CONDITIONS: dict[str, Condition] = {
    "offline": Condition(
        lambda s, now, known: ~s.linked(now), hold=MINUTE, lasting=lambda s: np.asarray(s.radio_dead | s.dark)
    ),
    "air_too_warm": Condition(_warm, hold=10 * MINUTE),
    "door_left_open": Condition(_door),
    "compressor_not_starting": Condition(lambda s, now, known: s.stalled & (known | (s.call & s.mains))),
    "power_lost": Condition(lambda s, now, known: ~s.mains),
    "payment_down": Condition(lambda s, now, known: s.terminal_dead | ~s.mains),
    "sensor_implausible": Condition(lambda s, now, known: s.probe_open > 0),
    "lock_fault": Condition(lambda s, now, known: s.lock_dead),
}


class Truth:
    """Watches the state and tells when an episode of truth begins and ends; one per fleet."""

    def __init__(self, n: int) -> None:
        self._since: dict[str, I64] = {kind: np.full(n, FAR, np.int64) for kind in CONDITIONS}
        self._known: dict[str, Bools] = {kind: np.zeros(n, bool) for kind in CONDITIONS}

    def look(self, state: State, now: int) -> list[Label]:
        """Labels that begin (end None) or end now; call once per substep."""
        labels: list[Label] = []
        for kind, condition in CONDITIONS.items():
            true = condition.true(state, now, self._known[kind])
            if true.any() or self._known[kind].any():
                labels += self._judge(kind, condition, true, state, now)
            else:
                self._since[kind].fill(FAR)
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
        return labels
