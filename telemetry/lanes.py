"""The accounts of cabinets of which nothing is missing, waiting or in doubt, counted on as columns over the fleet.

Nearly every message is the next reading of such a cabinet: whole batches of them are taken here at once, and no object
is touched (those of 100,000 cabinets fit no cache). Before anything else happens to an account its lane is closed:
then the account knows all again, and nothing else needs to know that there are lanes.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import I64, turns
from telemetry.boots import RECENT
from telemetry.ledger import Account
from telemetry.offset import TOLERATED, Y2020

CLOSED = -1
_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("boot", "high", "since", "base", "acked", "offset"), np.int64), "owed": np.bool_,
}  # fmt: skip


class Lanes:
    """Row i of every column is the fleet's row i. Shape [capacity]: `boot`, the current one (`CLOSED`: the account
    itself counts); `high`, its highest seq; `since`, what that was when the lane was opened; `base`, the highest that
    the account knows of; `acked`, the last seq acknowledged here (0: none); `offset` of its clock; `owed`: an
    acknowledgement is to go out. `digests` [capacity, RECENT] of the newest messages, at place seq % RECENT."""

    boot: I64
    high: I64
    since: I64
    base: I64
    acked: I64
    offset: I64
    owed: NDArray[np.bool_]

    digests: NDArray[np.uint32]

    def __init__(self) -> None:
        self._clear()

    def is_open(self, row: int) -> bool:
        return row < len(self.boot) and bool(self.boot[row] != CLOSED)

    def open(self, row: int, account: Account, *, owed: bool) -> None:
        """Count on for an account that `is_plain`."""
        self.reserve(row + 1)
        boot = account.boots[account.boot]
        self.boot[row], self.high[row] = account.boot, boot.seqs.high
        self.since[row] = self.base[row] = boot.seqs.high
        self.acked[row], self.offset[row], self.owed[row] = 0, boot.clock.value or 0, owed
        self.digests[row] = 0

    def close(self, row: int, account: Account) -> bool:
        """Give the account back what was counted here; was an acknowledgement owed?"""
        self.sync(row, account)
        high, count = int(self.high[row]), int(self.high[row] - self.since[row])
        account.boots[account.boot].remember_run(high, count, self.digests[row].tolist())
        owed, self.boot[row], self.owed[row] = bool(self.owed[row]), CLOSED, False
        return owed

    def sync(self, row: int, account: Account) -> None:
        """Let the account know what was counted; the lane goes on."""
        high = int(self.high[row])
        account.follow(high, high - int(self.base[row]), int(self.acked[row]))
        self.base[row] = high
        if high - self.since[row] >= RECENT:
            account.boots[account.boot].recent = bytearray()  # all of it is older than what is kept here

    def sieve(self, row: I64, fit: NDArray[np.bool_], boot: I64, seq: I64, ts: I64, now: int) -> NDArray[np.bool_]:
        """Which of these messages [n], arrived at `now`, are the plain next ones of open lanes. `fit`: it is a reading
        that could be (`row`: of whom). From a cabinet's first message that is not, none of its later ones is either."""
        order, starts, nth = turns(row)
        at = row[order]
        waited = now - ts[order] - self.offset[at]
        good = (
            fit[order]
            & (boot[order] == self.boot[at])
            & (seq[order] == self.high[at] + 1 + nth)
            & (waited >= 0)
            & (waited <= TOLERATED)
            & (ts[order] >= Y2020)
        )
        first_bad = np.minimum.reduceat(np.where(good, len(row), nth), starts) if len(row) else nth
        plain = np.empty(len(row), np.bool_)
        plain[order] = nth < np.repeat(first_bad, np.diff(np.r_[starts, len(row)]))
        return plain

    def advance(self, row: I64, seq: I64, digest: NDArray[np.uint32]) -> None:
        """Count what the sieve let through; it is judged at once. Of several of one row the last comes last."""
        self.high[row] = seq
        self.digests[row, seq % RECENT] = digest
        self.owed[row] = True

    def settle(self) -> I64:
        """The rows to which an acknowledgement is owed; it is then owed no more."""
        rows = np.flatnonzero(self.owed)
        self.acked[rows] = self.high[rows]
        self.owed[:] = False
        return rows

    def dump(self, account_of: Callable[[int], Account]) -> tuple[Any, ...]:
        """All open lanes, their accounts brought up to date."""
        rows = np.flatnonzero(self.boot != CLOSED)
        for row in rows[self.high[rows] != self.base[rows]].tolist():
            self.sync(row, account_of(row))
        columns = [getattr(self, name)[rows].tobytes() for name in _COLUMNS]
        return rows.tobytes(), columns, self.digests[rows].tobytes()

    def load(self, dumped: tuple[Any, ...]) -> I64:
        """Take over a dump; the rows of its lanes."""
        rows = np.frombuffer(dumped[0], np.int64)
        self._clear()
        self.reserve(int(rows.max()) + 1 if len(rows) else 0)
        for (name, dtype), column in zip(_COLUMNS.items(), dumped[1], strict=True):
            getattr(self, name)[rows] = np.frombuffer(column, dtype)
        self.digests[rows] = np.frombuffer(dumped[2], "<u4").reshape(-1, RECENT)
        return rows

    def reserve(self, rows: int) -> None:
        """Room for so many rows; new ones are closed."""
        have = len(self.boot)
        if rows <= have:
            return
        more = max(rows, have + have // 4, 64) - have
        for name, dtype in _COLUMNS.items():
            fresh = np.full(more, CLOSED if name == "boot" else 0, dtype)
            setattr(self, name, np.concatenate((getattr(self, name), fresh)))
        self.digests = np.concatenate((self.digests, np.zeros((more, RECENT), "<u4")))

    def _clear(self) -> None:
        for name, dtype in _COLUMNS.items():
            setattr(self, name, np.empty(0, dtype))
        self.digests = np.empty((0, RECENT), "<u4")
