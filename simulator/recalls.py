"""A recall: somebody goes to every cabinet and takes an article out. No fault of any cabinet."""

import numpy as np

from simulator.customers import Step
from simulator.doors import open_door
from simulator.said import Said
from simulator.scenario import Recall
from simulator.state import FAR, I64, Rng, State
from telemetry.units import MINUTE, SECOND

GAP = 0.6


class Recalls:
    """When each cabinet is visited; one per fleet."""

    def __init__(self, recall: Recall | None, n: int, start: int, rng: Rng) -> None:
        self._recall, self._rng = recall, rng
        self._at: I64 = np.full(n, FAR, np.int64)
        if recall:
            self._at[:] = start + ((recall.at_s + rng.random(n) * recall.within_s) * SECOND).astype(np.int64)

    def run(self, state: State, step: Step) -> list[Said]:
        """Visit who is due, has the article, and stands closed; a dark cabinet is visited all the same."""
        if self._recall is None or not (due := self._at <= step.now).any():
            return []
        said: list[Said] = []
        for row in np.flatnonzero(due & ~state.door).tolist():
            self._at[row] = FAR
            taken = state.goods.recall(row, step.now, self._recall.sku)
            if taken:
                until = step.now + int(self._rng.integers(2, 6)) * MINUTE
                said += open_door(state, row, step.now, until, GAP) + taken
        return said
