"""From cabinet to platform, for records: links that break and come back, what is held, when it arrives."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.said import Said
from simulator.state import F64, I64, Bools, Rng
from simulator.world import Tick, World
from telemetry.signals import WIDTH
from telemetry.units import DAY, MINUTE, SECOND

# A connection that stands still is not noticed. With the interval before it, it is shorter than silence (contract,
# *Presence*: 180 s), and what it held has gone out before it stands still again.
STALL = (60 * SECOND, 120 * SECOND)
STALL_APART = MINUTE
I32 = NDArray[np.int32]
Told = tuple[Said, int, int]  # what was said, when it arrived, what the clock was ahead (ms)


class Lines(NamedTuple):
    """Samples on their way; the columns of `record.Samples`."""

    row: I32
    ts: I64
    raw_ts: I64
    at: I64
    values: F64

    def pick(self, where: Any) -> "Lines":
        return Lines(*(column[where] for column in self))


class Wires:
    """`carry` every tick of the world in order; `take` what has arrived since, as the columns `record` names.

    What is said in a substep arrives at its end, or when the link is back.
    """

    def __init__(self, world: World, rng: Rng) -> None:
        n = len(world.ids)
        self._world, self._rng = world, rng
        self._linked = np.zeros(n, bool)
        self._open = self._linked
        self._boot, self._conn = np.ones(n, np.int64), np.zeros(n, np.int64)
        self._stalled = np.zeros(n, np.int64)  # nothing of a cabinet arrives before (ms)
        self._stall_ends = 0
        self._lines: list[Lines] = []
        self._held: list[Lines] = []
        self._waiting = np.zeros(n, bool)  # cabinets whose lines are held
        self._said: list[Told] = []
        self._kept: dict[int, list[Said]] = {}
        self._births: list[tuple[int, int, int, int]] = []
        self._wills: list[tuple[int, int]] = []

    def carry(self, tick: Tick) -> None:
        """One substep: who is connected, and what goes out."""
        self._boot[tick.restarted] += 1
        self._conn[tick.restarted] = 0
        linked = self._world.linked()
        for row in (linked != self._linked).nonzero()[0].tolist():
            self._turn(row, tick.now, up=bool(linked[row]))
        breaks = self._linked & ~self._open & ~linked
        if np.count_nonzero(breaks):  # what stood still arrives before that: no silence of two parts
            self._release(tick.now, breaks)
        self._linked = linked
        self._stall(tick.now)
        self._open = linked & (self._stalled <= tick.now) if self._stall_ends > tick.now else linked
        if self._held or self._kept:
            self._release(tick.now, self._open)
        self._send(tick)

    def take(self) -> tuple[Lines, tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        """Samples, events, births and wills that arrived; the columns of `record.Chunk`."""
        taken = _joined(self._lines), _columns(self._said), _table(self._births, 4), _table(self._wills, 2)
        self._lines, self._said, self._births, self._wills = [], [], [], []
        return taken

    # halves

    def _turn(self, row: int, now: int, *, up: bool) -> None:
        if up:
            self._conn[row] += 1
            self._births.append((row, now, int(self._boot[row]), int(self._conn[row])))
        else:
            self._wills.append((row, now))

    def _stall(self, now: int) -> None:
        """Some connections stand still for a while; what is sent on them arrives afterwards."""
        rate = self._world.stalls_per_day * len(self._linked) * self._world.state.step_ms / DAY
        for row in self._rng.integers(0, len(self._linked), self._rng.poisson(rate)).tolist() if rate else ():
            until = now + int(self._rng.integers(*STALL))
            if now - self._stalled[row] < STALL_APART:
                continue
            self._stalled[row] = until
            self._stall_ends = max(self._stall_ends, int(self._stalled[row]) + self._world.state.step_ms)

    def _send(self, tick: Tick) -> None:
        skew, row = self._world.state.skew, tick.samples.row
        skewed = skew if skew.any() else None
        if len(row):
            ts = tick.samples.ts
            raw = ts if skewed is None else ts + skew[row].astype(np.int64)
            lines = Lines(row.astype(np.int32), ts, raw, np.full(len(row), tick.now), tick.samples.values)
            goes = self._open[row]
            if goes.all():
                self._lines.append(lines)
            else:
                self._lines.append(lines.pick(goes))
                self._held.append(lines.pick(~goes))
                self._waiting[row[~goes]] = True
        if skewed is None and self._open.all():
            self._said += [(said, tick.now, 0) for said in tick.said]
            return
        opened = self._open.tolist() if tick.said else []
        for said in tick.said:
            if opened[said.row]:
                self._said.append((said, tick.now, 0 if skewed is None else int(skewed[said.row])))
            else:
                self._kept.setdefault(said.row, []).append(said)

    def _release(self, now: int, through: Bools) -> None:
        """What was held by cabinets that get `through` [n]."""
        for row in [row for row in self._kept if through[row]]:
            skew = int(self._world.state.skew[row])
            self._said += [(said, now, skew) for said in self._kept.pop(row)]
        if not (self._waiting & through).any():
            return
        held = _joined(self._held)
        back = through[held.row]
        goes, held = held.pick(back), held.pick(~back)
        self._lines.append(goes._replace(at=np.full(len(goes.row), now)))
        self._held = [held] if len(held.row) else []
        self._waiting &= ~through


def _joined(parts: list[Lines]) -> Lines:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.empty(0, np.int64)
        return Lines(np.empty(0, np.int32), none, none, none, np.empty((0, WIDTH)))
    return Lines(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _columns(told: list[Told]) -> tuple[Any, ...]:
    """Row, ts, raw_ts, at, name and data of events."""
    ts = np.array([said.ts for said, _, _ in told], np.int64)
    return (
        np.array([said.row for said, _, _ in told], np.int32),
        ts,
        ts + np.array([skew for _, _, skew in told], np.int64),
        np.array([at for _, at, _ in told], np.int64),
        [said.name for said, _, _ in told],
        [said.data for said, _, _ in told],
    )


def _table(rows: list[Any], width: int) -> tuple[Any, ...]:
    """Columns of (row, …)."""
    table = np.array(rows, np.int64).reshape(-1, width)
    return (table[:, 0].astype(np.int32), *table[:, 1:].T)
