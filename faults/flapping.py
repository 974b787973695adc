"""Flapping: what comes and goes too often to be told each time is a state of its own.

As Nagios does it (base/flapping.c): of the last 21 states the 20 possible changes count, the newest 1.25, the oldest
0.75; above 30 % it flaps, below 20 % it has settled. Cabinets are not polled, so a state is that of a slot of time.
"""

import msgspec

from faults.model import Kind
from telemetry.units import MINUTE

CHANGES = 20
FLAPS, SETTLED = 30.0, 20.0  # percent
_WEIGHTS = [1.25 - 0.5 * i / (CHANGES - 1) for i in range(CHANGES)]  # newest first


class Flaps(msgspec.Struct):
    """In which of the last 20 slots a condition changed: bit 0 of `bits` is slot number `slot`. `on`: how it stands,
    and `since` (ms) since when. `due`: when it is looked at next, whether it has settled (ms)."""

    bits: int = 0
    slot: int = 0
    on: bool = False
    since: int = 0
    due: int = 0

    def note(self, on: bool, at: int, slot_ms: int) -> None:
        """The condition became `on` at this time (ms)."""
        if on == self.on:
            return
        self._advance(at // slot_ms)
        self.bits |= 1
        self.on, self.since = on, at

    def percent(self, now: int, slot_ms: int) -> float:
        """How unsteady it is at `now` (ms), 0 … 100."""
        self._advance(now // slot_ms)
        return 100 * sum(w for i, w in enumerate(_WEIGHTS) if self.bits >> i & 1) / CHANGES

    def _advance(self, slot: int) -> None:
        if slot > self.slot:
            self.bits = (self.bits << min(slot - self.slot, CHANGES)) & ((1 << CHANGES) - 1)
            self.slot = slot


def slot_of(kind: Kind) -> int:
    """The length (ms) of a slot: half of the shortest cycle that hold-down and hold-off let through."""
    return max(5 * MINUTE, (kind.hold_down + kind.hold_off) // 2)
