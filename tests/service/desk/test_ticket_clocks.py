"""A ticket's life and its clocks: which start, rest, stop or fall away, what is counted anew, and who hears of it."""

from typing import Any

import pytest

from service import clocks, deadlines
from service.clocks import Clock
from service.moves import move
from service.policy import Policy
from service.step import Step
from service.tickets import KINDS, Ticket
from telemetry.units import DAY, HOUR
from tests.service.desk.test_life import CLERK, finish, staffed
from tests.service.desk.world import START, World


def opened(kind: str = "repair", policy: Policy | None = None, **body: Any) -> tuple[World, Step, Ticket]:
    """A person's ticket, and a step in which the desk may act on it."""
    world = World(policy)
    world.act("ticket.create", who=CLERK, kind=kind, summary="s", cabinet="C-1", **body)
    return world, *now(world)


def now(world: World) -> tuple[Step, Ticket]:
    step = world.desk._step(world.fleet, world.clock.moment(), world.faults)
    return step, step.books.tickets["T-000001"]


def names(ticket: Ticket) -> list[str]:
    return [clock.name for clock in ticket.clocks]


def the(ticket: Ticket, name: str) -> Clock:
    found = ticket.clock(name)
    assert found is not None
    return found


def notes(ticket: Ticket) -> list[str]:
    return [line["note"] for line in ticket.timeline if line["type"] == "clock"]


# -- which start -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_work_begins_with_its_own_clocks(kind: str) -> None:
    more = {
        "repair": ["RESTORE"], "installation": ["RESTORE"], "incident": ["RESTORE", "SAFETY"],
        "complaint": ["COMPLAINT"], "refund": ["REFUND"],
    }  # fmt: skip
    _, _, ticket = opened(kind)
    assert names(ticket) == ["REPLY", *more.get(kind, [])]
    assert {clock.started for clock in ticket.clocks} == {START}


def test_a_second_danger_waits_for_the_first_look_and_begins_anew_after_it() -> None:
    _, step, ticket = opened("incident")
    deadlines.endanger(step, ticket, "refrigerant_leak")
    assert names(ticket).count("SAFETY") == 1
    deadlines.acknowledged(step, ticket)
    deadlines.endanger(step, ticket, "refrigerant_leak")
    assert [c.stopped for c in ticket.clocks if c.name == "SAFETY"] == [START, None]


def test_an_arrival_is_owed_from_the_dispatch_and_not_before() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    assert "ARRIVAL" not in names(ticket)
    move(step, ticket, "dispatch")
    assert names(ticket).count("ARRIVAL") == 1


def test_a_second_dispatch_owes_a_second_arrival_only_when_the_first_came_to_its_end() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    move(step, ticket, "accept")
    move(step, ticket, "give-back")
    assert names(ticket).count("ARRIVAL") == 1
    move(step, ticket, "accept")
    deadlines.on_arrival(step, ticket, step.now)
    move(step, ticket, "arrive")
    move(step, ticket, "give-back")
    assert names(ticket).count("ARRIVAL") == 2


def test_every_clock_survives_a_snapshot() -> None:
    world, step, ticket = opened("incident")
    for name in ("COMPLAINT", "REFUND", "FOLLOWUP"):
        deadlines._start(step, ticket, name, START, clocks.workdays_target(name, step.policy))
    deadlines._start(step, ticket, "WARRANTY", START, clocks.warranty_target(step.policy))
    deadlines.promised(step, ticket, START + DAY)
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    world.desk.load(world.desk.dump())
    assert now(world)[1].clocks == ticket.clocks
    assert len(ticket.clocks) == 9


# -- which rest --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "resting"),
    [("wait_customer", ["ARRIVAL", "RESTORE"]), ("wait_access", ["ARRIVAL", "RESTORE"]), ("wait_parts", ["RESTORE"])],
)
def test_who_waits_for_what_stops_which_clocks(state: str, resting: list[str]) -> None:
    _, step, ticket = opened("incident")
    deadlines.promised(step, ticket, step.now + DAY)
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    move(step, ticket, "wait", to=state)
    assert sorted(c.name for c in ticket.clocks if c.paused is not None) == resting
    move(step, ticket, "resume", to="dispatching")
    assert [c.name for c in ticket.clocks if c.paused is not None] == []


def test_who_arrives_while_access_is_awaited_has_arrived() -> None:
    world, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    move(step, ticket, "wait", to="wait_access")
    world.clock.advance(HOUR)
    step, ticket = now(world)
    deadlines.on_arrival(step, ticket, step.now)
    arrival = the(ticket, "ARRIVAL")
    assert (arrival.stopped, arrival.pauses) == (START + HOUR, [(START, START + HOUR)])
    assert arrival.due == START + 3 * HOUR, "two hours of a minor fault, and the hour it rested"


# -- which stop --------------------------------------------------------------------------------------------------------
ANSWERING = {"triage", "remote", "dispatch", "reply", "promise", "accept", "depart", "arrive", "work-done", "resolve",
             "follow-up"}  # fmt: skip
TELLING = {"reply", "promise", "resolve", "work-done", "follow-up"}


@pytest.mark.parametrize(
    "action", sorted({*ANSWERING, "comment", "merge", "cancel", "close", "wait", "resume", "verify", "reopen"})
)
def test_what_answers_whoever_waits(action: str) -> None:
    _, step, ticket = opened("incident")
    deadlines.promised(step, ticket, step.now + DAY)
    deadlines.on_answer(step, ticket, action)
    assert (the(ticket, "REPLY").stopped is not None) == (action in ANSWERING)
    assert (the(ticket, "SAFETY").stopped is not None) == (action in ANSWERING)
    assert ticket.answered == (action in TELLING)
    assert (the(ticket, "PROMISE").stopped is not None) == (action in {"reply", "resolve"})


@pytest.mark.parametrize(("kind", "name"), [("complaint", "COMPLAINT"), ("refund", "REFUND"), ("repair", "RESTORE")])
def test_telling_the_result_keeps_what_was_promised_for_it(kind: str, name: str) -> None:
    world, *_ = opened(kind)
    world.act("ticket.promise", "T-000001", CLERK, promised_at=world.now + DAY)
    world.act("ticket.triage", "T-000001")
    assert world.clock_of("PROMISE")["state"] == "running"
    world.run(60)
    assert world.act("ticket.resolve", "T-000001", reason="done").status == "ok"
    assert {n: (world.clock_of(n)["state"], world.clock_of(n)["stopped"]) for n in (name, "PROMISE")} == dict.fromkeys(
        (name, "PROMISE"), ("met", START + HOUR)
    )
    assert world.ticket()["fields"]["resolved_at"] == START + HOUR


def test_the_follow_up_is_owed_from_the_end_and_kept_by_asking() -> None:
    world, *_ = opened("consultation")
    world.act("ticket.triage", "T-000001")
    world.act("ticket.reply", "T-000001", text="so and so")
    world.act("ticket.resolve", "T-000001", reason="done")
    world.run(60)
    assert (world.clock_of("FOLLOWUP")["state"], world.clock_of("FOLLOWUP")["started"]) == ("running", START)
    world.act("ticket.follow-up", "T-000001", CLERK, answer="fine", solved=True)
    assert (world.clock_of("FOLLOWUP")["state"], world.clock_of("FOLLOWUP")["stopped"]) == ("met", START + HOUR)


def test_a_warranty_is_for_repairs_in_which_work_was_done() -> None:
    for kind, worked, given in (("repair", True, True), ("repair", False, False), ("installation", True, False)):
        _, step, ticket = opened(kind)
        ticket.state, ticket.answered = "on_site", True
        if worked:
            move(step, ticket, "work-done")
        else:
            ticket.state = "work_done"
        move(step, ticket, "resolve")
        assert ("WARRANTY" in names(ticket)) == given, (kind, worked)


def test_money_that_was_approved_is_owed_once_until_it_is_paid() -> None:
    world, step, ticket = opened("complaint")
    world.clock.advance(DAY)
    step, ticket = now(world)
    deadlines.refund_owed(step, ticket)
    deadlines.refund_owed(step, ticket)
    midnight = START + 15 * HOUR
    assert [(c.started, c.due, c.stopped) for c in ticket.clocks if c.name == "REFUND"] == [
        (START + DAY, midnight + DAY + 7 * DAY, None)  # from Thursday five working days: Thursday 24:00
    ]
    deadlines.refund_paid(step, ticket)
    assert the(ticket, "REFUND").stopped == START + DAY
    deadlines.refund_owed(step, ticket)
    assert [c.stopped for c in ticket.clocks if c.name == "REFUND"] == [START + DAY, None]


# -- which fall away ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("late", "left"), [(0, False), (3 * HOUR, True)])
def test_an_arrival_that_nobody_needs_goes_and_a_broken_one_stays(late: int, left: bool) -> None:
    world, step, ticket = opened()
    ticket.answered = True
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    world.clock.advance(late)
    step, ticket = now(world)
    move(step, ticket, "resolve")
    assert ("ARRIVAL" in names(ticket)) == left
    if left:
        assert (the(ticket, "ARRIVAL").stopped, clocks.judge(the(ticket, "ARRIVAL"), step.now)) == (
            step.now,
            "breached",
        )
    assert notes(ticket) == ([] if left else ["clock_void name=ARRIVAL"])


@pytest.mark.parametrize("was", ["work_done", "verifying"])
def test_after_work_an_unproven_arrival_stays_owed(was: str) -> None:
    _, step, ticket = opened()
    ticket.answered = True
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    ticket.state = was
    move(step, ticket, "resolve")
    assert the(ticket, "ARRIVAL").stopped is None


def test_verifying_from_afar_needs_no_arrival() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    move(step, ticket, "healed")
    assert "ARRIVAL" not in names(ticket)


def test_nothing_is_owed_of_what_was_cancelled_but_what_was_broken_stays() -> None:
    world, step, ticket = opened()
    world.clock.advance(25 * HOUR)
    step, ticket = now(world)
    move(step, ticket, "cancel")
    assert [(c.name, c.stopped) for c in ticket.clocks if c.name not in clocks.TERMS] == [("REPLY", step.now)]
    assert notes(ticket) == ["clock_void name=RESTORE"]
    assert ticket.closed == step.now


def test_what_comes_back_is_restored_again_and_not_followed_up_yet() -> None:
    world, *_ = opened()
    world.act("ticket.triage", "T-000001")
    world.act("ticket.reply", "T-000001", text="x")
    world.act("ticket.resolve", "T-000001", reason="done")
    world.run(30)
    world.act("ticket.reopen", "T-000001")
    step, ticket = now(world)
    assert [(c.name, c.stopped) for c in ticket.clocks if c.name not in clocks.TERMS] == [
        ("REPLY", START), ("RESTORE", START), ("RESTORE", None),
    ]  # fmt: skip
    assert the(ticket, "RESTORE").started == step.now
    assert "clock_void name=FOLLOWUP" in notes(ticket)
    assert ticket.closed is None


def test_only_what_comes_back_after_its_end_is_a_reopening() -> None:
    _, step, ticket = opened("consultation")
    ticket.answered = True
    move(step, ticket, "triage")
    move(step, ticket, "wait", to="wait_customer")
    move(step, ticket, "resume", to="triaged")
    move(step, ticket, "cancel")
    move(step, ticket, "reopen")
    assert "reopenings" not in ticket.extra
    for count in (1, 2):
        move(step, ticket, "resolve")
        move(step, ticket, "reopen")
        assert ticket.extra["reopenings"] == count


def test_a_repair_that_was_never_finished_keeps_its_clock() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "healed")
    move(step, ticket, "not-fixed", to="triaged")
    assert names(ticket).count("RESTORE") == 1


def test_a_question_that_comes_back_has_nothing_to_restore() -> None:
    _, step, ticket = opened("consultation")
    ticket.answered = True
    move(step, ticket, "triage")
    move(step, ticket, "resolve")
    move(step, ticket, "reopen")
    assert "RESTORE" not in names(ticket)


def test_a_warranty_that_ran_out_stays_and_the_next_one_falls_away_with_its_repair() -> None:
    world = staffed()
    fault = world.fault("C-1")
    finish(world)
    world.clear(fault)
    world.run(11)
    world.clock.advance(40 * DAY)
    step, ticket = now(world)
    move(step, ticket, "reopen")
    assert [c.name for c in ticket.clocks if c.name == "WARRANTY"] == ["WARRANTY"], "it was given, and is over"
    assert clocks.judge(the(ticket, "FOLLOWUP"), step.now) == "breached", "nobody asked for forty days"
    ticket.state = "on_site"
    move(step, ticket, "work-done")
    move(step, ticket, "resolve")
    assert names(ticket).count("WARRANTY") == 2
    move(step, ticket, "reopen")
    assert names(ticket).count("WARRANTY") == 1
    assert [clocks.judge(c, step.now) for c in ticket.clocks if c.name == "FOLLOWUP"] == ["breached"]


def test_what_a_customer_waits_for_is_owed_by_the_ticket_theirs_is_merged_into() -> None:
    world = World()
    world.fault("C-0")
    customer = {"name": "Wang", "phone": "13800001111"}
    world.act("ticket.create", kind="complaint", summary="it took my money", cabinet="C-0", customer=customer)
    due = world.clock_of("COMPLAINT", "T-000002")["due"]
    world.act("ticket.promise", "T-000002", promised_at="2026-10-14T03:00:00Z")
    assert world.act("ticket.merge", "T-000002", into="T-000001").status == "ok"
    assert not world.has_clock("PROMISE", "T-000002")
    assert (world.clock_of("PROMISE")["state"], world.clock_of("COMPLAINT")["due"]) == ("running", due)
    assert world.ticket()["customer"] == customer
    world.run(121)
    assert world.clock_of("PROMISE")["state"] == "breached"
