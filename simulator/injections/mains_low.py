"""mains_low: an overloaded line: below 180 V at a 230 V unit counts as low in controllers' alarms."""

from simulator.injections.base import Injection, level
from telemetry.units import HOUR

_reach, _end = level("sag", lambda severity: severity)
MAINS_LOW = Injection(
    "mains_low",
    end=_end,
    reach=_reach,
    severity=(52, 75),
    unit="V missing",
    heals=0.5,
    lasts=(3 * HOUR, 12 * HOUR),
)
