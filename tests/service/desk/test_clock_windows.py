"""Windows agreed with customers, and the clock that holds us to them."""

from typing import Any

import pytest

from service import clocks, deadlines
from service.moves import move
from service.step import Step
from service.tickets import Ticket
from service.visiting.windows import Appointment
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.test_ticket_clocks import names, now, opened, the
from tests.service.desk.world import START


def window(step: Step, ticket: Ticket, begin: int, end: int, **more: Any) -> Appointment:
    """A further revision of the window that the customer agreed to."""
    n = len(ticket.appointments) + 1
    ticket.appointments.append(Appointment(n=n, begin=begin, end=end, at=step.now, actor="dora", **more))
    return ticket.appointments[-1]


def test_an_agreed_window_is_what_the_arrival_is_owed_in() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    window(step, ticket, START + DAY, START + DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    assert [(c.due, c.target.unit) for c in ticket.clocks if c.name == "ARRIVAL"] == [(START + DAY + HOUR, "at")]
    window(step, ticket, START + 2 * DAY, START + 2 * DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    assert [c.due for c in ticket.clocks if c.name == "ARRIVAL"] == [START + 2 * DAY + HOUR]
    ticket.severity = "critical"
    deadlines.retarget(step, ticket)
    assert the(ticket, "ARRIVAL").due == START + 2 * DAY + HOUR, "the customer set the time, not the severity"


def test_a_later_window_is_told_of_anew() -> None:
    world, step, ticket = opened(severity="minor")
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    world.clock.advance(2 * HOUR)
    step, ticket = now(world)
    deadlines.watch(step, ticket)
    arrival = the(ticket, "ARRIVAL")
    assert (arrival.told, arrival.noticed) == (2, 2)
    window(step, ticket, START + DAY, START + DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    assert (arrival.told, arrival.noticed) == (0, 0)
    arrival.told, arrival.noticed = 1, 0
    window(step, ticket, START + 3 * HOUR, START + 3 * HOUR + MINUTE)
    deadlines.on_appointment(step, ticket)
    assert (arrival.told, arrival.noticed) == (1, 0), "what was not noticed is still to be noticed"


def test_a_window_agreed_before_the_dispatch_counts_at_once() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    window(step, ticket, START + DAY, START + DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    assert (the(ticket, "ARRIVAL").started, the(ticket, "ARRIVAL").due) == (START, START + DAY + HOUR)
    move(step, ticket, "dispatch")
    assert names(ticket).count("ARRIVAL") == 1


def test_a_window_agreed_while_the_customer_is_awaited_rests_at_once() -> None:
    _, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "wait", to="wait_customer")
    window(step, ticket, START + DAY, START + DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    assert the(ticket, "ARRIVAL").paused == START


@pytest.mark.parametrize("late", [False, True])
def test_a_window_that_was_broken_stays_broken_beside_the_next_one(late: bool) -> None:
    world, step, ticket = opened()
    move(step, ticket, "triage")
    move(step, ticket, "dispatch")
    window(step, ticket, START + HOUR, START + 2 * HOUR)
    deadlines.on_appointment(step, ticket)
    world.clock.advance(2 * HOUR + (1 if late else 0))
    step, ticket = now(world)
    if late:
        move(step, ticket, "wait", to="wait_customer")  # nor does resting make it good
    window(step, ticket, START + DAY, START + DAY + HOUR)
    deadlines.on_appointment(step, ticket)
    dues = [c.due for c in ticket.clocks if c.name == "ARRIVAL"]
    assert dues == ([START + 2 * HOUR] if late else []) + [START + DAY + HOUR]
    judged = [clocks.judge(c, step.now) for c in ticket.clocks if c.name == "ARRIVAL"]
    assert judged == (["breached", "paused"] if late else ["running"])


def test_what_was_forced_on_the_customer_binds_nobody_but_us() -> None:
    _, step, ticket = opened()
    window(step, ticket, START + DAY, START + DAY + HOUR)
    window(step, ticket, START + 9 * DAY, START + 9 * DAY + HOUR, without_consent="no van")
    deadlines.on_appointment(step, ticket)
    assert the(ticket, "ARRIVAL").due == START + DAY + HOUR


@pytest.mark.parametrize(
    ("at", "kept"), [(HOUR - 1, "before"), (HOUR, "inside"), (2 * HOUR, "inside"), (2 * HOUR + 1, "after")]
)
def test_an_arrival_is_held_against_its_window(at: int, kept: str) -> None:
    _, step, ticket = opened()
    ticket.visit = "V-1"
    held = window(step, ticket, START + HOUR, START + 2 * HOUR)
    deadlines.on_arrival(step, ticket, START + at)
    assert (held.arrived, held.kept, held.visit) == (START + at, kept, "V-1")
    said = [(x["type"], x["note"]) for x in ticket.timeline if x["type"] == "appointment"]
    assert said == [("appointment", f"appointment_{kept} n=1 arrived={START + at}")]
    deadlines.on_arrival(step, ticket, START + at)
    assert len([x for x in ticket.timeline if x["type"] == "appointment"]) == 1, "the same proof says nothing new"
    deadlines.on_arrival(step, ticket, START + HOUR + 1)
    assert (held.arrived, held.kept) == (START + HOUR + 1, "inside"), "better proof of the same visit corrects it"
    ticket.visit = "V-2"
    deadlines.on_arrival(step, ticket, START + 5 * HOUR)
    assert held.arrived == START + HOUR + 1, "another visit is not the one that was awaited"
