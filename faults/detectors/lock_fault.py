"""`lock_fault`: the door is shut but the lock does not close, or the cabinet reports its lock (EVA-DTS EGC)."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, YES, View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.observations import DOOR_OPENED, LOCK_REPORTED, SAMPLE
from telemetry.batch import F64


class LockFault:
    """`reported`: the lock was reported and the door has not opened since. While the door is open nothing is judged."""

    kind = "lock_fault"
    columns = (Column("reported", "?", False),)

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        works = (view.event == DOOR_OPENED) | (view.door == YES)
        report = view.event == LOCK_REPORTED
        reported = (col["reported"][view.row] | report) & ~works
        col["reported"][view.row] = reported
        lock, sample = view.of("lock_closed"), view.event == SAMPLE
        shut = (view.door == NO) & ~(view.of("door_open") > 0.01)
        known = report | (sample & ~works & (reported | (shut & ~np.isnan(lock))))
        ill = reported | (lock < 0.5)
        return Verdict(grade(ill, lock >= 0.9, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        reported = bool(col["reported"][row])
        return evidence(values, "lock_closed", "door_open", threshold={"lock_closed": 0.5}, reported=reported)
