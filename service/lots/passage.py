"""Where each lot lies, and lay: one row of `lot_stays` for every time that a lane had it.

Kept from what cabinets tell, by way of the book of goods (`service/recalls/stock.py`): a stay ends when the cabinet
says that the lot is gone, or when it was counted down to nothing. Goods whose article or lot nobody named have no stay.
"""

from service.lots.model import Stay, key_of
from service.recalls.model import Lot
from service.recalls.stock import told
from service.records.base import Put
from service.step import Step, name
from telemetry.batch import CabinetEvent

PREFIX = "LY"
_OUT = frozenset({"lot_sold", "lot_removed"})


def hear(step: Step, event: CabinetEvent) -> None:
    """Goods moved, and the book knows. What comes late is history, which the book does not take either."""
    if event.late:
        return
    lane = told(event.data).lane
    anywhere = event.cabinet not in step.books.lots.stays or (lane is None and event.name in _OUT)
    follow(step, event.cabinet, event.ts, None if anywhere else lane or 0)


def follow(step: Step, cabinet: str, at: int, lane: int | None = None) -> None:
    """Bring the stays into line with the book, for one lane or (None) for all, as of `at` (product ms)."""
    shelf = step.books.goods.shelves.get(cabinet)
    shelved = shelf.lanes if shelf is not None else {}
    mine = step.books.lots.stays.setdefault(cabinet, {})
    for n in sorted(mine.keys() | shelved.keys()) if lane is None else (lane,):
        now = _lane(step, (cabinet, n), shelved.get(n, []), mine.get(n, []), at)
        if now:
            mine[n] = now
        else:
            mine.pop(n, None)


def _lane(step: Step, place: tuple[str, int], here: list[Lot], before: list[Stay], at: int) -> list[Stay]:
    """The stays of a lane from now on; what began or ended is written down."""
    lie = {(lot.sku, lot.lot): None for lot in here if lot.sku is not None and lot.lot is not None and lot.units != 0}
    kept = [stay for stay in before if (stay.sku, stay.lot) in lie]
    for stay in before:
        if (stay.sku, stay.lot) not in lie:
            step.changes.append(Put("lot_stays", {"id": stay.id, "to": max(at, stay.since)}))
    known = {(stay.sku, stay.lot) for stay in kept}
    return kept + [_begin(step, place, sku or "", lot or "", at) for sku, lot in lie if (sku, lot) not in known]


def _begin(step: Step, place: tuple[str, int], sku: str, lot: str, at: int) -> Stay:
    cabinet, lane = place
    stay = Stay(name(PREFIX, step.books.number(PREFIX)), key_of(sku, lot), sku, lot, at)
    row = {
        "id": stay.id, "lot_key": stay.key, "sku": sku, "lot": lot, "cabinet": cabinet, "lane": lane or None,
        "from": at, "to": None,
    }  # fmt: skip
    step.changes.append(Put("lot_stays", row))
    return stay
