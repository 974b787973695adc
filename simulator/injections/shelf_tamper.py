"""shelf_tamper: the weight of a shelf jumps while the door is closed (a wedge, a slipped plate, a reaching hand)."""

from simulator.injections.base import Injection, scale_reads_off
from telemetry.units import DAY, HOUR

_begin, _reach, _end = scale_reads_off()
SHELF_TAMPER = Injection(
    "shelf_tamper",
    _begin,
    _end,
    _reach,
    severity=(150, 2000),
    unit="g",
    lasts=(6 * HOUR, 2 * DAY),
    needs=("shelf_g_1",),
)
