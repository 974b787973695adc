"""The forms of the detector, and running one over labelled files."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.anomaly import full, light
from faults.columns import Column, Columns
from tests.anomaly.corpus import Labelled

F64 = NDArray[np.float64]


class Form(NamedTuple):
    """One form: its state, and `score(columns, rows, ts, values)`."""

    name: str
    columns: tuple[Column, ...]
    score: Callable[..., F64]

    def fresh(self, series: int) -> Columns:
        """State for so many series that have said nothing yet."""
        col = Columns(self.columns)
        col.grow(series)
        return col

    def run(self, files: Sequence[Labelled]) -> list[F64]:
        """The scores of every row of every file, each file a series of its own."""
        lengths = [len(f.ts) for f in files]
        rows, ts = np.repeat(np.arange(len(files)), lengths), np.concatenate([f.ts for f in files])
        values = np.concatenate([f.values for f in files])
        return np.split(self.score(self.fresh(len(files)), rows, ts, values), np.cumsum(lengths)[:-1])


FORMS = (Form("full", full.COLUMNS, full.score), Form("light", light.COLUMNS, light.score))
