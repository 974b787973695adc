"""`shelf_tamper`: a shelf's weight jumps though the door was shut before and after."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, Mask, View
from faults.detectors.base import NONE, Verdict, evidence, grade, sure
from faults.observations import SAMPLE, SERVICED
from telemetry.batch import F64
from telemetry.fleet import NEVER
from telemetry.signals import COLUMN
from telemetry.units import DAY

SHELVES = 12
FIRST = COLUMN["shelf_g_1"]
JUMP_G, STAYS_G = 90.0, 60.0  # a sound cell scatters by 5-10 g and walks by grams per kelvin; the lightest piece is 100
BACK = 0.3  # share of a jump within which another one takes it back
STANDS = 2 * DAY  # nobody says that it was put right: by then it is how the shelf weighs
WELL, ODD, SURE = 0, 1, 2


class ShelfTamper:
    """`last` weights; `moved`: the door was, since then; `stage`: WELL, ODD (seen once), SURE; `shelf` (from 1) that
    jumped, `by` so many grams, `since` when."""

    kind = "shelf_tamper"
    columns = (
        Column("last", "f4", np.nan, SHELVES),
        Column("moved", "?", True),
        Column("stage", "i1", WELL),
        Column("shelf", "i1", 0),
        Column("by", "f4", 0),
        Column("since", "i8", NEVER),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, on = view.row, np.full(len(view), NONE, np.int8)
        start, weights = view.ts.copy(), view.values[:, FIRST : FIRST + SHELVES]
        col["moved"][row] |= view.moved | view.gap
        col["stage"][row[view.event == SERVICED]] = WELL
        weighed = (view.event == SAMPLE) & ~np.isnan(weights).all(axis=1) & (view.power != NO)
        if not weighed.any():
            return Verdict(on, sure(view), start)
        at = np.flatnonzero(weighed)
        row, weights = row[at], weights[at]
        self._step(col, row, view.ts[at], weights, ~col["moved"][row])
        col["moved"][row] = view.moved[at]  # a hand that leaves as the interval ends still moves the next weight
        stage = col["stage"][row]
        on[at] = grade(stage == SURE, stage == WELL, np.ones(len(row), np.bool_))
        start[at] = np.where(stage == SURE, np.minimum(col["since"][row], view.ts[at]), view.ts[at])
        return Verdict(on, sure(view), start)

    def _step(self, col: Columns, row: Any, ts: Any, weights: F64, shut: Mask) -> None:
        """Compare with the last weights where the door stayed shut, and remember these."""
        last, stage = col["last"][row], col["stage"][row]
        change = np.where(shut[:, None], np.nan_to_num(weights - last), 0.0)
        shelf = np.abs(change).argmax(axis=1)
        by, before, lines = change[np.arange(len(row)), shelf], col["by"][row], np.arange(len(row))
        held = np.abs(change[lines, np.maximum(col["shelf"][row] - 1, 0)]) >= STAYS_G
        jumps = np.abs(by) >= JUMP_G
        same = (shelf + 1 == col["shelf"][row]) & (np.abs(by + before) <= np.maximum(STAYS_G, BACK * np.abs(before)))
        old = (stage == SURE) & ((ts - col["since"][row] >= STANDS) | (jumps & same))
        begins = (stage == WELL) & jumps
        after = np.select([begins, (stage == ODD) & shut & held, stage == ODD, old], [ODD, SURE, WELL, WELL], stage)
        col["shelf"][row] = np.where(begins, shelf + 1, col["shelf"][row])
        col["by"][row] = np.where(begins, by, before)
        col["since"][row] = np.where(begins, ts, col["since"][row])
        col["stage"][row] = after
        col["last"][row] = np.where((after == ODD)[:, None], last, weights)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        signal = f"shelf_g_{max(int(col['shelf'][row]), 1)}"
        return evidence(values, signal, "door_open", jump_g=round(float(col["by"][row]))) | {"limit": JUMP_G}
