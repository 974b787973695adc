"""A lot without three good checks is not sold where the policy asks for them (S1 7.5.1, 7.5.2; `lot_checks_required`).

A cabinet cannot be kept from being loaded, but its lane from selling: it is stopped as one past its date is
(`service/recalls/expired.py`), people are told once of each lot, and when the checks are there, or the lot is gone, the
lane sells again. Goods whose lot nobody named are not judged: no check could ever let them go.
"""

from service.lots import passage, words
from service.lots.model import Held
from service.recalls import stops
from service.recalls.model import Lock
from service.records.base import Put
from service.step import Step
from telemetry.batch import CabinetEvent
from telemetry.units import DAY, HOUR

REASON = "unchecked"
_TOLD = ("dispatcher", "operators")


def hear(step: Step, event: CabinetEvent) -> None:
    """Goods moved, and it is known where they lie (`passage`)."""
    if not event.late and step.policy.lot_checks_required:
        _follow(step, event.cabinet)


def judge(step: Step, key: str, *, lacked: bool) -> None:
    """A check of this lot came in, which `lacked` a good one before or did not: look at the cabinets that have it, if
    it can be sold only now, or no longer."""
    lots = step.books.lots
    if not step.policy.lot_checks_required or bool(lots.lacking(key)) == lacked:
        return
    for cabinet in _held(step, key) if lacked else _having(step, key):
        _follow(step, cabinet)
    if lacked:
        lots.told.pop(key, None)


def _held(step: Step, key: str) -> list[str]:
    """The cabinets that are stopped for this lot: where one lacks a check, that is all that have it."""
    return [cabinet for cabinet, held in step.books.lots.held.items() if any(key in k for k in held.lanes.values())]


def _having(step: Step, key: str) -> list[str]:
    """The cabinets that have this lot. Looks at the whole fleet: only for a lot that was found bad after all."""
    stays = step.books.lots.stays
    return [c for c, lanes in stays.items() if any(stay.key == key for here in lanes.values() for stay in here)]


def tick(step: Step) -> None:
    """The policy may have changed; once an hour, what is over leaves memory."""
    lots = step.books.lots
    if lots.required != step.policy.lot_checks_required:
        lots.required = step.policy.lot_checks_required
        for cabinet in step.books.goods.shelves:
            passage.follow(step, cabinet, step.now)
            _follow(step, cabinet)
    if step.now - lots.swept >= HOUR:
        lots.swept = step.now
        _sweep(step)


def _follow(step: Step, cabinet: str) -> None:
    """Bring the stops of a cabinet into line with the unchecked lots that lie in it."""
    lots = step.books.lots
    now = _unchecked(step, cabinet) if step.policy.lot_checks_required else {}
    held = lots.held.get(cabinet)
    if held is None and not now:
        return
    if held is None:
        held = lots.held[cabinet] = Held(stops.lock_of_lanes(step, cabinet))
    fresh = {lane: keys for lane, keys in now.items() if held.lanes.get(lane) != keys}
    over = sorted(held.lanes.keys() - now.keys())
    held.lanes = now
    for lane in over:
        stops.release(step, cabinet, f"{REASON}:{lane}")
    if fresh:
        _stop(step, cabinet, held, fresh)
    if not now:
        stops.release(step, cabinet, REASON)
        del lots.held[cabinet]


def _unchecked(step: Step, cabinet: str) -> dict[int, list[str]]:
    """Lane → its lots without three good checks, by key."""
    lots = step.books.lots
    lanes = lots.stays.get(cabinet, {})
    found = {lane: sorted({s.key for s in here if lots.lacking(s.key)}) for lane, here in sorted(lanes.items())}
    return {lane: keys for lane, keys in found.items() if keys}


def _stop(step: Step, cabinet: str, held: Held, lanes: dict[int, list[str]]) -> None:
    for lane in lanes:
        if _locked(held, lane) == "lane":
            args = {"lots": _names(step, cabinet, lane, held), "why": REASON}
            stops.require(step, cabinet, lane, f"{REASON}:{lane}", args)
    if held.lock == "whole":
        named = sorted({lot for lane in held.lanes for lot in _names(step, cabinet, lane, held)})
        stops.require(step, cabinet, None, REASON, {"lots": named, "why": REASON})
    for lane, keys in lanes.items():
        for key in keys:
            _tell(step, cabinet, lane, key)


def _locked(held: Held, lane: int) -> Lock:
    """What is stopped for this lane: none where the cabinet did not say which lane it is."""
    return "none" if held.lock == "lane" and not lane else held.lock


def _names(step: Step, cabinet: str, lane: int, held: Held) -> list[str]:
    """The unchecked lots of a lane as the cabinet itself calls them."""
    here = step.books.lots.stays[cabinet][lane]
    return sorted({stay.lot for stay in here if stay.key in held.lanes[lane]})


def _tell(step: Step, cabinet: str, lane: int, key: str) -> None:
    """Once for each lot, of the first cabinet that has it; where else it lies, `GET /lots` tells."""
    lots = step.books.lots
    if key in lots.told:
        return
    lots.told[key] = step.now
    stay = next(stay for stay in lots.stays[cabinet][lane] if stay.key == key)
    params = {
        "sku": stay.sku, "lot": stay.lot, "cabinet": cabinet, "lane": lane or None, "severity": "major",
        **words.stages("missing", lots.lacking(key)), **words.stages("failed", lots.failed(key)),
        **words.lock(_locked(lots.held[cabinet], lane)),
    }  # fmt: skip
    for unit in _TOLD:
        step.notice(unit, "lot_unchecked", params)


def _sweep(step: Step) -> None:
    """Cabinets out of service have no goods any more; checks older than the policy's days are only kept in memory of
    lots that lie somewhere."""
    lots, shelves = step.books.lots, step.books.goods.shelves
    for cabinet in [c for c in lots.stays if c not in shelves]:
        passage.follow(step, cabinet, step.now)
        _follow(step, cabinet)
        del lots.stays[cabinet]
    lie = {stay.key for lanes in lots.stays.values() for here in lanes.values() for stay in here}
    before = step.now - step.policy.lot_checks_days * DAY
    for key in [key for key, checked in lots.checks.items() if checked.at <= before and key not in lie]:
        over = lots.checks.pop(key).stages.values()
        step.changes.extend(Put("lot_checks", {"id": check, "counts": False}) for _, check in over)
    lots.told = {key: at for key, at in lots.told.items() if key in lie}
