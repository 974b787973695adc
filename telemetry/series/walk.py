"""Every reading of a signal, however many: a day at a time, so that memory stays bounded."""

from collections.abc import Iterator

from telemetry.series.base import Point, SeriesStore
from telemetry.units import DAY

EVERY = 1 << 40  # points: more than a day can have readings


def days(store: SeriesStore, cabinet: str, signal: str, start: int, end: int) -> Iterator[list[Point]]:
    """The readings with start <= ts < end (ms), oldest first, one list for each day (UTC) that has any.

    Where readings are gone, the finest summaries left stand for them. Raises Unavailable.
    """
    while start < end:
        ahead = store.read(cabinet, signal, start, end, 1)
        if not ahead:
            return
        start = max(start, ahead[0].ts // DAY * DAY)
        while start < end:
            midnight = min((start // DAY + 1) * DAY, end)
            found = store.read(cabinet, signal, start, midnight, EVERY)
            start = midnight
            if not found:
                break
            yield found
