"""A lateness that can be foreseen is told once, and again when it grew; work that nobody takes goes up."""

from service.policy import Policy
from service.visiting.figures import Figures
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import START, World

PLACES = {"C-0": (30.0, 120.0), "C-1": (30.5, 120.0)}
FAR = {"lat": 31.5, "lon": 120.0}  # 1.5 degrees, 167 km from C-0: 7 h at 30 km/h and a detour of 1.3


def placed(**figures: object) -> World:
    policy = Policy(dispatch=Figures(**figures)) if figures else None  # type: ignore[arg-type]
    return World(policy, cabinet_at=PLACES.get)


def test_an_eta_is_told_with_the_acceptance_and_anew_at_the_departure() -> None:
    world = placed()
    world.hire("ann", lat=30.1, lon=120.0)
    world.fault("C-0")
    assert world.visit()["eta"] is None
    world.tech("accept", "V-000001")
    way = world.visit()["eta"] - START
    assert 28 * MINUTE < way < 30 * MINUTE, "11.1 km times 1.3 at 30 km/h"
    world.run(20)
    world.tech("depart", "V-000001")
    assert world.visit()["eta"] == world.now + way
    world.run(60)
    assert world.notices("eta_slipped") == [], "there is time enough until the arrival is owed"


def test_a_foreseeable_lateness_is_told_once_and_again_only_when_it_grew_by_a_step() -> None:
    world = placed(eta_step_ms=15 * MINUTE)
    world.hire("ann", **FAR)
    world.fault("C-0")
    world.tech("accept", "V-000001")
    world.run(1)
    (told,) = world.notices("eta_slipped")
    assert (told["to"], told["visit"], told["ticket"]) == ("dispatcher", "V-000001", "T-000001")
    assert told["params"]["due"] == START + 2 * HOUR
    assert told["params"]["eta"] == world.visit()["eta"]
    assert told["params"]["minutes"] == -(-(told["params"]["eta"] - told["params"]["due"]) // MINUTE)
    world.run(14)
    assert len(world.notices("eta_slipped")) == 1
    world.run(1)
    assert len(world.notices("eta_slipped")) == 2, "not departed for 15 minutes more"
    world.tech("depart", "V-000001")
    world.run(120)
    assert len(world.notices("eta_slipped")) == 2, "on the way it does not grow"
    lines = [x["note"].split()[0] for x in world.lines() if x["type"] == "visit"]
    assert lines == ["eta_slipped", "eta_slipped"]


def test_a_window_that_will_be_missed_is_told_and_one_that_waits_is_not() -> None:
    world = placed()
    world.hire("ann", **FAR)
    world.fault("C-0")
    body = {"from": START + 6 * HOUR, "to": START + 8 * HOUR}
    world.act("ticket.appointment", "T-000001", **body)
    world.tech("accept", "V-000001")
    world.run(30)
    assert world.notices("eta_slipped") == []
    world.run(20)
    (told,) = world.notices("eta_slipped")
    assert told["params"]["due"] == START + 8 * HOUR


def test_what_rides_along_and_cannot_wait_for_the_window_is_told() -> None:
    world = placed()
    world.hire("ann", lat=30.0, lon=120.0)
    world.fault("C-0")
    world.act("ticket.appointment", "T-000001", **{"from": START + 6 * HOUR, "to": START + 8 * HOUR})
    world.fault("C-0", "lock_fault")
    world.tech("accept", "V-000001")
    world.run(1)
    (told,) = world.notices("eta_slipped")
    assert (told["ticket"], told["params"]["eta"]) == ("T-000002", START + 6 * HOUR)


def test_nothing_is_foretold_of_places_that_nobody_knows() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.run(300)
    assert world.notices("eta_slipped") == []
    assert world.visit()["eta"] is None


def test_who_is_at_work_sets_out_from_there() -> None:
    world = placed()
    world.hire("ann", lat=30.0, lon=120.0)
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    world.fault("C-0")
    world.tech("accept", "V-000002")
    assert world.visit("V-000002")["eta"] - world.now > 2 * HOUR, "55 km away, not at the home base beside it"


def test_work_that_nobody_takes_reaches_the_supervisor_once() -> None:
    world = World()
    world.fault("C-1")
    world.run(29)
    assert world.notices("unserved_long") == []
    world.run(200)
    (told,) = world.notices("unserved_long")
    assert (told["to"], told["ticket"], told["params"]["since"]) == ("supervisor", "T-000001", START)
    assert sum("escalated to=supervisor" in (x["note"] or "") for x in world.lines()) == 1


def test_work_that_was_taken_in_time_or_after_all_starts_anew() -> None:
    world = World()
    world.fault("C-1")
    world.hire("ann")
    world.run(11)
    world.tech("accept", "V-000001")
    world.run(60)
    assert world.notices("unserved_long") == []
    world.tech("decline", "V-000001")
    since = world.now
    world.act("technician.patch", "ann", active=False)
    world.run(40)
    (told,) = world.notices("unserved_long")
    assert told["params"]["since"] == since
