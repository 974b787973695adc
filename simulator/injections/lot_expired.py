"""lot_expired: the restocker does not sort out old goods, and brings some that are nearly over."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY

_begin, _end = switch("unsorted")
LOT_EXPIRED = Injection("lot_expired", _begin, _end, slow=1.0, lasts=(2 * DAY, 5 * DAY))
