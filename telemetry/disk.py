"""How full the disk is, what follows from it, and when it will be full."""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import Literal, NamedTuple

from telemetry.errors import Unavailable
from telemetry.units import DAY

Verdict = Literal["ok", "warn", "refuse"]

HORIZON = 3650 * DAY  # a forecast beyond ten years says nothing


class DiskUse(NamedTuple):
    """Bytes of a file system as `df` shows them to an ordinary user, and the used share (0…1) of what he may use."""

    total: int
    used: int
    free: int
    share: float


def usage(path: Path) -> DiskUse:
    """The use of the file system that holds `path`. Raises Unavailable when it cannot be asked."""
    try:
        s = os.statvfs(path)
    except OSError as error:
        raise Unavailable(f"disk of {path}: {error}") from error
    used, free = (s.f_blocks - s.f_bfree) * s.f_frsize, s.f_bavail * s.f_frsize
    return DiskUse(s.f_blocks * s.f_frsize, used, free, used / (used + free) if used + free else 1.0)


def judge(share: float, warn: float = 0.85, refuse: float = 0.95) -> Verdict:
    """From `warn` on people are warned, from `refuse` on nothing is taken in (and nothing acknowledged)."""
    if share >= refuse:
        return "refuse"
    return "warn" if share >= warn else "ok"


def forecast(samples: Sequence[tuple[int, int]], free: int) -> int | None:
    """When `free` bytes will be used up (ms), by the straight line through `samples` of (ms, bytes used).

    `free` belongs to the last sample. None when nothing grows, when there are no two times to compare, or when it
    is further away than the horizon.
    """
    if len({ms for ms, _ in samples}) < 2:
        return None
    (last, _), (origin, base) = samples[-1], samples[0]
    times, sizes = [ms - origin for ms, _ in samples], [size - base for _, size in samples]
    growth = linear_regression(times, sizes).slope
    if growth <= 0 or free > growth * HORIZON:
        return None
    return last + int(free / growth)
