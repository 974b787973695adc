"""What devices report of themselves (`device_fault`), as long as it stands.

The wire knows no end of such a report. One stands until somebody was there (a service code was entered: what is still
broken will be reported again), until it was not repeated for 36 hours, until another code takes it back, or until the
cabinet measures the opposite of what was reported.
"""

import zlib
from typing import Any

import numpy as np

from faults.codes import ELSEWHERE, OTHER, lookup
from faults.columns import Column, Columns
from faults.context import NO, YES, Mask, View
from faults.observations import DOOR_OPENED, REPORTED, SERVICED, WORD
from telemetry.fleet import NEVER
from telemetry.units import HOUR

SLOTS = 3  # kinds that a cabinet can have reported at a time
FREE, STANDS, OVER = 0, 1, 2
LASTS = 36 * HOUR  # longer than the longest hold-down (25 h of darkness)
BELIEVED = HOUR  # so long a report is better than a reading that says otherwise
PARTING = HOUR  # so long it is said of a report that it is over: every hold-off is shorter

COLUMNS = (
    Column("kind", "u2", 0, SLOTS),  # a mark of the kind's name: numbers would shift with every new kind
    Column("state", "i1", FREE, SLOTS),
    Column("at", "i8", NEVER, SLOTS),  # when it was first reported …
    Column("again", "i8", NEVER, SLOTS),  # … and last; of what is over, since when it is
    Column("word", "u1", 0, SLOTS * WORD),
)
# Readings that are the opposite of a report.
_WELL = {"payment_down": "payment_ok", "mdb_silent": "mdb_ok", "camera_down": "camera_ok", "light_failed": "light_on"}


def mark(kind: str) -> int:
    """The number that stands for a kind in the columns."""
    return zlib.crc32(kind.encode()) % 0xFFFF + 1


def take(col: Columns, view: View) -> Columns | None:
    """Bring the book up to this round; None when it has nothing on any of its cabinets."""
    if view.words is not None:
        for i in np.flatnonzero(view.event == REPORTED).tolist():
            _report(col, int(view.row[i]), int(view.ts[i]), bytes(view.words[i]))
    state, ts = col["state"][view.row], view.ts[:, None]
    if not state.any():
        return None
    again = col["again"][view.row]
    served = (view.event == SERVICED)[:, None]
    ends = (state == STANDS) & ((ts - again >= LASTS) | served | _contradicted(col, view))
    waits = ends | ((state == OVER) & view.gap[:, None])
    gone = (state == OVER) & ~waits & (ts - again > PARTING)
    col["state"][view.row] = np.where(ends, OVER, np.where(gone, FREE, state))
    col["again"][view.row] = np.where(waits, ts, again)
    return col


def told(col: Columns, kind: str, row: int) -> dict[str, Any]:
    """What a cabinet reported that is this kind, as evidence for people; empty when nothing of it stands."""
    for slot in np.flatnonzero((col["kind"][row] == mark(kind)) & (col["state"][row] == STANDS)).tolist():
        scheme, _, code = _word(col, row, slot).partition(" ")
        return {"reported": True, "scheme": scheme, "code": code}
    return {}


def _report(col: Columns, row: int, ts: int, word: bytes) -> None:
    """Enter one report; with all slots taken by others that stand it is only an event of the history."""
    scheme, _, code = word.decode(errors="ignore").partition(" ")
    known = lookup(scheme, code)
    if known is not None and (known.kind is None or known.kind in ELSEWHERE):
        return
    kind = mark(OTHER if known is None or known.kind is None else known.kind)
    kinds, state, again = col["kind"][row], col["state"][row], col["again"][row]
    slots = np.flatnonzero((kinds == kind) & (state != FREE))
    if known is not None and known.ends:
        state[slots], again[slots] = OVER, ts
        return
    if not slots.size:
        slots = np.flatnonzero(state == FREE)
    if not slots.size:
        return
    slot = int(slots[0])
    if kinds[slot] != kind or state[slot] != STANDS:
        col["at"][row, slot] = ts
    kinds[slot], state[slot], again[slot] = kind, STANDS, ts
    col["word"][row, slot * WORD : (slot + 1) * WORD] = np.frombuffer(word.ljust(WORD, b"\0"), np.uint8)


def _word(col: Columns, row: int, slot: int) -> str:
    raw = col["word"][row, slot * WORD : (slot + 1) * WORD].tobytes()
    return raw.rstrip(b"\0").decode(errors="ignore")


def _contradicted(col: Columns, view: View) -> Mask:
    """Which reports [m, SLOTS] the cabinet's own readings and door say the opposite of."""
    kinds, found = col["kind"][view.row], np.zeros((len(view), SLOTS), np.bool_)
    measured = view.event != REPORTED
    at_once = {
        "door_left_open": view.door == NO,
        "power_lost": view.power == YES,
        "lock_fault": (view.event == DOOR_OPENED) | (view.door == YES),
    }
    for kind, well in at_once.items():
        found |= (kinds == mark(kind)) & (measured & well)[:, None]
    late = view.ts[:, None] - col["again"][view.row] >= BELIEVED
    for kind, signal in _WELL.items():
        found |= late & (kinds == mark(kind)) & (view.of(signal) >= 0.9)[:, None]
    return found
