"""battery_low: an old battery holds less and less."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY

_reach, _end = level("cell", lambda severity: 1 - severity)
BATTERY_LOW = Injection(
    "battery_low",
    end=_end,
    reach=_reach,
    severity=(0.75, 0.97),
    unit="share of the capacity lost",
    slow=0.7,
    grows=(1 * DAY, 4 * DAY),
    lasts=(2 * DAY, 7 * DAY),
)
