"""Other rules or another severity count running clocks anew; and who hears of a clock, when, and what."""

from typing import Any

import msgspec

from service import clocks, deadlines
from service.hours import hours
from service.model import Actor
from service.moves import move
from service.policy import Policy
from service.tickets import Verification
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.test_rules import rule
from tests.service.desk.test_ticket_clocks import notes, now, opened, the
from tests.service.desk.world import DISPATCHER, START

LEVELS = ("critical", "major", "minor", "warning")
OFFICE = hours({"work": ["09:00-18:00"], "rest": []})


# -- what is counted anew ----------------------------------------------------------------------------------------------
def strict(**more: Any) -> Policy:
    """Other figures for everything, by severity where there is one."""
    return Policy(
        version="2", reply_ms=12 * HOUR, safety_ms=5 * MINUTE, complaint_days=2, refund_days=1, follow_up_days=1,
        warranty_days=90, arrival_ms={s: ((n + 1) * HOUR, (n + 3) * HOUR) for n, s in enumerate(LEVELS)},
        restore_ms={s: (n + 1) * 5 * HOUR for n, s in enumerate(LEVELS)}, **more,
    )  # fmt: skip


def test_every_running_clock_gets_its_new_figure() -> None:
    world, step, ticket = opened("incident", severity="major")
    for name in ("COMPLAINT", "REFUND", "FOLLOWUP"):
        deadlines._start(step, ticket, name, step.now, clocks.workdays_target(name, step.policy))
    deadlines._start(
        step, ticket, "ARRIVAL", step.now, clocks.arrival_target(step.policy, "major", step.now, step.calendar)
    )
    deadlines._start(step, ticket, "WARRANTY", step.now, clocks.warranty_target(step.policy))
    deadlines.promised(step, ticket, step.now + DAY)
    warranty = the(ticket, "WARRANTY").due
    rule(world, strict())
    midnight = START + 15 * HOUR
    assert {c.name: c.due for c in ticket.clocks} == {
        "REPLY": START + 12 * HOUR, "SAFETY": START + 5 * MINUTE, "RESTORE": START + 10 * HOUR,
        "ARRIVAL": START + 2 * HOUR, "COMPLAINT": midnight + 2 * DAY, "REFUND": midnight + DAY,
        "FOLLOWUP": midnight + DAY, "WARRANTY": warranty, "PROMISE": START + DAY,
    }  # fmt: skip
    assert f"clock_renewed name=REPLY from={START + DAY} to={START + 12 * HOUR}" in notes(ticket)
    assert len(notes(ticket)) == 6, "ARRIVAL is due when it was"


def test_what_is_over_stays_as_it_was_and_what_follows_is_counted_anew() -> None:
    world, *_ = opened(severity="major")
    world.act("ticket.triage", "T-000001")
    reply = world.clock_of("REPLY")
    rule(world, strict())
    assert world.clock_of("REPLY") == reply
    assert world.clock_of("RESTORE")["due"] == START + 10 * HOUR


def test_a_severity_that_rises_tightens_what_runs_and_leaves_what_is_over() -> None:
    _, step, ticket = opened(policy=strict(), severity="minor")
    ticket.answered = True
    for action in ("triage", "dispatch"):
        move(step, ticket, action)
    deadlines.on_arrival(step, ticket, step.now)
    move(step, ticket, "resolve")
    move(step, ticket, "reopen")
    move(step, ticket, "dispatch")
    over = {(c.name, c.due) for c in ticket.clocks if c.stopped is not None}
    ticket.severity = "critical"
    deadlines.retarget(step, ticket)
    assert {(c.name, c.due) for c in ticket.clocks if c.stopped is not None} == over
    assert {c.name for c in ticket.clocks if c.stopped is not None} == {"ARRIVAL", "RESTORE"}
    assert (the(ticket, "ARRIVAL").due, the(ticket, "RESTORE").due) == (START + HOUR, START + 5 * HOUR)
    assert the(ticket, "REPLY").due == START + 12 * HOUR


# -- who hears of it ---------------------------------------------------------------------------------------------------
def test_dispatchers_hear_of_each_level_once_with_what_they_must_know() -> None:
    world, *_ = opened(severity="critical")
    world.act("ticket.triage", "T-000001")
    world.run(8 * 60 + 5)
    sent = [n for n in world.rows("notices") if n["kind"] in ("clock_warned", "clock_breached")]
    due = {"clock": "RESTORE", "due": START + 8 * HOUR, "severity": "critical", "summary": "s"}
    assert [(n["to"], n["kind"], n["ticket"], n["at"] - START, n["params"]) for n in sent] == [
        ("dispatcher", "clock_warned", "T-000001", 4 * HOUR, {**due, "percent": 50}),
        ("dispatcher", "clock_warned", "T-000001", 6 * HOUR + 24 * MINUTE, {**due, "percent": 80}),
        ("dispatcher", "clock_breached", "T-000001", 8 * HOUR + MINUTE, due),
    ]
    assert [x["note"] for x in world.lines() if x["type"] == "clock"] == [
        "clock_warned name=RESTORE percent=50", "clock_warned name=RESTORE percent=80", "clock_breached name=RESTORE",
    ]  # fmt: skip


def test_what_happens_at_night_is_written_down_once_and_told_in_the_morning() -> None:
    world, *_ = opened(policy=Policy(duty=OFFICE), severity="critical")  # 8 h from nine
    world.act("ticket.triage", "T-000001")
    world.clock.advance(9 * HOUR)
    world.run(90)  # 19:30, and nobody is on duty
    _, ticket = now(world)
    assert [note for note in notes(ticket) if "RESTORE" in note] == ["clock_breached name=RESTORE"]
    assert world.notices("clock_breached") == []
    world.clock.advance(13 * HOUR + 30 * MINUTE)
    world.run(2)
    assert len(world.notices("clock_breached")) == 1
    assert len([note for note in notes(now(world)[1]) if "RESTORE" in note]) == 1


def test_levels_of_service_hours_wait_for_the_morning() -> None:
    world, *_ = opened(policy=Policy(restore_within=OFFICE), severity="critical")  # 8 h from nine: by five
    world.act("ticket.triage", "T-000001")
    world.run(60)
    rule(
        world,
        msgspec.structs.replace(Policy(restore_within=OFFICE), version="2", restore_ms=dict.fromkeys(LEVELS, DAY)),
    )
    world.run(24 * 60)
    told = [(n["params"]["percent"], n["at"] - START) for n in world.notices("clock_warned")]
    assert told == [], "twelve of twenty-four service hours are not over before Thursday noon"
    world.run(3 * 60)
    told = [(n["params"]["percent"], n["at"] - START) for n in world.notices("clock_warned")]
    assert told == [(50, 27 * HOUR)]


def test_nobody_hears_of_what_rests_is_over_or_only_a_term() -> None:
    world, step, ticket = opened(severity="critical")
    deadlines._start(step, ticket, "WARRANTY", step.now, clocks.warranty_target(step.policy))
    move(step, ticket, "triage", actor="dora")
    move(step, ticket, "wait", to="wait_parts")
    step.effects()
    world.clock.advance(80 * DAY)
    step, ticket = now(world)
    before = len(ticket.timeline)
    deadlines.watch(step, ticket)
    assert notes(ticket)[before:] == []
    assert [c.told for c in ticket.clocks] == [0, 0, 0]


def test_the_next_look_is_at_the_next_level_of_a_clock_that_runs() -> None:
    _, step, ticket = opened("incident")
    assert deadlines.next_look(step, ticket) == START + 15 * MINUTE // 2
    move(step, ticket, "triage", actor="dora")
    assert deadlines.next_look(step, ticket) == START + 36 * HOUR
    deadlines.promised(step, ticket, step.now + MINUTE)
    assert deadlines.next_look(step, ticket) == START + MINUTE // 2
    move(step, ticket, "cancel")
    assert deadlines.next_look(step, ticket) > START + 300 * DAY, "only its retention runs, for years"


def test_a_clock_that_rests_asks_for_no_look() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage", actor="dora")
    move(step, ticket, "wait", to="wait_parts")
    assert deadlines.next_look(step, ticket) > START + 10_000 * DAY


def test_people_who_have_not_heard_yet_and_faults_that_wait_are_looked_at_every_minute() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage", actor="dora")
    the(ticket, "RESTORE").told = 1
    assert deadlines.next_look(step, ticket) == START + MINUTE
    the(ticket, "RESTORE").noticed = 1
    assert deadlines.next_look(step, ticket) == START + 36 * HOUR
    ticket.fault = "F-1"
    for state, soon in (("triaged", True), ("wait_parts", True), ("on_site", False), ("work_done", False)):
        ticket.state = state
        assert (deadlines.next_look(step, ticket) == START + MINUTE) == soon, state


def test_a_repair_that_is_being_verified_is_looked_at_always() -> None:
    _, step, ticket = opened()
    ticket.verification = Verification(started=START, until=START + HOUR, limit=START + DAY, samples=0)
    assert deadlines.next_look(step, ticket) == START


def test_an_incident_is_looked_at_by_whoever_acts_first() -> None:
    world, *_ = opened("incident")
    world.act("ticket.comment", "T-000001", Actor(id="op", role="operator"), text="seen")
    assert world.clock_of("SAFETY")["state"] == "running"
    world.act("ticket.triage", "T-000001", DISPATCHER)
    assert world.clock_of("SAFETY")["stopped"] == START
