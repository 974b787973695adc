"""sensor_drifting: the air probe ages: 0.4-2 K a day away from the truth (1.2 in the reference's trial)."""

from simulator.injections.base import Injection, probe_reads_off
from telemetry.units import DAY

_begin, _reach, _end = probe_reads_off()
SENSOR_DRIFTING = Injection(
    "sensor_drifting",
    _begin,
    _end,
    _reach,
    severity=(2.0, 6.0),
    unit="K in the end",
    slow=1.0,
    grows=(3 * DAY, 5 * DAY),
    lasts=(4 * DAY, 7 * DAY),
    warms=True,
)
