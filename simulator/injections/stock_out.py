"""stock_out: the restocker does not come; the cabinet sells out within a week or so, and is labelled when it has."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY

_begin, _end = switch("unstocked")
STOCK_OUT = Injection("stock_out", _begin, _end, slow=1.0, lasts=(8 * DAY, 14 * DAY))
