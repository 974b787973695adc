"""`defrost_failed`: defrosts do not warm the evaporator, or do not come any more."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.units import HOUR, MINUTE

THAWED_C = 2.0  # a defrost ends at 4 to 20 °C (Foster); ice keeps it at 0
IN_VAIN = 2  # defrosts in a row: one may be cut short by a door
OVERDUE = 2.3  # times the longest pause between two so far …
LEAST = 5 * HOUR  # … which is hardly ever shorter than 6 hours
SHORT = 4 * MINUTE  # a flag of less is no defrost


class DefrostFailed:
    """`begun`: when the last defrost began; `peak` of the evaporator in it; `vain`: how many in a row failed; `pause`:
    the longest time between two; `on`: it is defrosting."""

    kind = "defrost_failed"
    columns = (
        Column("begun", "i8", NEVER),
        Column("peak", "f4", np.nan),
        Column("vain", "i1", 0),
        Column("pause", "i8", 0),
        Column("on", "?", False),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, flag, evap, ts = view.row, view.of("defrost_on"), view.of("evap_c"), view.ts
        known = ~np.isnan(flag) & (view.power != NO)
        on, was, begun = known & (flag > 0), col["on"][row], col["begun"][row]
        self._ended(view, col, known & ~on & was)
        begins = on & ~was
        apart = np.where(begins & (begun != NEVER) & ~view.gap, ts - begun, 0)
        col["pause"][row] = np.maximum(col["pause"][row], np.where(apart > LEAST, np.minimum(apart, 30 * HOUR), 0))
        col["begun"][row] = np.where(begins, ts, begun)
        col["peak"][row] = np.where(begins, evap, np.where(on, np.fmax(col["peak"][row], evap), col["peak"][row]))
        col["on"][row] = np.where(known, on, was)
        begun, pause = col["begun"][row], col["pause"][row]
        overdue = (pause > 0) & (begun != NEVER) & (ts - begun > OVERDUE * pause)
        ill = (col["vain"][row] >= IN_VAIN) | overdue
        start = np.where(overdue, begun + pause, ts)
        return Verdict(grade(ill, ~ill, known), sure(view), np.minimum(np.where(ill, start, ts), ts))

    def _ended(self, view: View, col: Columns, over: np.ndarray) -> None:
        """Judge the defrosts that ended with this observation."""
        row = view.row
        long = view.ts - col["begun"][row] >= SHORT
        told = over & long & ~np.isnan(col["peak"][row])
        failed = told & (col["peak"][row] < THAWED_C)
        vain = np.where(failed, np.minimum(col["vain"][row] + 1, 100), np.where(told, 0, col["vain"][row]))
        col["vain"][row] = vain

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        more = {"in_vain": int(col["vain"][row]), "last_defrost": int(col["begun"][row])}
        return evidence(values, "defrost_on", "evap_c", "air_c", threshold={"evap_c": THAWED_C}, **more)
