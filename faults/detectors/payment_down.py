"""`payment_down`: the payment terminal does not work, for longer than a reboot (2-4 minutes) takes."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.detectors.base import Verdict, evidence, grade, sure
from telemetry.batch import F64

DOWN, UP = 0.5, 0.9


class PaymentDown:
    """`payment_ok` is 0 or 1, or the working share of the interval; in between is as before."""

    kind = "payment_down"
    columns: tuple[Column, ...] = ()

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        ok = view.of("payment_ok")
        return Verdict(grade(ok < DOWN, ok >= UP, ~np.isnan(ok)), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        return evidence(values, "payment_ok", "payment_success_pct", "mdb_ok", threshold={"payment_ok": DOWN})
