"""The book of what lies in a cabinet, kept for recalls from what the cabinet tells. Pure.

A recall must not miss a cabinet, so goods leave this book only when a cabinet says so: sold out, taken out, or another
article has taken their lane. A lot that was counted down to nothing may have been counted wrongly: it stays, with no
pieces, until the lane is loaded again. (The faults' own book, `faults/goods.py`, takes goods for gone as soon as a lane
sells the next lot: it must not cry too often.)
"""

from typing import Any, NamedTuple

from service.recalls.model import Lot, Recall, Shelf
from service.records.base import visible

HEARD = frozenset({"lot_loaded", "lot_sold", "lot_removed", "vend"})
LOTS = 6  # told apart in a lane; the oldest beyond become one of which the lot is not known
_LANES = 255
_LONGEST = 100
_MOST = 2**53


class Told(NamedTuple):
    """The fields of an event about goods; None for what it does not say, or says so that nobody can use it."""

    lane: int | None
    sku: str | None
    lot: str | None
    units: int | None
    expires: int | None
    price_cents: int | None
    vend_id: str | None


def told(data: dict[str, Any]) -> Told:
    """Read an event's data, whatever a cabinet may have put there."""
    lane = _number(data.get("lane"))
    return Told(
        lane if lane is not None and 0 < lane <= _LANES else None, _text(data.get("sku")), _text(data.get("lot")),
        _number(data.get("units")), _number(data.get("expires")), _number(data.get("price_cents")),
        _text(data.get("vend_id")),
    )  # fmt: skip


def _number(value: Any) -> int | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST
    return int(value) if whole else None


def _text(value: Any) -> str | None:
    named = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    return visible(str(value))[:_LONGEST] if named else None


def take(shelf: Shelf, name: str, said: Told) -> None:
    """Write an event of HEARD into the book."""
    if name == "lot_loaded":
        _load(shelf, said)
    elif name == "vend":
        _sell(shelf, said)
    else:
        for lane in _named_lanes(shelf, said):
            _clear(shelf, lane, said, out=name == "lot_removed")


def _load(shelf: Shelf, said: Told) -> None:
    lane = said.lane or 0
    here = [lot for lot in _of_article(shelf.lanes.get(lane, []), said.sku) if lot.units != 0]
    new = Lot(said.sku, said.lot, said.expires, said.units)
    same = next((lot for lot in here if (lot.sku, lot.lot) == (new.sku, new.lot)), None)
    if same is None:
        shelf.lanes[lane] = _bounded([*here, new])
        return
    same.units = None if same.units is None or new.units is None else same.units + new.units
    same.expires = min((e for e in (same.expires, new.expires) if e is not None), default=None)
    shelf.lanes[lane] = here


def _of_article(here: list[Lot], sku: str | None) -> list[Lot]:
    """The goods of a lane that can still be there, once it has this article: a lane has one."""
    return [lot for lot in here if sku is None or lot.sku is None or lot.sku == sku]


def _bounded(here: list[Lot]) -> list[Lot]:
    if len(here) <= LOTS:
        return here
    first, second, *rest = here
    return [Lot(first.sku if first.sku == second.sku else None, None, None, None), *rest]


def _sell(shelf: Shelf, said: Told) -> None:
    """A piece went. A lot nobody told us of lies there all the same, how many pieces is not known. A single sale does
    not prove that another article has left the lane: its lots stay, with no pieces, for somebody to look."""
    lane = said.lane or 0
    before = shelf.lanes.get(lane, [])
    here = _of_article(before, said.sku)
    for lot in before:
        if lot not in here:
            lot.units = 0
    here = [*(lot for lot in before if lot.units == 0 and lot not in here), *here]
    sold = next((lot for lot in here if lot.sku == said.sku and lot.lot == said.lot), None)
    if sold is None and not (said.lot is None and here):
        here = _bounded([Lot(said.sku, said.lot, None, None), *here])
    elif sold is not None and sold.units is not None:
        sold.units = max(sold.units - 1, 0)
    shelf.lanes[lane] = here


def _named_lanes(shelf: Shelf, said: Told) -> list[int]:
    """The lane an event names; without one, every lane that has the lot."""
    if said.lane is not None:
        return [said.lane]
    return [n for n, here in shelf.lanes.items() if any((x.sku, x.lot) == (said.sku, said.lot) for x in here)]


def _clear(shelf: Shelf, lane: int, said: Told, *, out: bool) -> None:
    """A lot is sold out, or taken `out`. Who takes out more than there is of it took what lay behind it as well."""
    here = shelf.lanes.get(lane, [])
    gone = next((lot for lot in here if lot.lot == said.lot), None)
    everything = said.lot is None or (
        out and gone is not None and gone.units is not None and said.units is not None and said.units > gone.units
    )
    shelf.lanes[lane] = [] if everything else [lot for lot in here if lot is not gone]


class Found(NamedTuple):
    """Where recalled goods lie: `lanes` as a task shows them; `maybe`: some may lie there besides, of a lot that nobody
    named or that was counted down to nothing."""

    lanes: list[dict[str, Any]]
    maybe: bool


def find(shelf: Shelf | None, recall: Recall) -> Found | None:
    """Recalled goods in a cabinet; None: it never told what lies in it."""
    if shelf is None or not shelf.lanes:
        return None
    lanes, maybe = [], False
    for lane, here in sorted(shelf.lanes.items()):
        for lot in here:
            verdict = None if lot.sku is None else recall.concerns(lot.sku, lot.lot)
            maybe |= verdict is None or (verdict and lot.units == 0)
            if verdict and lot.units != 0:
                lanes.append({"lane": lane or None, "lot": lot.lot, "units": lot.units})
    return Found(lanes, maybe)


def past_date(shelf: Shelf | None, now: int) -> dict[int, str | None]:
    """Lanes with something past its date at `now` (ms), each with the lot that is over longest."""
    found: dict[int, str | None] = {}
    for lane, here in sorted(shelf.lanes.items()) if shelf is not None else ():
        over = [lot for lot in here if lot.expires is not None and lot.expires <= now and lot.units != 0]
        if over:
            found[lane] = min(over, key=lambda lot: lot.expires or 0).lot
    return found
