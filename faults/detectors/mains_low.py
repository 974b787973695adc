"""`mains_low`: the mains are there, but too low for a compressor to start on."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64

LOW_230, LOW_115 = 180.0, 90.0  # V; a freezer controller's low-line alarm, after more than a minute
WELL = 1.06  # times the limit
IS_230 = 190.0  # what a 115 V net never shows


class MainsLow:
    """`high`: this cabinet has shown the voltage of a 230 V net."""

    kind = "mains_low"
    columns = (Column("high", "?", False),)

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        volts = view.of("mains_v")
        col["high"][view.row] |= volts >= IS_230
        limit = np.where(col["high"][view.row], LOW_230, LOW_115)
        known = ~np.isnan(volts) & (view.power != NO)
        return Verdict(grade(volts < limit, volts >= WELL * limit, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "mains_v", "comp_a", threshold={"mains_v": LOW_230 if col["high"][row] else LOW_115})
