"""`lock_fault`: the door is shut but the lock does not close (or the cabinet reports it: `reported.py`)."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.observations import SAMPLE
from telemetry.batch import F64


class LockFault:
    """While the door is open nothing is judged."""

    kind = "lock_fault"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        lock = view.of("lock_closed")
        shut = (view.event == SAMPLE) & (view.door == NO) & ~(view.of("door_open") > 0.01)
        return Verdict(grade(lock < 0.5, lock >= 0.9, shut & ~np.isnan(lock)), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "lock_closed", "door_open", threshold={"lock_closed": 0.5})
