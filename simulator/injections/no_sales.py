"""no_sales: nobody buys although nothing is broken: a trolley stands before the door, the display is dark."""

from simulator.injections.base import Injection, switch
from telemetry.units import DAY, HOUR

_begin, _end = switch("shunned")
NO_SALES = Injection("no_sales", _begin, _end, heals=0.3, heal_after=(6 * HOUR, 20 * HOUR), lasts=(10 * HOUR, 2 * DAY))
