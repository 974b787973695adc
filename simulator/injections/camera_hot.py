"""camera_hot: a camera overheats (its heat sink is loose, or the lamp beside it too strong)."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY, HOUR

_reach, _end = level("camera_heat", lambda severity: severity)
CAMERA_HOT = Injection(
    "camera_hot",
    end=_end,
    reach=_reach,
    severity=(32, 48),
    unit="K above usual",
    slow=0.5,
    grows=(2 * HOUR, 12 * HOUR),
    lasts=(1 * DAY, 3 * DAY),
    needs=("camera_c",),
)
