"""`defrost_failed`: defrosts do not warm the evaporator, or do not come any more."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.cooling.diagnosis import KINDS
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64, I64
from telemetry.fleet import NEVER
from telemetry.units import HOUR, MINUTE

THAWED_C = 2.0  # a defrost ends at 4 to 20 °C (Foster); ice keeps it at 0
SHORT_K, SCATTERS = 1.5, 4.0  # so far below this cabinet's usual end a defrost ran out of time
FROZEN, HASTY = 2, 1  # what a defrost counts that did not thaw, and one that ran out of time: so does one of a wet day
IN_VAIN = 2 * FROZEN  # defrosts in a row: one may be cut short by a door …
ICY = FROZEN  # … and where the model says that ice grows
OVERDUE = 2.3  # times the usual pause between two …
LATE = 1.3  # … and where the model says that ice grows
LEAST = 5 * HOUR  # … which is hardly ever shorter than 6 hours
LONGEST = 30 * HOUR
LONGER, PACE = 1.5, 0.3  # a pause with a defrost that nobody saw must not count for two; the usual one follows slowly
SHORT = 4 * MINUTE  # a flag of less is no defrost
ICED = KINDS.index("evaporator_iced") + 1


class DefrostFailed:
    """`begun`: when the last defrost began; `peak` of the evaporator in it; `vain`: what those that failed in a row
    count; `pause`: the usual time between two; `on`: it is defrosting; `end`: the usual peak, and by how much it
    `varies`."""

    kind = "defrost_failed"
    columns = (
        Column("begun", "i8", NEVER),
        Column("peak", "f4", np.nan),
        Column("vain", "i1", 0),
        Column("pause", "i8", 0),
        Column("on", "?", False),
        Column("end", "f4", np.nan),
        Column("varies", "f4", 0),
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
        col["pause"][row] = _usual(col["pause"][row], apart)
        col["begun"][row] = np.where(begins, ts, begun)
        col["peak"][row] = np.where(begins, evap, np.where(on, np.fmax(col["peak"][row], evap), col["peak"][row]))
        col["on"][row] = np.where(known, on, was)
        begun, pause = col["begun"][row], col["pause"][row]
        iced = view.cooling.code == ICED
        overdue = (pause > 0) & (begun != NEVER) & (ts - begun > np.where(iced, LATE, OVERDUE) * pause)
        ill = (col["vain"][row] >= np.where(iced, ICY, IN_VAIN)) | overdue
        start = np.where(overdue, begun + pause, ts)
        return Verdict(grade(ill, ~ill, known), sure(view), np.minimum(np.where(ill, start, ts), ts))

    def _ended(self, view: View, col: Columns, over: np.ndarray) -> None:
        """Judge the defrosts that ended with this observation."""
        row = view.row
        long = view.ts - col["begun"][row] >= SHORT
        told = over & long & ~np.isnan(col["peak"][row])
        peak, end, varies = col["peak"][row], col["end"][row], col["varies"][row]
        frozen = told & (peak < THAWED_C)
        failed = frozen | (told & (peak < end - np.maximum(SHORT_K, SCATTERS * varies)))
        count = col["vain"][row] + np.where(frozen, FROZEN, HASTY)
        col["vain"][row] = np.where(failed, np.minimum(count, 100), np.where(told, 0, col["vain"][row]))
        well, first = told & ~failed, np.isnan(end)
        col["end"][row] = np.where(well, np.where(first, peak, end + PACE * (peak - end)), end)
        col["varies"][row] = np.where(well & ~first, varies + PACE * (np.abs(peak - end) - varies), varies)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        more = {"last_defrost": int(col["begun"][row])}
        peak, end, varies = (float(col[name][row]) for name in ("peak", "end", "varies"))
        limit = np.fmax(THAWED_C, end - max(SHORT_K, SCATTERS * varies))
        found = evidence(values, "defrost_on", "air_c", threshold={"defrost_peak": round(float(limit), 1)}, **more)
        found["observed"] |= {} if np.isnan(peak) else {"defrost_peak": round(peak, 1)}
        return found | {"expected": {} if np.isnan(end) else {"defrost_peak": round(end, 1)}}


def _usual(pause: I64, apart: I64) -> I64:
    """The usual pause after one more (0: none ended)."""
    told = np.minimum(apart, LONGEST)
    near = np.minimum(told, np.where(pause > 0, pause * LONGER, told))
    followed = np.where(pause > 0, pause + PACE * (near - pause), told)
    return np.where(apart > LEAST, followed, pause).astype(np.int64)
