"""The whole ensemble, for the command and for one or two derived signals: time of day, novelty, distribution.

Each member gives, per series, a number that means the same for all series; their weighted sum is the strangeness.
"""

import numpy as np

from faults.anomaly import codebook, entropy, gate, level, series, tail
from faults.anomaly.season import Season
from faults.anomaly.series import F32, Rows, Table
from faults.columns import Column
from telemetry.batch import F64, I64

SEASONS = (Season("halfhour", 48, own=True), Season("hour", 24, own=True))
WEIGHT = np.float32(0.6)  # of a tail, beside ln(1 + relative entropy)
_TAILS = len(SEASONS) + codebook.BOOKS

COLUMNS = (
    Column("n", "i4", 0),
    *level.COLUMNS,
    *(column for season in SEASONS for column in season.columns()),
    *codebook.COLUMNS,
    *entropy.COLUMNS,
    *tail.columns(_TAILS),
    *gate.COLUMNS,
)


def score(col: Table, rows: Rows, ts: I64, values: F64) -> F64:
    """Scores 0…1 [m] of samples (rows of `col`, ms, values), each series in order; 0.5 and more is strange.

    NaN and infinities are no evidence: score 0, state untouched. Any split of the input gives the same.
    """
    return series.score(_step, col, rows, ts, values)


def _step(col: Table, rows: Rows, ts: I64, x: F64) -> F32:
    n = col["n"][rows]
    z = level.step(col, rows, n, x)
    signed = np.sign(z) * np.log1p(np.abs(z))
    seasons = [season.step(col, rows, n, ts, x)[:, None] for season in SEASONS]
    novelty = codebook.step(col, rows, n, signed)
    tails = tail.step(col, rows, n, np.concatenate([*seasons, novelty], axis=1))
    odd_hour = tails[:, : len(SEASONS)].sum(axis=1) / np.float32(len(SEASONS))
    odd_situation = tails[:, len(SEASONS) :].sum(axis=1) / np.float32(codebook.BOOKS)
    odd_mix = np.log1p(entropy.step(col, rows, n, signed))
    col["n"][rows] = n + 1
    return gate.step(col, rows, WEIGHT * (odd_hour + odd_situation) + odd_mix)
