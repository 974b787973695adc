"""offline: the modem dies; the cabinet goes on and keeps its messages until somebody changes it."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts, rng
    state.radio_dead[row] = True
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.radio_dead[row] = False
    return []


OFFLINE = Injection("offline", _begin, _end, heals=0.4)
