"""door_ajar_undetected: the door stands a hand open while its switch says closed."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY, HOUR

_reach, _end = level("ajar", lambda severity: severity)
DOOR_AJAR_UNDETECTED = Injection(
    "door_ajar_undetected",
    end=_end,
    reach=_reach,
    severity=(0.12, 0.3),
    unit="share of an open door",
    lasts=(12 * HOUR, 3 * DAY),
    warms=True,
)
