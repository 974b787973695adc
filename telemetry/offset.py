"""How wrong a cabinet's clock is, and under which time its readings are filed (contract, *Clocks*). Product ms."""

import msgspec

from telemetry.units import MINUTE, SECOND

TOLERATED = 120 * SECOND
AHEAD = 5 * MINUTE
SETTLE = 10 * MINUTE
Y2020 = 1_577_836_800_000


class Offset(msgspec.Struct):
    """The clock of one boot. `value`: the smallest arrival − ts since the last step, None before the first.

    `candidate`: a larger value that every first-sent message has given since `candidate_at`.
    `ancient`: the value last seen for a ts before 2020 (a clock that has lost its battery counts from 1970).
    """

    value: int | None = None
    candidate: int | None = None
    candidate_at: int = 0
    ancient: int | None = None
    wrong_since: int | None = None
    told: bool = False

    def note(self, ts: int, arrival: int, first_sent: bool) -> None:
        """Learn from a message. One that waited (sent again, or queued while we were blind) can only lower it."""
        delta = arrival - ts
        if ts < Y2020:
            if first_sent or self.ancient is None:
                self.ancient = delta
            return
        if self.value is None:
            if first_sent or delta <= TOLERATED:
                self.value = delta
        elif delta <= self.value + TOLERATED:
            self.value, self.candidate = min(self.value, delta), None
        elif first_sent:
            self._consider(delta, arrival)

    def file(self, ts: int, arrival: int) -> int:
        """The time under which a reading with this device ts is filed."""
        if ts < Y2020:
            return ts + self.ancient if self.ancient is not None else arrival
        if self.value is not None and abs(self.value) > TOLERATED and not self._plausible(ts, arrival):
            return ts + self.value
        return arrival if ts > arrival + AHEAD else ts

    def judge(self, now: int, patience: int) -> bool | None:
        """True when the clock has now been beyond tolerance for `patience`, False when it is right again, else None."""
        wrong = self.ancient is not None if self.value is None else abs(self.value) > TOLERATED
        if not wrong:
            self.wrong_since, was_told, self.told = None, self.told, False
            return False if was_told else None
        self.wrong_since = now if self.wrong_since is None else self.wrong_since
        if self.told or now - self.wrong_since < patience:
            return None
        self.told = True
        return True

    def _consider(self, delta: int, arrival: int) -> None:
        if self.candidate is None:
            self.candidate, self.candidate_at = delta, arrival
        self.candidate = min(self.candidate, delta)
        if arrival - self.candidate_at >= SETTLE:
            self.value, self.candidate = self.candidate, None

    def _plausible(self, ts: int, arrival: int) -> bool:
        """Is this reading right by its own ts although the clock is wrong now (it waited through a clock step)?"""
        if self.value is None or self.value > 0:
            return ts + (self.value or 0) > arrival + TOLERATED
        return ts <= arrival
