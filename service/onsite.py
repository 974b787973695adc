"""What technicians do with a visit: accept, decline, depart, check in, finish; and what the cabinet says about it."""

import hmac
from collections.abc import Callable
from typing import Any

from service import arrival, deadlines, dispatch, verify
from service.arrival import Seen, Spot
from service.bodies import instant, known, one_of, parts, texts, when
from service.checks import Check, json_object, optional, text, within
from service.model import Action, Actor
from service.moves import move
from service.step import Step
from service.visits import THERE, UNFINISHED, Proof, Visit
from telemetry.batch import CabinetEvent
from telemetry.errors import Conflict, Denied, Invalid

_ON_BEHALF = frozenset({"dispatcher", "administrator"})
_UNDER_WAY = frozenset({"accepted", "en_route", "arrived", "working"})

# From which states of a visit an action is legal.
SOURCES: dict[str, frozenset[str]] = {
    "accept": frozenset({"offered"}),
    "decline": frozenset({"offered", "accepted", "en_route"}),
    "depart": frozenset({"accepted"}),
    "check-in": _UNDER_WAY,
    "finish": THERE,
}

_POSITION: dict[str, Check] = {
    "lat": optional(within(-90, 90)), "lon": optional(within(-180, 180)), "accuracy_m": optional(within(0, 1e6)),
}  # fmt: skip
_TYPE = one_of("button", "gps", "qr", "rotating_code", "nfc")
_EVIDENCE: dict[str, Check] = {"type": _TYPE, "at": optional(when), "payload": text, "code": text, **_POSITION}
_NEEDS: dict[str, tuple[str, ...]] = {
    "gps": ("lat", "lon", "accuracy_m"), "qr": ("payload",), "rotating_code": ("code",), "nfc": ("code",),
}  # fmt: skip
_REPORT: dict[str, Check] = {
    "measure": text, "parts": optional(parts), "note": optional(text), "photos": optional(texts),
}  # fmt: skip


def act(step: Step, visit: Visit, verb: str, action: Action) -> dict[str, Any]:
    """Judge and make a visit's move; what the answer says besides the visit. Raises Denied, Conflict (judged before the
    body), Invalid; nothing has changed then."""
    actor = action.actor
    if not (actor.role in _ON_BEHALF or (actor.role == "technician" and actor.id == visit.technician)):
        raise Denied(visit.id)
    if action.version is not None and action.version != visit.version:
        raise Conflict("stale")
    _check(visit, verb)
    return _VERBS[verb](step, visit, actor, action.body)


def _check(visit: Visit, verb: str) -> None:
    if visit.state in SOURCES[verb]:
        return
    if verb == "accept" and visit.state in _UNDER_WAY:
        raise Conflict("already_accepted")
    if verb == "finish" and visit.state in UNFINISHED:
        raise Conflict("not_arrived", ["check-in"])
    raise Conflict("state", sorted(SOURCES[verb]))


def _accept(step: Step, visit: Visit, actor: Actor, _: dict[str, Any]) -> dict[str, Any]:
    visit.accepted = step.now
    visit.code = arrival.service_code(step.desk.secret, visit.id)
    step.set_visit_state(visit, "accepted")
    for ticket in dispatch.riders(step, visit, "dispatching"):
        ticket.assignee, ticket.tried, ticket.unserved = visit.technician, [], False
        move(step, ticket, "accept", actor=actor.id, note=f"visit={visit.id}")
    return {}


def _decline(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    known(body, {"reason": optional(text), "note": optional(text)})
    dispatch.drop(step, visit, "declined", actor.id)
    return {}


def _depart(step: Step, visit: Visit, actor: Actor, _: dict[str, Any]) -> dict[str, Any]:
    visit.departed = step.now
    step.set_visit_state(visit, "en_route")
    for ticket in dispatch.riders(step, visit, "scheduled"):
        move(step, ticket, "depart", actor=actor.id, note=f"visit={visit.id}")
    return {}


def _check_in(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    known(body, {"evidence": json_object}, ("evidence",))
    evidence = _evidence(body["evidence"])
    claimed = instant(evidence["at"]) if evidence.get("at") is not None else step.now
    seen = Seen(_plausible(step, visit, claimed, step.now), step.now)
    _, lat, lon = dispatch.where(step, visit.cabinet, visit.site)
    spot = Spot(visit.cabinets, lat, lon)
    proof = arrival.grade(evidence, spot, seen, step.policy, step.desk.secret)
    prove(step, visit, proof, actor.id)
    return {"level": visit.level, "arrived_at": visit.arrived, "provisional": visit.provisional}


def _evidence(raw: dict[str, Any]) -> dict[str, Any]:
    """The known fields of a check-in's evidence, checked for its type; null is as good as missing."""
    raw = {key: value for key, value in raw.items() if value is not None}
    try:
        kind = known(raw, {"type": _TYPE}, ("type",))["type"]
        return known(raw, _EVIDENCE, _NEEDS.get(kind, ()))
    except Invalid as error:
        raise Invalid({f"evidence.{field}": message for field, message in error.fields.items()}) from None


def _plausible(step: Step, visit: Visit, claimed: int, otherwise: int) -> int:
    """A device's time, if it lies between acceptance and now; else the time we heard of it."""
    since = visit.accepted if visit.accepted is not None else visit.offered
    return claimed if since <= claimed <= step.now else otherwise


def prove(step: Step, visit: Visit, proof: Proof, actor: str) -> None:
    """Take a proof of arrival: the visit has arrived, or what is known of the arrival gets better."""
    visit.proofs.append(proof)
    visit.level = max(p.level for p in visit.proofs)
    visit.arrived, visit.provisional = arrival.arrived_at(visit.proofs, step.policy.arrival_level)
    step.touch_visit(visit)
    if visit.state not in THERE:
        step.set_visit_state(visit, "arrived")
    note = f"arrived visit={visit.id} provisional={str(visit.provisional).lower()}"
    for ticket in dispatch.riders(step, visit, "scheduled", "en_route", "on_site"):
        if ticket.state == "on_site":
            step.line(ticket, "evidence", actor=actor, evidence=proof.evidence(), note=note)
        else:
            move(step, ticket, "arrive", actor=actor, evidence=proof.evidence(), note=note)
        if not visit.provisional:
            deadlines.on_arrival(step, ticket, visit.arrived)


def _finish(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    report = known(body, _REPORT, ("measure",))
    visit.report = {"measure": report["measure"], "parts": report.get("parts") or [], "note": report.get("note")}
    visit.report["photos"] = report.get("photos") or []
    visit.finished = step.now
    step.set_visit_state(visit, "left")
    for ticket in dispatch.riders(step, visit, "on_site"):
        ticket.extra["service"] = {**visit.report, "person": visit.technician, "date": step.now, "visit": visit.id}
        move(step, ticket, "work-done", actor=actor.id, note=visit.report["measure"])
        move(step, ticket, "verify", note=f"watching minutes={step.policy.window_ms(ticket.fault_kind) // 60_000}")
        verify.begin(step, ticket)
    return {}


_VERBS: dict[str, Callable[[Step, Visit, Actor, dict[str, Any]], dict[str, Any]]] = {
    "accept": _accept,
    "decline": _decline,
    "depart": _depart,
    "check-in": _check_in,
    "finish": _finish,
}


def hear(step: Step, event: CabinetEvent) -> None:
    """An event of a cabinet with a visit under way: the one-time code proves the arrival, the door that work began."""
    for visit in step.unfinished():
        if visit.state not in _UNDER_WAY or event.cabinet not in visit.cabinets:
            continue
        if event.name == "service_code_entered":
            _code(step, visit, event)
        elif event.name == "door_opened" and visit.state == "arrived" and event.ts >= (visit.arrived or 0):
            _door(step, visit, event)


def _code(step: Step, visit: Visit, event: CabinetEvent) -> None:
    """Six digits can be guessed, so after some wrong ones the visit's code is no proof any more."""
    typed = str(event.data.get("code", ""))
    fits = hmac.compare_digest(typed.encode(), (visit.code or "").encode())
    if not fits or visit.wrong_codes >= step.policy.wrong_codes:
        visit.wrong_codes += 1
        step.touch_visit(visit)
        return
    at = _plausible(step, visit, event.ts, min(event.at, step.now))
    proof = Proof(type="service_code", level=4, source="cabinet", at=at, received=max(at, min(event.at, step.now)))
    proof.detail = {"cabinet": event.cabinet, "boot": event.boot, "seq": event.seq}
    if not any(p.level >= 4 and p.at <= at for p in visit.proofs):
        prove(step, visit, proof, visit.technician)


def _door(step: Step, visit: Visit, event: CabinetEvent) -> None:
    step.set_visit_state(visit, "working")
    evidence = {
        "type": "door", "level": 0, "source": "cabinet", "at": event.ts,
        "uncertainty_s": abs(event.at - event.ts) // 1000,
    }  # fmt: skip
    for ticket in dispatch.riders(step, visit, "on_site"):
        step.line(ticket, "evidence", evidence=evidence, note=f"working visit={visit.id}")
