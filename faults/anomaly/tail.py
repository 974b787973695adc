"""How far into its own tail a measure is: the same number for every series, so that one threshold serves all.

Peaks over a threshold (Pickands 1975; Siffer et al., "Anomaly detection in streams with extreme value theory",
KDD 2017), as small as it can be: of ln(measure) a running quantile and the mean excess over it, that is a Pareto
tail of the measure. Beyond the quantile the answer is -ln of the share, of the samples beyond, that go as far; below
it is 0.
"""

import numpy as np

from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import I32

BOTTOM = np.float32(-6.9)  # ln of a thousandth: a smaller measure says nothing
BEYOND = 0.005  # share of samples beyond the quantile
RATE = 0.005  # the memory: 200 samples
LEARNING = np.float32(0.5)  # from each sample beyond: they are few
STEEPEST = np.float32(0.1)  # mean excess of the shortest tail: below, rounding would look like proof


def columns(measures: int) -> tuple[Column, ...]:
    """Of ln(measure): mean and mean deviation, the quantile, the mean excess over it."""
    return (
        Column("tail_mean", "f4", 0.0, measures),
        Column("tail_spread", "f4", 1.0, measures),
        Column("tail_quantile", "f4", float(BOTTOM), measures),
        Column("tail_excess", "f4", 0.5, measures),
    )


def step(col: Table, rows: Rows, n: I32, measure: F32) -> F32:
    """-ln tail probability of each measure [m, measures] among those beyond, else 0; n [m] samples were seen before."""
    quantile, excess = col["tail_quantile"][rows], col["tail_excess"][rows]
    x = np.maximum(np.log(np.maximum(measure, np.float32(1e-3))), BOTTOM)
    over = x - quantile
    beyond = over > 0
    answer = np.where(beyond, over / np.maximum(excess, STEEPEST), np.float32(0))
    rate = np.maximum(RATE, 1.0 / (n + 2.0)).astype(np.float32)[:, None]
    spread = _spread(col, rows, rate, x)
    pull = np.where(beyond, np.float32(1 - BEYOND), np.float32(-BEYOND))
    moved = quantile + 3 * rate * np.maximum(spread, np.float32(0.05)) * pull
    col["tail_quantile"][rows] = np.maximum(moved, BOTTOM)
    # Clipped: one enormous sample must not hide the next.
    taught = excess + LEARNING * (np.minimum(over, 8 * excess) - excess)
    col["tail_excess"][rows] = np.where(beyond, taught, excess)
    return answer


def _spread(col: Table, rows: Rows, rate: F32, x: F32) -> F32:
    """How widely x varies: the quantile moves in steps of that size."""
    mean, spread = col["tail_mean"][rows], col["tail_spread"][rows]
    mean = mean + rate * (x - mean)
    spread = spread + rate * (np.abs(x - mean) - spread)
    col["tail_mean"][rows], col["tail_spread"][rows] = mean, spread
    wide: F32 = spread
    return wide
