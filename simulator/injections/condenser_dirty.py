"""condenser_dirty: dust in the fins, or a bag before the grille: the condenser runs hot, worst on warm days."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY

_reach, _end = level("dirt", lambda severity: severity)
CONDENSER_DIRTY = Injection(
    "condenser_dirty",
    end=_end,
    reach=_reach,
    severity=(0.4, 0.9),
    unit="share blocked",
    slow=0.8,
    grows=(2 * DAY, 10 * DAY),
    lasts=(4 * DAY, 14 * DAY),
    warms=True,
)
