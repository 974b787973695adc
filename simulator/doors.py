"""Doors: who opens them, for how long, and what the cabinet says about it."""

import numpy as np
from numpy.typing import NDArray

from simulator.said import Said
from simulator.state import FAR, I64, State

Rows = NDArray[np.intp]


def open_door(state: State, row: int, ts: int, until: int, gap: float = 1.0) -> list[Said]:
    """Open a door from `ts` until `until`; one that stands open stays so until the later of the two."""
    if state.door[row]:
        state.door_until[row] = max(int(state.door_until[row]), until)
        state.part[row] = 1.0
        return []
    state.door[row], state.door_since[row], state.door_until[row], state.gap[row] = True, ts, until, gap
    # It is open for a whole number of substeps: so much of them that the heat that comes in is that of its real time.
    state.part[row] = (until - ts) / (-(-(until - ts) // state.step_ms) * state.step_ms) if until < FAR else 1.0
    return [Said(row, ts, "door_opened", {})]


def open_doors(state: State, rows: Rows, ts: I64, until: I64) -> list[Said]:
    """The same for closed doors, no row twice."""
    state.door[rows], state.door_since[rows], state.door_until[rows], state.gap[rows] = True, ts, until, 1.0
    lasts = until - ts
    state.part[rows] = lasts / (-(-lasts // state.step_ms) * state.step_ms)
    return [Said(row, at, "door_opened", {}) for row, at in zip(rows.tolist(), ts.tolist(), strict=True)]


def leave_open(state: State, row: int, ts: int) -> list[Said]:
    """Somebody leaves the door ajar, for good."""
    said = open_door(state, row, ts, FAR)
    state.gap[row] = 0.6
    return said


def shut(state: State, row: int, ts: int) -> None:
    """Somebody closes the door; the cabinet says so with its next step."""
    if state.door[row]:
        state.door_until[row] = ts


def due_closings(state: State, since: int, now: int) -> tuple[Rows, I64]:
    """Rows and times of the doors that close by `now`, none at or before `since`: an opening lasts a substep at least.

    Their state is closed when this returns.
    """
    rows = (state.door_until <= now).nonzero()[0]
    ts = np.maximum(state.door_until[rows], since + 1)
    state.door[rows], state.gap[rows], state.part[rows], state.door_until[rows] = False, 0.0, 1.0, FAR
    state.forced[rows] = False
    return rows, ts
