"""What technicians do with a visit: accept, decline, depart, check in, finish."""

from collections.abc import Callable
from typing import Any

from service import arrival, dispatch, verify
from service.arrival import Seen, Spot
from service.bodies import instant, known, one_of, parts, texts, when
from service.checks import Check, demand, json_object, optional, text, truth, within
from service.model import Action, Actor
from service.moves import move
from service.proof import safety
from service.proof.hearing import UNDER_WAY
from service.proof.merging import plausible, prove, since
from service.step import Step
from service.visiting import stock, watch
from service.visiting.place import where
from service.visits import THERE, UNFINISHED, Visit
from telemetry.errors import Conflict, Denied, Invalid

_ON_BEHALF = frozenset({"dispatcher", "administrator"})

# From which states of a visit an action is legal.
SOURCES: dict[str, frozenset[str]] = {
    "accept": frozenset({"offered"}),
    "decline": frozenset({"offered", "accepted", "en_route"}),
    "depart": frozenset({"accepted"}),
    "check-in": UNDER_WAY,
    "finish": THERE,
}

_POSITION: dict[str, Check] = {
    "lat": optional(within(-90, 90)), "lon": optional(within(-180, 180)), "accuracy_m": optional(within(0, 1e6)),
}  # fmt: skip
_FIX: dict[str, Check] = {
    "lat": within(-90, 90), "lon": within(-180, 180), "accuracy_m": within(0, 1e6), "at": optional(when),
}  # fmt: skip
_MOST_FIXES = 20


def _fixes(value: Any) -> str | None:
    """Positions, each `{lat, lon, accuracy_m, at?}`."""
    if not isinstance(value, list) or len(value) > _MOST_FIXES or not all(isinstance(fix, dict) for fix in value):
        return f"must be a list of at most {_MOST_FIXES} positions"
    try:
        for fix in value:
            demand(fix, _FIX, ("lat", "lon", "accuracy_m"))
    except Invalid as error:
        return f"each position: {error}"
    return None


_TYPE = one_of("button", "gps", "qr", "rotating_code", "nfc")
_EVIDENCE: dict[str, Check] = {
    "type": _TYPE, "at": optional(when), "payload": text, "code": text, **_POSITION, "fixes": _fixes, "mocked": truth,
}  # fmt: skip
_NEEDS: dict[str, tuple[str, ...]] = {
    "gps": ("lat", "lon", "accuracy_m"), "qr": ("payload",), "rotating_code": ("code",), "nfc": ("code",),
}  # fmt: skip
_REPORT: dict[str, Check] = {
    "measure": text, "parts": optional(parts), "note": optional(text), "photos": optional(texts),
    "checklist": optional(safety.checklist),
}  # fmt: skip


def act(step: Step, visit: Visit, verb: str, action: Action) -> dict[str, Any]:
    """Judge and make a visit's move; what the answer says besides the visit. Raises Denied, Conflict (judged before the
    body), Invalid; nothing has changed then."""
    actor = action.actor
    if not (actor.role in _ON_BEHALF or (actor.role == "technician" and actor.id == visit.technician)):
        raise Denied(visit.id)
    action.expects(visit.version)
    if not (verb == "check-in" and _of_then(visit, action.body)):
        _check(visit, verb)
    return _VERBS[verb](step, visit, actor, action.body)


def _check(visit: Visit, verb: str) -> None:
    if visit.state in SOURCES[verb]:
        return
    if verb == "accept" and visit.state in UNDER_WAY:
        raise Conflict("already_accepted")
    if verb == "finish" and visit.state in UNFINISHED:
        raise Conflict("not_arrived", ["check-in"])
    raise Conflict("state", sorted(SOURCES[verb]))


def _of_then(visit: Visit, body: dict[str, Any]) -> bool:
    """Whether this is evidence of an ended visit, made by its device while it lasted (a phone that was offline)."""
    evidence = body.get("evidence")
    at = evidence.get("at") if isinstance(evidence, dict) else None
    if visit.state != "left" or visit.finished is None or at is None or when(at) is not None:
        return False
    return since(visit) <= instant(at) <= visit.finished


def _accept(step: Step, visit: Visit, actor: Actor, _: dict[str, Any]) -> dict[str, Any]:
    visit.accepted = step.now
    visit.code = arrival.service_code(step.desk.secret, visit.id)
    step.set_visit_state(visit, "accepted")
    for ticket in dispatch.riders(step, visit, "dispatching"):
        ticket.assignee, ticket.tried, ticket.unserved = visit.technician, [], False
        move(step, ticket, "accept", actor=actor.id, note=f"visit={visit.id}")
    watch.expect(step, visit)
    return {}


def _decline(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    known(body, {"reason": optional(text), "note": optional(text)})
    dispatch.drop(step, visit, "declined", actor.id)
    return {}


def _depart(step: Step, visit: Visit, actor: Actor, _: dict[str, Any]) -> dict[str, Any]:
    visit.departed = step.now
    step.set_visit_state(visit, "en_route")
    leaving = dispatch.riders(step, visit, "scheduled")
    for ticket in leaving:
        move(step, ticket, "depart", actor=actor.id, note=f"visit={visit.id}")
    watch.expect(step, visit)
    for ticket in leaving:
        step.tell(ticket, "on_the_way", {"eta": visit.eta}, visit=visit.id)
    return {}


def _check_in(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    known(body, {"evidence": json_object}, ("evidence",))
    evidence = _evidence(body["evidence"])
    claimed = instant(evidence["at"]) if evidence.get("at") is not None else step.now
    seen = Seen(plausible(step, visit, claimed, step.now), step.now)
    _, lat, lon = where(step, visit.cabinet, visit.site)
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


def _finish(step: Step, visit: Visit, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    report = known(body, _REPORT, ("measure",))
    working = dispatch.riders(step, visit, "on_site")
    safety.check(step, working, report)
    visit.report = {"measure": report["measure"], "parts": report.get("parts") or [], "note": report.get("note")}
    visit.report |= {"photos": report.get("photos") or [], "checklist": report.get("checklist") or {}}
    visit.finished = step.now
    step.set_visit_state(visit, "left")
    stock.used(step, visit)
    for ticket in working:
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
