"""Improvement actions (S4 9.2): opened by themselves when a month is over and an indicator missed its target.

People own them, date them, and close them with a result or drop them with a reason.
"""

from collections.abc import Callable
from typing import Any

from service.after.months import bounds, following, month_of
from service.after.state import Improvement
from service.after.tally import month
from service.bodies import instant, when
from service.checks import Check, demand, optional, text
from service.model import Action, Answer
from service.records.base import Put
from service.step import Step, name
from telemetry.errors import Conflict, NotFound

_EDIT: dict[str, Check] = {"owner": optional(text), "due": optional(when)}


def turn(step: Step) -> None:
    """Once a month is over, hold its indicators against their targets. A desk that is new has no month behind it."""
    after = step.books.after
    if step.now < after.month_ends:
        return
    present = month_of(step.calendar, step.now)
    _, after.month_ends = bounds(step.calendar, present)
    if not after.judged:
        after.judged = _before(step, present)
    while (key := following(after.judged)) < present:
        _judge(step, key)
        after.judged = key
        after.tallies.pop(key, None)


def _before(step: Step, key: str) -> str:
    """The month before this one."""
    return month_of(step.calendar, bounds(step.calendar, key)[0] - 1)


def _judge(step: Step, key: str) -> None:
    for found in month(step, key):
        if found["state"] == "missed":
            _open(step, key, found)


def _open(step: Step, key: str, found: dict[str, Any]) -> None:
    made = Improvement(
        id=name("I", step.books.number("I")), month=key, indicator=found["id"], value=found["value"], n=found["n"],
        target=found["target"], opened=step.now,
    )  # fmt: skip
    step.books.after.improvements[made.id] = made
    step.changes.append(Put("improvements", made.row()))
    params = {"improvement": made.id, "month": key, "indicator": found["name_en"], "indicator_zh": found["name_zh"]}
    step.notice("operators", "improvement_opened", params)


def _edited(step: Step, made: Improvement, body: dict[str, Any]) -> None:
    demand(body, _EDIT)
    if "owner" in body:
        made.owner = body["owner"]
    if "due" in body:
        made.due = instant(body["due"]) if body["due"] is not None else None


def _closed(step: Step, made: Improvement, body: dict[str, Any]) -> None:
    demand(body, {"result": text}, ("result",))
    made.state, made.result = "done", body["result"]


def _dropped(step: Step, made: Improvement, body: dict[str, Any]) -> None:
    demand(body, {"reason": text}, ("reason",))
    made.state, made.result = "dropped", body["reason"]


Change = Callable[[Step, Improvement, dict[str, Any]], None]


def _changing(change: Change) -> Callable[[Step, Action], Answer]:
    """An action on an improvement that is open. Raises NotFound, Conflict `state` or `stale`, Invalid."""

    def run(step: Step, action: Action) -> Answer:
        made = _found(step, action.target)
        action.expects(made.version)
        change(step, made, action.body)
        made.version += 1
        if made.state != "open":
            made.closed, made.closed_by = step.now, action.actor.id
            del step.books.after.improvements[made.id]
        step.changes.append(Put("improvements", made.row()))
        return Answer(status="ok", body=made.row())

    return run


def _found(step: Step, key: str) -> Improvement:
    if key in step.books.after.improvements:
        return step.books.after.improvements[key]
    raise Conflict("state", ["open"]) if step.books.given_out("I", key) else NotFound(key)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "improvement.patch": _changing(_edited),
    "improvement.close": _changing(_closed),
    "improvement.drop": _changing(_dropped),
}
