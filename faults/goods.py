"""The book of a cabinet's goods, kept from what it tells: which lanes are empty, which lots lie there and until when.

It says only what follows from the events. A lane is empty when the newest lot loaded into it is sold or taken out.
Within a lane the older lot goes first (the cabinets of the contract name the lot with each piece): who sells or takes
out a lot has none of the older left. The table keeps the lots that are over soonest; when a lane has moved on to a lot
that is not in it, all that lay before the newest is taken for gone: rather a late word than a false one.
"""

from typing import NamedTuple

import numpy as np

from faults.columns import Column, Columns
from faults.trades import LOADED, REMOVED, SOLD, UNTOLD, VEND, Trades
from telemetry.fleet import NEVER
from telemetry.units import MINUTE

LOTS, LANES = 12, 16  # remembered lots; lanes of which we know whether they are empty
MOST = 255
FAR = 2**31 - 1
ONE_BUYER = MINUTE  # pieces taken within it are one buyer's

COLUMNS = (
    Column("lane", "u1", 0, LOTS),  # in the order in which they were loaded; 0: no lot
    Column("lot", "u2", 0, LOTS),
    Column("over", "i4", 0, LOTS),  # end of its last day, in minutes since 1970
    Column("left", "u1", 0, LOTS),  # pieces of it, at most
    Column("newest", "u2", 0, LANES),
    Column("selling", "u2", 0, LANES),  # the lot that was sold or taken out last
    Column("known", "u4", 0),  # bit per lane: something was told of it
    Column("empty", "u4", 0),
    Column("buyers", "u4", 0),
    Column("bought", "i8", NEVER),
)


class Lot(NamedTuple):
    """A lot in a lane: `over` in minutes since 1970 (negative: not said), `left` pieces at most."""

    lane: int
    lot: int
    over: int
    left: int


def keep(col: Columns, trades: Trades) -> None:
    """Write these into the book, in their order."""
    lines = zip(*(column.tolist() for column in trades[:7]), strict=True)
    for row, ts, what, lane, lot, units, expires in lines:
        if what == VEND:
            _buy(col, row, ts)
        if 0 < lane <= MOST:
            lots = _lots(col, row)
            if lane <= LANES and what != LOADED and lot:
                lots = _moved_on(col, row, lane, lot, lots)
            _write(col, row, _after(lots, what, Lot(lane, lot, _minute(expires), units)))
            if lane <= LANES:
                _mark(col, row, lane, lot, what)


def _minute(expires: int) -> int:
    """The first minute in which it is over."""
    return min(-(-expires // MINUTE), FAR) if expires >= 0 else UNTOLD


def _buy(col: Columns, row: int, ts: int) -> None:
    before = col["bought"][row]
    if before == NEVER or abs(ts - before) >= ONE_BUYER:
        col["buyers"][row] += 1
        col["bought"][row] = ts


def _lots(col: Columns, row: int) -> list[Lot]:
    columns = (col[name][row].tolist() for name in Lot._fields)
    return [Lot(*line) for line in zip(*columns, strict=True) if line[0]]


def _write(col: Columns, row: int, lots: list[Lot]) -> None:
    while len(lots) > LOTS:
        lots.remove(max(lots, key=lambda lot: lot.over))
    lots = lots + [Lot(0, 0, 0, 0)] * (LOTS - len(lots))
    for name, column in zip(Lot._fields, zip(*lots, strict=True), strict=True):
        col[name][row] = column


def _moved_on(col: Columns, row: int, lane: int, lot: int, lots: list[Lot]) -> list[Lot]:
    """The lots that can still be there, once this lane sells `lot`."""
    before, newest = col["selling"][row, lane - 1], col["newest"][row, lane - 1]
    col["selling"][row, lane - 1] = lot
    if before in (0, lot) or any(each.lane == lane and each.lot == lot for each in lots):
        return lots
    return [each for each in lots if each.lane != lane or each.lot == newest != lot]


def _after(lots: list[Lot], what: int, told: Lot) -> list[Lot]:
    """The lots of a cabinet once this was told; `told.left` are its pieces (negative: not said)."""
    here = [lot for lot in lots if lot.lane == told.lane]
    at = next((i for i, lot in enumerate(here) if lot.lot == told.lot), None)
    if what == LOADED:
        return _loaded(lots, told, None if at is None else here[at])
    gone = 0 if at is None else at if what == VEND else at + 1
    # Who takes out more than there is of a lot took out what lay behind it as well.
    most = sum(lot.left for lot in here) if at is None else here[at].left
    if what == REMOVED and told.left > most - (at is None):
        gone = len(here)
    left = [lot for lot in lots if lot not in here[:gone]]
    if what == VEND and at is not None:
        sold = here[at]
        left[left.index(sold)] = sold._replace(left=max(sold.left - 1, 0))
    return left


def _loaded(lots: list[Lot], told: Lot, same: Lot | None) -> list[Lot]:
    """A lot that does not say when it is over is none that we could watch."""
    if told.over < 0:
        return lots
    new = told._replace(left=min(max(told.left, 0), MOST))
    if same is not None:
        new = new._replace(over=min(new.over, same.over), left=min(new.left + same.left, MOST))
    return [*(lot for lot in lots if lot is not same), new]


def _mark(col: Columns, row: int, lane: int, lot: int, what: int) -> None:
    """Keep the lanes' masks up to date."""
    bit, newest = np.uint32(1 << (lane - 1)), col["newest"][row]
    col["known"][row] |= bit
    if what in (SOLD, REMOVED) and newest[lane - 1] in (0, lot):
        col["empty"][row] |= bit
    else:
        col["empty"][row] &= ~bit
    if what == LOADED:
        newest[lane - 1] = lot
