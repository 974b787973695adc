"""Who is over its rate: a token bucket per cabinet, in real time (contract, *Limits*). Births, wills, replies pass."""

from collections.abc import Iterable

from telemetry.units import SECOND

_EXEMPT = ("/birth", "/will", "/reply")
_LEVELS = 3
_START = len("cabinets/")
_QUIET = 2 * SECOND
_SWEEP = 10 * SECOND


class Pacer:
    """Sustained `rate` messages per second and cabinet, bursts up to `burst`.

    A bucket is one number, the real time (ms) at which it will be full again: each message makes that a step later,
    and one that finds the bucket empty is put off (the generic cell rate algorithm, ITU-T I.371 annex A). A bucket
    that is full is the same as none.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._step = SECOND / rate
        self._depth = (burst - 1) * self._step
        self._full_at: dict[str, float] = {}
        self._over: dict[str, int] = {}
        self._real = self._swept = 0

    def sift(self, messages: Iterable[tuple[str, bytes]], real: int) -> tuple[list[tuple[str, bytes]], dict[str, int]]:
        """The messages within their cabinet's rate, and how many of each cabinet are put off."""
        if real < self._real:
            self._full_at.clear()  # a clock set back takes no tokens away
        self._real = real
        kept: list[tuple[str, bytes]] = []
        deferred: dict[str, int] = {}
        buckets, step, latest = self._full_at, self._step, real + self._depth
        for message in messages:
            topic = message[0]
            if topic.endswith(_EXEMPT) and topic.count("/") == _LEVELS:
                kept.append(message)
                continue
            cabinet = topic[_START:].partition("/")[0]
            full_at = buckets.get(cabinet, real)
            if full_at <= latest:
                kept.append(message)
                buckets[cabinet] = (full_at if full_at > real else real) + step
            else:
                deferred[cabinet] = deferred.get(cabinet, 0) + 1
                self._over[cabinet] = real
        return kept, deferred

    def calm(self, real: int) -> list[str]:
        """Cabinets that were over their rate and have been within it for a while; each is named once."""
        quiet = [c for c, at in self._over.items() if real - at >= _QUIET]
        for cabinet in quiet:
            del self._over[cabinet]
        if not 0 <= real - self._swept < _SWEEP:
            self._swept = real
            self._full_at = {c: at for c, at in self._full_at.items() if at > real}
        return quiet
