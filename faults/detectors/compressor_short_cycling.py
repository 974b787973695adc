"""`compressor_short_cycling`: the compressor starts so often that it wears out."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import COOLING_A, NO, View
from faults.detectors.base import NONE, Verdict, evidence, grade
from faults.detectors.compressor_not_starting import STOPPED_A
from telemetry.batch import F64
from telemetry.units import HOUR, SECOND

OFTEN, SELDOM = 7.0, 4.5  # starts per hour; a sound cabinet makes 2 to 4, makers bound it at 5 to 30
APART = 20 * SECOND  # readings closer together are not those of a cabinet's life, and are passed over


class CompressorShortCycling:
    """`rate` of starts per hour, fading with a time constant of an hour; `on` whether it ran last; `at` that time."""

    kind = "compressor_short_cycling"
    columns = (Column("rate", "f4", 0), Column("on", "?", False), Column("at", "i8", 0))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, amps = view.row, view.of("comp_a")
        known = ~np.isnan(amps) & (view.power != NO) & (np.abs(view.ts - col["at"][row]) >= APART)
        on = np.where(amps >= COOLING_A, True, np.where(amps < STOPPED_A, False, col["on"][row]))
        started = known & on & ~col["on"][row]
        faded = col["rate"][row] * np.exp(-np.clip(view.ts - col["at"][row], 0, 100 * HOUR) / HOUR)
        rate = np.where(known, faded + started, col["rate"][row])
        col["rate"][row], col["at"][row] = rate, np.where(known, view.ts, col["at"][row])
        col["on"][row] = np.where(known, on, col["on"][row])
        verdict = grade(rate >= OFTEN, rate < SELDOM, known)
        return Verdict(np.where(known, verdict, NONE).astype(np.int8), np.clip(rate / (3 * OFTEN), 0, 1), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        observed = {"starts_per_hour": round(float(col["rate"][row]), 1)}
        return evidence(values, "comp_a", "air_c", "set_c", threshold={"starts_per_hour": OFTEN}) | {"rate": observed}
