"""compressor_stuck_on: a welded relay: the compressor runs although nobody calls for it, and the cabinet freezes."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY, HOUR

_begin, _end = switch("welded", thaws=True)
COMPRESSOR_STUCK_ON = Injection("compressor_stuck_on", _begin, _end, lasts=(6 * HOUR, 2 * DAY))
