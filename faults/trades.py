"""What cabinets tell of their goods, as columns: pieces sold, lots loaded, sold out, taken out."""

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import I32, I64, CabinetEvent

VEND, LOADED, SOLD, REMOVED = range(4)
_CODES = {"vend": VEND, "lot_loaded": LOADED, "lot_sold": SOLD, "lot_removed": REMOVED}
UNTOLD = -1
_MOST = 2**53  # of what is told only numbers that are exact count


class Trades(NamedTuple):
    """One line each, in order: cabinet row, time (ms), what (`VEND` …); columns of length g.

    `lane` from 1, `units` pieces and `expires` (ms) are UNTOLD where the event does not say; `lot` is a mark by which
    a lot is known again (0: not named). `turn`: how many observations of its cabinet came before it in the batch.
    """

    row: I32
    ts: I64
    what: NDArray[np.int8]
    lane: I64
    lot: NDArray[np.uint16]
    units: I64
    expires: I64
    turn: I64

    def before(self, turn: int) -> "Trades":
        """Those that come just before observation `turn` (from 0) of their cabinet."""
        return self._at(self.turn == turn)

    def after(self, turns: int) -> "Trades":
        """Those that come after all observations of a batch of so many rounds."""
        return self._at(self.turn >= turns)

    def _at(self, i: NDArray[np.bool_]) -> "Trades":
        if i.all():
            return self
        return Trades(
            self.row[i], self.ts[i], self.what[i], self.lane[i], self.lot[i], self.units[i], self.expires[i],
            self.turn[i],
        )  # fmt: skip


def trades_of(
    events: Sequence[CabinetEvent], key: I64, lines: NDArray[np.bool_], samples: I64, row_bits: int
) -> Trades:
    """The trades among the events; `key` [n] is their order, `lines` [n] which of them are observations of their own,
    `samples` the sorted keys of the others; all keys have the row above `row_bits` bits of time. Events of one time
    stay in the order in which they were told, before a sample of that time."""
    if not any(event.name in _CODES for event in events):
        return NO_TRADES
    order = np.argsort(key, kind="stable")
    key, first = key[order], key[order] >> row_bits << row_bits
    before = np.r_[0, np.cumsum(lines[order])]
    turn = before[:-1] - before[np.searchsorted(key, first)]
    turn += np.searchsorted(samples, key) - np.searchsorted(samples, first)
    at = np.array([k for k, i in enumerate(order.tolist()) if events[i].name in _CODES], np.intp)
    told, turn = [events[i] for i in order[at].tolist()], turn[at]
    return Trades(
        np.array([event.row for event in told], np.int32),
        np.array([event.ts for event in told], np.int64),
        np.array([_CODES[event.name] for event in told], np.int8),
        np.array([_number(event.data.get("lane")) for event in told], np.int64),
        np.array([_lot(event.data.get("lot")) for event in told], np.uint16),
        np.array([_number(event.data.get("units")) for event in told], np.int64),
        np.array([_number(event.data.get("expires")) for event in told], np.int64),
        turn.astype(np.int64),
    )


def _number(told: Any) -> int:
    """A whole number from 0 on, UNTOLD for anything else."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 <= told < _MOST:
        return UNTOLD
    return int(told)


def _lot(told: Any) -> int:
    """A mark of 16 bits, never 0: of the lots that lie in one lane no two will share it."""
    return zlib.crc32(str(told).encode()) % 0xFFFF + 1 if isinstance(told, (str, int)) and told != "" else 0


def _none() -> Trades:
    none = np.empty(0, np.int64)
    return Trades(none.astype(np.int32), none, none.astype(np.int8), none, none.astype(np.uint16), none, none, none)


NO_TRADES = _none()
