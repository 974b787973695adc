"""A report from the public page of a cabinet: it joins the case that is open about the same, or opens one."""

from typing import Any

from service import actions, deadlines
from service.cases import contacts, register
from service.cases.record import fill
from service.model import Action, Answer
from service.step import Step
from service.tickets import BEFORE_RESOLVED, Ticket

_OF_ALL = frozenset({"repair"})  # what is broken is broken for everybody; a complaint or a refund is one person's
_ANSWERED_BY = frozenset({"REPLY", "PROMISE"})


def report(step: Step, action: Action) -> Answer:
    """Take a report; its body is that of `ticket.create`. It joins the open case of the same phone, cabinet and kind,
    as a contact does; one of something broken joins the open repair of the cabinet, whoever opened it. Answers with
    `{"ticket", "due"}`: until when somebody answers (ms), the same time whichever it was (S1 6.4.6). Raises Invalid."""
    body = action.body
    actions.check_create(step, body)
    case = contacts.same_customer(step, body)
    rule = "same_customer"
    if case is None:
        case, rule = _same_cabinet(step, body), "same_cabinet"
    if case is None:
        case = actions.create(step, action.actor, body)
        register.opened(step, case, action.actor)
        due = next(clock.due for clock in case.clocks if clock.name == "REPLY")
    else:
        due = _join(step, case, action, rule)
    return Answer(status="created", body={"ticket": case.id, "due": due})


def _same_cabinet(step: Step, body: dict[str, Any]) -> Ticket | None:
    if body["kind"] not in _OF_ALL or body.get("cabinet") is None:
        return None
    live = (step.books.tickets[key] for key in reversed(step.books.live))
    same = (t for t in live if (t.cabinet, t.kind) == (body["cabinet"], body["kind"]))
    return next((t for t in same if t.state in BEFORE_RESOLVED), None)


def _join(step: Step, ticket: Ticket, action: Action, rule: str) -> int:
    """Write the contact down. Who reports is owed an answer as if it were a case of its own, unless somebody is
    answered sooner on this one."""
    until = step.now + step.policy.reply_ms
    owed = [c.due for c in ticket.clocks if c.name in _ANSWERED_BY and c.stopped is None and step.now < c.due <= until]
    due = min(owed, default=until)
    body, told = action.body, {"customer": action.body.get("customer"), "promised_at": due, "solved": False}
    row = register.write(step, ticket, action.actor, "in", body["channel"], body["summary"], rule, **told)
    step.line(ticket, "contact", actor=action.actor.id, note=contacts.note(row))
    if not owed:
        deadlines.promised(step, ticket, due)
    fill(step, ticket)
    return due
