"""The light form, for many signals of a fleet: time of day, and a control chart of the level.

The chart is an exponentially weighted mean of z (Roberts 1959). A two-sided CUSUM in its place finds fewer of the
labelled windows and needs a number of state more.
"""

import numpy as np

from faults.anomaly import gate, level, series, tail
from faults.anomaly.season import Season
from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import F64, I64

SEASON = Season("hour", 24, own=False)
CHART_RATE, CHART_CLIP = 0.1, 8.0  # ten samples; one alone must not fill the chart

COLUMNS = (
    Column("n", "i4", 0),
    *level.COLUMNS,
    *SEASON.columns(),
    Column("chart", "f4", 0.0),
    *tail.columns(2),
    *gate.COLUMNS,
)


def score(col: Table, rows: Rows, ts: I64, values: F64) -> F64:
    """As `full.score`, in an eighth of its time and a tenth of its state."""
    return series.score(_step, col, rows, ts, values)


def _step(col: Table, rows: Rows, ts: I64, x: F64) -> F32:
    n = col["n"][rows]
    z = np.clip(level.step(col, rows, n, x), -CHART_CLIP, CHART_CLIP)
    chart = col["chart"][rows]
    chart = chart + np.maximum(CHART_RATE, 1.0 / (n + 1.0)).astype(np.float32) * (z - chart)
    col["chart"][rows] = chart
    season = SEASON.step(col, rows, n, ts, x)
    tails = tail.step(col, rows, n, np.stack([season, np.abs(chart)], axis=1))
    col["n"][rows] = n + 1
    return gate.step(col, rows, tails.sum(axis=1))
