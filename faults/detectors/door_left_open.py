"""`door_left_open`: the door stands open longer than anybody shops; far beyond a restock it gets worse (kinds.py)."""

from typing import Any

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, YES, View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.observations import DOOR_CLOSED, SAMPLE
from telemetry.batch import F64


class DoorLeftOpen:
    """Open is what the door events and `door_open` of the samples agree on (`faults/context.py`)."""

    kind = "door_left_open"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        # A sample or a door event is evidence; a power event says nothing about the door.
        says = (view.event <= DOOR_CLOSED) & (view.said | (view.event != SAMPLE))
        known = ((view.door == YES) | (view.door == NO)) & says
        return Verdict(grade(view.door == YES, view.door == NO, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "door_open", "door_seconds", "air_c", threshold={"door_open": 0.99})
