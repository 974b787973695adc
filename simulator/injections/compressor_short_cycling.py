"""compressor_short_cycling: the protector trips after a minute or a few; it starts again after its rest."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import FAR, State
from telemetry.units import SECOND


def _reach(state: State, row: int, severity: float) -> None:
    state.trip_ms[row] = int(240 * SECOND * (1 - 0.75 * severity))


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.trip_ms[row] = FAR
    return []


COMPRESSOR_SHORT_CYCLING = Injection(
    "compressor_short_cycling",
    end=_end,
    reach=_reach,
    severity=(0.2, 1.0),
    unit="1: trips after one minute, 0: four",
    warms=True,
)
