"""Kinds that are a level of one signal: ill beyond one value, well again beyond another. One row each."""

from typing import Any, NamedTuple

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, View
from faults.detectors.base import Make, Verdict, evidence, grade, sure
from telemetry.batch import F64


class Level(NamedTuple):
    """Ill when `signal` lies beyond `ill`, well when not beyond `well` (above where `ill` > `well`, else below).
    Without mains such a part is off by itself: then nothing is said of it, unless `always`."""

    kind: str
    signal: str
    ill: float
    well: float
    also: tuple[str, ...] = ()
    always: bool = False


LEVELS = (
    # Below -110 dBm a link is very poor (signaltester.co.uk); one that lies there for hours loses readings.
    Level("weak_link", "rsrp_dbm", -110, -107, ("battery_pct",), always=True),
    # A battery that does not hold its charge although the mains feed it.
    Level("battery_low", "battery_pct", 25, 40, ("mains_v",)),
    # Vending suites alert below 98.5 % (domain: vNetra); below 95 % one buyer in twenty goes away.
    Level("payment_degraded", "payment_success_pct", 95, 97.5, ("payment_ok",)),
    # The poll of the bus stopped (MDB/ICP: every 100 ms; its loss is a fault).
    Level("mdb_silent", "mdb_ok", 0.5, 0.9, ("payment_ok",)),
    Level("camera_down", "camera_ok", 0.5, 0.9, ("camera_c",)),
    # Cameras overheat when the cooling of their housing fails; makers rate them to 60-70 °C.
    Level("camera_hot", "camera_c", 70, 64, ("ambient_c",)),
    # Dark for more than a day: saving mode and opening hours put it out for a part of one.
    Level("light_failed", "light_on", 0.05, 0.5),
)


class AtLevel:
    """The detector of one row of LEVELS."""

    columns: tuple[Column, ...] = ()

    def __init__(self, level: Level) -> None:
        self.kind, self._level = level.kind, level

    def judge(self, view: View, col: Columns) -> Verdict:
        value, level = view.of(self._level.signal), self._level
        sign = 1 if level.ill > level.well else -1
        known = ~np.isnan(value)
        if not level.always:
            known &= view.power != NO
        ill, well = sign * value > sign * level.ill, sign * value <= sign * level.well
        return Verdict(grade(ill, well, known), sure(view), view.ts)

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        level = self._level
        return evidence(values, level.signal, *level.also, threshold={level.signal: level.ill})


def _maker(level: Level) -> Make:
    def make(config: FaultsConfig) -> AtLevel:
        del config
        return AtLevel(level)

    return make


AT_LEVEL: tuple[Make, ...] = tuple(map(_maker, LEVELS))
