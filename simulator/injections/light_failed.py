"""light_failed: the lamp stays dark."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY

_begin, _end = switch("lamp_dead")
LIGHT_FAILED = Injection("light_failed", _begin, _end, lasts=(1 * DAY, 4 * DAY))
