"""A person's word about an arrival is kept for good, and never the technician's own."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import Actor
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import World
from tests.service.proof.test_evidence import code, notes, there

ANN = Actor(id="ann", role="dispatcher")
OTTO = Actor(id="otto", role="operator")


def proven() -> World:
    """Arrived, said by the cabinet, 30 minutes after the fault."""
    world = there(check_in=False)
    code(world)
    return world


def test_a_corrected_arrival_keeps_what_was_and_recounts_the_clock() -> None:
    world = proven()
    was = world.visit()["arrived"]
    world.run(10)
    due = world.clock_of("ARRIVAL")["due"]
    world.run(180)
    why = "typed the code for a colleague"
    answer = world.act("visit.correct", "V-000001", arrived_at=due + 1, reason=why)
    assert answer.status == "ok"
    visit = world.visit()
    said = {
        "by": "dora",
        "at": world.now,
        "was": was,
        "arrived_at": due + 1,
        "reason": "typed the code for a colleague",
    }
    assert (visit["arrived"], visit["level"], visit["provisional"]) == (due + 1, 4, False)
    assert visit["evidence"]["corrections"] == [said]
    assert (world.clock_of("ARRIVAL")["state"], world.clock_of("ARRIVAL")["stopped"]) == ("breached", due + 1)
    told = f"arrival_corrected visit=V-000001 from={was} to={due + 1} reason={why}"
    assert told in notes(world)
    (conflict,) = visit["evidence"]["conflicts"]
    assert (conflict["what"], conflict["between"]) == ("corrected", ["correction", "service_code"])
    world.act("visit.correct", "V-000001", arrived_at=was, reason="the register was right")
    assert world.clock_of("ARRIVAL")["state"] == "met"
    assert world.visit()["evidence"]["conflicts"] == []


def test_whoever_arrived_does_not_correct_or_confirm() -> None:
    world = there()
    at = world.now
    for verb, body in (("correct", {"arrived_at": at, "reason": "x"}), ("confirm", {"reason": "x"})):
        assert world.tech(verb, "V-000001", **body).status == "denied"
        assert world.act(f"visit.{verb}", "V-000001", OTTO, **body).status == "denied"
        refused = world.act(f"visit.{verb}", "V-000001", ANN, **body)
        assert refused.body == {"guard": "second_person", "missing": ["another person"]}


def test_a_time_outside_of_the_visit_or_without_a_reason_is_refused() -> None:
    world = there()
    accepted = world.visit()["accepted"]
    world.tech("finish", "V-000001", measure="x")
    ended = world.visit()["finished"]
    world.run(10)
    for at in (accepted - 1, ended + 1):
        assert world.act("visit.correct", "V-000001", arrived_at=at, reason="x").status == "invalid"
    assert world.act("visit.correct", "V-000001", arrived_at=ended).status == "invalid"
    assert world.act("visit.correct", "V-000001", arrived_at=ended, reason="x").status == "ok"
    assert there(check_in=False).act("visit.correct", "V-000001").body["guard"] == "not_arrived"


def test_a_supervisor_confirms_a_weak_arrival_once_with_a_reason() -> None:
    world = there()
    pressed = world.now
    world.run(20)
    assert world.visit()["provisional"] is True
    assert world.act("visit.confirm", "V-000001").status == "invalid"
    assert world.act("visit.confirm", "V-000001", reason="seen by the site's guard").status == "ok"
    visit = world.visit()
    assert (visit["provisional"], visit["level"], visit["arrived"]) == (False, 0, pressed)
    assert visit["evidence"]["confirmed"] == {
        "by": "dora", "at": world.now, "arrived_at": pressed, "reason": "seen by the site's guard",
    }  # fmt: skip
    assert (world.clock_of("ARRIVAL")["state"], world.clock_of("ARRIVAL")["stopped"]) == ("met", pressed)
    again = world.act("visit.confirm", "V-000001", reason="x")
    assert again.body == {"guard": "state", "missing": ["provisional"]}


def test_stale_versions_are_refused() -> None:
    world = there()
    version = world.visit()["version"]
    assert world.act("visit.confirm", "V-000001", version=version - 1, reason="x").status == "stale"
    assert world.act("visit.confirm", "V-000001", version=version, reason="x").status == "ok"


def test_a_visit_that_has_ended_and_its_closed_ticket_are_corrected_too() -> None:
    world = proven()
    was = world.visit()["arrived"]
    world.tech("finish", "V-000001", measure="x")
    world.clear("F-1")
    world.run(11)
    world.act("ticket.follow-up", "T-000001", answer="fine", solved=True)
    world.act("ticket.close", "T-000001")
    assert world.act("visit.correct", "V-000001", arrived_at=was - 5 * MINUTE, reason="x").status == "ok"
    assert world.clock_of("ARRIVAL")["stopped"] == was - 5 * MINUTE
    assert world.visit()["state"] == "left"


def test_a_second_visit_of_the_ticket_has_a_clock_of_its_own() -> None:
    world = proven()
    world.tech("finish", "V-000001", measure="x")
    first = world.visit()
    world.run(10)
    assert world.ticket()["state"] == "dispatching"
    world.tech("accept", "V-000002")
    world.run(20)
    world.event("C-1", "service_code_entered", code=world.visit("V-000002")["evidence"]["code"])
    second = world.visit("V-000002")["arrived"]
    earlier = first["arrived"] - 5 * MINUTE
    world.act("visit.correct", "V-000001", arrived_at=earlier, reason="x")
    stops = [c["stopped"] for c in world.ticket()["clocks"] if c["name"] == "ARRIVAL"]
    assert stops == [earlier, second]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 29), min_size=1, max_size=5))
def test_corrections_keep_their_whole_history(minutes: list[int]) -> None:
    world = proven()
    begun, times = world.now - 30 * MINUTE, [world.visit()["arrived"]]
    for minute in minutes:
        at = begun + minute * MINUTE
        assert world.act("visit.correct", "V-000001", arrived_at=at, reason=f"minute {minute}").status == "ok"
        times.append(at)
    kept: list[dict[str, Any]] = world.visit()["evidence"]["corrections"]
    assert [(c["was"], c["arrived_at"]) for c in kept] == list(pairwise(times))
    assert [c["reason"] for c in kept] == [f"minute {minute}" for minute in minutes]
    assert world.visit()["arrived"] == world.clock_of("ARRIVAL")["stopped"] == times[-1]
    assert sum(note.startswith("arrival_corrected") for note in notes(world)) == len(minutes)


@pytest.mark.parametrize("late", [False, True])
def test_a_correction_stands_against_evidence_that_comes_later(late: bool) -> None:
    world = there()
    begun = world.now
    world.run(40)
    world.act("visit.correct", "V-000001", arrived_at=begun + MINUTE, reason="x")
    if late:
        world.tech("finish", "V-000001", measure="x")
    code(world, begun + 35 * MINUTE)
    assert world.visit()["arrived"] == begun + MINUTE
    assert "corrected" in {c["what"] for c in world.visit()["evidence"]["conflicts"]}
    assert world.now < begun + HOUR
