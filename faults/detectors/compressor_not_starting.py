"""`compressor_not_starting`: cooling is called for, but only the fan draws current."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import COOLING_A, NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64

STOPPED_A = 0.45  # the fan alone draws 0.1-0.4 A (contract, Signals); a small compressor adds at least 0.5 A


class CompressorNotStarting:
    """`comp_on` is the call, `comp_a` the answer. Anti-short-cycle delays (180 s) pass within the hold-down."""

    kind = "compressor_not_starting"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        called = view.of("comp_on") >= 0.5
        current = view.of("comp_a")
        excused = (view.of("defrost_on") > 0) | (view.power == NO)
        known = called & ~excused & ~np.isnan(current)
        return Verdict(grade(current < STOPPED_A, current >= COOLING_A, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "comp_on", "comp_a", "evap_c", "air_c", threshold={"comp_a": STOPPED_A})
