"""The running level of a series, and how far a sample is from it in units of the series' own noise."""

import numpy as np

from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import F64, I32

RATE = 0.01  # the memory: 100 samples
CLIP = 3.0  # noise units by which one sample may move the level: an outlier must not drag it along
FARTHEST = 60.0  # noise units: beyond, everything is equally far
SILENT, FREE = 10, 30  # samples before there is an answer; before the clip holds

COLUMNS = (Column("level", "f8", 0.0), Column("noise", "f8", 0.0))


def step(col: Table, rows: Rows, n: I32, x: F64) -> F32:
    """z [m] of the samples x, within ±FARTHEST; the level moves on. n [m] samples were seen before."""
    level, noise = col["level"][rows], col["noise"][rows]
    level = np.where(n == 0, x, level)
    off = x - level
    unit = np.maximum(noise, floor(level))
    z = np.where(n < SILENT, 0.0, np.clip(off / unit, -FARTHEST, FARTHEST))
    off = np.where(n < FREE, off, np.clip(off, -CLIP * unit, CLIP * unit))
    rate = np.maximum(RATE, 1.0 / (n + 1.0))
    col["level"][rows] = level + rate * off
    col["noise"][rows] = noise + np.where(n == 0, 0.0, rate * (np.abs(off) - noise))
    return z.astype(np.float32)


def floor(level: F64) -> F64:
    """The least noise a value of this size can have: what single precision still tells apart."""
    least: F64 = 1e-9 + 1e-6 * np.abs(level)
    return least
