"""The seqs of one boot: which came, which are awaited, which were given up (contract, *Holding*, *Acknowledging*).

Below `high` every seq has come unless it lies in a hole (awaited) or in `given` (a recorded gap). Times are real ms.
`flow` is when a message that the newest birth holds last came, of whichever boot: a cabinet sends what it holds oldest
first, so while that flows the ranges further back wait their turn and are neither asked for nor given up.
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
BOUND = 8192  # holes, and gaps, that are kept of one boot: more than one birth can name


class Hole(msgspec.Struct, gc=False, omit_defaults=True):
    """Awaited seqs `low`…`high`. `held`: the newest birth says the cabinet still has them.

    `since`: when we noticed; `moved`: when the last message of it came (or `since`). `connected`: ms of connected time
    with nothing of it arriving; `asked`: requests in that time, `vain`: ms of it since the last; `asked_at`: when that
    was, whatever came since.
    """

    low: int
    high: int
    since: int
    moved: int
    held: bool = False
    asked: int = 0
    asked_at: int = 0
    connected: int = 0
    vain: int = 0

    def waiting(self, real: int, flow: int) -> bool:
        """Does it still hold judging back? A held one as long as held messages keep coming."""
        return real - (max(self.moved, flow) if self.held else self.since) <= HOLD_BACK

    def due(self, real: int, flow: int) -> bool:
        """Is it to be asked for now? Once in 30 s at most; a held one only after 30 s without a held message."""
        quiet = real - (max(self.moved, flow) if self.held else self.moved)
        return real - self.asked_at >= ASK_AGAIN and quiet >= (ASK_AGAIN if self.held else FIRST_ASK)


class Seqs(msgspec.Struct, gc=False, omit_defaults=True):
    """The seqs of one boot. `seen`: the highest that came; `high` >= seen: the highest known to exist (held ones)."""

    high: int = 0
    seen: int = 0
    holes: tuple[Hole, ...] = ()
    given: tuple[tuple[int, int], ...] = ()

    def has(self, seq: int) -> bool:
        """Did this seq come?"""
        return seq <= self.high and self._hole(seq) is None and not self._was_given(seq)

    def add(self, seq: int, real: int, awaited: bool = True) -> bool:
        """Note a seq that came; False when it had come before. A jump forward opens a hole, or a gap at once when
        what was skipped is not `awaited` (nobody holds it)."""
        new = True
        if seq > self.high:
            self._open(self.high + 1, seq - 1, real, awaited)
            self.high = seq
        elif (i := self._hole(seq)) is not None:
            self._fill(i, seq, real)
        elif self._was_given(seq):
            self.given = tuple(part for low, high in self.given for part in _without(low, high, seq, seq))
        else:
            new = False
        self.seen = max(self.seen, seq)
        return new

    def hold(self, ranges: list[tuple[int, int]], upto: int, real: int) -> None:
        """A newer birth says which seqs the cabinet still holds of this boot, sent or not (`ranges`, sorted and
        apart), and that nothing else up to `upto` will come: holes outside the ranges, up to there, are given up."""
        end = max([upto, *(high for _, high in ranges)])
        if end > self.high:
            self._open(self.high + 1, end, real, awaited=True)
            self.high = end
        kept: list[Hole] = []
        for hole in self.holes:
            inside = _overlaps(hole, ranges)
            kept += [Hole(low, high, hole.since, real, True, connected=hole.connected) for low, high in inside]
            outside = _minus(hole.low, hole.high, inside)
            self._give([(low, min(high, end)) for low, high in outside if low <= end])
            kept += [
                msgspec.structs.replace(hole, low=max(low, end + 1), high=high) for low, high in outside if high > end
            ]
        self.holes = tuple(kept)

    def held_at(self, seq: int) -> bool:
        """Is this seq awaited because the newest birth says that the cabinet holds it?"""
        i = self._hole(seq)
        return i is not None and self.holes[i].held

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
        self.holes = tuple(kept)

    def acked(self) -> int:
        """The highest seq below which everything came or is given up."""
        return self.holes[0].low - 1 if self.holes else self.high

    def gaps(self) -> list[tuple[int, int]]:
        """Every missing range below the highest seq seen, awaited or given up, in order."""
        ranges = [*((h.low, h.high) for h in self.holes), *self.given]
        return [(low, min(high, self.seen)) for low, high in sorted(ranges) if low < self.seen]

    def ask(self, real: int, flow: int) -> list[tuple[int, int]]:
        """The holes to ask for now."""
        due = [h for h in self.holes if h.asked < MAX_ASKS and h.due(real, flow)][:MAX_RANGES]
        for hole in due:
            hole.asked, hole.asked_at, hole.vain = hole.asked + 1, real, 0
        return [(h.low, h.high) for h in due]

    def expire(self, real: int, connected_ms: int, flow: int) -> bool:
        """Give up what was asked for three times in vain, or missed through 10 min of connected time; was anything?
        `connected_ms`: connected time that passed since the last call."""
        kept: list[Hole] = []
        lost: list[tuple[int, int]] = []
        for hole in self.holes:
            if not (hole.held and real - flow <= HOLD_BACK):
                hole.connected, hole.vain = hole.connected + connected_ms, hole.vain + connected_ms
            if (hole.asked >= MAX_ASKS and hole.vain >= ASK_AGAIN) or hole.connected >= GIVE_UP:
                lost.append((hole.low, hole.high))
            else:
                kept.append(hole)
        if lost:
            self.holes = tuple(kept)
            self._give(lost)
        return bool(lost)

    def blocks(self, after: int, before: int | None, real: int, flow: int) -> bool:
        """Is a seq between `after` and `before` (None: to the end) still being waited for?"""
        return any(h.high > after and (before is None or h.low < before) and h.waiting(real, flow) for h in self.holes)

    def surrender(self) -> None:
        """Give up all that is awaited."""
        self._give([(h.low, h.high) for h in self.holes])
        self.holes = ()

    def _hole(self, seq: int) -> int | None:
        i = bisect_right(self.holes, seq, key=lambda h: h.low) - 1
        return i if i >= 0 and self.holes[i].high >= seq else None

    def _was_given(self, seq: int) -> bool:
        i = bisect_right(self.given, seq, key=lambda g: g[0]) - 1
        return i >= 0 and self.given[i][1] >= seq

    def _open(self, low: int, high: int, real: int, awaited: bool) -> None:
        if low > high:
            return
        if not awaited:
            self._give([(low, high)])
            return
        self.holes += (Hole(low, high, real, real),)
        if len(self.holes) > BOUND:
            self._give([(h.low, h.high) for h in self.holes[: BOUND // 2]])
            self.holes = self.holes[BOUND // 2 :]

    def _fill(self, i: int, seq: int, real: int) -> None:
        hole = self.holes[i]
        parts = [
            Hole(low, high, hole.since, real, hole.held, asked_at=hole.asked_at)
            for low, high in _without(hole.low, hole.high, seq, seq)
        ]
        self.holes = (*self.holes[:i], *parts, *self.holes[i + 1 :])

    def _give(self, ranges: list[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for low, high in sorted([*self.given, *ranges]):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        self.given = tuple(merged[-BOUND:])


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
