"""sensor_drifting: the air probe ages: 0.4-2 K a day away from the truth (1.2 in the reference's trial)."""

import numpy as np

from simulator.injections.base import Injection, level
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import DAY

READS_LOW = 0.6  # a wet NTC probe reads low more often than high


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    state.bias[row] = -1e-9 if rng.random() < READS_LOW else 1e-9  # the sign, until it is reached
    return []


def _reach(state: State, row: int, severity: float) -> None:
    state.bias[row] = np.copysign(max(severity, 1e-9), state.bias[row])


_, _end = level("bias", float)
SENSOR_DRIFTING = Injection(
    "sensor_drifting",
    _begin,
    _end,
    _reach,
    severity=(2.0, 6.0),
    unit="K in the end",
    slow=1.0,
    grows=(3 * DAY, 5 * DAY),
    lasts=(4 * DAY, 7 * DAY),
    warms=True,
)
