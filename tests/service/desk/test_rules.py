"""The policy or the calendar changes while tickets are open: their clocks are counted anew, and nothing is lost."""

import msgspec
import pytest

from service.desk import Desk
from service.model import Actor
from service.policy import Policy, Rules
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.test_life import CLERK, close, finish, staffed
from tests.service.desk.world import SECRET, World

SYSTEM = Actor(id="system", role="system")
QUICK = Policy(version="2", restore_ms=dict.fromkeys(("critical", "major", "minor", "warning"), 6 * HOUR))


def rule(world: World, policy: Policy) -> None:
    wanted = world.desk.wanted(policy)
    assert wanted is not None
    assert world.act("rules.set", who=SYSTEM, **msgspec.json.decode(msgspec.json.encode(wanted))).status == "ok"


def test_a_running_clock_gets_the_new_target_and_keeps_its_pauses() -> None:
    world = staffed()
    world.fault("C-1")
    started = world.clock_of("RESTORE")["started"]
    world.act("ticket.wait", "T-000001", **{"for": "parts"}, until=None, note="fan on order")
    world.run(60)
    world.act("ticket.resume", "T-000001")
    rule(world, QUICK)
    assert world.clock_of("RESTORE")["due"] == started + 7 * HOUR
    assert "policy 2" in world.clock_of("RESTORE")["why"]
    assert "paused 1 h" in world.clock_of("RESTORE")["why"]
    assert [x["note"].split()[:2] for x in world.lines() if "renewed" in (x["note"] or "")] == [
        ["clock_renewed", "name=RESTORE"]
    ]


def test_what_is_over_or_promised_or_warranted_stays() -> None:
    world = staffed()
    fault = world.fault("C-1")
    world.act("ticket.promise", "T-000001", CLERK, promised_at=world.now + DAY)
    promise = world.clock_of("PROMISE")
    finish(world)
    world.clear(fault)
    world.run(11)
    close(world)
    before = world.ticket()["clocks"]
    rule(world, Policy(version="3", warranty_days=90, reply_ms=MINUTE))
    assert world.ticket()["clocks"] == before
    assert world.clock_of("PROMISE")["due"] == promise["due"]


def test_a_deadline_that_moves_away_is_told_of_again() -> None:
    world = World()
    world.fault("C-1", "lock_fault", severity="critical")
    world.run(8 * 60)
    assert world.clock_of("RESTORE")["state"] == "breached"
    rule(world, Policy(version="2", restore_ms=dict.fromkeys(("critical", "major", "minor", "warning"), 2 * DAY)))
    assert world.clock_of("RESTORE")["state"] == "running"
    told = len(world.notices("clock_warned"))
    world.run(24 * 60)
    again = [n for n in world.notices("clock_warned")[told:] if n["params"]["clock"] == "RESTORE"]
    assert [n["params"]["percent"] for n in again] == [50]


def test_rules_are_set_once_and_outlive_a_restart() -> None:
    world = World()
    rule(world, QUICK)
    assert world.desk.wanted(QUICK) is None
    saved = world.desk.dump()
    world.desk = Desk(Policy(), SECRET)
    world.desk.load(saved)
    assert world.desk.wanted(QUICK) is None
    world.fault("C-1", "lock_fault", severity="critical")
    assert world.clock_of("RESTORE")["due"] == world.now - 5 * MINUTE + 6 * HOUR


def test_another_edition_of_the_calendar_is_another_rule() -> None:
    world = World()
    rule(world, QUICK)
    world.desk._books.rules = Rules(policy=QUICK, calendar="of last year")
    assert world.desk.wanted(QUICK) is not None


@pytest.mark.parametrize("body", [{}, {"policy": {"reply_ms": "soon"}}])
def test_rules_that_are_none_are_refused(body: dict[str, object]) -> None:
    world = World()
    assert world.act("rules.set", who=SYSTEM, **body).status == "invalid"
