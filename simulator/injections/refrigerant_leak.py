"""refrigerant_leak: gas is lost over days (85 % in three days in the reference's trial), rarely all at once."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY

_reach, _end = level("charge", lambda severity: 1 - severity)
REFRIGERANT_LEAK = Injection(
    "refrigerant_leak",
    end=_end,
    reach=_reach,
    severity=(0.5, 0.95),
    unit="share of the gas lost",
    slow=0.9,
    grows=(1 * DAY, 7 * DAY),
    lasts=(4 * DAY, 9 * DAY),
    warms=True,
)
