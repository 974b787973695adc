"""A person's word about an arrival, written down for good: correct its time, or confirm it where proof is weak.

Neither may come from the technician whose arrival it is (guard `second_person`).
"""

from collections.abc import Callable
from typing import Any

from service.bodies import instant, when
from service.checks import Check, demand, text
from service.model import Action, Answer
from service.proof import merging
from service.step import Step
from service.visits import Visit
from telemetry.errors import Conflict, Denied, Invalid

_SUPERVISORS = frozenset({"dispatcher", "administrator"})
_CORRECTION: dict[str, Check] = {"arrived_at": when, "reason": text}
_CONFIRMATION: dict[str, Check] = {"reason": text}


def _judged(step: Step, action: Action) -> Visit:
    """The visit, if this person may speak about its arrival. Raises NotFound, Denied, Conflict."""
    visit = step.books.visit(action.target)
    if action.actor.role not in _SUPERVISORS:
        raise Denied(visit.id)
    action.expects(visit.version)
    if visit.arrived is None:
        raise Conflict("not_arrived", ["check-in"])
    if action.actor.id == visit.technician:
        raise Conflict("second_person", ["another person"])
    return visit


def correct(step: Step, action: Action) -> Answer:
    """`visit.correct` {"arrived_at", "reason"}: another time of arrival, between acceptance and the visit's end.

    Level and proofs stay; every correction is kept. Raises NotFound, Denied, Conflict, Invalid.
    """
    visit = _judged(step, action)
    demand(action.body, _CORRECTION, ("arrived_at", "reason"))
    at, was = instant(action.body["arrived_at"]), visit.arrived
    if not merging.since(visit) <= at <= (visit.finished or step.now):
        raise Invalid({"arrived_at": "must lie between the acceptance of the visit and its end"})
    said = {"by": action.actor.id, "at": step.now, "was": was, "arrived_at": at, "reason": action.body["reason"]}
    visit.corrections.append(said)
    merging.settle(step, visit)
    _tell(step, visit, action, f"arrival_corrected visit={visit.id} from={was} to={at}")
    merging.contradict(step, visit)
    merging.restate(step, visit)
    return _answer(step, visit)


def confirm(step: Step, action: Action) -> Answer:
    """`visit.confirm` {"reason"}: a supervisor takes a provisional arrival as proven (standards 6.2, -> ON_SITE).

    Raises NotFound, Denied, Conflict (`state` when there is nothing provisional), Invalid.
    """
    visit = _judged(step, action)
    if not visit.provisional:
        raise Conflict("state", ["provisional"])
    demand(action.body, _CONFIRMATION, ("reason",))
    said = {"by": action.actor.id, "at": step.now, "arrived_at": visit.arrived, "reason": action.body["reason"]}
    visit.confirmed = said
    merging.settle(step, visit)
    _tell(step, visit, action, f"arrival_confirmed visit={visit.id} level={visit.level}")
    merging.restate(step, visit)
    return _answer(step, visit)


def _tell(step: Step, visit: Visit, action: Action, what: str) -> None:
    """One line in each ticket's timeline, the reason last: it may hold spaces."""
    for ticket in merging.served(step, visit):
        step.line(ticket, "evidence", actor=action.actor.id, note=f"{what} reason={action.body['reason']}")


def _answer(step: Step, visit: Visit) -> Answer:
    step.touch_visit(visit)
    body: dict[str, Any] = visit.row()
    return Answer(status="ok", body=body)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"visit.correct": correct, "visit.confirm": confirm}
