"""shelf_drift: a load cell creeps: the weight walks away while nobody touches the shelf."""

from simulator.injections.base import Injection, scale_reads_off
from telemetry.units import DAY, HOUR

_begin, _reach, _end = scale_reads_off()
SHELF_DRIFT = Injection(
    "shelf_drift",
    _begin,
    _end,
    _reach,
    severity=(200, 900),
    unit="g in the end",
    slow=1.0,
    grows=(12 * HOUR, 3 * DAY),
    lasts=(2 * DAY, 5 * DAY),
    needs=("shelf_g_1",),
)
