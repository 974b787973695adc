"""Appointments: windows agreed with the customer, revision by revision, and never moved silently (S3 3.4(1))."""

from collections.abc import Callable
from typing import Any

from service import deadlines
from service.asked import answered, asked
from service.bodies import instant, known, when
from service.checks import Check, json_object, optional, text
from service.model import Action, Actor, Answer
from service.step import Step
from service.tickets import BEFORE_ARRIVAL, WAITING, Ticket
from service.visiting.windows import Appointment, awaited, common
from service.visits import UNFINISHED, Visit
from telemetry.errors import Conflict, Invalid
from telemetry.units import DAY

SOURCES = BEFORE_ARRIVAL | WAITING
LONGEST = 7 * DAY
AHEAD = 366 * DAY
MOST = 100  # revisions of one ticket

_BODY: dict[str, Check] = {
    "from": when, "to": when, "agreed_with": optional(text), "consent": optional(json_object), "reason": optional(text),
    "without_consent": optional(text),
}  # fmt: skip
_CONSENT: dict[str, Check] = {"by": text, "how": text}


def agree(step: Step, action: Action) -> Answer:
    """Set or change the window of a ticket; the answer is the ticket.

    A change needs the customer's `consent` {by, how}; `without_consent` (a reason) overrides it, and the window given
    up counts as missed, as does one that is changed only after its end (S3 3.4(1)). Raises NotFound, Denied, Conflict
    `state`, `consent`, `stale`, Invalid; nothing has changed then.
    """
    ticket = asked(step, action, technicians=True, states=SOURCES)
    given = _checked(step, ticket, action.body)
    before = awaited(ticket.appointments)
    if before is not None:
        _consented(given)
        before.missed = given["without_consent"] is not None or step.now > before.end
    _write(step, ticket, action.actor, given)
    deadlines.on_appointment(step, ticket)
    _tell(step, ticket, action.actor, changed=before is not None)
    _tell_customer(step, ticket, changed=before is not None)
    return answered(step, ticket)


def _checked(step: Step, ticket: Ticket, body: dict[str, Any]) -> dict[str, Any]:
    given = dict.fromkeys(_BODY) | known(body, _BODY, ("from", "to"))
    begin, end = instant(given["from"]), instant(given["to"])
    wrong = {}
    if not 0 < end - begin <= LONGEST:
        wrong["to"] = f"must be after from, by at most {LONGEST // DAY} days"
    elif end <= step.now:
        wrong["to"] = "must lie in the future"
    elif begin > step.now + AHEAD:
        wrong["from"] = "must be at most a year ahead"
    if len(ticket.appointments) >= MOST:
        wrong["from"] = f"there are {MOST} revisions already"
    if wrong:
        raise Invalid(wrong)
    if given["consent"] is not None:
        given["consent"] = _consent(given["consent"])
    return given | {"from": begin, "to": end}


def _consent(raw: dict[str, Any]) -> dict[str, str]:
    try:
        return known(raw, _CONSENT)
    except Invalid as error:
        raise Invalid({f"consent.{field}": message for field, message in error.fields.items()}) from None


def _consented(given: dict[str, Any]) -> None:
    """The customer's understanding, or the reason why it was changed without: one of them, not both."""
    missing = [f"consent.{key}" for key in _CONSENT if key not in (given["consent"] or {})]
    if given["without_consent"] is None and missing:
        raise Conflict("consent", missing)
    if given["without_consent"] is not None and given["consent"] is not None:
        raise Invalid({"without_consent": "does not go together with a consent"})


def _write(step: Step, ticket: Ticket, actor: Actor, given: dict[str, Any]) -> None:
    n = len(ticket.appointments) + 1
    first = awaited(ticket.appointments) is None
    made = Appointment(
        n=n, begin=given["from"], end=given["to"], at=step.now, actor=actor.id, agreed_with=given["agreed_with"],
        consent=given["consent"], reason=given["reason"], without_consent=None if first else given["without_consent"],
    )  # fmt: skip
    ticket.appointments.append(made)
    consent = "none_needed" if first else str(made.without_consent is None).lower()
    note = f"appointment n={n} from={made.begin} to={made.end} consent={consent}"
    step.line(ticket, "appointment", actor=actor.id, note=note)


def _tell(step: Step, ticket: Ticket, actor: Actor, *, changed: bool) -> None:
    """The visit keeps to the window; its technician, who may have accepted another one, is told."""
    visit = step.books.visits.get(ticket.visit or "")
    if visit is None or visit.state not in UNFINISHED:
        return
    hold(step, visit)
    if visit.technician != actor.id:
        held = ticket.appointments[-1]
        params = {
            "cabinet": ticket.cabinet, "site": ticket.site, "from": held.begin, "to": held.end, "changed": changed,
            "severity": ticket.severity, "summary": ticket.summary,
        }  # fmt: skip
        step.notice(visit.technician, "appointment_set", params, ticket=ticket.id, visit=visit.id)


def _tell_customer(step: Step, ticket: Ticket, *, changed: bool) -> None:
    held = ticket.appointments[-1]
    kind = "appointment_changed" if changed else "appointment_agreed"
    step.tell(ticket, kind, {"from": held.begin, "to": held.end})


def hold(step: Step, visit: Visit) -> None:
    """A window of one ticket holds for the visit; dispatchers are told when two of them have no time in common."""
    riding = [step.books.tickets[key] for key in visit.tickets if key in step.books.tickets]
    mine = [(t, t.window) for t in riding if t.visit == visit.id and t.state in SOURCES]
    window, apart = common([w for _, w in mine if w is not None])
    if window != visit.window:
        visit.window, visit.slip = window, None
        step.touch_visit(visit)
    if apart:
        names = [t.id for t, w in mine if w is not None]
        params = {"tickets": ", ".join(names), "cabinet": visit.cabinet, "site": visit.site}
        step.notice("dispatcher", "windows_apart", params, visit=visit.id)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"ticket.appointment": agree}
