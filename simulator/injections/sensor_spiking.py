"""sensor_spiking: a loose contact: single readings of the air probe are nonsense; the controller filters them out."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY, HOUR

_reach, _end = level("spikes", lambda severity: severity)
SENSOR_SPIKING = Injection(
    "sensor_spiking",
    end=_end,
    reach=_reach,
    severity=(0.02, 0.15),
    unit="share of the readings",
    slow=0.3,
    grows=(6 * HOUR, 2 * DAY),
    lasts=(1 * DAY, 4 * DAY),
)
