"""`sensor_stuck`: the air sensor says the same for ever, while the evaporator shows that the cabinet lives."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import NONE, Verdict, evidence, grade, sure
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.units import MINUTE

SAME_K = 0.006  # less than one step of any sensor
FLAT = 45 * MINUTE  # a cabinet in balance moves sooner
LIVES_K = 3.0  # of the evaporator meanwhile: it heats and cools by 10 K with every run


class SensorStuck:
    """`air` the value that stands and `since` when; `low`, `high` of the evaporator since then."""

    kind = "sensor_stuck"
    columns = (
        Column("air", "f4", np.nan),
        Column("since", "i8", NEVER),
        Column("low", "f4", np.inf),
        Column("high", "f4", -np.inf),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, air, evap = view.row, view.of("air_c"), view.of("evap_c")
        known = ~np.isnan(air) & (view.power != NO)
        moved = known & ~(np.abs(air - col["air"][row]) < SAME_K) | view.gap
        fresh = moved | (col["since"][row] == NEVER)
        col["air"][row] = np.where(moved, air, col["air"][row])
        col["since"][row] = np.where(fresh, view.ts, col["since"][row])
        low = np.fmin(np.where(fresh, np.inf, col["low"][row]), evap)
        high = np.fmax(np.where(fresh, -np.inf, col["high"][row]), evap)
        col["low"][row], col["high"][row] = low, high
        since = col["since"][row]
        flat = (view.ts - since >= FLAT) & (high - low >= LIVES_K)
        on = grade(flat, moved & ~view.gap, known)
        return Verdict(np.where(known, on, NONE).astype(np.int8), sure(view), np.where(flat, since, view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        evaporator = [round(float(col["low"][row]), 1), round(float(col["high"][row]), 1)]
        return evidence(values, "air_c", "evap_c", "comp_on", threshold={"air_c": SAME_K}, evaporator=evaporator)
