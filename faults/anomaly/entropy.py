"""Has the last hour's distribution been seen before: relative entropy against remembered histograms.

Wang et al., "Statistical techniques for online anomaly detection in data centers" (IM 2011), with the window of 52
samples and the 5 bins of NAB's version. The bins lie on the signed log z, not between a file's least and largest
value: those are not known before the end.
"""

import numpy as np
from numpy.typing import NDArray

from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import I32

WINDOW, BINS, KEPT = 52, 5, 32
REACH = 3.0  # the outer bins begin at 3/5 of it, z = ±5
NOVEL = 13.28  # chi square of 4 degrees of freedom at 0.99
SPACING = WINDOW // 4  # samples between two new histograms: a change must show whole before it is remembered
_COUNT = np.arange(WINDOW + 1)
_LOG = np.log((_COUNT + 0.1) / (WINDOW + 0.1 * BINS)).astype(np.float32)  # a tenth of a sample everywhere: no ln 0
_SHARE = (_COUNT / WINDOW).astype(np.float32)
_OWN = (_SHARE * np.log(np.maximum(_SHARE, 1e-9))).astype(np.float32)
_UNUSED = np.float32(1e9)

COLUMNS = (
    Column("window", "u1", 0, WINDOW),
    Column("histogram", "u1", 0, BINS),
    Column("histograms", "u1", 0, BINS * KEPT),
    Column("agreed", "i4", -1, KEPT),
    Column("made", "i4", -1_000_000),
)


def step(col: Table, rows: Rows, n: I32, signed: F32) -> F32:
    """2 x WINDOW x the relative entropy [m] of the last WINDOW samples to the most similar histogram; 0 before."""
    now = _slide(col, rows, n, signed)
    histograms = col["histograms"].reshape(-1, BINS, KEPT)
    agreed = col["agreed"][rows]
    share, log = _SHARE[now], _LOG.take(histograms[rows])
    cross = share[:, 0, None] * log[:, 0]
    for k in range(1, BINS):
        cross += share[:, k, None] * log[:, k]
    statistic = 2 * WINDOW * (_OWN[now].sum(axis=1)[:, None] - cross)
    statistic = np.where(agreed < 0, _UNUSED, statistic)
    nearest = statistic.argmin(axis=1)
    least = statistic[np.arange(len(rows)), nearest]
    full = n >= WINDOW
    novel = full & (least > NOVEL)
    new = novel & ((n - col["made"][rows] >= SPACING) | (least >= _UNUSED))
    slot = np.where(new, agreed.argmin(axis=1), nearest)
    touched = np.flatnonzero(full & (new | (least < _UNUSED)))
    col["agreed"][rows[touched], slot[touched]] = n[touched]
    histograms[rows[new], :, slot[new]] = now[new]
    col["made"][rows[new]] = n[new]
    return np.where(full & (least < _UNUSED), np.maximum(least, np.float32(0)), np.float32(0))


def _slide(col: Table, rows: Rows, n: I32, signed: F32) -> NDArray[np.uint8]:
    """Counts [m, BINS] of the last WINDOW samples, this one included."""
    place = (signed + np.float32(REACH)) * np.float32(BINS / (2 * REACH))
    place = np.clip(place, 0, BINS - 1).astype(np.uint8)
    at, histogram, window = n % WINDOW, col["histogram"], col["window"]
    full = n >= WINDOW
    histogram[rows[full], window[rows[full], at[full]]] -= 1
    histogram[rows, place] += 1
    window[rows, at] = place
    counts: NDArray[np.uint8] = histogram[rows]
    return counts
