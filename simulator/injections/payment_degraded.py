"""payment_degraded: the terminal answers, but a growing share of payments is refused (vendors alarm below 98.5 %)."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY, HOUR

_reach, _end = level("approved", lambda severity: 1 - severity)
PAYMENT_DEGRADED = Injection(
    "payment_degraded",
    end=_end,
    reach=_reach,
    severity=(0.1, 0.5),
    unit="share of payments refused",
    slow=0.4,
    grows=(3 * HOUR, 1 * DAY),
    lasts=(12 * HOUR, 3 * DAY),
)
