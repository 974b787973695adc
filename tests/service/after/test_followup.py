"""The follow-up: an answer, or attempts that reached nobody, until they are enough."""

import msgspec

from service.policy import Policy
from telemetry.units import HOUR
from tests.service.after.shop import CLERK, did, resolved
from tests.service.desk.world import World


def test_attempts_are_logged_and_stop_no_clock_until_they_are_enough() -> None:
    world = World()
    key = resolved(world)
    for n in (1, 2):
        did(world.act("ticket.follow-up", key, CLERK, reached=False, channel="phone", note="no answer"))
        assert world.ticket(key)["state"] == "resolved"
        assert world.clock_of("FOLLOWUP", key)["state"] == "running"
        assert len(world.ticket(key)["fields"]["follow_up_attempts"]) == n
        assert world.act("ticket.close", key, CLERK).body["guard"] == "state"
    did(world.act("ticket.follow-up", key, CLERK, reached=False))
    assert world.ticket(key)["state"] == "follow_up"
    assert world.clock_of("FOLLOWUP", key)["state"] == "met"
    did(world.act("ticket.close", key, CLERK))


def test_how_many_attempts_are_enough_is_a_figure_of_the_policy() -> None:
    world = World(policy=msgspec.structs.replace(Policy(), follow_up_attempts=1))
    key = resolved(world)
    did(world.act("ticket.follow-up", key, CLERK, reached=False))
    assert world.ticket(key)["state"] == "follow_up"


def test_a_ticket_that_came_back_is_called_anew() -> None:
    world = World()
    key = resolved(world)
    for _ in range(2):
        did(world.act("ticket.follow-up", key, CLERK, reached=False))
    did(world.act("ticket.reopen", key, CLERK))
    world.clock.advance(HOUR)
    did(world.act("ticket.resolve", key))
    did(world.act("ticket.follow-up", key, CLERK, reached=False))
    assert world.ticket(key)["state"] == "resolved"
    assert world.ticket(key)["fields"]["reopenings"] == 1


def test_the_contracts_body_alone_is_enough() -> None:
    world = World()
    key = resolved(world)
    did(world.act("ticket.follow-up", key, CLERK, answer="works again", solved=True))
    call = world.ticket(key)["fields"]["follow_up"]
    told = [call[name] for name in ("answer", "solved", "recurrence", "channel")]
    assert told == ["works again", True, False, "phone"]
    did(world.act("ticket.close", key, CLERK))


def test_what_came_back_is_sent_out_again() -> None:
    world = World()
    key = resolved(world)
    did(world.act("ticket.follow-up", key, CLERK, answer="warm again", solved=True, recurrence=True))
    assert world.path(key)[-3:] == ["follow_up", "triaged", "remote"]


def test_a_body_without_answer_is_refused_unless_nobody_was_reached() -> None:
    world = World()
    key = resolved(world)
    assert set(world.act("ticket.follow-up", key, CLERK).body["fields"]) == {"answer", "solved"}
    assert world.act("ticket.follow-up", key, CLERK, reached=True).status == "invalid"
    assert world.act("ticket.follow-up", key, CLERK, reached=False, channel="pigeon").status == "invalid"
