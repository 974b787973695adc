"""`offline`: judged from presence, not from samples: silence is a condition of the clock, not of a reading."""

import numpy as np
from numpy.typing import NDArray

from telemetry.clock import Moment
from telemetry.fleet import OFFLINE, ONLINE, Fleet

Rows = NDArray[np.intp]


def silent(fleet: Fleet, moment: Moment, raised: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Rows newly silent, and rows that speak again; `raised` [n]: where the fault already stands.

    Nothing is raised for the retired, nor while our own blindness casts doubt on the silence (contract, *Presence*).
    """
    n = len(fleet)
    status = fleet.status[:n]
    gone = np.flatnonzero((status == OFFLINE) & ~raised & ~fleet.retired[:n])
    if gone.size:
        gone = gone[~fleet.shaded(moment)[gone]]
    return gone, np.flatnonzero((status == ONLINE) & raised)
