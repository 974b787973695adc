"""Carrying a lock out: the command, its answer, what the cabinet shows, and what the log and the ticket say of it."""

from typing import NamedTuple

from faults.foodsafety import lock
from faults.foodsafety.lock import LOCK, UNLOCK, Case, Told
from faults.model import Whose, episode_id
from service.commands import Commands
from service.desk import Desk
from service.foodlog import FoodLog
from service.model import Action, Actor, Effects
from service.registry import Registry
from telemetry.clock import Moment
from telemetry.fleet import ONLINE, Fleet

KIND = "food_safety_breach"
SYSTEM = Actor("food-safety", "administrator")


class Around(NamedTuple):
    """What food safety works with: the other parts of the fold."""

    fleet: Fleet
    registry: Registry
    commands: Commands
    desk: Desk
    moment: Moment


def carry_on(case: Case, around: Around, log: FoodLog) -> Effects:
    """The next step of a case, if one is due."""
    fleet, row = around.fleet, around.fleet.index[case.cabinet]
    told = _told(around.commands, case.command)
    online, boot = bool(fleet.status[row] == ONLINE) and not fleet.retired[row], int(fleet.boot[row])
    verdict = lock.step(case, told, online=online, boot=boot, now=around.moment.now)
    if verdict == "ask":
        others = around.desk.holding(case.cabinet) if case.wants == UNLOCK else []
        return _left(case, boot, others, around, log) if others else _ask(case, around, log)
    if verdict == "unconfirmed":
        return _unconfirmed(case, told, around, log)
    return _confirmed(case, told, boot, around, log) if verdict == "confirmed" else Effects()


def remark(case: Case, note: str, around: Around) -> Effects:
    """Say it in the ticket of this breach."""
    fault = episode_id(Whose(case.cabinet), KIND, case.breach)
    return around.desk.remark(fault, case.cabinet, note, around.fleet, around.moment)


def _ask(case: Case, around: Around, log: FoodLog) -> Effects:
    """Send the command, with the usual expiry: what is not carried out by then never is."""
    now, before = around.moment.now, _withdrawn(case, around, log) if case.wants == LOCK else Effects()
    body = {"name": case.wants, "reason": f"{KIND} {case.state}"}
    action = Action(id="", actor=SYSTEM, name="command.create", target=case.cabinet, body=body)
    answer, effects = around.commands.act(action, around.fleet, around.moment)
    key, expires = answer.body["id"], answer.body["expires"]
    lock.asked(case, key, now)
    what = "lock_requested" if case.wants == LOCK else "unlock_requested"
    log.write(case.cabinet, now, now, what, {"command": key, "attempt": case.attempts, "expires": expires})
    effects.extend(remark(case, f"{what} command={key} attempt={case.attempts}", around))
    before.extend(effects)
    return before


def _left(case: Case, boot: int, others: list[str], around: Around, log: FoodLog) -> Effects:
    """Released as far as food safety goes, but others still stop the sale: the lock is theirs from here on."""
    now = around.moment.now
    lock.confirmed(case, boot, now)
    around.desk.inherit(case.cabinet)
    log.write(case.cabinet, now, now, "left_locked", {"for": others})
    return remark(case, f"left_locked for={','.join(others)}", around)


def _withdrawn(case: Case, around: Around, log: FoodLog) -> Effects:
    """An unlocking that the cabinet has not answered yet must not undo the lock."""
    keys, effects = around.commands.withdraw(case.cabinet, UNLOCK, around.moment)
    for key in keys:
        log.write(case.cabinet, around.moment.now, around.moment.now, "unlock_withdrawn", {"command": key})
    return effects


def _unconfirmed(case: Case, told: Told | None, around: Around, log: FoodLog) -> Effects:
    """Nobody can say that it is locked: the ticket says so, and it is tried again."""
    now, what = around.moment.now, "lock_unconfirmed" if case.wants == LOCK else "unlock_unconfirmed"
    why, key = lock.why_not(told), case.command
    lock.failed(case)
    data = {"command": key, "attempt": case.attempts, "why": why}
    log.write(case.cabinet, now, now, what, data)
    return remark(case, f"{what} command={key} attempt={case.attempts} why={why}", around)


def _confirmed(case: Case, told: Told | None, boot: int, around: Around, log: FoodLog) -> Effects:
    now, key, what = around.moment.now, case.command, "locked" if case.wants == LOCK else "unlocked"
    lock.confirmed(case, boot, now)
    log.write(case.cabinet, now, now, what, {"command": key, "bolt_closed": told.closed if told else None})
    return remark(case, f"{what} command={key}", around)


def _told(commands: Commands, key: str | None) -> Told | None:
    found = commands.told(key) if key is not None else None
    if found is None:
        return None
    row, watched = found
    observed = row["observed"]
    return Told(row["state"], row["detail"], None if observed is None else observed["value"], watched)
