"""What lies in the cabinets: pieces, lots and their expiry per lane, and the weight on each shelf."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.models import SHELVES
from simulator.said import Said
from simulator.traits import F64, I64, Rng
from telemetry.units import DAY, HOUR

LANES = 12
CAPACITY = 40  # pieces in a lane
MIN_LEFT = 36 * HOUR  # a restocker takes out what is over before the next visit but one
CHILLED_DAYS = 14  # what keeps no longer than this needs the cold
OLD_LEFT = (2 * HOUR, 12 * HOUR)  # what goods have left that should not have been brought any more


Rows = NDArray[np.intp]


class Sku(NamedTuple):
    """An article: name, price in cents, grams, shelf life in days."""

    name: str
    price: int
    grams: int
    days: int


SKUS: tuple[Sku, ...] = (
    Sku("tea-500", 450, 520, 270), Sku("cola-330", 350, 350, 270), Sku("water-550", 200, 570, 365),
    Sku("milk-250", 580, 265, 10), Sku("yogurt-200", 690, 215, 14), Sku("juice-300", 750, 320, 30),
    Sku("coffee-280", 890, 300, 180), Sku("salad-220", 1680, 250, 4), Sku("sandwich-180", 1280, 200, 4),
    Sku("rice-box-400", 1880, 430, 4),
)  # fmt: skip
_GRAMS = np.array([sku.grams for sku in SKUS], float)
_DAYS = np.array([sku.days for sku in SKUS], np.int64)
_SHANGHAI = 8 * HOUR


class Goods:
    """Arrays of shape [n, LANES]: `sku` (index into SKUS), `units`, of which `old` belong to the lot that is sold now,
    `lot` (its day of making), `expires` (ms), `newest` (the lot behind it); `load` [n, SHELVES]: grams on each shelf
    that weighs, of which `scales` [n] says how many there are."""

    def __init__(self, n: int, scales: NDArray[np.intp], start: int, rng: Rng) -> None:
        self.sku = np.argsort(rng.random((n, LANES)), axis=1) % len(SKUS)
        self.units = rng.integers(CAPACITY // 2, CAPACITY + 1, (n, LANES))
        self.old = self.units.copy()
        self.lot = np.full((n, LANES), (start + _SHANGHAI) // DAY)
        self.newest = self.lot.copy()
        self.expires = _over(self.lot, self.sku)
        self._shelf = np.arange(LANES) * scales[:, None] // LANES
        self._scales = scales
        self.load: F64 = np.zeros((n, SHELVES))
        for row in np.flatnonzero(scales):
            self._weigh(int(row))

    def sell(self, rows: Rows, ts: I64, lanes: Rows) -> list[Said]:
        """One piece from each of these lanes, where there is one; who reaches into a lane twice takes one piece."""
        once = np.unique(rows * LANES + lanes, return_index=True)[1]
        once = once[self.units[rows[once], lanes[once]] > 0]
        rows, ts, lanes = rows[once], ts[once], lanes[once]
        sku = self.sku[rows, lanes]
        said = []
        columns = (rows, ts, lanes, sku, self.lot[rows, lanes])
        for row, at, lane, article, lot in zip(*(c.tolist() for c in columns), strict=True):
            data = {"sku": SKUS[article].name, "lot": f"L{lot}", "lane": lane + 1, "price_cents": SKUS[article].price}
            said.append(Said(row, at, "vend", data | {"vend_id": f"{at:x}-{lane}"}))
        self.units[rows, lanes] -= 1
        self.old[rows, lanes] -= 1
        np.subtract.at(self.load, (rows, self._shelf[rows, lanes]), _GRAMS[sku] * (self._scales[rows] > 0))
        for i in (self.old[rows, lanes] <= 0).nonzero()[0].tolist():
            row, lane = int(rows[i]), int(lanes[i])
            said.append(Said(row, int(ts[i]), "lot_sold", self._named(row, lane)))
            self._open(row, lane, int(self.newest[row, lane]))
        return said

    def restock(self, row: int, ts: int, *, sorts: bool, rng: Rng) -> tuple[list[Said], int]:
        """Take out what is nearly over and fill every lane: what is said of it, and how many pieces are new.

        Who does not sort leaves the old, and brings one lane of goods that are nearly over themselves.
        """
        said: list[Said] = []
        short = (self.expires[row] < ts + MIN_LEFT) & (self.units[row] > 0)
        for lane in np.flatnonzero(short).tolist() if sorts else ():
            said.append(Said(row, ts, "lot_removed", self._named(row, lane) | {"units": int(self.units[row, lane])}))
            self.units[row, lane] = 0
        spoilt = -1 if sorts else int(rng.integers(LANES))
        fill = CAPACITY - self.units[row]
        said += [self._load(row, lane, ts, spoilt=lane == spoilt, rng=rng) for lane in np.flatnonzero(fill).tolist()]
        self._weigh(row)
        return said, int(fill.sum())

    def steal(self, row: int, pieces: int, rng: Rng) -> None:
        """Pieces go without being sold."""
        for lane in rng.integers(LANES, size=pieces).tolist():
            if self.units[row, lane]:
                self.units[row, lane] -= 1
                self.old[row, lane] -= 1
                if self.old[row, lane] <= 0:
                    self._open(row, lane, int(self.newest[row, lane]))
        self._weigh(row)

    def recall(self, row: int, ts: int, sku: str) -> list[Said]:
        """Take an article out of every lane that has it; what is said of it."""
        said = []
        for lane in np.flatnonzero(self.units[row]).tolist():
            if SKUS[self.sku[row, lane]].name == sku:
                data = self._named(row, lane) | {"units": int(self.units[row, lane]), "reason": "recall"}
                said.append(Said(row, ts, "lot_removed", data))
                self.units[row, lane] = self.old[row, lane] = 0
        self._weigh(row)
        return said

    def discard(self, row: int, ts: int) -> list[Said]:
        """Take out all that must be kept cold; what is said of it."""
        said = []
        for lane in np.flatnonzero((_DAYS[self.sku[row]] <= CHILLED_DAYS) & (self.units[row] > 0)).tolist():
            data = self._named(row, lane) | {"units": int(self.units[row, lane]), "reason": "food_safety"}
            said.append(Said(row, ts, "lot_removed", data))
            self.units[row, lane] = self.old[row, lane] = 0
        self._weigh(row)
        return said

    def empty(self) -> NDArray[np.float64]:
        """The share of lanes with nothing in them, [n]."""
        return np.asarray((self.units == 0).mean(axis=1))

    def expired(self, now: int) -> NDArray[np.bool_]:
        """Cabinets that offer something past its date, [n]."""
        return np.asarray(((self.expires <= now) & (self.units > 0)).any(axis=1))

    # halves

    def _named(self, row: int, lane: int) -> dict[str, Any]:
        return {"sku": SKUS[self.sku[row, lane]].name, "lot": f"L{self.lot[row, lane]}", "lane": lane + 1}

    def _open(self, row: int, lane: int, lot: int) -> None:
        """All pieces of a lane are of this lot now."""
        self.old[row, lane], self.lot[row, lane] = self.units[row, lane], lot
        self.expires[row, lane] = _over(lot, self.sku[row, lane])

    def _load(self, row: int, lane: int, ts: int, *, spoilt: bool, rng: Rng) -> Said:
        pieces, today = CAPACITY - int(self.units[row, lane]), (ts + _SHANGHAI) // DAY
        was_empty = self.units[row, lane] == 0
        self.units[row, lane], self.newest[row, lane] = CAPACITY, today
        if was_empty or spoilt:
            self._open(row, lane, today)
        if spoilt:
            self.expires[row, lane] = ts + int(rng.integers(*OLD_LEFT))
        expires = self.expires[row, lane] if was_empty or spoilt else _over(today, self.sku[row, lane])
        data = {"sku": SKUS[self.sku[row, lane]].name, "lot": f"L{today}", "lane": lane + 1, "units": pieces}
        return Said(row, ts, "lot_loaded", data | {"expires": int(expires)})

    def _weigh(self, row: int) -> None:
        if self._scales[row]:
            grams = self.units[row] * _GRAMS[self.sku[row]]
            self.load[row] = np.bincount(self._shelf[row], grams, SHELVES)


def _over(lot: Any, sku: Any) -> Any:
    """The end of a lot's last day in Shanghai (ms)."""
    return (lot + _DAYS[sku] + 1) * DAY - _SHANGHAI
