"""power_lost: mains gone; controller and modem live on their battery, cooling and payment do not."""

from simulator.injections.base import Injection, switch
from telemetry.units import HOUR, MINUTE

_begin, _end = switch("plugged", well=True)
POWER_LOST = Injection(
    "power_lost",
    _begin,
    _end,
    heals=0.5,
    heal_after=(20 * MINUTE, 90 * MINUTE),
    lasts=(1 * HOUR, 10 * HOUR),
    warms=True,
)
