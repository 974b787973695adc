"""`air_too_cold`: the air stays so cold that goods freeze, or far below what the cabinet was set to."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Verdict, evidence, grade
from telemetry.batch import F64
from telemetry.signals import COLUMN

BELOW_K = 4.0  # below the set point: air cycles within 1.5 K of it
FREEZES_C = -1.0  # milk and soft drinks begin to freeze at -0.5 to -2 °C
FROZEN_BELOW_K = 8.0  # goods that are frozen already take no harm: only a controller out of control gets there
CLEAR_K = 1.0


class AirTooCold:
    """Column `set`: the last set point (°C); without one nothing is judged."""

    kind = "air_too_cold"
    columns = (Column("set", "f4", np.nan),)

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        air, told = view.of("air_c"), view.of("set_c")
        col["set"][view.row] = np.where(np.isnan(told), col["set"][view.row], told)
        limit = _limit(col["set"][view.row])
        on = grade(air < limit, air > limit + CLEAR_K, ~(np.isnan(air) | np.isnan(limit)) & (view.power != NO))
        return Verdict(on, np.clip(0.5 + np.nan_to_num(limit - air) / 20, 0.0, 1.0), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        set_c = float(col["set"][row])
        values = values.copy()
        values[COLUMN["set_c"]] = set_c
        limit = float(_limit(np.array([set_c]))[0])
        return evidence(values, "air_c", "set_c", "evap_c", "product_c", "comp_a", threshold={"air_c": round(limit, 2)})


def _limit(set_c: F64) -> F64:
    """Chilled goods must not freeze; frozen ones only tell that nobody stops the compressor."""
    chilled = np.minimum(set_c - BELOW_K, FREEZES_C)
    return np.where(set_c >= 0, chilled, np.asarray(set_c - FROZEN_BELOW_K, np.float64))
