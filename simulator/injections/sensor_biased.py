"""sensor_biased: the air probe reads some kelvin too low or too high, and the controller steers by it."""

from simulator.injections.base import Injection, probe_reads_off
from telemetry.units import DAY

_begin, _reach, _end = probe_reads_off()
SENSOR_BIASED = Injection(
    "sensor_biased", _begin, _end, _reach, severity=(1.5, 4.0), unit="K", lasts=(2 * DAY, 5 * DAY), warms=True
)
