"""What endangers people is acknowledged by a person at once; what was repaired is warranted."""

from service.hours import hours
from service.model import Actor
from service.policy import Policy
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.test_life import close, finish, staffed
from tests.service.desk.world import START, World

CLERK = Actor(id="agnes", role="agent")
MIDNIGHT = START + 15 * HOUR  # of the day after, in Shanghai


def repaired() -> World:
    """A fault that somebody mended, and telemetry says so."""
    world = staffed()
    fault = world.fault("C-1")
    finish(world)
    world.clear(fault)
    world.run(11)
    return world


def test_a_fault_that_endangers_people_is_acknowledged_within_minutes() -> None:
    world = World()
    fault = world.fault("C-1", "refrigerant_leak")
    assert world.clock_of("SAFETY")["due"] == world.now + 15 * MINUTE
    world.run(10)
    world.act("fault.acknowledge", fault)
    world.run(60)
    assert world.clock_of("SAFETY")["state"] == "met"
    assert world.clock_of("REPLY")["state"] == "running", "to look is not to answer"


def test_nobody_looked() -> None:
    world = World()
    world.fault("C-1", "refrigerant_leak")
    world.run(16)
    assert world.clock_of("SAFETY")["state"] == "breached"
    told = [n["params"]["percent"] for n in world.notices("clock_warned") if n["params"]["clock"] == "SAFETY"]
    assert told == [50, 80]
    assert [n["params"]["clock"] for n in world.notices("clock_breached")] == ["SAFETY"]


def test_other_faults_have_no_such_clock_until_one_that_endangers_joins() -> None:
    world = World()
    power = world.fault("C-1", "power_lost")
    assert not world.has_clock("SAFETY")
    world.run(5)
    world.fault("C-1", "food_safety_breach", parent=power)
    assert world.clock_of("SAFETY")["due"] == world.now + 15 * MINUTE


def test_an_incident_is_acknowledged_by_whoever_judges_it() -> None:
    world = World()
    world.act("ticket.create", who=CLERK, kind="incident", summary="smoke", cabinet="C-1")
    world.run(3)
    assert world.clock_of("SAFETY")["state"] == "running"
    world.act("ticket.triage", "T-000001", CLERK, severity="critical")
    assert world.clock_of("SAFETY")["state"] == "met"


def test_a_repair_is_warranted_for_thirty_days_and_closing_does_not_end_it() -> None:
    world = repaired()
    close(world)
    assert world.clock_of("WARRANTY")["due"] == MIDNIGHT + 30 * DAY
    assert world.clock_of("WARRANTY")["state"] == "running"
    assert world.ticket()["due"] is None, "nobody owes anything"


def test_what_healed_by_itself_has_no_repair_to_warrant() -> None:
    world = World()
    fault = world.fault("C-1")
    world.clear(fault)
    world.run(30)
    assert world.ticket()["state"] == "resolved"
    assert not world.has_clock("WARRANTY")


def test_a_repair_that_did_not_hold_is_warranted_anew() -> None:
    world = repaired()
    again = world.fault("C-1")
    assert not world.has_clock("WARRANTY")
    finish(world, "V-000002")
    world.clear(again)
    world.run(11)
    assert [c["name"] for c in world.ticket()["clocks"]].count("WARRANTY") == 1


def test_repairs_may_be_owed_within_service_hours_only() -> None:
    policy = Policy(restore_within=hours({"work": ["09:00-18:00"], "rest": []}))
    world = World(policy)
    world.fault("C-1", "lock_fault", severity="critical")  # 8 h, from five minutes before nine
    assert world.clock_of("RESTORE")["due"] == START + 8 * HOUR
    assert "of service time (work 09:00-18:00; rest -)" in world.clock_of("RESTORE")["why"]
