"""What gives a cabinet time to recover: a service and a defrost, each for a while, and not without end.

The texts mean the door of a machine that shoppers never open (NSF/ANSI 25 with NAMA: "door close"; FDA Food Code
4-204.111(B): "filled, serviced, or restocked"). Here a door is also how one buys. So a shopper's opening, which lasts
seconds, excuses nothing: the clock runs on through it, and what it has counted stays counted.
"""

import numpy as np

from faults.columns import Columns
from faults.context import YES, Mask, View
from faults.observations import SERVICED
from telemetry.batch import F64
from telemetry.fleet import NEVER

STANDS = 0.9  # of the interval: several in a row are one door that stands open, not buyers one after the other


def excuse(clock: Columns, view: View, rule: dict[str, F64]) -> None:
    """Let the clock start anew where this round shows a service or a defrost. `rule`: figures [m], °C and ms."""
    c, row, ts = clock, view.row, view.ts
    service, defrost = _service(c, view, rule), _defrost(c, view, rule)
    window = np.maximum(np.where(service, rule["after_door"], 0), np.where(defrost, rule["after_defrost"], 0))
    ends = (rule["excused"] > 0) & (c["lasted"][row] >= rule["excused"])
    hit = (service | defrost) & ~ends
    c["excuse_at"][row[hit]] = c["from"][row[hit]] = ts[hit]
    c["excuse_for"][row[hit]] = window[hit].astype(np.int64)
    c["spent"][row[hit]] = 0


def _service(c: Columns, view: View, rule: dict[str, F64]) -> Mask:
    """A door open for as long as a restock takes, from a service's least to its most; or somebody says so."""
    row, ts, opened = view.row, view.ts, c["open_since"][view.row]
    lasted = np.where(opened == NEVER, 0, ts - opened)
    door = view.moved & (lasted >= rule["service_open"]) & (lasted <= rule["door_open"])
    stands = (view.door == YES) | (view.of("door_open") >= STANDS)
    c["open_since"][row] = np.where(stands, np.where(opened == NEVER, ts, opened), NEVER)
    said = (view.event == SERVICED) & (rule["service_open"] > 0)
    return np.asarray((door | said) & (rule["after_door"] > 0))


def _defrost(c: Columns, view: View, rule: dict[str, F64]) -> Mask:
    row, ts, flag = view.row, view.ts, view.of("defrost_on")
    begun = np.where(view.gap, NEVER, c["defrost_since"][row])
    on = flag > 0
    since = np.where(np.isnan(flag), begun, np.where(on, np.where(begun == NEVER, ts, begun), NEVER))
    c["defrost_since"][row] = since
    return np.asarray(on & (rule["after_defrost"] > 0) & (ts - since <= rule["defrost_on"]))
