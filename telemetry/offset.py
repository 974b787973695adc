"""How wrong a cabinet's clock is, and under which time its readings are filed (contract, *Clocks*). Product ms."""

import msgspec

from telemetry.units import MINUTE, SECOND

TOLERATED = 120 * SECOND
AHEAD = 5 * MINUTE
SETTLE = 10 * MINUTE
Y2020 = 1_577_836_800_000
JITTER = 2 * SECOND  # by so much do messages of one clock differ on their way


class Offset(msgspec.Struct, gc=False, omit_defaults=True):
    """The clock of one boot. `value`: the smallest arrival − ts since the last step, None before the first.

    `candidate`: a larger value that every first-sent message has given since `candidate_at` (their smallest ts:
    `candidate_ts`); once it is the value, a ts before `stepped_ts` is from before that step back.
    `shift`: what a wrong clock's readings are filed by: the value, but for jitter. Messages that arrive together must
    keep their distances, for under one time only one of them is kept.
    `ancient`: the value last seen for a ts before 2020 (a clock that has lost its battery counts from 1970);
    `lost`: such was the newest ts. `wrong_since`: since when it is beyond tolerance.
    """

    value: int | None = None
    candidate: int | None = None
    candidate_at: int = 0
    candidate_ts: int = 0
    stepped_ts: int = 0
    shift: int | None = None
    ancient: int | None = None
    lost: bool = False
    wrong_since: int | None = None

    def note(self, ts: int, arrival: int, first_sent: bool) -> None:
        """Learn from a message. One that waited (sent again, or queued while we were blind) can only lower it."""
        delta, value = arrival - ts, self.value
        if ts >= Y2020 and value is not None and value <= delta <= value + TOLERATED and self.candidate is None:
            self.lost = self.lost and not first_sent
            return  # nothing new: the normal case, and cheap
        if ts < Y2020:
            if first_sent or self.ancient is None:
                self.lost = True
                if self.ancient is None or abs(delta - self.ancient) > JITTER:
                    self.ancient = delta
            return
        if first_sent:
            self.lost = False
        if self.value is None:
            if first_sent or delta <= TOLERATED:
                self.value = delta
        elif delta <= self.value + TOLERATED:
            self.value = min(self.value, delta)
            self.candidate = None if first_sent else self.candidate
        elif first_sent:
            self._consider(ts, delta, arrival)
        self._follow()

    def steady(self) -> bool:
        """Is the clock right, and is nothing in doubt? Then a message whose arrival − ts lies between the value and
        `TOLERATED` above it teaches nothing new, and is filed under its own ts."""
        return (
            self.value is not None
            and -TOLERATED <= self.value <= TOLERATED
            and self.candidate is None
            and self.wrong_since is None
            and not self.lost
        )

    def file(self, ts: int, arrival: int) -> int:
        """The time under which a reading with this device ts is filed: never before 2020, nor far in the future."""
        filed = self._shifted(ts, arrival)
        return filed if Y2020 <= filed <= arrival + AHEAD else arrival

    def judge(self, now: int, patience: int) -> bool | None:
        """True when the clock has been beyond tolerance for `patience`, False when it is right, else None."""
        if self.value is None and not self.lost:
            return None
        if not self.lost and abs(self.value or 0) <= TOLERATED:
            self.wrong_since = None
            return False
        self.wrong_since = now if self.wrong_since is None else self.wrong_since
        return True if now - self.wrong_since >= patience else None

    def _consider(self, ts: int, delta: int, arrival: int) -> None:
        if self.candidate is None or abs(delta - self.candidate) > TOLERATED:
            self.candidate, self.candidate_at, self.candidate_ts = delta, arrival, ts
        self.candidate, self.candidate_ts = min(self.candidate, delta), min(self.candidate_ts, ts)
        if arrival - self.candidate_at >= SETTLE:
            self.value, self.candidate, self.stepped_ts = self.candidate, None, self.candidate_ts

    def _follow(self) -> None:
        """The shift moves with the value, not with every message that came a little quicker."""
        if self.value is not None and not (self.shift is not None and 0 <= self.shift - self.value <= JITTER):
            self.shift = self.value

    def _shifted(self, ts: int, arrival: int) -> int:
        if ts < Y2020:
            return ts + self.ancient if self.ancient is not None else arrival
        if self.value is None or abs(self.value) <= TOLERATED or self._plausible(ts, arrival, self.value):
            return ts
        return ts + (self.value if self.shift is None else self.shift)

    def _plausible(self, ts: int, arrival: int, value: int) -> bool:
        """Is this reading right by its own ts although the clock is wrong now (it waited through a clock step)?"""
        if value < 0:
            return ts <= arrival + TOLERATED
        return ts < self.stepped_ts or ts + value > arrival + TOLERATED
