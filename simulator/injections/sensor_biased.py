"""sensor_biased: the air probe reads some kelvin too low or too high, and the controller steers by it."""

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
SENSOR_BIASED = Injection(
    "sensor_biased", _begin, _end, _reach, severity=(1.5, 4.0), unit="K", lasts=(2 * DAY, 5 * DAY), warms=True
)
