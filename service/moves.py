"""The legal moves of a ticket: one table. Whoever moves a ticket, a person or the desk, goes through `move`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from faults.causes import STANDING
from service.after.attempts import exhausted
from service.after.invitations import missing_invitation
from service.cases import guards as cases
from service.cases.kinds import guards as of_kind
from service.cases.record import fill
from service.deadlines import on_answer, on_enter
from service.step import SYSTEM, Step
from service.tickets import AFTER_RESOLVED, BEFORE_ARRIVAL, BEFORE_RESOLVED, ON_VISIT, WAITING, Ticket
from telemetry.errors import Conflict

SAME = ""  # the move leaves the state as it is

# State in which a ticket rides on a visit of that state.
RIDES: dict[str, str] = {
    "offered": "dispatching", "accepted": "scheduled", "en_route": "en_route",
    "arrived": "on_site", "working": "on_site",
}  # fmt: skip
FIRING = frozenset({"active", "flapping"})


class Move(NamedTuple):
    """From which states an action leads where. `to` = SAME: nowhere; several: the action's body or the visit decides.

    `desk`: only the desk itself makes this move. `guards`: keys of GUARDS, all of which must hold.
    """

    sources: frozenset[str]
    to: tuple[str, ...]
    guards: tuple[str, ...] = ()
    desk: bool = False


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


MOVES: dict[str, Move] = {
    # what people ask for (contract: POST /tickets/{id}/{action})
    "triage": Move(_from("new"), ("triaged",)),
    "remote": Move(_from("triaged"), ("remote",)),
    "dispatch": Move(_from("triaged", "remote"), ("dispatching",), ("place",)),
    "wait": Move(
        _from("triaged", "remote", "work_done") | ON_VISIT, ("wait_customer", "wait_parts", "wait_access")
    ),
    "resume": Move(WAITING, ("triaged", "remote", "work_done", "dispatching", "scheduled", "en_route", "on_site")),
    "reply": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "promise": Move(BEFORE_RESOLVED, (SAME,)),
    "work-done": Move(_from("on_site"), ("work_done",)),
    "verify": Move(_from("remote", "work_done"), ("verifying",)),
    "resolve": Move(
        _from("triaged", "remote", "dispatching", "work_done", "verifying") | WAITING,
        ("resolved",), ("food_safety", "fault_cleared", "result_told"),
    ),
    "follow-up": Move(_from("resolved", "follow_up"), ("follow_up",)),
    "close": Move(_from("follow_up"), ("closed",), ("followed_up", "survey_invited")),
    "reopen": Move(AFTER_RESOLVED | _from("cancelled"), ("triaged",)),
    "merge": Move(BEFORE_RESOLVED, ("merged",)),
    "cancel": Move(BEFORE_RESOLVED, ("cancelled",), ("food_safety",)),
    "comment": Move(BEFORE_RESOLVED | AFTER_RESOLVED | _from("merged", "cancelled"), (SAME,)),
    # what follows from visits and telemetry
    "accept": Move(_from("dispatching"), ("scheduled",), desk=True),
    "depart": Move(_from("scheduled"), ("en_route",), desk=True),
    "arrive": Move(_from("scheduled", "en_route"), ("on_site",), desk=True),
    "give-back": Move(_from("scheduled", "en_route", "on_site"), ("dispatching",), desk=True),
    "healed": Move(BEFORE_ARRIVAL | WAITING, ("verifying",), desk=True),
    "healthy": Move(_from("verifying"), ("resolved",), desk=True),
    "not-fixed": Move(_from("verifying"), ("on_site", "dispatching", "triaged"), desk=True),
    "archive": Move(_from("closed"), ("archived",), desk=True),
    # what the record and the course of a case need (`service/cases`)
    "record": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "decide": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "dispute": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "escalate": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "approve": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "refund": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    # returns (`service/returns`)
    "claim": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
    "rule": Move(BEFORE_RESOLVED | _from("resolved", "follow_up"), (SAME,)),
}  # fmt: skip


def _missing_place(_: Step, ticket: Ticket) -> list[str]:
    return [] if ticket.cabinet or ticket.site else ["cabinet"]


def _missing_clear(step: Step, ticket: Ticket) -> list[str]:
    return [f for f in ticket.faults if (e := step.episode(f)) is not None and e.state in FIRING]


def _missing_release(step: Step, ticket: Ticket) -> list[str]:
    """A cabinet that is locked for food safety is somebody's duty until it is released, whatever explains it."""
    faults = step.faults.open.values() if step.faults is not None else ()
    locked = any(e.kind in STANDING and step.books.by_fault.get(e.id) == ticket.id for e in faults)
    return ["food-safety/release"] if locked else []


def _missing_result(_: Step, ticket: Ticket) -> list[str]:
    return [] if ticket.by_telemetry or ticket.answered else ["reply"]


def _missing_follow_up(step: Step, ticket: Ticket) -> list[str]:
    answered = ticket.extra.get("follow_up", {}).get("solved")
    return [] if answered or exhausted(ticket, step.policy) else ["follow-up"]


# What a guard still misses; an empty list lets pass.
GUARDS: dict[str, Callable[[Step, Ticket], list[str]]] = {
    "place": _missing_place,
    "food_safety": _missing_release,
    "fault_cleared": _missing_clear,
    "result_told": _missing_result,
    "followed_up": _missing_follow_up,
    "survey_invited": missing_invitation,
    **cases.GUARDS,
}


def check(step: Step, ticket: Ticket, action: str) -> Move:
    """The move, if it is legal now. Raises Conflict: guard `state` with the states it starts from, or the guard's code
    with what it misses."""
    found = MOVES[action]
    if ticket.state not in found.sources:
        raise Conflict("state", sorted(found.sources))
    for guard in (*found.guards, *of_kind(ticket.kind, action)):
        missing = GUARDS[guard](step, ticket)
        if missing:
            raise Conflict(guard, missing)
    return found


def move(
    step: Step, ticket: Ticket, action: str, *, to: str | None = None, actor: str = SYSTEM,
    evidence: dict[str, Any] | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """Make a legal move: the state, its line in the timeline, and what it means for the clocks.

    `to` chooses among several targets. Raises Conflict when the move is illegal (see `check`).
    """
    found = check(step, ticket, action)
    target = to if to is not None else found.to[0]
    if target not in found.to:
        raise Conflict("state", sorted(found.to))
    was = ticket.state
    if actor != SYSTEM:
        on_answer(step, ticket, action)
    if target == SAME:
        step.line(ticket, action, actor=actor, evidence=evidence, note=note)
        return
    step.set_state(ticket, target)
    step.line(ticket, "state", actor=actor, was=was, to=target, evidence=evidence, note=note)
    on_enter(step, ticket, was)
    if target in AFTER_RESOLVED:
        fill(step, ticket)
