"""What a sample costs, in time and in state, at fleet size."""

import time
from typing import NamedTuple

import numpy as np

from tests.anomaly.forms import Form

STEP_MS = 60_000
ROUNDS = 5


class Cost(NamedTuple):
    """`ns`: of one sample (median of rounds); `bytes`: of one series."""

    series: int
    ns: float
    bytes: int


def measure(form: Form, cabinets: int, signals: int) -> Cost:
    """A second's samples of a fleet that reports once a minute: random cabinets, the signals of each side by side."""
    rng, series, spent = np.random.default_rng(1), cabinets * signals, []
    col = form.fresh(series)
    size = sum(len(data) for data in col.dump(series).values()) // series
    for turn in range(ROUNDS + 2):
        these = np.sort(rng.choice(cabinets, cabinets // 60, replace=False))
        rows = (these[:, None] * signals + np.arange(signals)).ravel()
        batch = len(rows)
        ts, values = np.full(batch, turn * STEP_MS), rng.normal(5.0, 1.0, batch)
        began = time.process_time_ns()
        form.score(col, rows, ts, values)
        spent.append((time.process_time_ns() - began) / batch)
    return Cost(series, float(np.median(spent[2:])), size)
