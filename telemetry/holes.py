"""The seqs of one boot: which came, which are awaited, which were given up (contract, *Holding*, *Acknowledging*).

Below `high` every seq has come unless it lies in a hole (awaited) or in `given` (a recorded gap). Times are real ms.
"""

from bisect import bisect_right

import msgspec

from telemetry.units import MINUTE, SECOND

ASK_AGAIN = 30 * SECOND
FIRST_ASK = 2 * SECOND
HOLD_BACK = 30 * SECOND
MAX_ASKS = 3
GIVE_UP = 10 * MINUTE
MAX_RANGES = 64


class Hole(msgspec.Struct):
    """Awaited seqs `low`…`high`. `held`: the newest birth says the cabinet still has them.

    `since`: when we noticed; `moved`: when the last message of it came (or `since`); `asked`: requests so far;
    `connected`: ms of connected time with nothing of it arriving.
    """

    low: int
    high: int
    since: int
    moved: int
    held: bool = False
    asked: int = 0
    asked_at: int = 0
    connected: int = 0

    def waiting(self, real: int) -> bool:
        """Does it still hold judging back? A held one as long as its messages keep coming."""
        return real - (self.moved if self.held else self.since) <= HOLD_BACK


class Seqs(msgspec.Struct):
    """The seqs of one boot. `seen`: the highest that came; `high` >= seen: the highest known to exist (held ones)."""

    high: int = 0
    seen: int = 0
    holes: list[Hole] = []
    given: list[tuple[int, int]] = []

    def has(self, seq: int) -> bool:
        """Did this seq come?"""
        return seq <= self.high and self._hole(seq) is None and not self._was_given(seq)

    def add(self, seq: int, real: int, awaited: bool = True) -> bool:
        """Note a seq that came; False when it had come before. A jump forward opens a hole, or a gap at once when
        what was skipped is not `awaited` (nobody holds it)."""
        if seq > self.high:
            if seq > self.high + 1:
                self._open(self.high + 1, seq - 1, real, awaited)
            self.high = self.seen = seq
            return True
        self.seen = max(self.seen, seq)
        i = self._hole(seq)
        if i is not None:
            self._fill(i, seq, real)
            return True
        if self._was_given(seq):
            self.given = [part for low, high in self.given for part in _without(low, high, seq, seq)]
            return True
        return False

    def hold(self, ranges: list[tuple[int, int]], upto: int, real: int) -> None:
        """A newer birth says which seqs (`ranges`, sorted) the cabinet still holds of this boot, sent or not, and
        that nothing else up to `upto` will come: holes outside the ranges are given up."""
        end = max([upto, *(high for _, high in ranges)])
        if end > self.high:
            self._open(self.high + 1, end, real, awaited=True)
            self.high = end
        kept: list[Hole] = []
        for hole in self.holes:
            inside = _overlaps(hole, ranges)
            kept += [Hole(low, high, hole.since, real, True, 0, 0, 0) for low, high in inside]
            self._give(_minus(hole.low, hole.high, inside))
        self.holes = kept

    def drop_below(self, oldest: int) -> None:
        """The cabinet no longer holds anything below `oldest`: what is missing there is a gap."""
        kept: list[Hole] = []
        for hole in self.holes:
            if hole.low >= oldest:
                kept.append(hole)
                continue
            self._give([(hole.low, min(hole.high, oldest - 1))])
            if hole.high >= oldest:
                hole.low = oldest
                kept.append(hole)
        self.holes = kept

    def acked(self) -> int:
        """The highest seq below which everything came or is given up."""
        return self.holes[0].low - 1 if self.holes else self.high

    def gaps(self) -> list[tuple[int, int]]:
        """Every missing range below the highest seq seen, awaited or given up, in order."""
        ranges = [(h.low, h.high) for h in self.holes] + self.given
        return [(low, min(high, self.seen)) for low, high in sorted(ranges) if low < self.seen]

    def ask(self, real: int) -> list[tuple[int, int]]:
        """The holes to ask for now; each at most once in 30 s, held ones only after 30 s without progress."""
        due = [h for h in self.holes if h.asked < MAX_ASKS and _due(h, real)][:MAX_RANGES]
        for hole in due:
            hole.asked, hole.asked_at = hole.asked + 1, real
        return [(h.low, h.high) for h in due]

    def expire(self, real: int, connected_ms: int) -> bool:
        """Give up what was asked for three times in vain, or missed through 10 min of connected time; was anything?"""
        lost: list[Hole] = []
        for hole in self.holes:
            hole.connected += connected_ms
            fruitless = hole.asked >= MAX_ASKS and real - hole.asked_at >= ASK_AGAIN and connected_ms > 0
            if fruitless or hole.connected >= GIVE_UP:
                lost.append(hole)
        if lost:
            self.holes = [h for h in self.holes if h not in lost]
            self._give([(h.low, h.high) for h in lost])
        return bool(lost)

    def blocks(self, after: int, before: int | None, real: int) -> bool:
        """Is a seq between `after` and `before` (None: to the end) still being waited for?"""
        return any(h.high > after and (before is None or h.low < before) and h.waiting(real) for h in self.holes)

    def _hole(self, seq: int) -> int | None:
        i = bisect_right(self.holes, seq, key=lambda h: h.low) - 1
        return i if i >= 0 and self.holes[i].high >= seq else None

    def _was_given(self, seq: int) -> bool:
        return any(low <= seq <= high for low, high in self.given)

    def _open(self, low: int, high: int, real: int, awaited: bool) -> None:
        if awaited:
            self.holes.append(Hole(low, high, real, real))
        else:
            self._give([(low, high)])

    def _fill(self, i: int, seq: int, real: int) -> None:
        hole = self.holes[i]
        self.holes[i : i + 1] = [
            Hole(low, high, hole.since, real, hole.held) for low, high in _without(hole.low, hole.high, seq, seq)
        ]

    def _give(self, ranges: list[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for low, high in sorted(self.given + ranges):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        self.given = merged


def _due(hole: Hole, real: int) -> bool:
    if hole.asked:
        return real - hole.asked_at >= ASK_AGAIN
    return real - hole.moved >= (ASK_AGAIN if hole.held else FIRST_ASK)


def _without(low: int, high: int, cut_low: int, cut_high: int) -> list[tuple[int, int]]:
    parts = [(low, min(high, cut_low - 1)), (max(low, cut_high + 1), high)]
    return [(a, b) for a, b in parts if a <= b]


def _overlaps(hole: Hole, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    cut = [(max(hole.low, low), min(hole.high, high)) for low, high in ranges]
    return sorted((low, high) for low, high in cut if low <= high)


def _minus(low: int, high: int, inside: list[tuple[int, int]]) -> list[tuple[int, int]]:
    rest, at = [], low
    for a, b in inside:
        if a > at:
            rest.append((at, a - 1))
        at = max(at, b + 1)
    return [*rest, (at, high)] if at <= high else rest
