"""The simulator's product time: its own, or its parent's, followed line by line."""

import asyncio
import sys

from telemetry.clock import Clock, Moment, ProductClock, real_ms
from telemetry.errors import ConfigError

AHEAD_AT_MOST = 500  # real ms that may pass beyond the last line before product time waits


class FollowClock:
    """Product time as its parent tells it, interpolated; never back, never far ahead of the last line."""

    def __init__(self, now: int, speed: float) -> None:
        self.tell(now, speed)
        self._now = now

    def tell(self, now: int, speed: float) -> None:
        """A line of the parent: it is `now` (product ms), and runs at `speed`."""
        self.speed = speed
        self._limit = now + int(AHEAD_AT_MOST * speed)
        self._between = ProductClock(now, speed)

    def moment(self) -> Moment:
        between = self._between.moment()
        self._now = max(self._now, min(between.now, self._limit))
        return Moment(self._now, between.real)


def own_clock(speed: float) -> Clock:
    """Product time from now on, at `speed`."""
    return ProductClock(real_ms(), speed)


def parse_line(line: str) -> tuple[int, float]:
    """`"<product_now_ms> <speed>"`; raises ConfigError."""
    try:
        now, speed = line.split()
        parsed = int(now), float(speed)
    except ValueError as error:
        raise ConfigError("follow_clock", f"not a clock line: {line!r}") from error
    if parsed[1] <= 0:
        raise ConfigError("follow_clock", f"speed must be positive: {line!r}")
    return parsed


async def stdin_lines() -> asyncio.StreamReader:
    """Standard input as an asyncio stream."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def first_line(lines: asyncio.StreamReader) -> FollowClock | None:
    """The clock that the first line starts; None when the parent has gone already."""
    line = await lines.readline()
    return FollowClock(*parse_line(line.decode())) if line else None


async def follow(clock: FollowClock, lines: asyncio.StreamReader) -> None:
    """Keep the clock on its parent's time until the parent closes the pipe."""
    while line := await lines.readline():
        clock.tell(*parse_line(line.decode()))
