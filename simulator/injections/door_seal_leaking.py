"""door_seal_leaking: a torn or hardened gasket: more heat comes in, all the time."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY

_reach, _end = level("seal", lambda severity: 1 + severity)
DOOR_SEAL_LEAKING = Injection(
    "door_seal_leaking",
    end=_end,
    reach=_reach,
    severity=(0.6, 1.5),
    unit="heat gain relative to the tight envelope",
    slow=0.5,
    grows=(1 * DAY, 5 * DAY),
    lasts=(3 * DAY, 8 * DAY),
    warms=True,
)
