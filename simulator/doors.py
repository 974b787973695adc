"""Doors: who opens them, for how long, and what the cabinet says about it."""

from typing import Any, NamedTuple

import numpy as np

from simulator.state import FAR, State


class Said(NamedTuple):
    """An event of a cabinet: its row, device time (ms), name and data."""

    row: int
    ts: int
    name: str
    data: dict[str, Any]


def open_door(state: State, row: int, ts: int, until: int, gap: float = 1.0) -> list[Said]:
    """Open a door from `ts` until `until`; one that stands open stays so until the later of the two."""
    if state.door[row]:
        state.door_until[row] = max(int(state.door_until[row]), until)
        return []
    state.door[row], state.door_since[row], state.door_until[row], state.gap[row] = True, ts, until, gap
    return [Said(row, ts, "door_opened", {})]


def leave_open(state: State, row: int, ts: int) -> list[Said]:
    """Somebody leaves the door ajar, for good."""
    said = open_door(state, row, ts, FAR)
    state.gap[row] = 0.6
    return said


def shut(state: State, row: int, ts: int) -> None:
    """Somebody closes the door; the cabinet says so with its next step."""
    if state.door[row]:
        state.door_until[row] = ts


def due_closings(state: State, since: int, now: int) -> list[tuple[int, int]]:
    """(row, ts) of the doors that close by `now`, none at or before `since`: every opening lasts a substep at least.

    Their state is closed when this returns.
    """
    rows = np.flatnonzero(state.door & (state.door_until <= now))
    closed = [(int(r), max(int(state.door_until[r]), since + 1)) for r in rows]
    state.door[rows], state.gap[rows], state.door_until[rows] = False, 0.0, FAR
    return closed
