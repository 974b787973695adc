"""evaporator_iced: melt water does not drain (or a door leaks moisture): each defrost leaves more ice than the last."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import State
from telemetry.units import DAY


def _reach(state: State, row: int, severity: float) -> None:
    state.frosting[row], state.thaw[row] = severity, 0.1


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.frosting[row], state.thaw[row], state.ice[row] = 0.0, 1.0, 0.0
    return []


# The reference's trial blocks 90 % in 27 h, of which the compressor runs about half.
EVAPORATOR_ICED = Injection(
    "evaporator_iced",
    end=_end,
    reach=_reach,
    severity=(0.05, 0.12),
    unit="share blocked per hour of running",
    slow=1.0,
    lasts=(2 * DAY, 5 * DAY),
    warms=True,
)
