"""`signal_anomaly`: a signal that no kind watches behaves as it never did on this cabinet. A hint, never a ticket.

Means of five minutes are judged by the light form of the generic detector (`faults/anomaly`): one threshold for every
signal, whatever it measures, for each series is normalised by its own past.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from faults.anomaly import light
from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import NONE, OFF, ON, Verdict
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.signals import COLUMN
from telemetry.units import DAY, HOUR, MINUTE

SIGNALS = ("power_w", "humidity_pct", "ambient_c", "product_c")
SLOTS = len(SIGNALS)
WINDOW = 5 * MINUTE  # as the series by which the detector was chosen; noise and cost are a fifth of a sample's
LEARNING = 7 * DAY // WINDOW  # means of a signal before anything is said of it: a week has its weekend
STRANGE = 0.85
STANDS = HOUR  # one pulse per event: so long it is told …
AGAIN = DAY  # … and not more often: a hint that comes every day is none
_AT = [COLUMN[name] for name in SIGNALS]
_SLOT = np.arange(SLOTS)


class SignalAnomaly:
    """`sum` and `count` of the window that fills (`window`, its number); of the last pulse: when it began (`at`), in
    which signal (`slot`), the mean `seen`, what was `usual`, its score `odd`. The rest is the state of SLOTS series."""

    kind = "signal_anomaly"
    columns = (
        Column("sum", "f4", 0, SLOTS),
        Column("count", "u2", 0, SLOTS),
        Column("window", "i8", NEVER),
        Column("at", "i8", NEVER),
        Column("slot", "i1", 0),
        Column("seen", "f4", np.nan),
        Column("usual", "f4", np.nan),
        Column("odd", "f4", 0),
        *(Column(f"series_{c.name}", c.dtype, c.fill, SLOTS * max(c.width, 1)) for c in light.COLUMNS),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, ts = view.row, view.ts
        over = np.flatnonzero(view.said & (col["window"][row] != ts // WINDOW))
        if over.size:
            _close(row[over[np.argsort(row[over])]], col)
            col["window"][row[over]] = ts[over] // WINDOW
        values = view.values[:, _AT]
        given = ~np.isnan(values) & (view.power != NO)[:, None]
        col["sum"][row] += np.where(given, values, 0)
        col["count"][row] += given
        at = col["at"][row]
        stands = (at != NEVER) & (ts >= at) & (ts - at < STANDS)
        on = np.where(stands, ON, np.where(view.said, OFF, NONE)).astype(np.int8)
        return Verdict(on, np.clip(col["odd"][row], 0, 1).astype(np.float64), np.where(stands, at, ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        name = SIGNALS[int(col["slot"][row])]
        return {
            "features": [name],
            "observed": {name: round(float(col["seen"][row]), 2), "score": round(float(col["odd"][row]), 2)},
            "expected": {name: round(float(col["usual"][row]), 2)},
            "threshold": {"score": STRANGE},
        }


def _close(row: NDArray[np.integer[Any]], col: Columns) -> None:
    """Judge the windows of these cabinets that are over, and begin new ones."""
    count = col["count"][row]
    mean = np.where(count > 0, col["sum"][row] / np.maximum(count, 1), np.nan)
    col["sum"][row], col["count"][row] = 0, 0
    start = col["window"][row] * WINDOW
    series, lines = _series(col), (row[:, None].astype(np.int64) * SLOTS + _SLOT).ravel()
    usual = series["level"][lines].reshape(-1, SLOTS)
    odd = light.score(series, lines, np.repeat(start, SLOTS), mean.ravel()).reshape(-1, SLOTS)
    odd = np.where(series["n"][lines].reshape(-1, SLOTS) > LEARNING, odd, 0.0)
    at = col["at"][row]
    k = np.flatnonzero((odd.max(axis=1) >= STRANGE) & ((at == NEVER) | (np.abs(start - at) >= AGAIN)))
    slot, hit = odd[k].argmax(axis=1), row[k]
    col["at"][hit], col["slot"][hit], col["odd"][hit] = start[k], slot, odd[k, slot]
    col["seen"][hit], col["usual"][hit] = mean[k, slot], usual[k, slot]


def _series(col: Columns) -> dict[str, NDArray[Any]]:
    """The state of all series, one per line: those of a cabinet stand side by side. Views, not copies."""
    return {c.name: col[f"series_{c.name}"].reshape((-1, c.width) if c.width else -1) for c in light.COLUMNS}
