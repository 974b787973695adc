"""power_lost: mains gone; controller and modem live on their battery, cooling and payment do not."""

from simulator.doors import Said
from simulator.injections.base import Injection
from simulator.state import Rng, State
from telemetry.units import MINUTE, SECOND


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del rng
    state.mains[row] = False
    return [Said(row, ts, "power_lost", {})]


def _end(state: State, row: int, ts: int) -> list[Said]:
    state.mains[row] = True
    state.stopped[row] = ts
    state.payment_back[row] = ts + 150 * SECOND
    return [Said(row, ts, "power_restored", {})] if not state.dark[row] else []


POWER_LOST = Injection("power_lost", _begin, _end, heals=0.5, heal_after=(20 * MINUTE, 90 * MINUTE))
