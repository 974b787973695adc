"""weak_link: a torn antenna: the signal is poor (RSRP below -110 dBm), the connection drops again and again."""

from simulator.injections.base import Injection, level
from simulator.state import State
from telemetry.units import DAY, HOUR

POOR_DBM = -100.0  # where a poor signal begins


def _reach(state: State, row: int, severity: float) -> None:
    state.weak[row] = max(0.0, state.rsrp[row] - POOR_DBM) + severity


_, _end = level("weak", float)
WEAK_LINK = Injection(
    "weak_link",
    end=_end,
    reach=_reach,
    severity=(11, 24),
    unit="dB below -100 dBm",
    slow=0.3,
    grows=(6 * HOUR, 2 * DAY),
    lasts=(12 * HOUR, 3 * DAY),
)
