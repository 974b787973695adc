"""`sensor_spiking`: single readings of the air sensor are nonsense, the ones around them are not: a loose contact."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import NONE, Verdict, evidence, grade
from telemetry.batch import F64
from telemetry.units import HOUR, SECOND

JUMP_K, BACK_K = 6.0, 2.0  # away from both neighbours, which agree with each other: no air does that in a minute
APART = 20 * SECOND  # readings closer together are not those of a cabinet's life, and are passed over
FADES = 6 * HOUR
OFTEN, SELDOM = 1.7, 0.3  # spikes, older ones counting less: two within two hours, or three within eight


class SensorSpiking:
    """`last` two readings, newest first; `count` of spikes, fading; `at` when it was counted."""

    kind = "sensor_spiking"
    columns = (Column("last", "f4", np.nan, 2), Column("count", "f4", 0), Column("at", "i8", 0))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, air, last = view.row, view.of("air_c"), col["last"][view.row]
        known = ~np.isnan(air) & (np.abs(view.ts - col["at"][row]) >= APART)
        last = np.where(view.gap[:, None], np.nan, last)
        before, middle = last[:, 1], last[:, 0]
        spike = known & (np.abs(middle - before) > JUMP_K) & (np.abs(middle - air) > JUMP_K)
        spike &= np.abs(air - before) < BACK_K
        faded = col["count"][row] * np.exp(-np.clip(view.ts - col["at"][row], 0, 100 * HOUR) / FADES)
        count = np.where(known, faded + spike, col["count"][row])
        col["count"][row], col["at"][row] = count, np.where(known, view.ts, col["at"][row])
        col["last"][row] = np.where(known[:, None], np.column_stack((air, middle)), last)
        on = np.where(known, grade(count >= OFTEN, count < SELDOM, known), NONE)
        return Verdict(on.astype(np.int8), np.clip(count / (4 * OFTEN), 0, 1), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(
            values, "air_c", "set_c", threshold={"jump_c": JUMP_K}, spikes=round(float(col["count"][row]), 1)
        )
