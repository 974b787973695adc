"""`air_too_warm`: the air stays above the set point's band although nothing that warms it for a while explains it.

A controller's own alarm waits out defrost and door openings (high-temperature alarms are bypassed after defrost;
NSF/ANSI 25 gives 30 minutes after a door closes or a defrost ends). So do we, but not for ever: on a busy cabinet
somebody always has just opened the door, and warm for two hours on end is more than a warm restock explains.
"""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import Mask, View
from faults.detectors.base import NONE, Verdict, evidence, grade
from faults.observations import POWER_RESTORED
from telemetry.batch import F64, I64
from telemetry.fleet import NEVER
from telemetry.signals import COLUMN
from telemetry.units import MINUTE

RAISE_K, CLEAR_K = 4.0, 3.0  # air cycles within 1.5 K of its set point
AFTER_DOOR = 30 * MINUTE
AFTER_DEFROST = 45 * MINUTE
AFTER_POWER = 60 * MINUTE  # also after the set point was lowered: a pull-down, as after a restock
STUCK = 60 * MINUTE  # no defrost (<= 30 min) and no restock (<= 20 min) lasts so long: a stuck flag excuses nothing
EXPLAINED = 120 * MINUTE  # a restock's 20 min and 60 min of recovery, with half as much to spare
FALLING_K, FALLING = 0.2, 10 * MINUTE  # a pull-down goes on as long as new lows come at this pace


class AirTooWarm:
    """Columns: `set` the last set point (°C), `quiet` no evidence until then, `low` the lowest air since the last
    disturbance, `above` since when it has been above the raise level without a gap, `busy` since when disturbed."""

    kind = "air_too_warm"
    columns = (
        Column("set", "f4", np.nan),
        Column("quiet", "i8", NEVER),
        Column("low", "f4", np.inf),
        Column("above", "i8", NEVER),
        Column("busy", "i8", NEVER),
    )

    def __init__(self, config: FaultsConfig) -> None:
        limit = config.warm_limit_c
        self.default_set = np.nan if limit is None else limit - RAISE_K

    def judge(self, view: View, col: Columns) -> Verdict:
        air, lowered = view.of("air_c"), self._set_point(view, col)
        set_c = np.where(np.isnan(col["set"][view.row]), self.default_set, col["set"][view.row])
        warm, cold = air > set_c + RAISE_K, air < set_c + CLEAR_K
        self._disturb(view, col, lowered)
        self._recover(view, col, air)
        above = _above(view, col, warm, cold)
        explained = (view.ts <= col["quiet"][view.row]) & ~((above != NEVER) & (view.ts - above >= EXPLAINED))
        on = grade(warm, cold, ~(np.isnan(air) | np.isnan(set_c)))
        on[explained & ~cold] = NONE
        score: F64 = np.clip(0.5 + np.nan_to_num(air - set_c - RAISE_K) / 20, 0.0, 1.0)
        return Verdict(on, score, np.where(above == NEVER, view.ts, above))

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        set_c = float(col["set"][row])
        limit = (self.default_set if np.isnan(set_c) else set_c) + RAISE_K
        values = values.copy()
        values[COLUMN["set_c"]] = set_c
        return evidence(values, "air_c", "set_c", "evap_c", "product_c", threshold={"air_c": round(float(limit), 2)})

    def _set_point(self, view: View, col: Columns) -> Mask:
        """Remember the set point; where it was lowered."""
        before, told = col["set"][view.row], view.of("set_c")
        col["set"][view.row] = np.where(np.isnan(told), before, told)
        lowered: Mask = told < before - 0.5
        return lowered

    def _disturb(self, view: View, col: Columns, lowered: Mask) -> None:
        """Extend the quiet time by what warms a healthy cabinet, unless it lasts longer than that ever does."""
        defrost = view.of("defrost_on") > 0
        power = (view.event == POWER_RESTORED) | lowered
        disturbed = view.moved | defrost | power
        busy = col["busy"][view.row]
        busy = np.where(disturbed, np.where((busy == NEVER) | view.gap, view.ts, busy), NEVER)
        col["busy"][view.row] = busy
        counts = disturbed & ((view.ts - busy <= STUCK) | power)
        settle = np.select([power, defrost], [AFTER_POWER, AFTER_DEFROST], default=AFTER_DOOR)
        quiet = col["quiet"][view.row]
        col["quiet"][view.row] = np.where(counts, np.maximum(quiet, view.ts + settle), quiet)
        col["low"][view.row[counts | view.gap]] = np.inf

    def _recover(self, view: View, col: Columns, air: F64) -> None:
        """Stay quiet while the air still falls after a disturbance (or when first seen, or seen again)."""
        low, quiet = col["low"][view.row], col["quiet"][view.row]
        first = (low == np.inf) & ~np.isnan(air)
        lower = air < low - FALLING_K
        quiet = np.where(first, np.maximum(quiet, view.ts), quiet)
        falling = lower & ~first & (view.ts <= quiet + FALLING)
        col["quiet"][view.row] = np.where(falling, np.maximum(quiet, view.ts + FALLING), quiet)
        col["low"][view.row] = np.where(lower, air, low)


def _above(view: View, col: Columns, warm: Mask, cold: Mask) -> I64:
    """Since when the air has been above the raise level, not once below the clear level, without a gap."""
    since = col["above"][view.row]
    since = np.where(cold | view.gap | (view.event == POWER_RESTORED), NEVER, since)
    since = np.where(warm & (since == NEVER), view.ts, since)
    col["above"][view.row] = since
    return np.asarray(since, np.int64)
