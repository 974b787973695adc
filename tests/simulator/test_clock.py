"""Following a parent's clock: never back, never far ahead, and wrong lines are refused."""

import asyncio

import pytest

from simulator.clock import FollowClock, first_line, follow, parse_line
from telemetry.errors import ConfigError


def feed(text: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(text)
    reader.feed_eof()
    return reader


def test_time_stays_within_half_a_real_second_of_the_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = iter(range(0, 1000, 10))
    monkeypatch.setattr("telemetry.clock.time.monotonic", lambda: next(ticking))
    clock = FollowClock(1_000_000, 60)
    assert [clock.moment().now for _ in range(3)] == [1_030_000] * 3


def test_time_runs_between_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = iter([0.0, 0.1, 0.2])
    monkeypatch.setattr("telemetry.clock.time.monotonic", lambda: next(ticking))
    clock = FollowClock(1_000_000, 60)
    assert [clock.moment().now, clock.moment().now] == [1_006_000, 1_012_000]


def test_time_never_goes_back() -> None:
    clock = FollowClock(1_000_000, 60)
    clock.tell(2_000_000, 60)
    ahead = clock.moment().now
    clock.tell(1_500_000, 60)
    assert clock.moment().now >= ahead >= 2_000_000


def test_following_ends_with_the_parent() -> None:
    async def scene() -> int:
        lines = feed(b"1000000 60\n1200000 60\n1400000.5 x\n"[:22])
        clock = await first_line(lines)
        assert clock
        await follow(clock, lines)
        return clock.moment().now

    assert asyncio.run(scene()) >= 1_200_000


def test_a_parent_that_is_gone_gives_no_clock() -> None:
    async def scene() -> FollowClock | None:
        return await first_line(feed(b""))

    assert asyncio.run(scene()) is None


@pytest.mark.parametrize("line", ["", "1", "x 60", "1000 sixty", "1 2 3", "1000 0", "1000 -1"])
def test_a_wrong_line_is_refused(line: str) -> None:
    with pytest.raises(ConfigError, match="follow_clock"):
        parse_line(line)
