"""What cannot be answered goes up in time: by a person's word or by the clock, once, and on if nobody answers."""

import msgspec
import pytest

from service.cases.figures import Front
from service.desk import Desk
from service.model import Actor
from service.policy import Policy
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import SECRET, World

T = "T-000001"
BOSS = Actor(id="sue", role="operator")


def opened() -> World:
    world = World()
    world.act("ticket.create", kind="consultation", summary="Why?", customer={"name": "Li"})
    return world


def leap(world: World, ms: int) -> None:
    """Time passes and nothing is looked at until its last minute."""
    world.clock.advance(ms - MINUTE)
    world.run(1)


def test_a_question_without_an_answer_goes_to_the_superior_at_four_fifths_of_its_time() -> None:
    world = opened()
    leap(world, DAY * 8 // 10 - MINUTE)
    assert world.notices("escalated") == []
    leap(world, MINUTE)
    assert [(n["to"], n["params"]["by"]) for n in world.notices("escalated")] == [("supervisor", "system")]
    assert world.lines()[-1]["note"] == "reply_unanswered percent=80"
    world.run(30)
    assert len(world.notices("escalated")) == 1
    assert world.clock_of("REPLY")["state"] == "running", "a receipt of the desk is no reply"


def test_an_answered_question_stays_where_it_is() -> None:
    world = opened()
    world.act("ticket.reply", T, text="Because")
    leap(world, DAY)
    assert world.notices("escalated") == []


@pytest.mark.parametrize("answer", ["comment", "reply", None])
def test_a_superior_who_does_not_answer_is_passed_over(answer: str | None) -> None:
    world = opened()
    assert world.act("ticket.escalate", T).status == "invalid"
    assert world.act("ticket.escalate", T, reason="beyond me").status == "ok"
    assert [(n["params"]["reason"], n["params"]["by"]) for n in world.notices("escalated")] == [("beyond me", "dora")]
    world.act("ticket.comment", T, text="I wait")
    leap(world, HOUR - MINUTE)
    if answer is not None:
        world.act(f"ticket.{answer}", T, BOSS if answer == "comment" else Actor(id="dora", role="agent"), text="so")
    world.run(2)
    told = [n["to"] for n in world.notices("escalation_unanswered")]
    assert told == ([] if answer else ["administrator"])
    assert world.ticket()["fields"]["escalation"]["state"] == ("answered" if answer else "unanswered")
    world.run(HOUR // MINUTE)
    assert len(world.notices("escalation_unanswered")) == len(told), "once"


def test_it_may_be_asked_again_and_survives_a_restart() -> None:
    world = opened()
    world.act("ticket.escalate", T, reason="one")
    data = world.desk.dump()
    world.desk = Desk(world.policy, SECRET)
    world.desk.load(data)
    leap(world, HOUR)
    world.act("ticket.escalate", T, reason="two")
    leap(world, HOUR)
    assert len(world.notices("escalation_unanswered")) == 2


def test_the_figures_are_the_policys() -> None:
    policy = msgspec.structs.replace(Policy(), front=Front(escalate_share=0.5, escalation_ms=5 * MINUTE))
    world = World(policy)
    world.act("ticket.create", kind="consultation", summary="Why?")
    leap(world, DAY // 2)
    assert len(world.notices("escalated")) == 1
    world.run(5)
    assert len(world.notices("escalation_unanswered")) == 1


def test_what_is_over_is_nobodys_question() -> None:
    world = opened()
    world.act("ticket.escalate", T, reason="hard")
    world.act("ticket.cancel", T)
    leap(world, DAY)
    assert world.notices("escalation_unanswered") == []
    assert world.act("ticket.escalate", T, reason="x").body["guard"] == "state"


def test_a_technician_passes_nothing_up() -> None:
    world = opened()
    assert world.act("ticket.escalate", T, Actor(id="ann", role="technician"), reason="x").status == "denied"
    assert world.act("ticket.escalate", T, version=7, reason="x").status == "stale"
