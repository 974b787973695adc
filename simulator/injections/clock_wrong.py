"""clock_wrong: the controller's clock jumps, or walks away: its time service is out of reach."""

import numpy as np

from simulator.injections.base import Injection, level
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import DAY, HOUR, MINUTE


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    state.skew[row] = rng.choice([-1.0, 1.0])
    return []


def _reach(state: State, row: int, severity: float) -> None:
    state.skew[row] = np.copysign(max(round(severity * MINUTE), 1), state.skew[row])


_, _end = level("skew", float)
CLOCK_WRONG = Injection(
    "clock_wrong",
    _begin,
    _end,
    _reach,
    severity=(4, 180),
    unit="minutes",
    slow=0.4,
    grows=(6 * HOUR, 2 * DAY),
    heals=0.3,
    lasts=(12 * HOUR, 3 * DAY),
)
