"""What people do with tickets: open one, and every move of the contract's list."""

from collections.abc import Callable
from typing import Any

from service import deadlines, dispatch, intake, verify
from service.after.followup import follow_up
from service.asked import answered, asked
from service.bodies import NOTE, instant, known, one_of, parts, said, texts, when
from service.cases import customers, register
from service.cases.record import fill
from service.checks import Check, json_object, optional, text
from service.model import Action, Actor, Answer
from service.moves import RIDES, SAME, check, move
from service.privacy.audit import audit
from service.proof import remote, safety, warranty
from service.recalls import held
from service.step import Step, name
from service.telling import results
from service.tickets import BEFORE_RESOLVED, CHANNELS, KINDS, ON_VISIT, SEVERITIES, Ticket
from service.visits import UNFINISHED, Visit
from telemetry.errors import Conflict, Invalid

_CREATE: dict[str, Check] = {
    "kind": one_of(*KINDS), "summary": text, "cabinet": optional(text), "severity": optional(one_of(*SEVERITIES)),
    "received": optional(when), "channel": optional(one_of(*CHANNELS)), "customer": optional(json_object),
}  # fmt: skip
_TECHNICIAN = frozenset({"comment", "reply", "wait", "resume", "work-done", "verify"})


def create(step: Step, actor: Actor, body: dict[str, Any], channel: str | None = None) -> Ticket:
    """Open a ticket for a person. What the record will need later (promise, product, proof) may be missing now.

    Raises Invalid. Fields we do not know are kept under `given`. `channel`: one that the body cannot name (a letter).
    """
    given = check_create(step, body)
    n = step.books.number("T")
    cabinet = given.get("cabinet")
    row = step.fleet.index.get(cabinet or "")
    received = instant(given["received"]) if given.get("received") is not None else step.now
    ticket = Ticket(
        id=name("T", n), n=n, kind=given["kind"], severity=given.get("severity") or "minor", summary=given["summary"],
        channel=channel or given.get("channel") or "phone", received=received, opened=step.now, cabinet=cabinet,
        site=step.fleet.site[row] if row is not None else None, customer=given.get("customer"),
    )  # fmt: skip
    rest = {key: value for key, value in body.items() if key not in _CREATE}
    if rest:
        ticket.extra["given"] = rest
    intake.register(step, ticket)
    step.line(ticket, "state", actor=actor.id, to="new", note=f"opened channel={ticket.channel}")
    warranty.claim(step, ticket)
    deadlines.begin(step, ticket, received)
    fill(step, ticket)
    return ticket


def check_create(step: Step, body: dict[str, Any]) -> dict[str, Any]:
    """The fields of the body that a new ticket knows. Raises Invalid."""
    given = known(body, _CREATE, ("kind", "summary"))
    _check_create(step, given, body)
    return given


def _check_create(step: Step, given: dict[str, Any], body: dict[str, Any]) -> None:
    wrong = {}
    cabinet = given.get("cabinet")
    if cabinet is not None and cabinet not in step.fleet.index:
        wrong["cabinet"] = "no such cabinet"
    if given.get("received") is not None and instant(given["received"]) > step.now:
        wrong["received"] = "must not be in the future"
    if json_object(body) is not None:
        wrong["body"] = str(json_object(body))
    if wrong:
        raise Invalid(wrong)
    if given.get("customer") is not None:
        customers.check(given["customer"])


def act(step: Step, verb: str, action: Action) -> Answer:
    """Judge and make a move. Raises NotFound, Denied, Conflict (judged before the body), Invalid; nothing has changed
    then."""
    ticket = asked(step, action, technicians=verb in _TECHNICIAN)
    check(step, ticket, verb)
    told = register.told(step, verb, action.body)
    _VERBS[verb](step, ticket, action.actor, action.body)
    register.note(step, ticket, action.actor, told)
    return answered(step, ticket)


def _visit(step: Step, ticket: Ticket) -> Visit | None:
    """The visit the ticket rides on, while it is unfinished."""
    visit = step.books.visits.get(ticket.visit or "")
    return visit if visit is not None and visit.state in UNFINISHED else None


def _triage(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    given = known(body, {"severity": optional(one_of(*SEVERITIES)), **NOTE})
    severity = given.get("severity")
    if severity is not None and severity != ticket.severity:
        step.line(ticket, "severity", actor=actor.id, note=f"severity from={ticket.severity} to={severity}")
        ticket.severity = severity
        deadlines.retarget(step, ticket)
    move(step, ticket, "triage", actor=actor.id, note=said(given))


def _plain(verb: str) -> "Verb":
    """A move whose body is at most a note."""

    def run(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
        move(step, ticket, verb, actor=actor.id, note=said(known(body, NOTE)))

    return run


def _spoken(verb: str) -> "Verb":
    """A move that is nothing without its words: `text` (or `note`)."""

    def run(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
        words = said(known(body, NOTE))
        if words is None:
            raise Invalid({"text": "is required"})
        move(step, ticket, verb, to=SAME, actor=actor.id, note=words)
        if verb == "reply":
            results.answered(step, ticket, actor.id)

    return run


def _dispatch(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Join a visit that goes there anyway, or offer to the best technician or the one who is named, on shift or not,
    but never without a certificate or an exam that the work asks for."""
    given = known(body, {"technician": optional(text), **NOTE})
    wish = given.get("technician")
    if wish is not None and (wish not in step.books.technicians or not step.books.technicians[wish].active):
        raise Invalid({"technician": "no such active technician"})
    if wish is not None:
        dispatch.qualified(step, ticket, wish)
        dispatch.unclaimed(step, ticket, wish)
    remote.before_dispatch(step, ticket, actor, said(given))
    move(step, ticket, "dispatch", actor=actor.id, note=said(given))
    dispatch.serve(step, ticket, wish)


def _wait(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """`for`: whom or what the work waits for. An offer that nobody took is called off; a technician keeps the visit."""
    given = known(body, {"for": one_of("customer", "parts", "access"), **NOTE}, ("for",))
    was = ticket.state
    move(step, ticket, "wait", to=f"wait_{given['for']}", actor=actor.id, note=said(given))
    ticket.waiting_from = was
    dispatch.leave_offer(step, ticket)


def _resume(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Back to where the visit is by now; without one, out for dispatch again, or to where the wait began."""
    given = known(body, NOTE)
    was, visit = ticket.waiting_from or "triaged", _visit(step, ticket)
    back = RIDES[visit.state] if visit is not None else "dispatching"
    to = back if was in ON_VISIT else was
    ticket.waiting_from = None
    proof = visit.proof() if visit is not None and to == "on_site" else None
    evidence = proof.evidence() if proof is not None else None
    move(step, ticket, "resume", to=to, actor=actor.id, evidence=evidence, note=said(given))
    if visit is not None and to == "on_site" and visit.arrived is not None and not visit.provisional:
        deadlines.on_arrival(step, ticket, visit.arrived)  # somebody came while it waited
    if to == "dispatching" and visit is None:
        dispatch.serve(step, ticket)


def _promise(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    given = known(body, {"promised_at": when, **NOTE}, ("promised_at",))
    at = instant(given["promised_at"])
    if at <= step.now:
        raise Invalid({"promised_at": "must be in the future"})
    deadlines.promised(step, ticket, at)
    ticket.extra["promised_at"] = at
    move(step, ticket, "promise", actor=actor.id, note=said(given))


def _work_done(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    fields: dict[str, Check] = {"measure": text, "parts": optional(parts), "photos": optional(texts), **NOTE}
    fields["checklist"] = optional(safety.checklist)
    given = known(body, fields, ("measure",))
    safety.check(step, [ticket], given)
    ticket.extra["service"] = {
        "measure": given["measure"], "parts": given.get("parts") or [], "photos": given.get("photos") or [],
        "note": said(given), "person": actor.id, "date": step.now, "visit": ticket.visit,
        "checklist": given.get("checklist") or {},
    }  # fmt: skip
    move(step, ticket, "work-done", actor=actor.id, note=given["measure"])


def _verify(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    move(step, ticket, "verify", actor=actor.id, note=said(known(body, NOTE)))
    verify.begin(step, ticket)


def _resolve(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """A person's word in place of telemetry's: with a reason, and not from the one who did the work."""
    if ticket.extra.get("service", {}).get("person") == actor.id:
        raise Conflict("second_person", ["another person"])
    given = known(body, NOTE)
    words = said(given)
    if ticket.state == "verifying" and words is None:
        raise Invalid({"reason": "is required while telemetry has not proven the repair"})
    unproven, ticket.verification = ticket.state == "verifying", None
    move(step, ticket, "resolve", actor=actor.id, note=words)
    results.settled(step, ticket, actor.id, given)
    dispatch.leave(step, ticket)
    if unproven:
        audit(step, actor, "ticket.overridden", f"ticket:{ticket.id}", {"line": len(ticket.timeline)})


def _merge(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    if (ticket.extra.get("refund") or {"paid": True})["paid"] is None:
        raise Conflict("refund_paid", ["refund.receipt"])  # what is owed would be owed by nobody
    given = known(body, {"into": text, **NOTE}, ("into",))
    into = step.books.tickets.get(given["into"])
    if into is None or into is ticket or into.state not in BEFORE_RESOLVED:
        raise Invalid({"into": "must be another ticket that is not resolved yet"})
    intake.merge(step, ticket, into, actor.id, said(given))


def _cancel(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    if held.owed(step, ticket):
        raise Conflict("recall_done", [ticket.cabinet or ""])  # nobody would go there any more
    move(step, ticket, "cancel", actor=actor.id, note=said(known(body, NOTE)))
    dispatch.leave(step, ticket)


Verb = Callable[[Step, Ticket, Actor, dict[str, Any]], None]
_VERBS: dict[str, Verb] = {
    "triage": _triage,
    "remote": remote.attempt,
    "dispatch": _dispatch,
    "wait": _wait,
    "resume": _resume,
    "reply": _spoken("reply"),
    "promise": _promise,
    "work-done": _work_done,
    "verify": _verify,
    "resolve": _resolve,
    "follow-up": follow_up,
    "close": _plain("close"),
    "reopen": _plain("reopen"),
    "merge": _merge,
    "cancel": _cancel,
    "comment": _spoken("comment"),
}
VERBS = frozenset(_VERBS)


def _created(step: Step, action: Action) -> Answer:
    ticket = create(step, action.actor, action.body)
    register.opened(step, ticket, action.actor)
    return answered(step, ticket, "created")


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"ticket.create": _created}
