"""What the model of the cooling says of each cabinet, as detectors are shown it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.columns import Columns
from telemetry.batch import F64, I64


class Diagnosis(NamedTuple):
    """Per line of a view [m]: the kind found (`code`: 1 + its index among the kinds of `diagnosis.py`, 0 none), since
    when (ms), how sure (0…1); `known`: the model of this cabinet has learned enough to say anything. `model`: the
    columns of the model, over the fleet, from which `diagnosis.reasons` tells why; None: there is none."""

    code: NDArray[np.int8]
    since: I64
    score: F64
    known: NDArray[np.bool_]
    model: Columns | None = None

    @staticmethod
    def none(ts: I64) -> "Diagnosis":
        """Nothing is known of any of these lines."""
        n = len(ts)
        return Diagnosis(np.zeros(n, np.int8), ts, np.zeros(n), np.zeros(n, np.bool_))
