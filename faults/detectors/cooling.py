"""The cooling kinds that no single reading shows: each is what the cabinet's model finds (`faults/cooling`)."""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.cooling.diagnosis import KINDS, reasons
from faults.detectors.base import NONE, OFF, ON, Make, Verdict, evidence
from telemetry.batch import F64


class Diagnosed:
    """One kind of the diagnosis; at most one of them stands for a cabinet. What it is asked of `why` is of the view
    that it judged last: it keeps nothing else of it."""

    columns: tuple[Column, ...] = ()

    def __init__(self, kind: str) -> None:
        self.kind, self._code = kind, KINDS.index(kind) + 1
        self._model: Columns | None = None

    def judge(self, view: View, col: Columns) -> Verdict:
        found = view.cooling
        self._model = found.model
        on = np.where(found.code == self._code, ON, np.where(found.known & view.said, OFF, NONE)).astype(np.int8)
        return Verdict(on, found.score, np.minimum(np.where(on == ON, found.since, view.ts), view.ts))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        if self._model is None or self._model["code"][row] != self._code:
            return evidence(values, "air_c", "evap_c", "comp_a", "product_c", "ambient_c")
        return reasons(self._model, row)


def _maker(kind: str) -> Make:
    def make(config: FaultsConfig) -> Diagnosed:
        del config
        return Diagnosed(kind)

    return make


DIAGNOSED: tuple[Make, ...] = tuple(map(_maker, KINDS))
