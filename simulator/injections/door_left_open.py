"""door_left_open: somebody walks away from an open door; nobody closes it."""

from simulator.doors import leave_open, shut
from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import HOUR, MINUTE


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del rng
    return leave_open(state, row, ts)


def _end(state: State, row: int, ts: int) -> list[Said]:
    shut(state, row, ts)
    return []


DOOR_LEFT_OPEN = Injection("door_left_open", _begin, _end, heals=0.3, heal_after=(40 * MINUTE, 2 * HOUR))
