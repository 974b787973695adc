"""The temperature log: readings summed up by the hour, and by five minutes while the rule is in danger or broken.

Five minutes is the longest step a recorder may have by a Chinese cold-chain logistics text (woyaojiankangwang.com).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from faults.columns import Columns
from telemetry.batch import F64, I64
from telemetry.units import HOUR, MINUTE

COARSE, FINE = HOUR, 5 * MINUTE


class Buckets:
    """One open bucket per cabinet. It is told when the first reading after its end comes: silence closes none."""

    def __init__(self, col: Columns) -> None:
        self.col = col

    def add(
        self, row: NDArray[np.int32], ts: I64, value: F64, passed: I64, *, fine: NDArray[np.bool_]
    ) -> list[tuple[int, dict[str, Any]]]:
        """Take readings [m] and the time `passed` (ms) that each adds beyond the limit; what is complete by that, with
        the index of the reading that completed it. All columns of length m, no cabinet twice."""
        c = self.col
        end = c["start"][row] + c["size"][row]
        over = (c["n"][row] > 0) & ((ts >= end) | (ts < c["start"][row]))
        done = self._told(row, np.flatnonzero(over))
        new = over | (c["n"][row] == 0)
        size = np.where(fine, FINE, COARSE)
        c["start"][row] = np.where(new, ts // size * size, c["start"][row])
        c["size"][row] = np.where(new, size, c["size"][row])
        c["low"][row] = np.where(new, value, np.minimum(c["low"][row], value))
        c["high"][row] = np.where(new, value, np.maximum(c["high"][row], value))
        for name, more in (("n", 1), ("sum", value), ("warm", passed)):
            c[name][row] = np.where(new, 0, c[name][row]) + more
        return done

    def close(self, row: int, to: int) -> dict[str, Any] | None:
        """End the open bucket of one cabinet before its time, at `to` (ms, excluded); None when there is none."""
        if not self.col["n"][row]:
            return None
        ((_, data),) = self._told(np.array([row], np.int32), np.array([0], np.intp))
        self.col["n"][row] = 0
        return data | {"to": to}

    def _told(self, row: NDArray[np.int32], done: NDArray[np.intp]) -> list[tuple[int, dict[str, Any]]]:
        columns = (self.col[name][row[done]].tolist() for name in ("start", "size", "n", "low", "high", "sum", "warm"))
        return [
            (i, {
                "from": start, "to": start + size, "n": n, "min_c": round(low, 2), "max_c": round(high, 2),
                "mean_c": round(total / n, 3), "warm_s": warm // 1000,
            })
            for i, start, size, n, low, high, total, warm in zip(done.tolist(), *columns, strict=True)
        ]  # fmt: skip
