"""Hold-down and hold-off for one fault kind, over all cabinets at once, in event time.

idle → building → pending → active → clearing → idle. A condition must be *evidenced* for the whole hold-down: a pause
between readings longer than the view's limit starts it anew (a gap is not a condition: the rule of ThingsBoard #14210,
"above 6 °C for 90 minutes", that fired across a data gap). The same holds for the hold-off before clearing.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.detectors.base import NONE, ON, SAID, SAME
from faults.model import Kind
from faults.observations import I8
from telemetry.batch import I64
from telemetry.fleet import NEVER
from telemetry.units import MINUTE

IDLE, BUILDING, PENDING, ACTIVE, CLEARING = range(5)
SAID_LIVE, SAID_LATE = 1, 2
ANNOUNCE = MINUTE  # evidence younger than this is nobody's business yet
GRACE = MINUTE  # on top of the gap limit: how old a reading may be when judged and still be the present

COLUMNS = (
    Column("phase", "i1", IDLE),
    Column("onset", "i8", NEVER),  # since when the condition has been so
    Column("streak", "i8", NEVER),  # start of the evidence without a gap: for it, or while clearing against it
    Column("last", "i8", NEVER),  # newest evidence, for or against
    Column("said", "i1", 0),  # announced by the cabinet itself: when judged, was it the present
    Column("hidden", "?", False),  # active in a backlog: nobody is told until it proves to be so at present
)
LEVEL = Column("level", "i1", 0)  # steps of worsening taken, of a kind that has them


class Move(IntEnum):
    """What happened to a row; WITHHELD: became active in a backlog. In the order in which one reading causes them."""

    DROPPED = 0
    ANNOUNCED = 1
    WITHHELD = 2
    ACTIVATED = 3
    WORSE = 4
    RESUMED = 5
    EASED = 6
    CLEARED = 7


@dataclass(slots=True)
class Evidence:
    """Verdicts on at most one observation per cabinet; `limit` (ms): a longer pause is a gap. All of length m."""

    row: NDArray[np.integer[Any]]
    ts: I64
    on: I8
    start: I64
    limit: I64

    def at(self, i: NDArray[np.intp]) -> "Evidence":
        return Evidence(self.row[i], self.ts[i], self.on[i], self.start[i], self.limit[i])


class Moved(NamedTuple):
    """`pick` into the evidence (for ticks the rows themselves), and per line the row and the time it holds from."""

    move: Move
    pick: NDArray[np.intp]
    row: NDArray[np.integer[Any]]
    ts: I64


class Hold:
    """The columns of one kind and the two ways they move. `worse`: evidenced times (ms) after which it gets worse."""

    def __init__(self, kind: Kind, worse: tuple[int, ...] = ()) -> None:
        self.kind = kind
        self.worse = worse
        self.col = Columns((*COLUMNS, LEVEL) if worse else COLUMNS)

    def advance(self, e: Evidence, now: int) -> list[Moved]:
        """Take evidence; what changed, each row's moves in order. `now` tells the present from a backlog."""
        phase = self.col["phase"][e.row]
        k = np.flatnonzero((e.on >= ON) | ((phase != IDLE) & (e.on != NONE)))
        if not k.size:
            return []
        e, phase = e.at(k), phase[k]
        rises = (e.on >= ON) | ((e.on == SAME) & (phase != CLEARING))
        moved = self._rise(e.at(up := np.flatnonzero(rises)), now, k[up])
        moved += self._fall(e.at(down := np.flatnonzero(~rises)), k[down])
        return [m for m in moved if m.pick.size]

    def announced(self) -> NDArray[np.intp]:
        """Rows of which the cabinet itself announced it, at present: of a backlog the rest may still be under way."""
        said = self.col["said"]
        return np.flatnonzero(said == SAID_LIVE) if said.any() else np.empty(0, np.intp)

    def ripen(self, rows: NDArray[np.intp], heard: I64) -> list[Moved]:
        """Activate, of `rows` [m] that announced it, what was not taken back for the hold-down by the time `heard` [m]
        (ms), up to which all that the cabinet said is here."""
        c = self.col
        phase, stood = c["phase"][rows], heard - c["onset"][rows]
        row = rows[(phase > IDLE) & (phase < ACTIVE) & (stood >= self.kind.hold_down)]
        c["phase"][row], c["hidden"][row] = ACTIVE, False
        self._start(row)
        return [Moved(Move.ACTIVATED, row, row, c["onset"][row] + self.kind.hold_down)] if row.size else []

    def forget(self, row: int) -> None:
        self.col["phase"][row], self.col["said"][row], self.col["hidden"][row] = IDLE, 0, False

    def _rise(self, e: Evidence, now: int, index: NDArray[np.intp]) -> list[Moved]:
        c, row, ts = self.col, e.row, e.ts
        was, last, streak, said = c["phase"][row], c["last"][row], c["streak"][row], e.on == SAID
        broke = ((ts - last > e.limit) | (ts < last)) & ~said
        fresh = (was == IDLE) | ((was < ACTIVE) & broke)
        resumed = was == CLEARING
        onset = np.where(fresh, e.start, c["onset"][row])
        streak = np.where(fresh | broke | resumed, ts, streak)
        live = now - ts <= e.limit + GRACE
        since = np.where(said, onset, streak)
        ripe = (was < ACTIVE) & (ts - since >= self.kind.hold_down)
        announced = ~ripe & live & (fresh | (was == BUILDING)) & (was < ACTIVE) & (ts - since >= ANNOUNCE)
        old = np.where(was >= ACTIVE, c["hidden"][row], ripe)
        phase = np.where(ripe | (was >= ACTIVE), ACTIVE, np.where(fresh, BUILDING, was))
        c["phase"][row] = np.where(announced, PENDING, phase)
        c["onset"][row], c["streak"][row], c["last"][row] = onset, streak, ts
        c["said"][row] = np.where(said, np.where(live, SAID_LIVE, SAID_LATE), 0)
        c["hidden"][row] = old & ~live
        self._start(row[ripe])
        begun = np.where(said, onset + self.kind.hold_down, ts)
        moved = [
            _moved(Move.DROPPED, fresh & (was == PENDING), index, row, ts),
            _moved(Move.ANNOUNCED, announced, index, row, ts),
            _moved(Move.WITHHELD, ripe & ~live, index, row, begun),
            _moved(Move.ACTIVATED, (ripe | old) & live, index, row, begun),
            _moved(Move.RESUMED, resumed & ~old, index, row, ts),
        ]
        return moved + self._worsen(row, ts, index)

    def _start(self, row: NDArray[np.integer[Any]]) -> None:
        if self.worse:
            self.col["level"][row] = 0

    def _worsen(self, row: NDArray[np.integer[Any]], ts: I64, index: NDArray[np.intp]) -> list[Moved]:
        moved, c = [], self.col
        for level, after in enumerate(self.worse):
            due = (c["phase"][row] == ACTIVE) & (c["level"][row] == level) & (ts - c["streak"][row] >= after)
            c["level"][row[due]] = level + 1
            moved.append(_moved(Move.WORSE, due, index, row, ts))
        return moved

    def _fall(self, e: Evidence, index: NDArray[np.intp]) -> list[Moved]:
        c, row, ts = self.col, e.row, e.ts
        phase, last, begun = c["phase"][row], c["last"][row], c["onset"][row] + self.kind.hold_down
        # What was announced stood until taken back, though nothing was heard in between: it had become active.
        stood = (c["said"][row] > 0) & (phase < ACTIVE) & (ts >= begun)
        was = np.where(stood, ACTIVE, phase)
        hidden = c["hidden"][row] | (stood & (phase != PENDING))
        broke = (ts - last > e.limit) | (ts < last)
        off = np.where((was == CLEARING) & ~broke, c["streak"][row], ts)
        done = (was >= ACTIVE) & (ts - off >= self.kind.hold_off)
        c["phase"][row] = np.where((was < ACTIVE) | done, IDLE, CLEARING)
        c["streak"][row], c["last"][row], c["said"][row] = off, ts, 0
        c["hidden"][row] = hidden & (was >= ACTIVE) & ~done
        return [
            _moved(Move.DROPPED, was == PENDING, index, row, ts),
            _moved(Move.WITHHELD, stood & (phase != PENDING), index, row, begun),
            _moved(Move.ACTIVATED, stood & (phase == PENDING), index, row, begun),
            _moved(Move.EASED, (was == ACTIVE) & ~done & ~hidden, index, row, ts),
            _moved(Move.CLEARED, done, index, row, off),
        ]


def _moved(
    move: Move, where: NDArray[np.bool_], index: NDArray[np.intp], row: NDArray[np.integer[Any]], ts: I64
) -> Moved:
    return Moved(move, index[where], row[where], ts[where])
