"""`power_lost`: the cabinet says its mains failed, or measures next to none."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, YES, View
from faults.detectors.base import NONE, OFF, ON, SAID, SAME, Verdict, evidence, sure
from telemetry.batch import F64

LOW_V, PRESENT_V = 90.0, 100.0  # below 90 V not even a 115 V unit runs (freezer controllers' low-line limit)


class PowerLost:
    """Without power the modem lives on a small battery at best: what was announced stands until taken back."""

    kind = "power_lost"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        between = ~np.isnan(view.of("mains_v"))
        on = np.select(
            [view.stated, view.power == NO, view.power == YES, between], [SAID, ON, OFF, SAME], default=NONE
        ).astype(np.int8)
        return Verdict(on, sure(view), np.where(view.stated, view.power_at, view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "mains_v", threshold={"mains_v": LOW_V}, event="power_lost")
