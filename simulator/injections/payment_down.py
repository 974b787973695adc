"""payment_down: the payment terminal hangs; nobody can buy."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State
from telemetry.units import SECOND


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del rng
    state.terminal_dead[row] = True
    return [Said(row, ts, "payment_error", {"reason": "no_answer"})]


def _end(state: State, row: int, ts: int) -> list[Said]:
    state.terminal_dead[row] = False
    state.payment_back[row] = ts + 120 * SECOND
    return []


PAYMENT_DOWN = Injection("payment_down", _begin, _end, heals=0.3)
