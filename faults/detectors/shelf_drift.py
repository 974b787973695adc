"""`shelf_drift`: a shelf's weight walks away while the door is shut.

Only what happens behind a shut door is added up: from ten minutes after the last movement, mean against mean, less what
the cabinet's scales make of warmth (learned). Goods do not change their weight by themselves.
"""

from typing import Any

import numpy as np

from faults.columns import Column, Columns
from faults.config import FaultsConfig
from faults.context import NO, Mask, View
from faults.detectors.base import NONE, Verdict, evidence, grade, sure
from faults.detectors.shelf_tamper import FIRST, SHELVES
from faults.observations import SAMPLE, SERVICED
from telemetry.batch import F64

RAISE_G, CLEAR_G = 42.0, 18.0
SETTLED, BASED, ENOUGH = 10, 25, 40  # samples since a movement: air at rest, base known, worth adding up
FOLLOW = 0.1
JUMP_G = 60.0  # no drift: `shelf_tamper`
FORGETS = 2200.0  # samples at rest: some four days of a cabinet that rests for two fifths of them
MOST_G = 5000.0
WARM_K = (0.02, 2.0)  # changes of the air (K per sample) that teach what warmth does
TAUGHT = 60.0  # K², after which the older half is forgotten
_SHELVES = slice(FIRST, FIRST + SHELVES)


class ShelfDrift:
    """`calm` samples since a movement; `level` of the weights and `rise` of it in this rest, `level_c` and `rise_c` of
    the air; `crept` grams of earlier rests; `heat_xx`, `heat_xy` what teaches grams per kelvin; `total` of `shelf`."""

    kind = "shelf_drift"
    columns = (
        Column("level", "f4", 0, SHELVES),
        Column("rise", "f2", 0, SHELVES),
        Column("crept", "f2", 0, SHELVES),
        Column("level_c", "f4", 0),
        Column("rise_c", "f4", 0),
        Column("heat_xx", "f4", 1.0),
        Column("heat_xy", "f4", 0),
        Column("calm", "u2", 0),
        Column("shelf", "i1", 0),
        Column("total", "f2", 0),
    )

    def __init__(self, config: FaultsConfig) -> None:
        pass

    def judge(self, view: View, col: Columns) -> Verdict:
        on = np.full(len(view), NONE, np.int8)
        weights, air = view.values[:, _SHELVES], view.of("air_c")
        moved = view.moved | view.gap
        if moved.any():
            self._end(col, view.row[moved])
        if (served := view.event == SERVICED).any():
            col["crept"][view.row[served]] = 0
        weighed = (view.event == SAMPLE) & ~np.isnan(air) & ~np.isnan(weights).all(axis=1) & (view.power != NO)
        at = np.flatnonzero(weighed & ~moved)
        if at.size:
            # A shelf that does not weigh, or not now, says nothing.
            told = np.where(np.isnan(weights[at]), col["level"][view.row[at]], weights[at])
            on[at] = self._rest(view, col, at, told, air[at])
        return Verdict(on, sure(view), view.ts)

    def _rest(self, view: View, col: Columns, at: Any, weights: F64, air: F64) -> Any:
        """Follow these at rest, and judge them."""
        row = view.row[at]
        calm = np.minimum(col["calm"][row].astype(np.int64) + 1, 60_000)
        jumped = (calm > SETTLED) & (np.abs(weights - col["level"][row]) > JUMP_G).any(axis=1)
        if jumped.any():
            self._jumped(col, row[jumped], (weights - col["level"][row])[jumped])
            calm[jumped] = 1
        _follow(col, row, calm, weights, air)
        col["calm"][row] = calm
        total = col["crept"][row].astype(np.float64) + np.where((calm >= ENOUGH)[:, None], _rise(col, row), 0)
        worst = np.abs(total).argmax(axis=1)
        most = np.clip(np.take_along_axis(total, worst[:, None], axis=1)[:, 0], -MOST_G, MOST_G)
        col["shelf"][row], col["total"][row] = worst + 1, most
        known = calm >= ENOUGH
        return grade(np.abs(most) >= RAISE_G, np.abs(most) <= CLEAR_G, known)

    def _end(self, col: Columns, row: Any) -> None:
        """A rest is over: add up what it showed, and forget of the earlier ones, the longer it was the more."""
        calm = col["calm"][row].astype(np.float64)
        crept = col["crept"][row] * np.exp(-calm / FORGETS)[:, None] + _rise(col, row)
        col["crept"][row] = np.where((calm >= ENOUGH)[:, None], np.clip(crept, -MOST_G, MOST_G), col["crept"][row])
        col["calm"][row] = 0

    def _jumped(self, col: Columns, row: Any, by: F64) -> None:
        """A jump is no drift; one against a drift is the shelf put right."""
        self._end(col, row)
        righted = (np.abs(by) > JUMP_G) & (by * col["crept"][row] < 0)
        col["crept"][row] = np.where(righted, 0, col["crept"][row])

    def why(self, values: F64, col: Columns, row: int) -> dict[str, Any]:
        signal = f"shelf_g_{max(int(col['shelf'][row]), 1)}"
        return evidence(values, signal, "door_open", drift_g=round(float(col["total"][row]))) | {"limit": RAISE_G}


def _rise(col: Columns, row: Any) -> F64:
    """Grams by which each shelf [m, SHELVES] rose in this rest, less what warmth did to those that there are."""
    warmth = col["heat_xy"][row] / col["heat_xx"][row] * col["rise_c"][row]
    return np.asarray(col["rise"][row] - np.where(_weighs(col, row), warmth[:, None], 0), np.float64)


def _weighs(col: Columns, row: Any) -> Mask:
    """Which shelves [m, SHELVES] have ever said a weight: a cabinet has as many as it has."""
    return np.asarray(col["level"][row] != 0)


def _follow(col: Columns, row: Any, calm: Any, weights: F64, air: F64) -> None:
    """Bring the levels up to this sample; while the base is found, nothing has risen."""
    share = np.where(calm <= SETTLED, 1.0, np.where(calm <= BASED, 1.0 / np.maximum(calm - SETTLED, 1), FOLLOW))
    grams, kelvin = share[:, None] * (weights - col["level"][row]), share * (air - col["level_c"][row])
    risen = calm > BASED
    _teach(col, row, risen, grams.sum(axis=1) / np.maximum(_weighs(col, row).sum(axis=1), 1), kelvin)
    col["level"][row] += grams
    col["level_c"][row] += kelvin
    rise = np.clip(col["rise"][row] + grams, -MOST_G, MOST_G)
    col["rise"][row] = np.where(risen[:, None], rise, 0)
    col["rise_c"][row] = np.where(risen, col["rise_c"][row] + kelvin, 0)


def _teach(col: Columns, row: Any, rests: Mask, grams: F64, kelvin: F64) -> None:
    """Learn grams per kelvin from how level and air follow each other."""
    ok = rests & (np.abs(kelvin) > WARM_K[0]) & (np.abs(kelvin) < WARM_K[1])
    xx = col["heat_xx"][row] + np.where(ok, kelvin**2, 0)
    xy = col["heat_xy"][row] + np.where(ok, kelvin * grams, 0)
    forget = np.where(xx > TAUGHT, 0.5, 1.0)
    col["heat_xx"][row], col["heat_xy"][row] = xx * forget, xy * forget
