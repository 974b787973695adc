"""Lots past their date lock themselves (S1 7.5.3): a stop-sale for the lane, and the pull task on the fault's ticket.

A cabinet that can stop a lane alone (capability `lock_lane`) is told to. One that cannot is not closed for a yoghurt:
the ticket says so, unless the policy wants the whole cabinet stopped (`expired_lock_whole`).
"""

from typing import Any

from faults.model import Episode
from service.recalls import stops
from service.recalls.model import Expired
from service.recalls.stock import past_date
from service.step import Step
from service.tickets import BEFORE_RESOLVED, Ticket

KIND = "lot_expired"
_LANES = 255


def begin(step: Step, episode: Episode) -> None:
    """The fault became active: stop what is past its date, and write the pull task down. Once per episode."""
    goods, cabinet = step.books.goods, episode.cabinet
    known = goods.expired.get(cabinet or "")
    if cabinet is None or (known is not None and known.fault == episode.id):
        return
    if known is not None:
        _end(step, cabinet, known)
    lock = stops.lock_of_lanes(step, cabinet)
    goods.expired[cabinet] = Expired(fault=episode.id, lock=lock, named=_observed(episode))
    _follow(step, cabinet)


def end(step: Step, episode: Episode) -> None:
    """Nothing in the cabinet is past its date any more."""
    known = step.books.goods.expired.get(episode.cabinet or "")
    if episode.cabinet is not None and known is not None and known.fault == episode.id:
        _end(step, episode.cabinet, known)


def _end(step: Step, cabinet: str, known: Expired) -> None:
    for lane in list(known.lanes):
        _lift(step, cabinet, known, lane)
    del step.books.goods.expired[cabinet]


def tick(step: Step) -> None:
    """Further lanes expire while the first one still waits to be cleared."""
    for cabinet in step.books.goods.expired:
        _follow(step, cabinet)


def hear(step: Step, cabinet: str) -> None:
    """Goods moved: what was taken out needs no stop any more."""
    if cabinet in step.books.goods.expired:
        _follow(step, cabinet)


def _observed(episode: Episode) -> int | None:
    """The lane the fault itself names."""
    seen = episode.why.get("observed")
    lane = seen.get("lane") if isinstance(seen, dict) else None
    return lane if isinstance(lane, int) and 0 < lane <= _LANES else None


def _follow(step: Step, cabinet: str) -> None:
    """Bring the stops into line with the lanes that are past their date now. While our own book of the goods knows of
    none, it is the lane that the fault names, until the fault is over."""
    known = step.books.goods.expired[cabinet]
    now = past_date(step.books.goods.shelves.get(cabinet), step.now)
    if not now and known.named is not None and not known.lanes.keys() - {known.named}:
        now = {known.named: known.lanes.get(known.named)}
    elif now:
        known.named = None
    for lane, lot in now.items():
        if lane not in known.lanes or known.lanes[lane] != lot:
            known.lanes[lane] = lot
            _stop(step, cabinet, known, lane, lot)
    for lane in sorted(known.lanes.keys() - now.keys()):
        _lift(step, cabinet, known, lane)


def _stop(step: Step, cabinet: str, known: Expired, lane: int, lot: str | None) -> None:
    ticket = _ticket(step, known)
    key = ticket.id if ticket is not None else None
    if known.lock == "lane" and lane:
        stops.require(step, cabinet, lane, f"{_reason(known)}/{lane}", {"lot": lot, "why": "expired"}, key)
    elif known.lock == "whole":
        lots = sorted({name for name in known.lanes.values() if name is not None})
        stops.require(step, cabinet, None, _reason(known), {"lots": lots, "why": "expired"}, key)
    _say(step, known, f"pull_task lane={lane} lot={lot or '-'} why=expired lock={known.lock}")


def _lift(step: Step, cabinet: str, known: Expired, lane: int) -> None:
    lot = known.lanes.pop(lane)
    stops.release(step, cabinet, f"{_reason(known)}/{lane}")
    if not known.lanes:
        stops.release(step, cabinet, _reason(known))
    _say(step, known, f"pulled lane={lane} lot={lot or '-'}")


def _reason(known: Expired) -> str:
    return f"expired:{known.fault}"


def _ticket(step: Step, known: Expired) -> Ticket | None:
    return step.books.tickets.get(step.books.by_fault.get(known.fault, ""))


def _say(step: Step, known: Expired, note: str) -> None:
    """The pull task, on the ticket that has the fault: what to take out, and whether it can still be sold."""
    ticket = _ticket(step, known)
    if ticket is None or ticket.state not in BEFORE_RESOLVED:
        return
    lanes = [{"lane": lane, "lot": lot} for lane, lot in sorted(known.lanes.items())]
    pull: dict[str, Any] = {"why": "expired", "lock": known.lock, "lanes": lanes}
    ticket.extra["pull"] = pull
    step.line(ticket, "goods", note=note)
