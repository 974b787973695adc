"""`door_forced`: the door came open although the lock never let go."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64

OPENED, SHUT = 0.05, 0.01  # share of the interval
NEVER_FREE = 0.995  # a lock that lets go for a second in a minute says 0.983
LEARNED = 3  # openings before which the lock was seen to let go: only then does its silence say anything


class DoorForced:
    """Both are means over the interval: what counts is the one in which the door opened, since many a bolt springs out
    again behind an open door. `shut`: it was shut at the last word; `forced`: it has been open since, by force;
    `freed`: openings for which the lock was seen to let go."""

    kind = "door_forced"
    columns = (Column("shut", "?", False), Column("forced", "?", False), Column("freed", "i1", 0))

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        row, door, lock = view.row, view.of("door_open"), view.of("lock_closed")
        known = ~(np.isnan(door) | np.isnan(lock)) & (view.power != NO)
        opened = known & col["shut"][row] & ~view.gap & (door > OPENED)
        freed = col["freed"][row]
        begun = opened & (lock >= NEVER_FREE) & (freed >= LEARNED)
        col["freed"][row] = np.minimum(freed + (opened & (lock < NEVER_FREE)), LEARNED)
        forced = (col["forced"][row] | begun) & ~(door <= SHUT)
        col["forced"][row] = forced
        col["shut"][row] = np.where(np.isnan(door), col["shut"][row], door <= SHUT)
        return Verdict(grade(forced, ~forced, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "door_open", "lock_closed", "door_seconds", threshold={"lock_closed": NEVER_FREE})
