"""`lot_expired` and `lot_near_expiry`: a lot that lies in a lane, as far as events tell, is past its date or nearly."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import Verdict, evidence, grade, sure
from faults.goods import FAR
from telemetry.batch import F64
from telemetry.units import HOUR, MINUTE, SECOND

# The visit that should have taken it out has been: whoever sorts a cabinet once a day leaves nothing for less.
NEAR = 8 * HOUR


class Lots:
    """`over`: the end of the lot's last day (minutes since 1970) of `lane`, kept for the evidence."""

    columns = (Column("over", "i4", 0), Column("lane", "u1", 0))

    def __init__(self, kind: str, near: bool) -> None:
        self.kind, self._near = kind, near

    def judge(self, view: View, col: Columns) -> Verdict:
        if view.goods is None:
            return Verdict(grade(*[np.zeros(len(view), np.bool_)] * 3), sure(view), view.ts)
        row, ts = view.row, view.ts
        lane, over = view.goods["lane"][row], view.goods["over"][row]
        over = np.where(lane > 0, over, FAR)
        if self._near:
            over = np.where(over.astype(np.int64) * MINUTE > ts[:, None], over, FAR)
        soonest = over.argmin(axis=1)[:, None]
        end = np.take_along_axis(over, soonest, axis=1)[:, 0]
        col["over"][row], col["lane"][row] = end, np.take_along_axis(lane, soonest, axis=1)[:, 0]
        begins = end.astype(np.int64) * MINUTE - (NEAR if self._near else 0)
        ill = begins <= ts
        # A cabinet that never told of a lane is not known to be well.
        known = view.said & (view.goods["known"][row] > 0)
        return Verdict(grade(ill, ~ill, known), sure(view), np.where(ill, begins, ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        end = datetime.fromtimestamp(int(col["over"][row]) * MINUTE / SECOND, UTC)
        return evidence(values) | {"observed": {"lane": int(col["lane"][row]), "expires": end.isoformat()}}


def lot_expired(config: FaultsConfig) -> Lots:
    del config
    return Lots("lot_expired", near=False)


def lot_near_expiry(config: FaultsConfig) -> Lots:
    del config
    return Lots("lot_near_expiry", near=True)
