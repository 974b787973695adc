"""compressor_weak: worn valves: the compressor runs and draws its current, but pumps only part of the gas."""

from simulator.injections.base import Injection, level
from telemetry.units import DAY

_reach, _end = level("capacity", lambda severity: 1 - severity)
COMPRESSOR_WEAK = Injection(
    "compressor_weak",
    end=_end,
    reach=_reach,
    severity=(0.3, 0.6),
    unit="share of the cooling lost",
    slow=0.5,
    grows=(1 * DAY, 5 * DAY),
    lasts=(3 * DAY, 7 * DAY),
    warms=True,
)
