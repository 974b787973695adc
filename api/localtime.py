"""Times as people on paper read them: in the policy's time zone, to the second."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

Told = Callable[[int | None], str]


def reader(zone: str) -> Told:
    """How an instant (ms) reads in the time zone; nothing reads as a dash."""
    place = ZoneInfo(zone)

    def read(ms: int | None) -> str:
        return "–" if ms is None else datetime.fromtimestamp(ms / 1000, place).strftime("%Y-%m-%d %H:%M:%S")

    return read
