"""How unlike anything seen before: the distance to the nearest of a few remembered situations.

A situation is the signal's signed log z now and smoothed over 2, 12 and 48 samples. Three books of 24, of different
grain, are kept at once: which grain suits a series is not known beforehand. A sample farther than the grain from
every prototype becomes one, in the place of the one longest unused; else the nearest moves a little towards it
(leader clustering, Hartigan 1975; with forgetting).
"""

import numpy as np

from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import I32

GRAINS = np.array([0.4, 0.6, 0.9], np.float32)
UNIT = np.float32(1 / 4096)  # of a stored number: the log of the farthest z is 4.1, and two bytes hold 8
SIZE = 24
MEMORIES = (2, 12, 48)  # samples
TRACKING = np.float32(0.05)
BOOKS, PARTS = len(GRAINS), 1 + len(MEMORIES)
_FAR = np.float32(1e9)  # where there is no prototype yet

COLUMNS = (
    Column("smooth", "f4", 0.0, len(MEMORIES)),
    Column("prototypes", "i2", 0, BOOKS * PARTS * SIZE),
    Column("used", "i4", -1, BOOKS * SIZE),
)


def step(col: Table, rows: Rows, n: I32, signed: F32) -> F32:
    """Distance [m, BOOKS] of each sample's situation to what was seen before; the books move on."""
    situation = _situation(col, rows, n, signed)
    books = col["prototypes"].reshape(-1, BOOKS, PARTS, SIZE)
    used = col["used"].reshape(-1, BOOKS, SIZE)
    known, last = books[rows].astype(np.float32), used[rows]
    square = (known - situation[:, None, :, None]) ** 2
    distance = square[:, :, 0] + square[:, :, 1] + square[:, :, 2] + square[:, :, 3]  # squared
    distance = np.where(last < 0, _FAR * _FAR, distance)
    nearest = distance.argmin(axis=2)
    least = np.sqrt(np.take_along_axis(distance, nearest[..., None], 2)[..., 0])
    new = least > GRAINS / UNIT
    slot = np.where(new, last.argmin(axis=2), nearest)
    series, book = np.arange(len(rows))[:, None], np.arange(BOOKS)[None, :]
    there = known[series, book, :, slot]
    weight = np.where(new, np.float32(1), TRACKING)[..., None]
    books[rows[:, None], book, :, slot] = np.rint(there + weight * (situation[:, None, :] - there))
    used[rows[:, None], book, slot] = n[:, None]
    return np.where(last.max(axis=2) < 0, 0, UNIT * least).astype(np.float32)


def _situation(col: Table, rows: Rows, n: I32, signed: F32) -> F32:
    """[m, PARTS] in units of UNIT: the sample and its running means."""
    rate = np.maximum(1.0 / np.array(MEMORIES), 1.0 / (n[:, None] + 1.0)).astype(np.float32)
    mean = col["smooth"][rows]
    mean = mean + rate * (signed[:, None] - mean)
    col["smooth"][rows] = mean
    return (np.concatenate([signed[:, None], mean], axis=1) / UNIT).astype(np.float32)
