"""Problems: one fault kind that comes back again and again on one model opens one record, for whoever can end the
cause (S2 6.1-6.4).

A repeat is a fault that came back after its ticket was resolved: it reopened the ticket, or opened a linked one.
"""

from collections.abc import Callable
from typing import Any

from service.bodies import instant, when
from service.checks import Check, demand, optional, text
from service.knowledge.model import MOST, Learned, Problem
from service.model import Action, Answer
from service.records.base import Put
from service.step import Step, name
from service.tickets import Ticket
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.units import DAY

_EDIT: dict[str, Check] = {"owner": optional(text), "maker": optional(text), "maker_told": optional(when)}


def repeated(step: Step, ticket: Ticket) -> None:
    """The ticket's fault came back after it was resolved: count it; the last of so many opens the problem, once."""
    facts = _facts(step, ticket)
    if facts is None:
        return
    kind, model, firmware = facts
    key = "/".join((kind, model, firmware or ""))
    learned = step.books.learned
    problem = learned.problems.get(key)
    if problem is not None:
        _count(step, problem, ticket.id)
        return
    learned.repeats[key] = [*_young(step, learned.repeats.get(key, [])), (step.now, ticket.id)]
    if len(learned.repeats[key]) >= step.policy.learning.problem_repeats:
        tickets = [found for _, found in learned.repeats.pop(key)]
        learned.problems[key] = _open(step, kind, model, firmware, tickets)


def _facts(step: Step, ticket: Ticket) -> tuple[str, str, str | None] | None:
    """(fault kind, model, firmware if it counts); None where nobody knows the model."""
    row = step.fleet.index.get(ticket.cabinet or "")
    info = step.fleet.info[row] if row is not None else {}
    if ticket.fault_kind is None or not info.get("model"):
        return None
    return ticket.fault_kind, info["model"], info.get("firmware") if step.policy.learning.problem_firmware else None


def _young(step: Step, repeats: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(at, ticket) for at, ticket in repeats if step.now - at <= step.policy.learning.problem_ms]


def _open(step: Step, kind: str, model: str, firmware: str | None, tickets: list[str]) -> Problem:
    made = Problem(
        id=name("PR", step.books.number("PR")), kind=kind, model=model, firmware=firmware, opened=step.now,
        latest=step.now, updated=step.now, repeats=len(tickets), tickets=list(dict.fromkeys(tickets)),
    )  # fmt: skip
    step.changes.append(Put("problems", made.row()))
    params = {
        "problem": made.id, "kind": kind, "model": model, "repeats": made.repeats,
        "days": step.policy.learning.problem_ms // DAY, "tickets": ", ".join(made.tickets),
    }  # fmt: skip
    for role in ("operators", "dispatcher"):
        step.notice(role, "problem_opened", params)
    return made


def _count(step: Step, problem: Problem, ticket: str) -> None:
    problem.repeats, problem.latest, problem.updated = problem.repeats + 1, step.now, step.now
    problem.version += 1
    if ticket not in problem.tickets and len(problem.tickets) < MOST:
        problem.tickets.append(ticket)
    step.changes.append(Put("problems", problem.row()))


def forget(step: Step) -> None:
    """Once a day: repeats that are too old to count leave memory."""
    learned = step.books.learned
    if step.now - learned.swept < DAY:
        return
    learned.swept = step.now
    kept = {key: _young(step, found) for key, found in learned.repeats.items()}
    learned.repeats = {key: found for key, found in kept.items() if found}


def patch(step: Step, action: Action) -> Answer:
    """`problem.patch` {"owner"?, "maker"?, "maker_told"?}: who sees to it, and whom of the maker it was told, when.

    Raises NotFound, Conflict `state` or `stale`, Invalid.
    """
    problem = _found(step, action)[1]
    demand(action.body, _EDIT)
    told = action.body.get("maker_told")
    at = instant(told) if told is not None else None
    if at is not None and at > step.now:
        raise Invalid({"maker_told": "must not be in the future"})
    for field in ("owner", "maker"):
        if field in action.body:
            setattr(problem, field, action.body[field])
    if "maker_told" in action.body:
        problem.maker_told = at
    return _changed(step, problem)


def close(step: Step, action: Action) -> Answer:
    """`problem.close` {"result"}: what came of it; from here on repeats are counted anew. Raises as `patch`."""
    key, problem = _found(step, action)
    demand(action.body, {"result": text}, ("result",))
    problem.state, problem.result = "closed", action.body["result"]
    problem.closed, problem.closed_by = step.now, action.actor.id
    del step.books.learned.problems[key]
    return _changed(step, problem)


def _changed(step: Step, problem: Problem) -> Answer:
    problem.version, problem.updated = problem.version + 1, step.now
    row: dict[str, Any] = problem.row()
    step.changes.append(Put("problems", row))
    return Answer(status="ok", body=row)


def _found(step: Step, action: Action) -> tuple[str, Problem]:
    """(what repeats, the open problem about it), at the version asked for."""
    learned: Learned = step.books.learned
    for key, problem in learned.problems.items():
        if problem.id == action.target:
            action.expects(problem.version)
            return key, problem
    raise Conflict("state", ["open"]) if step.books.given_out("PR", action.target) else NotFound(action.target)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"problem.patch": patch, "problem.close": close}
