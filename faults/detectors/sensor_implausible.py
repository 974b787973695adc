"""`sensor_implausible`: a signal stays outside what a working sensor can report (`telemetry/signals.py`)."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import Mask, View
from faults.detectors.base import NONE, OFF, Verdict, evidence, grade, sure
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.signals import SIGNALS, WIDTH

IN_A_ROW = 3  # one wild reading is a transmission glitch, two may be; nobody travels for those


class SensorImplausible:
    """Counts, per signal, readings outside its range in a row. A missing reading neither counts nor heals."""

    kind = "sensor_implausible"
    columns = (Column("run", "i1", 0, WIDTH), Column("since", "i8", NEVER))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        run = col["run"][view.row]
        if not (view.wild.any() or run.any()):  # as nearly always
            return Verdict(np.where(view.said, OFF, NONE).astype(np.int8), sure(view), view.ts)
        run = np.where(view.gap[:, None], 0, run)
        run = np.where(view.wild, np.minimum(run + 1, IN_A_ROW), np.where(np.isnan(view.raw), run, 0))
        odd: Mask = np.any(run > 0, axis=1)
        since = col["since"][view.row]
        since = np.where(odd, np.where((since == NEVER) | view.gap, view.ts, since), NEVER)
        col["run"][view.row], col["since"][view.row] = run, since
        ill: Mask = np.any(run >= IN_A_ROW, axis=1)
        return Verdict(grade(ill, ~odd, view.said), sure(view), np.where(odd, since, view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        wild = [s for s, n in zip(SIGNALS, col["run"][row], strict=True) if n]
        limits = {s.name: [s.low, s.high] for s in wild}
        return evidence(values, *(s.name for s in wild), expected=limits)
