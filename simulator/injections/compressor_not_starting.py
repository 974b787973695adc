"""compressor_not_starting: the controller calls for cooling, but the motor draws no current; the cabinet warms."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts, rng
    state.stalled[row] = True
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.stalled[row] = False
    return []


COMPRESSOR_NOT_STARTING = Injection("compressor_not_starting", _begin, _end, warms=True)
