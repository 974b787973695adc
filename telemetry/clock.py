"""The only file that may ask what time it is.

Two times run side by side (contract, *Time*): product time (device clocks, hold-downs, tickets, travel)
runs at a speed and waits when the gateway lags; real time rules keep-alive, resending and rate limits.
"""

import time
from typing import NamedTuple, Protocol


class Moment(NamedTuple):
    """One instant in both times, ms since 1970 UTC. Pure functions get it as an argument."""

    now: int
    real: int


class Clock(Protocol):
    """Tells the moment; the second half of it never depends on the first."""

    def moment(self) -> Moment: ...


def real_ms() -> int:
    """Real time in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until it is told to move; `speed` product ms pass per real ms."""

    def __init__(self, now: int, real: int | None = None, speed: float = 1.0) -> None:
        self._now = float(now)
        self._real = now if real is None else real
        self.speed = speed

    def moment(self) -> Moment:
        return Moment(int(self._now), self._real)

    def advance(self, product_ms: int) -> Moment:
        """Move product time by `product_ms`, real time by the same at the clock's speed."""
        self._now += product_ms
        self._real += int(product_ms / self.speed)
        return self.moment()


class ProductClock:
    """Product time at `speed`, from `start` on; at speed 1 it is real time, but never before `start`.

    `hold()` makes product time wait (the gateway lags), `release()` lets it go on. It never goes back.
    """

    def __init__(self, start: int, speed: float) -> None:
        self.speed = speed
        self._now = float(start)
        self._mono = time.monotonic()
        self._held = False

    def moment(self) -> Moment:
        mono, real = time.monotonic(), real_ms()
        if not self._held:
            stepped = self._now + (mono - self._mono) * 1000 * self.speed
            self._now = max(stepped, float(real)) if self.speed == 1 else stepped
        self._mono = mono
        return Moment(int(self._now), real)

    def hold(self) -> None:
        self.moment()
        self._held = True

    def release(self) -> None:
        self.moment()
        self._held = False
