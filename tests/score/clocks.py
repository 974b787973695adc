"""What ingest says of clocks, by the product's own rule: a record has the readings' true times already."""

import numpy as np

from simulator.record import Samples
from telemetry.batch import Mark
from telemetry.offset import Offset
from telemetry.units import MINUTE, SECOND

PATIENCE = 2 * MINUTE  # two intervals (contract, *Clocks*)


class Clocks:
    """The offset of every cabinet whose clock ever differed from the truth; the others are right by construction."""

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids
        self._offsets: dict[int, Offset] = {}
        self._wrong: set[int] = set()
        self._watched = np.zeros(len(ids), bool)

    def look(self, samples: Samples, now: int) -> list[Mark]:
        """Learn from what came; the verdicts that changed."""
        self._watched[samples.row[np.abs(samples.raw_ts - samples.ts) > SECOND]] = True
        for i in np.flatnonzero(self._watched[samples.row]).tolist():
            row, waited = int(samples.row[i]), int(samples.at[i] - samples.ts[i]) > MINUTE
            if row not in self._offsets:
                self._offsets[row] = Offset(value=0)
            self._offsets[row].note(int(samples.raw_ts[i]), int(samples.at[i]), first_sent=not waited)
        return [mark for row in self._offsets if (mark := self._judge(row, now))]

    def _judge(self, row: int, now: int) -> Mark | None:
        wrong = self._offsets[row].judge(now, PATIENCE)
        if wrong is None or wrong == (row in self._wrong):
            return None
        (self._wrong.add if wrong else self._wrong.discard)(row)
        return Mark(row, "clock_wrong", wrong, now, {"offset_ms": self._offsets[row].value})
