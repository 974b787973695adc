"""`device_reported`, and every kind for which there are device codes: the cabinet said so itself (`faults/reports.py`).

What is announced is believed even while our own rule sees nothing: the device knows things that no signal tells.
"""

from typing import Any

import numpy as np

from faults.codes import CODES, ELSEWHERE, OTHER
from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import NONE, OFF, ON, SAID, Detector, Make, Verdict, evidence, sure
from faults.observations import SAMPLE
from faults.reports import FREE, STANDS, mark
from telemetry.batch import F64

ANNOUNCED = frozenset(code.kind for code in CODES if code.kind) - ELSEWHERE


class Announced:
    """A detector, and beside it what the device says of the same kind. Has no state but the detector's own."""

    def __init__(self, inner: Detector) -> None:
        self.kind, self.columns, self._inner = inner.kind, inner.columns, inner
        self._mark = mark(inner.kind)

    def judge(self, view: View, col: Columns) -> Verdict:
        verdict = self._inner.judge(view, col)
        if view.reports is None:
            return verdict
        state = np.where(view.reports["kind"][view.row] == self._mark, view.reports["state"][view.row], FREE)
        if not state.any():
            return verdict
        stands = (state == STANDS).any(axis=1)
        heard = view.said | (view.event != SAMPLE)
        over = ~stands & (state != FREE).any(axis=1) & heard & (verdict.on == NONE)
        at = np.where(state == STANDS, view.reports["at"][view.row], 0).max(axis=1)
        start = np.where(stands & (verdict.on != ON), np.minimum(at, view.ts), verdict.start)
        on = np.where(stands, SAID, np.where(over, OFF, verdict.on)).astype(np.int8)
        return Verdict(on, np.where(stands, 1.0, verdict.score), start)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return self._inner.why(values, col, row)


class DeviceReported:
    """Codes that are no kind of ours: only the device's word."""

    kind = OTHER
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        return Verdict(np.full(len(view), NONE, np.int8), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values)


def announced(make: Make) -> Make:
    """The same detector, hearing the device too where there are codes for its kind."""

    def made(config: FaultsConfig) -> Detector:
        inner = make(config)
        return Announced(inner) if inner.kind in ANNOUNCED else inner

    return made
