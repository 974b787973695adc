"""One pulse per event: a strangeness passes only when it stands out above the fading memory of its own past."""

import numpy as np

from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column

FADE = np.float32(np.exp(-1 / 150))  # per sample: the memory is 150 samples
MARGIN = np.float32(1.1)

COLUMNS = (Column("echo", "f4", 0.0),)


def step(col: Table, rows: Rows, strange: F32) -> F32:
    """`strange` [m], all >= 0, or 0 where it is an echo of what passed before."""
    echo = col["echo"][rows]
    passed = np.where(strange > MARGIN * echo, strange, np.float32(0))
    col["echo"][rows] = np.maximum(echo * FADE, strange)
    return passed
