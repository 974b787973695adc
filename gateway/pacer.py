"""Who is over its rate: a token bucket per cabinet, in real time (contract, *Limits*). Births, wills, replies pass."""

from collections.abc import Iterable

from telemetry.units import SECOND

_EXEMPT = ("birth", "will", "reply")
_QUIET = 2 * SECOND


class Pacer:
    """Sustained `rate` messages per second and cabinet, bursts up to `burst`."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._buckets: dict[str, tuple[float, int]] = {}
        self._over: dict[str, int] = {}

    def sift(self, messages: Iterable[tuple[str, bytes]], real: int) -> tuple[list[tuple[str, bytes]], dict[str, int]]:
        """The messages within their cabinet's rate, and how many of each cabinet are put off."""
        kept: list[tuple[str, bytes]] = []
        deferred: dict[str, int] = {}
        for message in messages:
            parts = message[0].split("/")
            cabinet = parts[1] if len(parts) > 1 else ""
            if (len(parts) == 4 and parts[3] in _EXEMPT) or self._spend(cabinet, real):
                kept.append(message)
            else:
                deferred[cabinet] = deferred.get(cabinet, 0) + 1
                self._over[cabinet] = real
        return kept, deferred

    def calm(self, real: int) -> list[str]:
        """Cabinets that were over their rate and have been within it for a while; each is named once."""
        quiet = [c for c, at in self._over.items() if real - at >= _QUIET]
        for cabinet in quiet:
            del self._over[cabinet]
        idle = self.burst / self.rate * SECOND
        if len(self._buckets) > 1000:
            self._buckets = {c: b for c, b in self._buckets.items() if real - b[1] < idle}
        return quiet

    def _spend(self, cabinet: str, real: int) -> bool:
        tokens, at = self._buckets.get(cabinet, (float(self.burst), real))
        tokens = min(self.burst, tokens + max(0, real - at) * self.rate / SECOND)
        self._buckets[cabinet] = (tokens - 1 if tokens >= 1 else tokens, real)
        return tokens >= 1
