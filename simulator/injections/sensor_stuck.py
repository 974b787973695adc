"""sensor_stuck: the air probe says the same for ever; the controller believes it."""

import numpy as np

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import DAY, HOUR


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts, rng
    state.frozen[row] = state.probe[row]
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.frozen[row] = np.nan
    return []


SENSOR_STUCK = Injection("sensor_stuck", _begin, _end, lasts=(12 * HOUR, 2 * DAY), warms=True)
