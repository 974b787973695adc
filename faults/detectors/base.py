"""The contract of a detector: pure, vectorised, without a clock; its state lives in columns the engine owns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import View
from faults.observations import I8
from telemetry.batch import F64, I64
from telemetry.signals import COLUMN

NONE, OFF, SAME, ON, SAID = -1, 0, 1, 2, 3


@dataclass(slots=True)
class Verdict:
    """One answer per observation of a view, all of its length m.

    `on`: NONE (no evidence, as for NaN: neither alarm nor "ok"), OFF (evidently well), SAME (between the clear and
    the raise level: as before), ON (evidently ill), SAID (the cabinet itself announced it: it stands through silence
    until taken back). `score` 0…1 where ON; `start`: since when it has been so (ms), at most the observation's time.
    """

    on: I8
    score: F64
    start: I64


class Detector(Protocol):
    """Judges one fault kind. `columns` is its whole state; `judge` may write only them."""

    @property
    def kind(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def judge(self, view: View, col: Columns) -> Verdict:
        """The verdict on every observation of the view. Called once per observation, in each cabinet's order."""
        ...

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        """The evidence, for people: `values` [WIDTH] of the deciding observation (NaN: not said)."""
        ...


Make = Callable[[FaultsConfig], Detector]


def grade(ill: NDArray[np.bool_], well: NDArray[np.bool_], known: NDArray[np.bool_]) -> I8:
    """Verdict codes from raise level, clear level and whether there was evidence at all."""
    return np.where(~known, NONE, np.where(ill, ON, np.where(well, OFF, SAME))).astype(np.int8)


def evidence(values: F64, *signals: str, threshold: dict[str, float] | None = None, **more: Any) -> dict[str, Any]:
    """`why` of these signals: what was observed (rounded; left out where missing) against which threshold."""
    observed = {s: round(float(v), 2) for s in signals if not np.isnan(v := values[COLUMN[s]])}
    return {"features": list(signals), "observed": observed, "threshold": threshold or {}, **more}


def sure(view: View) -> F64:
    """The score of a yes-or-no condition."""
    return np.ones(len(view))
