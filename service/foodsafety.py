"""Food safety at work: from a breach to a lock that the cabinet shows, to a release that somebody answers for.

One part of the fold's state: deterministic, no I/O, no clock. The rules, the clock and the lock's moves are pure
(`faults/foodsafety`); here they become commands, log rows, lines of the ticket, and guards.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import numpy as np

from faults.codes import lookup
from faults.foodsafety import lock
from faults.foodsafety.chain import Head
from faults.foodsafety.lock import UNLOCK, Case
from faults.foodsafety.rules import Profile, rule_of
from faults.foodsafety.watch import Finding, Watch, WatchState
from service import foodlock, foodrelease
from service.foodlock import KIND, Around
from service.foodlog import FoodLog
from service.model import REFUSALS, Action, Answer, Effects, refusal
from service.records.base import Put, Row, visible
from telemetry.batch import CabinetEvent, Frames, Judged, Mark
from telemetry.clock import Moment
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.fleet import Fleet

_LONGEST_CODE = 64
_LOGGED = frozenset({"power_lost", "power_restored", "restocked"})


class FoodState(msgspec.Struct):
    """The shape of `FoodSafety.dump()`; `ended`: cabinet → its last release (product ms)."""

    profiles: dict[str, Profile]
    cases: dict[str, Case]
    heads: dict[str, Head]
    marks: list[Mark]
    ended: dict[str, int]
    watch: WatchState


class FoodSafety:
    """Who is held to which rule, the open cases, and the log. A cabinet has no rule until a profile is assigned."""

    def __init__(self) -> None:
        self._watch, self._log = Watch(), FoodLog()
        self._profiles: dict[str, Profile] = {}
        self._cases: dict[str, Case] = {}
        self._busy: set[str] = set()
        self._marks: list[Mark] = []
        self._ended: dict[str, int] = {}
        self._acts: dict[str, Callable[[Action, Around], Effects]] = {
            "food.profile": self._assign,
            "food.release": self._release,
        }

    def judge(self, judged: Judged, fleet: Fleet, moment: Moment) -> tuple[list[Mark], Effects]:
        """Take a batch: marks of the fault kind `food_safety_breach`, and what the log says. A backlog counts too:
        what was over by the time it is judged is a breach all the same (contract, *Order*)."""
        marks, self._marks = self._marks, []
        for found in self._watch.judge(judged, fleet):
            cabinet = fleet.ids[found.row]
            self._log.write(cabinet, moment.now, found.ts, found.what, found.data)
            if found.what == "breach":
                marks.append(self._begin(found.row, cabinet, found.ts, moment.now, found.data))
        for event in judged.events:
            if event.cabinet in self._profiles or event.cabinet in self._cases or _health(event):
                marks += self._hear(event, fleet, moment.now)
        self._look(judged.frames, fleet, moment.now)
        return marks, self._settled(fleet, moment)

    def enforce(self, around: Around, born: Iterable[str] = ()) -> Effects:
        """Carry every open case on; `born`: cabinets that just connected, whose lock may be gone."""
        effects = Effects()
        for cabinet in sorted(self._busy | (set(born) & self._cases.keys())):
            case = self._cases[cabinet]
            effects.extend(foodlock.carry_on(case, around, self._log))
            self._busy.add(cabinet)
            if case.settled or case.state == "over":
                self._busy.discard(cabinet)
            if case.state == "over":
                del self._cases[cabinet]
        effects.extend(self._settled(around.fleet, around.moment))
        return effects

    def act(self, action: Action, around: Around) -> tuple[Answer, Effects]:
        """Judge `food.profile` and `food.release`; a refusal changes nothing. The answer is the cabinet's state."""
        try:
            if action.name not in self._acts:
                raise Invalid({"name": f"unknown action {action.name}"})
            if action.target not in around.fleet.index:
                raise NotFound(action.target)
            effects = self._acts[action.name](action, around)
        except REFUSALS as error:
            return refusal(action, error), Effects()
        effects.extend(self._settled(around.fleet, around.moment))
        return Answer(status="ok", body=self._row(action.target, around.fleet, around.moment)), effects

    def forbids(self, action: Action) -> Answer | None:
        """The refusal of a command that would undo a lock without a release."""
        if action.name != "command.create" or not self.bars(action.target, action.body.get("name")):
            return None
        return Answer(status="conflict", body={"guard": "food_safety", "missing": ["food-safety/release"]})

    def bars(self, cabinet: str, command: Any) -> bool:
        """Would this command undo a lock that nobody has released? Asked too before one is sent again."""
        return bool(command == UNLOCK) and self._open(cabinet)

    def completed(self, action: Action) -> Action:
        """The action with what food safety keeps in a cabinet's profile: an edit of the rest does not take it out."""
        profile = self._profiles.get(action.target)
        given = action.body.get("profile")
        if action.name != "cabinet.patch" or "profile" not in action.body or profile is None:
            return action
        if given is not None and not isinstance(given, dict):
            return action
        body = action.body | {"profile": (given or {}) | {"food_safety": told_to_cabinet(profile)}}
        return msgspec.structs.replace(action, body=body)

    def retire(self, cabinet: str, fleet: Fleet, moment: Moment) -> Effects:
        """A cabinet is no more: its rule and its case end; the log stays."""
        if cabinet not in self._profiles and cabinet not in self._cases:
            return Effects()
        self._note(cabinet, self._watch.assign(fleet.index[cabinet], None), moment.now)
        self._profiles.pop(cabinet, None)
        self._cases.pop(cabinet, None)
        self._busy.discard(cabinet)
        self._log.write(cabinet, moment.now, moment.now, "retired", {})
        return self._settled(fleet, moment)

    def dump(self) -> bytes:
        heads = self._log.heads
        state = FoodState(self._profiles, self._cases, heads, self._marks, self._ended, self._watch.dump())
        return msgspec.msgpack.encode(state)

    def load(self, data: bytes) -> None:
        """Take over a dump. Raises msgspec.DecodeError, Invalid when it is none."""
        state = msgspec.msgpack.decode(data, type=FoodState)
        self._watch, self._log = Watch(), FoodLog()
        self._watch.load(state.watch)
        self._log.heads = state.heads
        self._profiles, self._cases = state.profiles, state.cases
        self._marks, self._ended = state.marks, state.ended
        self._busy = {cabinet for cabinet, case in self._cases.items() if not case.settled}

    # what happens

    def _begin(self, row: int, cabinet: str, breach: int, known: int, why: dict[str, Any]) -> Mark:
        self._cases[cabinet] = lock.begin(cabinet, breach, known, why)
        self._busy.add(cabinet)
        self._watch.hold(row)
        return Mark(row, KIND, True, breach, _why(why, self._profiles.get(cabinet)))

    def _hear(self, event: CabinetEvent, fleet: Fleet, now: int) -> list[Mark]:
        """What a cabinet under a rule or a lock says (it sold, its power came and went), or any that locked itself."""
        case = self._cases.get(event.cabinet)
        if _health(event):
            return [] if fleet.retired[event.row] else self._self_locked(event, now)
        if event.name == "vend" and case is not None and case.settled and event.ts > (case.locked or 0):
            self._log.write(event.cabinet, now, event.ts, "sold_while_locked", {"seq": event.seq})
            self._doubt(case)
        elif event.name in _LOGGED or (event.name == "door_opened" and case is not None):
            self._log.write(event.cabinet, now, event.ts, event.name, {"late": event.late})
        return []

    def _look(self, frames: Frames, fleet: Fleet, now: int) -> None:
        """What the bolts of locked cabinets show."""
        locked = {fleet.index[cabinet]: case for cabinet, case in self._cases.items() if case.settled}
        if not locked:
            return
        at = np.flatnonzero(np.isin(frames.row, list(locked)))
        columns = (frames.row, frames.of("lock_closed"), frames.of("door_open"), frames.ts)
        for row, closed, door, ts in zip(*(column[at].tolist() for column in columns), strict=True):
            if lock.bolt(case := locked[row], closed, door, ts):
                self._log.write(case.cabinet, now, ts, "open_while_locked", {"since": case.open_at})
                self._doubt(case)

    def _doubt(self, case: Case) -> None:
        """It is locked again."""
        lock.doubted(case)
        self._busy.add(case.cabinet)

    def _self_locked(self, event: CabinetEvent, now: int) -> list[Mark]:
        """The cabinet kept a rule by itself, ours or its maker's. That counts however late it is told, unless it was
        released since."""
        code = visible(str(event.data["code"])[:_LONGEST_CODE])
        self._log.write(event.cabinet, now, event.ts, "locked_itself", {"code": code})
        if self._open(event.cabinet) or event.ts <= self._ended.get(event.cabinet, -1):
            return []
        profile = self._profiles.get(event.cabinet)
        limit = {} if profile is None else {"limit_c": rule_of(profile).limit_c}
        why = {"signal": "device_fault", "code": code, "since": event.ts} | limit
        return [self._begin(event.row, event.cabinet, event.ts, now, why)]

    def _open(self, cabinet: str) -> bool:
        """Is there a breach that nobody has released?"""
        case = self._cases.get(cabinet)
        return case is not None and case.state != "released"

    # what people do

    def _assign(self, action: Action, around: Around) -> Effects:
        """Hold a cabinet to a rule, or (pack null) to none; the cabinet is told, so that it keeps it by itself."""
        cabinet, now = action.target, around.moment.now
        if around.fleet.retired[around.fleet.index[cabinet]]:
            raise Conflict("retired")
        profile = foodrelease.profile_of(action.body)
        kept = {k: v for k, v in (around.registry.cabinets[cabinet]["profile"] or {}).items() if k != "food_safety"}
        told = {"food_safety": told_to_cabinet(profile)} if profile is not None else {}
        edit = Action(id="", actor=action.actor, name="cabinet.patch", target=cabinet, body={"profile": kept | told})
        answer, effects = around.registry.act(edit, around.fleet, around.moment)
        if answer.status != "ok":
            raise Invalid(answer.body.get("fields", {"profile": answer.status}))
        found = self._watch.assign(around.fleet.index[cabinet], profile)
        self._note(cabinet, [each for each in found if each.what == "temperature"], now)
        if profile is None:
            self._profiles.pop(cabinet, None)
        else:
            self._profiles[cabinet] = profile
        if self._open(cabinet):
            self._watch.hold(around.fleet.index[cabinet])
        data = {"by": action.actor.id, "profile": _shown(profile), "reason": action.body.get("reason")}
        self._log.write(cabinet, now, now, "profile", data)
        self._note(cabinet, [each for each in found if each.what != "temperature"], now)
        return effects

    def _note(self, cabinet: str, found: Iterable[Finding], now: int) -> None:
        for each in found:
            self._log.write(cabinet, now, each.ts, each.what, each.data)

    def _release(self, action: Action, around: Around) -> Effects:
        """Let a cabinet sell again. Guards, in this order: `state` there is a lock, `arrival` somebody was there since
        the breach, `records` what was found and thrown away. Raises Conflict, Invalid."""
        case, now = self._cases.get(action.target), around.moment.now
        if case is None or not self._open(action.target):
            raise Conflict("state", ["breach", "lock_requested", "locked"])
        visit = foodrelease.arrival(around.desk.arrivals(case.cabinet, case.breach), action.actor)
        record = foodrelease.record(action.body)
        release = {"by": action.actor.id, "role": action.actor.role, "at": now, "visit": visit.id, **record}
        release |= {"level": visit.level, "arrived": visit.arrived}
        row = around.fleet.index[case.cabinet]
        lock.released(case, release)
        self._busy.add(case.cabinet)
        self._ended[case.cabinet] = now
        self._watch.release(row)
        self._marks.append(Mark(row, KIND, False, now, {}))
        self._log.write(case.cabinet, now, now, "released", release)
        return foodlock.remark(case, f"released by={action.actor.id} visit={visit.id}", around)

    # rows

    def _settled(self, fleet: Fleet, moment: Moment) -> Effects:
        """The rows written since the last time, and the state of the cabinets they are about."""
        changes, touched = self._log.taken()
        return Effects(changes=[*changes, *(Put("food_safety", self._row(c, fleet, moment)) for c in touched)])

    def _row(self, cabinet: str, fleet: Fleet, moment: Moment) -> Row:
        case, profile, head = self._cases.get(cabinet), self._profiles.get(cabinet), self._log.head(cabinet)
        calm = "none" if profile is None else "building" if self._watch.building(fleet.index[cabinet]) else "ok"
        return {
            "cabinet": cabinet, "profile": _shown(profile), "state": case.state if case is not None else calm,
            "breach": None if case is None else msgspec.to_builtins(case), "length": head.n, "head": head.hash,
            "updated": moment.now,
        }  # fmt: skip


def told_to_cabinet(profile: Profile) -> dict[str, Any]:
    """The rule as the cabinet gets it (`down/config`, `profile.food_safety`), to keep it while nobody hears it."""
    rule = rule_of(profile)
    return {**(_shown(profile) or {}), "signals": list(rule.signals), **rule.figures()}


def _shown(profile: Profile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    return {"pack": profile.pack, "version": profile.version, "class": profile.product}


def _health(event: CabinetEvent) -> bool:
    """Does a cabinet say that it broke a rule of food safety, and has locked itself (EVA-DTS `EJH`)? Codes are read as
    those of all other faults are (`faults/reports.py`), so that a report is one fault."""
    code, scheme = event.data.get("code"), event.data.get("scheme")
    if event.name != "device_fault" or not isinstance(code, str):
        return False
    known = lookup(scheme.strip() if isinstance(scheme, str) else "", code.strip())
    return known is not None and known.kind == KIND


def _why(why: dict[str, Any], profile: Profile | None) -> dict[str, Any]:
    """The evidence as a fault shows it."""
    observed = {k: v for k, v in why.items() if k not in ("signal", "limit_c", "allowed_s")}
    threshold = {k: why[k] for k in ("limit_c", "allowed_s") if k in why}
    told = {"reported": True} if why["signal"] == "device_fault" else {}
    return {"features": [why["signal"]], "observed": observed, "threshold": threshold, "rule": _shown(profile)} | told
