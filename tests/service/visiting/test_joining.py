"""Who rides along: work joins a visit that comes in its time, by somebody who may do it."""

from telemetry.units import DAY, HOUR
from tests.service.desk.world import START, World


def town(**fields: object) -> World:
    world = World()
    for cabinet in ("C-0", "C-1"):
        world.fleet.site[world.fleet.index[cabinet]] = "S-1"
    world.hire("ann", **fields)
    world.fault("C-0", "payment_down")
    assert world.tech("accept", "V-000001").status == "ok"
    return world


def test_work_at_the_site_rides_along() -> None:
    world = town(skills=["payment"])
    world.fault("C-1", "light_failed")
    assert world.ticket("T-000002")["visit"] == "V-000001"


def test_work_that_asks_for_more_does_not_ride_along() -> None:
    world = town(skills=["payment"])
    world.fault("C-1", "refrigerant_leak")
    assert world.ticket("T-000002")["visit"] is None
    assert world.notices("no_technician")


def test_a_window_of_tomorrow_is_not_kept_by_a_visit_of_today() -> None:
    world = town()
    asked = world.act("ticket.create", kind="installation", summary="a new one", cabinet="C-1")
    key = asked.body["id"]
    window = {"from": START + DAY, "to": START + DAY + 2 * HOUR}
    assert world.act("ticket.appointment", key, **window).status == "ok"
    world.act("ticket.triage", key)
    world.act("ticket.dispatch", key, reason="agreed")
    assert world.ticket(key)["visit"] != "V-000001"
    assert world.visit()["window"] is None
