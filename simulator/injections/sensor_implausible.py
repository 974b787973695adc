"""sensor_implausible: a broken wire: a temperature reads far below what its sensor can report."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import Rng, State

# What an open circuit reads, by State.probe_open. 1 is the controller's own air probe (thermal.PROBE_AIR).
OPEN_CIRCUIT: dict[int, tuple[str, float]] = {
    1: ("air_c", -60.0),
    2: ("evap_c", -60.0),
    3: ("ambient_c", -60.0),
    4: ("cond_c", -60.0),
}


def _begin(state: State, row: int, ts: int, rng: Rng) -> list[Said]:
    del ts
    state.probe_open[row] = rng.integers(1, len(OPEN_CIRCUIT) + 1)
    return []


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.probe_open[row] = 0
    return []


SENSOR_IMPLAUSIBLE = Injection("sensor_implausible", _begin, _end, warms=True)
