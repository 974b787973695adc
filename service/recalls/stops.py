"""Stop-sales: cabinets (or lanes) that must not sell, why, and how far the cabinet has obeyed.

One place for every reason: a cabinet is stopped while there is one, and told to sell again only when none is left and
no person stopped it. Food safety has a lock of its own; it judges every command of ours, so nothing here can open that,
and when it opens its own, a stop that still has a reason is asked for again. What is not obeyed is asked for again with
growing pauses, at once when the cabinet restarts or sells all the same; nothing is sent to whom nobody can reach.
"""

from collections.abc import Iterator
from typing import Any

from faults.foodsafety.lock import LOCK, UNLOCK, pause
from service.model import Action, Answer
from service.orders import matches
from service.recalls.model import DONE, Goods, Lock, Stop
from service.records.base import Row
from service.step import SYSTEM, Books, Step
from telemetry.batch import CabinetEvent
from telemetry.errors import Conflict
from telemetry.fleet import ONLINE

LOCK_LANE = "lock_lane"  # the capability: `lock_sales` with `lane` stops that lane alone (docs/device.md)
AT_ONCE = 50  # commands in one step
_TELL_AFTER = 3  # attempts
_FOOD = "food-safety"  # who sends the commands of food safety
_KEY = "stop:"


def require(
    step: Step, cabinet: str, lane: int | None, reason: str, args: dict[str, Any], ticket: str | None = None
) -> None:
    """Let the cabinet (or its lane) not sell, for this reason. The command goes out with the next tick."""
    stop = _of(step.books.goods, cabinet, lane)
    if stop is None:
        stop = Stop(cabinet=cabinet, lane=lane)
        step.books.goods.stops.setdefault(cabinet, []).append(stop)
    if not stop.reasons and stop.shown is not True:
        stop.attempts, stop.retry_at, stop.command = 0, 0, None
    stop.reasons[reason] = args
    stop.ticket = ticket or stop.ticket


def release(step: Step, cabinet: str, reason: str) -> None:
    """The reason is gone, for the cabinet and all its lanes. What has no other sells again, with the next tick."""
    for stop in step.books.goods.stops.get(cabinet, ()):
        if stop.reasons.pop(reason, None) is not None and not stop.reasons:
            stop.attempts, stop.retry_at = 0, 0
            if stop.last is not None and stop.shown is None:
                stop.command, stop.shown = None, True  # it may have obeyed unheard: it is told to sell again


def of_cabinet(goods: Goods, cabinet: str, reason: str) -> list[Stop]:
    """The stops of a cabinet that this reason has."""
    return [stop for stop in goods.stops.get(cabinet, ()) if reason in stop.reasons]


def holding(goods: Goods, cabinet: str) -> list[str]:
    """Why the whole cabinet must not sell, food safety aside: the reasons of stop-sales, and `person` for one who
    stopped it by hand. Lanes stand apart: no unlocking without `lane` opens them (docs/device.md)."""
    reasons = {reason for stop in goods.stops.get(cabinet, ()) if stop.lane is None for reason in stop.reasons}
    return [*sorted(reasons), *(["person"] if cabinet in goods.by_hand else [])]


def inherit(goods: Goods, cabinet: str) -> None:
    """Food safety leaves its lock to whoever else stops the cabinet: it may be locked though nobody here asked it to,
    so it is asked, and told to sell again in the end."""
    for stop in goods.stops.get(cabinet, ()):
        if stop.lane is None and stop.reasons and stop.shown is not True:
            stop.last = stop.last or _FOOD
            _doubt(stop)


def able(step: Step, cabinet: str) -> bool:
    """Whether the cabinet can stop one lane alone."""
    return LOCK_LANE in ((step.desk.cabinet_row(cabinet) or {}).get("capabilities") or ())


def lock_of_lanes(step: Step, cabinet: str) -> Lock:
    """How goods that must not be sold are stopped in their lane: a cabinet that cannot is not closed for one lot,
    unless the policy wants it (`expired_lock_whole`)."""
    return "lane" if able(step, cabinet) else "whole" if step.policy.expired_lock_whole else "none"


def tick(step: Step) -> None:
    """Ask what is due, at most AT_ONCE."""
    for stop in [stop for stops in step.books.goods.stops.values() for stop in stops]:
        if len(step.commands) >= AT_ONCE:
            return
        _carry_on(step, stop)


def _of(goods: Goods, cabinet: str, lane: int | None) -> Stop | None:
    return next((stop for stop in goods.stops.get(cabinet, ()) if stop.lane == lane), None)


def _carry_on(step: Step, stop: Stop) -> None:
    row = step.fleet.index.get(stop.cabinet)
    gone = row is None or (step.fleet.retired[row] and not stop.reasons)
    if row is None or gone or not _wanted(step.books.goods, stop):
        _forget(step.books.goods, stop)
        return
    if step.fleet.retired[row]:  # it may come back into service with the goods in it
        _doubt(stop)
        stop.state, stop.command = "waiting", None
        return
    if stop.shown and stop.reasons and int(step.fleet.boot[row]) != stop.boot:
        _doubt(stop)  # a controller that restarted may have forgotten
    if stop.command is not None or stop.shown is bool(stop.reasons) or step.now < stop.retry_at:
        return
    if step.fleet.status[row] != ONLINE:
        stop.state = "waiting"
        return
    _ask(step, stop)


def _wanted(goods: Goods, stop: Stop) -> bool:
    """Is there anything left to be asked of it? A stop without a reason is over once the cabinet sells, or if it was
    never stopped, or if a person stopped it too."""
    if stop.reasons or stop.command is not None:
        return True
    return stop.shown is True and stop.cabinet not in goods.by_hand


def _forget(goods: Goods, stop: Stop) -> None:
    left = [other for other in goods.stops.get(stop.cabinet, ()) if other is not stop]
    if left:
        goods.stops[stop.cabinet] = left
    else:
        goods.stops.pop(stop.cabinet, None)


def _ask(step: Step, stop: Stop) -> None:
    reason, given = next(iter(stop.reasons.items()), ("", {"why": "released"}))
    args = given | ({} if stop.lane is None else {"lane": stop.lane})
    stop.attempts += 1
    stop.retry_at = step.now + pause(stop.attempts)
    what = f"stop_sale {reason}" if reason else "stop_sale over"
    ticket = stop.ticket if stop.ticket in step.books.tickets else None
    step.command(stop.cabinet, LOCK if stop.reasons else UNLOCK, args, what, ticket, _key(stop))


def _key(stop: Stop) -> str:
    return f"{_KEY}{stop.cabinet}/{'' if stop.lane is None else stop.lane}"


def on_answer(step: Step, action: Action, answer: Answer) -> None:
    """What the fold said to a command of ours: its number, or that food safety forbids it."""
    if not action.id.startswith(_KEY):
        return
    stop = next((s for s in step.books.goods.stops.get(action.target, ()) if _key(s) == action.id), None)
    if stop is None:
        return
    if answer.status == "created":
        stop.command = stop.last = answer.body["id"]
        stop.state = "sent"
    else:
        stop.state = "forbidden"


def on_command(step: Step, row: Row) -> None:
    """A command's row changed: ours, or one that undoes or does by hand what we do."""
    goods = step.books.goods
    mine = next((s for s in goods.stops.get(row["cabinet"], ()) if row["id"] in (s.command, s.last)), None)
    if mine is not None:
        _ours(step, mine, row)
    elif row["state"] == "done" and row["observed"] is None and row["name"] in (LOCK, UNLOCK):
        _others(step, row)


def _ours(step: Step, stop: Stop, row: Row) -> None:
    if row["state"] == "done":
        _obeyed(step, stop, row)
    elif row["state"] in ("failed", "rejected", "expired") and stop.command == row["id"]:
        stop.command, stop.state = None, "failed"
        if stop.attempts >= _TELL_AFTER and not stop.told:
            stop.told = True
            params = {"cabinet": stop.cabinet, "attempts": stop.attempts, "why": row["detail"] or row["state"]}
            step.notice("dispatcher", "stop_sale_failed", params, ticket=stop.ticket)


def _obeyed(step: Step, stop: Stop, row: Row) -> None:
    """The cabinet says it did it; if its bolt then shows otherwise, it is asked again."""
    locks = row["name"] == LOCK
    if row["observed"] is not None:
        if locks and stop.lane is None and stop.shown and matches(row) is False:
            _doubt(stop, step.now + pause(1))
        return
    stop.command, stop.shown, stop.told = None, locks, False
    stop.state = "stopped" if locks else "waiting"
    stop.boot, stop.since = int(step.fleet.boot[step.fleet.index[stop.cabinet]]), step.now
    stop.attempts, stop.retry_at = 0, 0


def _doubt(stop: Stop, retry_at: int = 0) -> None:
    """It is not stopped, whatever it said."""
    stop.shown, stop.state, stop.retry_at = None, "failed", retry_at


def _others(step: Step, row: Row) -> None:
    """Somebody else locked or unlocked the whole cabinet. A person who lets it sell has looked at what is done there;
    for whatever else it must not sell, it is stopped again."""
    goods, cabinet = step.books.goods, row["cabinet"]
    if (row["args"] or {}).get("lane") is not None:
        return
    person = row["actor"] not in (_FOOD, SYSTEM)
    if row["name"] == LOCK:
        if person:
            goods.by_hand[cabinet] = row["id"]
        return
    if person:
        goods.by_hand.pop(cabinet, None)
    for stop in goods.stops.get(cabinet, ()):
        for reason in [r for r in stop.reasons if person and not _owed(goods, cabinet, r)]:
            del stop.reasons[reason]
        stop.shown = None if stop.reasons else False
        stop.retry_at = 0


def _owed(goods: Goods, cabinet: str, reason: str) -> bool:
    """Must the cabinet still not sell for this reason? A recall's task that is done leaves it to people."""
    recall = next((r for r in goods.recalls.values() if r.key == reason), None)
    task = recall.tasks.get(cabinet) if recall is not None else None
    return task is None or task.state not in DONE


def check(books: Books, action: Action) -> None:
    """May a person let this cabinet sell again? Raises Conflict `stop_sale` with the reasons why it must not."""
    if action.body.get("name") == UNLOCK:
        goods, cabinet = books.goods, action.target
        reasons = {r for stop in goods.stops.get(cabinet, ()) for r in stop.reasons}
        if missing := sorted(r for r in reasons if _owed(goods, cabinet, r)):
            raise Conflict("stop_sale", missing)


def on_vend(step: Step, event: CabinetEvent) -> Iterator[Stop]:
    """Stops that this sale shows not to be obeyed; they are asked for again at once."""
    for stop in step.books.goods.stops.get(event.cabinet, ()):
        here = stop.lane is None or event.data.get("lane") == stop.lane
        if here and stop.shown and stop.reasons and event.ts > stop.since:
            _doubt(stop)
            yield stop
