"""door_forced: somebody pries the door open: the switch says open while the bolt is still out, and goods go."""

from simulator.doors import open_door
from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import HOUR, SECOND


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    if state.door[row]:
        return []  # it stands open already: nothing to pry
    state.forced[row] = True
    said = open_door(state, row, ts, ts + int(rng.integers(30, 240)) * SECOND)
    state.goods.steal(row, int(rng.integers(10, 60)), rng)
    return said


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.forced[row] = False
    return []


DOOR_FORCED = Injection("door_forced", _begin, _end, lasts=(1 * HOUR, 6 * HOUR))
