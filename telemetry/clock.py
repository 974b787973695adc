"""The only file that may ask what time it is.

Two times run side by side (contract, *Time*): product time (device clocks, hold-downs, tickets, travel)
runs at a speed and waits when the gateway lags; real time rules keep-alive, resending and rate limits.
"""

import time
from threading import Lock
from typing import NamedTuple, Protocol

LIVED = 5000.0  # ms of real time


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


def steady_ms() -> int:
    """Real ms since some moment: for lengths of time, which no setting of the clock may change."""
    return time.monotonic_ns() // 1_000_000


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

    `hold()` makes product time wait (the gateway lags), `release()` lets it go on; at speed 1 it does not wait, because
    the cabinets' own clocks do not. Neither time ever goes back, whatever the machine's clock is set to. At another
    speed, a pause of the whole process longer than `LIVED` is not lived through.
    """

    def __init__(self, start: int, speed: float) -> None:
        self.speed = speed
        self._now = float(start)
        self._real = float(real_ms())
        self._mono = time.monotonic()
        self._held = False
        self._lock = Lock()

    def moment(self) -> Moment:
        with self._lock:
            mono = time.monotonic()
            passed = (mono - self._mono) * 1000
            self._mono = mono
            self._real = max(self._real + passed, float(real_ms()))
            if self.speed == 1:
                self._now = max(self._now + passed, self._real)
            elif not self._held:
                self._now += min(passed, LIVED) * self.speed
            return Moment(int(self._now), int(self._real))

    def hold(self) -> None:
        self.moment()
        self._held = True

    def release(self) -> None:
        self.moment()
        self._held = False
