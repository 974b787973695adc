"""defrost_failed: the heater is burnt out, or the timer never starts a defrost: frost grows for days."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import FREE, Rng, State
from telemetry.units import DAY, MINUTE

HEATER_SHARE = 0.6


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    if rng.random() < HEATER_SHARE:
        state.heater_dead[row] = True
    else:
        state.timer_dead[row] = True
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    if state.timer_dead[row]:
        state.defrost_at[row] = ts + 10 * MINUTE
    state.heater_dead[row] = state.timer_dead[row] = False
    state.ice[row] = FREE
    return []


DEFROST_FAILED = Injection("defrost_failed", _begin, _end, slow=1.0, lasts=(3 * DAY, 6 * DAY), warms=True)
