"""`compressor_stuck_on`: nobody calls for cooling, and the compressor runs on."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import COOLING_A, NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.detectors.compressor_not_starting import STOPPED_A
from telemetry.batch import F64


class CompressorStuckOn:
    """A welded relay: `comp_on` is the call, `comp_a` shows what runs."""

    kind = "compressor_stuck_on"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        call, amps = view.of("comp_on"), view.of("comp_a")
        known = (call <= 0.02) & ~np.isnan(amps) & (view.power != NO)
        return Verdict(grade(amps >= COOLING_A, amps < STOPPED_A, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "comp_on", "comp_a", "air_c", "evap_c", "set_c", threshold={"comp_a": COOLING_A})
