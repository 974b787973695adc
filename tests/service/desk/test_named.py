"""Who is named goes, or it is said who goes there already; who is new is asked at once."""

from service.policy import Policy
from telemetry.units import HOUR
from tests.service.desk.test_dispatch import placed
from tests.service.desk.world import World


def test_who_is_named_is_sent_or_it_is_said_who_goes_there_already() -> None:
    world = placed()
    world.hire("ann")
    world.fault("C-0")
    world.hire("bob")
    world.act("ticket.create", kind="repair", summary="door squeaks", cabinet="C-0")
    world.act("ticket.create", kind="repair", summary="light is out", cabinet="C-1")
    for key in ("T-000002", "T-000003"):
        world.act("ticket.triage", key)
    refused = world.act("ticket.dispatch", "T-000002", technician="bob")
    assert (refused.status, refused.body) == ("conflict", {"guard": "going_there", "missing": ["V-000001"]})
    assert world.act("ticket.dispatch", "T-000002", technician="ann").status == "ok"
    assert world.ticket("T-000002")["visit"] == "V-000001"
    assert world.act("ticket.dispatch", "T-000003", technician="bob").status == "ok"
    assert world.visit(world.ticket("T-000003")["visit"])["technician"] == "bob", "not ann, who goes to the site"


def test_a_new_technician_is_asked_at_once() -> None:
    world = World(Policy(retry_ms=HOUR))
    world.fault("C-1")
    world.run(2)
    assert world.rows("visits") == []
    world.hire("ann")
    world.run(1)
    assert world.visit()["technician"] == "ann"
