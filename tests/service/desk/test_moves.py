"""Every move of a ticket, state by state: what is legal where, where it leads, and what stands before it."""

import contextlib
from typing import Any

import pytest

from service.model import Actor
from service.moves import MOVES, check, move
from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Conflict
from tests.service.desk.test_life import CLERK, staffed
from tests.service.desk.world import DISPATCHER, World

_TALK = {"reply", "comment", "record", "decide", "dispute", "escalate", "approve", "refund", "claim", "rule"}
_OPEN = _TALK | {"promise", "merge", "cancel"}  # until it is resolved
# What may be done with a ticket in each state, and nothing else.
LEGAL: dict[str, set[str]] = {
    "new": _OPEN | {"triage", "healed"},
    "triaged": _OPEN | {"remote", "dispatch", "wait", "resolve", "healed"},
    "remote": _OPEN | {"dispatch", "wait", "verify", "resolve", "healed"},
    "dispatching": _OPEN | {"wait", "resolve", "accept", "healed"},
    "scheduled": _OPEN | {"wait", "depart", "arrive", "give-back", "healed"},
    "en_route": _OPEN | {"wait", "arrive", "give-back", "healed"},
    "on_site": _OPEN | {"wait", "work-done", "give-back"},
    "work_done": _OPEN | {"wait", "verify", "resolve"},
    "verifying": _OPEN | {"resolve", "healthy", "not-fixed"},
    "wait_customer": _OPEN | {"resume", "resolve", "healed"},
    "wait_parts": _OPEN | {"resume", "resolve", "healed"},
    "wait_access": _OPEN | {"resume", "resolve", "healed"},
    "resolved": _TALK | {"follow-up", "reopen"},
    "follow_up": _TALK | {"follow-up", "close", "reopen"},
    "closed": {"comment", "reopen", "archive"},
    "merged": {"comment"},
    "cancelled": {"comment", "reopen"},
    "archived": set(),
}
# Where each leads; the first is taken when nobody says which. None: the state stays.
LEADS: dict[str, tuple[str | None, ...]] = {
    "triage": ("triaged",), "remote": ("remote",), "dispatch": ("dispatching",), "work-done": ("work_done",),
    "wait": ("wait_customer", "wait_parts", "wait_access"), "verify": ("verifying",), "resolve": ("resolved",),
    "resume": ("triaged", "remote", "work_done", "dispatching", "scheduled", "en_route", "on_site"),
    "follow-up": ("follow_up",), "close": ("closed",), "reopen": ("triaged",), "merge": ("merged",),
    "cancel": ("cancelled",), "accept": ("scheduled",), "depart": ("en_route",), "arrive": ("on_site",),
    "give-back": ("dispatching",), "healed": ("verifying",), "healthy": ("resolved",),
    "not-fixed": ("on_site", "dispatching", "triaged"), "archive": ("archived",),
    **dict.fromkeys(sorted(_TALK | {"promise"}), (None,)),
}  # fmt: skip
BY_THE_DESK = {"accept", "depart", "arrive", "give-back", "healed", "healthy", "not-fixed", "archive"}


def put(state: str, **fields: Any) -> tuple[World, Step, Ticket]:
    """A ticket in that state for which no guard misses anything."""
    world = World()
    made = world.act("ticket.create", who=CLERK, kind="recall", summary="s", cabinet="C-1")
    step = world.desk._step(world.fleet, world.clock.moment(), world.faults)
    ticket = step.books.tickets[made.body["id"]]
    ticket.state, ticket.answered, ticket.extra["follow_up"] = state, True, {"solved": True, "date": step.now}
    for field, value in fields.items():
        setattr(ticket, field, value)
    return world, step, ticket


def refused(step: Step, ticket: Ticket, action: str, to: str | None = None) -> Conflict:
    with pytest.raises(Conflict) as found:
        move(step, ticket, action, to=to)
    return found.value


class Guarded(Exception):
    """Legal in this state, but a guard of other rooms misses something."""


def check_guarded(step: Step, ticket: Ticket, action: str) -> None:
    try:
        check(step, ticket, action)
    except Conflict as found:
        if found.guard != "state":
            raise Guarded from found
        raise


@pytest.mark.parametrize("state", LEGAL)
def test_what_is_legal_in_a_state(state: str) -> None:
    _, step, ticket = put(state)
    for action in LEADS:
        sources = sorted(s for s, legal in LEGAL.items() if action in legal)
        if action in LEGAL[state]:
            with contextlib.suppress(Guarded):
                check_guarded(step, ticket, action)
        else:
            found = refused(step, ticket, action)
            assert (found.guard, found.missing) == ("state", sources), action
    assert ticket.state == state


@pytest.mark.parametrize("action", [a for a in LEADS if a not in ("close",)])
def test_where_a_move_leads(action: str) -> None:
    state = next(s for s, legal in LEGAL.items() if action in legal)
    for to in LEADS[action]:
        _, step, ticket = put(state)
        move(step, ticket, action, to=to, actor="dora", note="why", evidence={"type": "button"})
        line = next(x for x in ticket.timeline if x["note"] == "why")
        assert ticket.state == (to or state)
        assert (line["actor"], line["evidence"]) == ("dora", {"type": "button"})
        assert (line["type"], line["from"], line["to"]) == (
            ("state", state, to) if to is not None else (action, None, None)
        )
    _, step, ticket = put(state)
    move(step, ticket, action)
    assert ticket.state == (LEADS[action][0] or state)
    assert ticket.timeline[1]["actor"] == "system"


@pytest.mark.parametrize("action", LEADS)
def test_nowhere_else(action: str) -> None:
    state = next(s for s, legal in LEGAL.items() if action in legal)
    _, step, ticket = put(state)
    before = len(ticket.timeline)
    found = refused(step, ticket, action, to="archived" if action != "archive" else "new")
    assert found.guard in ("state", "survey_invited", "record")
    if found.guard == "state":
        assert found.missing == sorted(to or "" for to in LEADS[action])
    assert (ticket.state, len(ticket.timeline)) == (state, before)


@pytest.mark.parametrize("action", LEADS)
def test_people_may_not_make_the_desks_own_moves(action: str) -> None:
    assert MOVES[action].desk == (action in BY_THE_DESK)


# -- what stands before a move -----------------------------------------------------------------------------------------
def test_nobody_is_sent_to_no_place() -> None:
    _, step, ticket = put("triaged", cabinet=None, site=None)
    assert (refused(step, ticket, "dispatch").guard, refused(step, ticket, "dispatch").missing) == (
        "place",
        ["cabinet"],
    )
    ticket.site = "S-1"
    check(step, ticket, "dispatch")


@pytest.mark.parametrize("state", ["active", "flapping"])
def test_what_still_burns_is_not_resolved(state: str) -> None:
    world = staffed()
    fault = world.fault("C-1")
    world.change(fault, state=state)
    answer = world.act("ticket.resolve", "T-000001", reason="it is over")
    assert (answer.body["guard"], answer.body["missing"]) == ("fault_cleared", [fault])
    world.change(fault, state="clearing")
    assert world.act("ticket.resolve", "T-000001", reason="it is over").status == "ok"


@pytest.mark.parametrize("verb", ["resolve", "cancel"])
def test_a_cabinet_locked_for_food_safety_is_not_left_alone(verb: str) -> None:
    world = staffed()
    breach = world.fault("C-1", "food_safety_breach")
    world.fault("C-2")
    answer = world.act(f"ticket.{verb}", "T-000001", reason="never mind", note="never mind")
    assert (answer.body["guard"], answer.body["missing"]) == ("food_safety", ["food-safety/release"])
    assert world.act("ticket.cancel", "T-000002", note="of another cabinet").status == "ok"
    world.clear(breach)
    assert world.ticket()["state"] == "verifying"


def test_without_faults_at_all_nothing_is_locked() -> None:
    _, step, ticket = put("triaged")
    step.faults = None
    check(step, ticket, "cancel")


def test_who_asked_is_told_the_result_before_the_end() -> None:
    _, step, ticket = put("triaged", answered=False)
    assert (refused(step, ticket, "resolve").guard, refused(step, ticket, "resolve").missing) == (
        "result_told",
        ["reply"],
    )
    ticket.fault = "F-1"
    check(step, ticket, "resolve")


@pytest.mark.parametrize(
    "told", [{}, {"follow_up": {}}, {"follow_up": {"solved": False}}, {"follow_up": {"solved": None}}]
)
def test_nothing_is_closed_before_the_follow_up(told: dict[str, Any]) -> None:
    _, step, ticket = put("follow_up", extra=told)
    assert (refused(step, ticket, "close").guard, refused(step, ticket, "close").missing) == (
        "followed_up", ["follow-up"],
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["resolve", "cancel"])
def test_money_that_was_approved_is_paid_before_the_end(verb: str) -> None:
    _, step, ticket = put("triaged")
    ticket.extra["refund"] = {"paid": None}
    assert refused(step, ticket, verb).guard == "refund_paid"
    check(step, ticket, "dispatch")


# -- what a move means -------------------------------------------------------------------------------------------------
def test_a_person_who_moves_it_answers_and_the_desk_does_not() -> None:
    _, step, ticket = put("new")
    move(step, ticket, "triage")
    reply = ticket.clock("REPLY")
    assert reply is not None
    assert reply.stopped is None
    move(step, ticket, "reply", actor="dora", note="soon")
    assert reply.stopped == step.now


def test_words_alone_leave_the_state_and_its_clocks() -> None:
    world = World()
    world.act("ticket.create", who=CLERK, kind="repair", summary="s", cabinet="C-1")
    world.act("ticket.comment", "T-000001", Actor(id="op", role="operator"), text="seen")
    last = world.lines()[-1]
    assert (last["type"], last["actor"], last["note"], last["to"]) == ("comment", "op", "seen", None)
    assert world.act("ticket.triage", "T-000001", DISPATCHER).status == "ok"
    last = [line for line in world.lines() if line["type"] == "state"][-1]
    assert (last["actor"], last["from"], last["to"]) == ("dora", "new", "triaged")


def test_the_record_is_brought_up_to_date_at_the_end() -> None:
    _, step, ticket = put("triaged")
    ticket.extra["record"] = "as it was"
    move(step, ticket, "remote")
    assert ticket.extra["record"] == "as it was"
    move(step, ticket, "resolve")
    assert ticket.extra["record"] != "as it was"


def test_nothing_is_closed_before_the_customer_was_asked_how_it_was() -> None:
    _, step, ticket = put("follow_up", kind="repair")
    ticket.extra.pop("survey", None)
    found = refused(step, ticket, "close")
    assert (found.guard, found.missing) == ("survey_invited", ["survey"])


def test_work_that_waited_goes_on_where_its_visit_is_by_then() -> None:
    world = staffed()
    world.fault("C-1")
    world.tech("accept", "V-000001")
    reached = []
    for step in ("", "depart", "check-in", "door"):
        assert world.act("ticket.wait", "T-000001", **{"for": "access"}).status == "ok"
        if step == "door":
            world.event("C-1", "door_opened")
        elif step:
            world.tech(step, "V-000001", **({"evidence": {"type": "button"}} if step == "check-in" else {}))
        assert world.act("ticket.resume", "T-000001").status == "ok"
        reached.append((world.visit()["state"], world.ticket()["state"]))
    assert reached == [
        ("accepted", "scheduled"), ("en_route", "en_route"), ("arrived", "on_site"), ("working", "on_site"),
    ]  # fmt: skip
