"""shelf_drift: a load cell creeps: the weight walks away while nobody touches the shelf."""

import numpy as np

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import DAY, HOUR


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    shelf = int(rng.integers(4))  # the models with the fewest scales have four
    state.offset_g[row, shelf] = rng.choice([-1e-9, 1e-9])  # the sign, until it is reached
    return []


def _reach(state: State, row: int, severity: float) -> None:
    grams = state.offset_g[row]
    grams[grams != 0] = np.copysign(max(severity, 1e-9), grams[grams != 0])


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.offset_g[row] = 0.0
    return []


SHELF_DRIFT = Injection(
    "shelf_drift",
    _begin,
    _end,
    _reach,
    severity=(200, 900),
    unit="g in the end",
    slow=1.0,
    grows=(12 * HOUR, 3 * DAY),
    lasts=(2 * DAY, 5 * DAY),
    needs=("shelf_g_1",),
)
