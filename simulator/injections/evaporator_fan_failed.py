"""evaporator_fan_failed: the evaporator's fan stands still; the cold stays at the coil."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY

_begin, _end = switch("fan_dead", thaws=True)
EVAPORATOR_FAN_FAILED = Injection("evaporator_fan_failed", _begin, _end, lasts=(1 * DAY, 4 * DAY), warms=True)
