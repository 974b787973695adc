"""`reboot_loop`: the controller starts again and again."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.units import HOUR, SECOND

STARTS = 4  # within an hour: an update takes one or two, a technician another
CALM_S = HOUR / SECOND  # up for as long: it is over
SLACK = 10 * SECOND  # a clock that is set while it starts


class RebootLoop:
    """`starts`: when it started the last STARTS times, newest first; `up` its uptime (s) when it last spoke, `at`. An
    uptime that falls back is a start only if it began since then: anything else is no uptime."""

    kind = "reboot_loop"
    columns = (Column("starts", "i8", NEVER, STARTS), Column("up", "f8", np.nan), Column("at", "i8", NEVER))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        up, before, starts = view.of("uptime_s"), col["up"][view.row], col["starts"][view.row]
        known = ~np.isnan(up)
        begun = (view.ts - np.nan_to_num(up) * SECOND).astype(np.int64)
        again = known & (up < before) & (begun >= col["at"][view.row] - SLACK)
        starts = np.where(again[:, None], np.column_stack((begun, starts[:, :-1])), starts)
        col["starts"][view.row], col["up"][view.row] = starts, np.where(known, up, before)
        col["at"][view.row] = np.where(known, view.ts, col["at"][view.row])
        oldest = starts[:, -1]
        ill = (oldest != NEVER) & (view.ts - oldest <= HOUR)
        return Verdict(grade(ill, up >= CALM_S, known), sure(view), np.where(ill, np.minimum(oldest, view.ts), view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "uptime_s", threshold={"starts_per_hour": STARTS})
