"""What a series usually is at this time of day, and how far a sample is from that."""

from typing import NamedTuple

import numpy as np

from faults.anomaly import level
from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import F64, I32, I64

DAY_MS = 86_400_000
RATE = 0.1  # of a time of day: ten of its samples
COMMON_RATE = 0.005
SILENT, FREE = 3, 5  # samples of a time of day before there is an answer; before the clip holds
COMMON_SHARE = 0.2  # of the noise of the whole day: a time of day cannot be quieter than that


class Season(NamedTuple):
    """A profile of `bins` times of day; `own`: each of them has a noise of its own, else the day has one."""

    name: str
    bins: int
    own: bool

    def columns(self) -> tuple[Column, ...]:
        mean, seen = Column(f"{self.name}_mean", "f4", 0.0, self.bins), Column(f"{self.name}_seen", "u1", 0, self.bins)
        own = (Column(f"{self.name}_noise", "f4", 0.0, self.bins),) if self.own else ()
        return (mean, seen, Column(f"{self.name}_common", "f4", 0.0), *own)

    def step(self, col: Table, rows: Rows, n: I32, ts: I64, x: F64) -> F32:
        """|z| [m] of the samples x at their time of day, at most level.FARTHEST; the profile moves on."""
        cell = rows, (ts % DAY_MS * self.bins // DAY_MS).astype(np.intp)
        mean, seen = col[f"{self.name}_mean"][cell].astype(np.float64), col[f"{self.name}_seen"][cell]
        common = col[f"{self.name}_common"][rows].astype(np.float64)
        noise = col[f"{self.name}_noise"][cell].astype(np.float64) if self.own else common
        unit = np.maximum(np.maximum(noise, COMMON_SHARE * common), level.floor(mean))
        off = x - mean
        z = np.where(seen < SILENT, 0.0, np.minimum(np.abs(off) / unit, level.FARTHEST))
        off = np.where(seen < FREE, off, np.clip(off, -level.CLIP * unit, level.CLIP * unit))
        far = np.where(seen == 0, 0.0, np.abs(off))
        col[f"{self.name}_mean"][cell] = mean + np.maximum(RATE, 1.0 / (seen + 1.0)) * off
        col[f"{self.name}_common"][rows] = common + np.maximum(COMMON_RATE, 1.0 / (n + 1.0)) * (far - common)
        if self.own:
            rate = np.where(seen == 0, 0.0, np.maximum(RATE, 1.0 / np.maximum(seen, 1.0)))
            col[f"{self.name}_noise"][cell] = noise + rate * (far - noise)
        col[f"{self.name}_seen"][cell] = np.minimum(seen, 254) + 1
        return z.astype(np.float32)
