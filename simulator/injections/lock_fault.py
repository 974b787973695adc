"""lock_fault: the latch does not catch; the door is shut but the lock reports open, and sales stop."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts, rng
    state.lock_dead[row] = True
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.lock_dead[row] = False
    return []


LOCK_FAULT = Injection("lock_fault", _begin, _end)
