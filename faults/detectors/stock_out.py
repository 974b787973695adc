"""`stock_out`: half of the lanes are empty, as far as events tell (`faults/goods.py`)."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.units import MINUTE

SOLD_OUT, STOCKED = 0.5, 0.25  # share of empty lanes
LASTS = 30 * MINUTE  # who restocks may take everything out first
LEAST = 4  # lanes of which something was told: of fewer a share says nothing


class StockOut:
    """`lanes` of which something was told, `empty` of them; `since` when half of them are."""

    kind = "stock_out"
    columns = (Column("lanes", "i1", 0), Column("empty", "i1", 0), Column("since", "i8", NEVER))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        if view.goods is None:
            return Verdict(grade(*[np.zeros(len(view), np.bool_)] * 3), sure(view), view.ts)
        lanes = np.bitwise_count(view.goods["known"][view.row]).astype(np.int8)
        empty = np.bitwise_count(view.goods["empty"][view.row]).astype(np.int8)
        col["lanes"][view.row], col["empty"][view.row] = lanes, empty
        share = empty / np.maximum(lanes, 1)
        known, out, since = view.said & (lanes >= LEAST), share >= SOLD_OUT, col["since"][view.row]
        # What events told stands through silence: half an hour without a word is half an hour all the same.
        since = np.where(known, np.where(out, np.where(since == NEVER, view.ts, since), NEVER), since)
        col["since"][view.row] = since
        ill = out & (since != NEVER) & (view.ts - since >= LASTS)
        return Verdict(grade(ill, share <= STOCKED, known), sure(view), np.where(ill, since, view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        lanes, empty = int(col["lanes"][row]), int(col["empty"][row])
        return evidence(values) | {"observed": {"empty_lanes": empty}, "threshold": {"empty_lanes": lanes * SOLD_OUT}}
