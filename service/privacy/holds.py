"""Legal holds: what a dispute or an authority needs is not purged, whatever its term (S3 3.5(2))."""

from collections.abc import Iterable

from service.bodies import instant, when
from service.checks import demand, like, optional, text
from service.model import Action, Answer
from service.privacy.audit import audit
from service.privacy.state import Hold
from service.records.base import Put
from service.step import Step, name
from telemetry.errors import Conflict, Invalid, NotFound

_SUBJECT = like(r"(ticket|cabinet):[A-Za-z0-9-]{1,64}|person:[0-9a-f]{16}")


def place(step: Step, action: Action) -> Answer:
    """Hold a ticket, a person or all of a cabinet. Raises Invalid."""
    demand(action.body, {"subject": _SUBJECT, "reason": text, "until": optional(when)}, ("subject", "reason"))
    until = None if action.body.get("until") is None else instant(action.body["until"])
    if until is not None and until <= step.now:
        raise Invalid({"until": "must lie in the future"})
    hold = Hold(
        id=name("H", step.books.number("H")), subject=action.body["subject"], reason=action.body["reason"],
        until=until, at=step.now, actor=action.actor.id,
    )  # fmt: skip
    step.books.privacy.holds[hold.id] = hold
    step.changes.append(Put("holds", hold.row()))
    audit(step, action.actor, "hold.placed", hold.subject, {"hold": hold.id, "reason": hold.reason, "until": until})
    return Answer(status="created", body=hold.row())


def end(step: Step, action: Action) -> Answer:
    """End a hold with a reason; its row stays. Raises NotFound, Conflict `over`, Invalid."""
    demand(action.body, {"reason": text}, ("reason",))
    hold = step.books.privacy.holds.get(action.target)
    if hold is None:
        raise Conflict("over") if step.books.given_out("H", action.target) else NotFound(action.target)
    del step.books.privacy.holds[hold.id]
    ended = {"ended": step.now, "ended_by": action.actor.id, "ended_reason": action.body["reason"]}
    step.changes.append(Put("holds", {"id": hold.id, **ended}))
    audit(step, action.actor, "hold.ended", hold.subject, {"hold": hold.id, "reason": action.body["reason"]})
    return Answer(status="ok", body={**hold.row(), **ended})


def holding(step: Step, subjects: Iterable[str]) -> str | None:
    """The hold in force that covers one of the subjects, if any. What has run out holds nothing."""
    wanted = set(subjects)
    for hold in step.books.privacy.holds.values():
        if hold.subject in wanted and (hold.until is None or step.now < hold.until):
            return hold.id
    return None
