"""air_too_warm: the cooling circuit has lost its capacity; the compressor runs on and the goods slowly warm."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    state.capacity[row] = rng.uniform(0.0, 0.08)
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.capacity[row] = 1.0
    return []


AIR_TOO_WARM = Injection("air_too_warm", _begin, _end, warms=True)
