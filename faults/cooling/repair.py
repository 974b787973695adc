"""A repair is on trial until what was seen after it says whether it helped.

Somebody worked on a cabinet's cooling. Nothing from before the work says how it is now, so what was held against it is
dropped and judged anew by what was learned of it in health. Until that is decided the model says neither "ill" nor
"well": a door that stood open for the work alone makes temperatures mean nothing for hours. It is *well* when what was
off has been seen for some hours and nothing is rising; *ill* when what is off names a kind again; and *another cabinet*
when what is off is like no kind: then a part was put in that is not like the old one, and it is learned anew.

A part that was exchanged draws what its own plate says: its level of current and speed is learned anew from the first
hour on. Whether heat is moved as it was shows in the other features, so a fault is found there even if the new part
does not work.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from faults.columns import Column, Columns
from faults.context import Mask, View
from faults.cooling import features, model
from faults.cooling.features import DUTY, FAN, LIFT, OFF_A, ON_A, PULL, REST, RISE, Hours
from telemetry.batch import F64, I32
from telemetry.fleet import NEVER
from telemetry.units import HOUR

PLATE = (ON_A, OFF_A, FAN)  # what belongs to a part and not to the cabinet
HEAT = (DUTY, PULL, RISE, LIFT, REST)  # how heat is moved, seen in a cabinet left alone
OFF = 2.0  # scatters: a feature that was as far off is looked at in particular
PROOF = 3  # hours in which one of these must be seen
# Goods that got warm, and a coil that was wet, burden the cabinet for so long: what looks like another fault then is
# none, and what is off like no fault need not be another part.
RECOVERS = STRANGE = 12 * HOUR
# What is neither well nor ill by then is called well: a CUSUM that goes on is a recurrence, and reopens the ticket.
LONGEST = 18 * HOUR

COLUMNS = (
    Column("trial", "i1", 0),  # hours of evidence still wanted; 0: not on trial
    Column("under", "i1", 0),  # which code stood when the work began
    Column("doubted", "?", False, model.WIDTH),  # what was off when the work began
    Column("untold", "?", False),  # of the work the detectors do not know yet
)


def begin(row: int, now: int, parts: bool, col: Columns) -> None:
    """Work was done at `now` (ms). A cabinet of which nothing was said is not tried; its new parts are learned."""
    ill = col["code"][row] > 0
    if ill:
        col["under"][row], col["doubted"][row] = col["code"][row], np.abs(col["off"][row]) >= OFF
    if parts:
        model.relearn(row, PLATE, col)
    if not (ill or col["trial"][row] > 0):
        return
    known = col["learned"][row] >= model.MATURE
    col["doubted"][row] &= known
    if not col["doubted"][row].any():
        col["doubted"][row, HEAT] = known[list(HEAT)]
    model.acquit(row, col)
    features.begin_anew(row, now, col)
    col["trial"][row], col["untold"][row] = PROOF, True


def on_trial(row: I32 | NDArray[np.integer[Any]], col: Columns) -> Mask:
    """Which of these cabinets [k] were worked on, and it is not known yet whether it helped."""
    tried: Mask = col["trial"][row] > 0
    return tried


def recovering(hours: Hours, col: Columns) -> Mask:
    """Which of these hours [k] still bear the marks of the fault and of the work."""
    soon: Mask = hours.start + HOUR - col["worked"][hours.row] < RECOVERS
    worked: Mask = col["worked"][hours.row] != NEVER
    return soon & worked


def may_speak(view: View, col: Columns) -> Mask:
    """Where the model may say that a kind does not hold: not on trial, but once when it begins: what was said of the
    cabinet is taken back, though not over."""
    row = view.row
    first: Mask = col["untold"][row] & view.said
    col["untold"][row[first]] = False
    return first | ~on_trial(row, col)


def weigh(hours: Hours, strength: F64, decided: Mask, col: Columns) -> None:
    """Take these hours as evidence. `strength` [k] of the greatest CUSUM; `decided` [k]: a kind was named, or none."""
    row = hours.row
    tried = on_trial(row, col)
    seen = (col["doubted"][row] & ~np.isnan(hours.x)).any(axis=1)
    left = col["trial"][row] - (seen & (col["trial"][row] > 1))
    enough = seen & (col["trial"][row] == 1)
    late = seen & (hours.start + HOUR - col["worked"][row] >= LONGEST)
    over = decided | (enough & (strength < model.RISING)) | late
    col["trial"][row] = np.where(tried & ~over, left, 0)
