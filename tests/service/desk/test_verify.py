"""Repaired is what telemetry says."""

import pytest

from telemetry.clock import Moment
from tests.service.desk.world import World


def repaired(kind: str = "payment_down", silent: bool = False, **fields: object) -> tuple[World, str]:
    """A world in which the work is done and the window has just begun; and the fault."""
    world = World()
    world.hire("ann", "bob")
    fault = world.fault("C-1", kind, **fields)
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    if silent:
        world.silent.add("C-1")
    world.tech("finish", "V-000001", measure="restarted")
    assert world.ticket()["state"] == "verifying"
    return world, fault


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [("lock_fault", 5), ("payment_down", 10), ("power_lost", 10), ("offline", 10), ("air_too_warm", 60),
     ("sensor_implausible", 15)],
)  # fmt: skip
def test_health_through_the_window_resolves(kind: str, minutes: int) -> None:
    world, fault = repaired(kind)
    world.clear(fault)
    world.run(minutes - 1)
    assert world.ticket()["state"] == "verifying"
    world.run(1)
    assert world.ticket()["state"] == "resolved"
    assert next(line for line in reversed(world.lines()) if line["to"] == "resolved")["evidence"] == {
        "type": "telemetry", "level": 4, "source": "cabinet", "at": world.now, "uncertainty_s": 60,
    }  # fmt: skip


def test_a_fault_that_is_still_there_goes_back_and_the_technician_hears() -> None:
    world, fault = repaired()
    world.run(10)
    assert world.ticket()["state"] == "dispatching"
    assert world.visit("V-000002")["state"] == "offered"
    assert [(n["to"], n["params"]["why"]) for n in world.notices("not_fixed")] == [("ann", "still_active")]
    assert world.ticket()["fault"] == fault


def test_work_reported_with_the_technician_still_there_goes_back_to_them() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    assert world.act("ticket.work-done", "T-000001", measure="restarted").status == "ok"
    assert world.act("ticket.verify", "T-000001").status == "ok"
    world.run(10)
    assert world.ticket()["state"] == "on_site"
    assert [n["to"] for n in world.notices("not_fixed")] == ["ann"]
    assert len(world.rows("visits")) == 1


def test_silence_is_not_health() -> None:
    world, fault = repaired(silent=True)
    world.clear(fault)
    world.run(29)
    assert world.ticket()["state"] == "verifying"
    world.run(1)
    assert world.ticket()["state"] == "dispatching"
    assert world.notices("not_fixed")[0]["params"]["why"] == "not_proven"


def test_a_window_is_extended_until_enough_samples_came() -> None:
    world, fault = repaired(silent=True)
    world.clear(fault)
    world.run(12)
    world.silent.clear()
    world.run(8)
    assert world.ticket()["state"] == "verifying"
    world.run(1)
    assert world.ticket()["state"] == "resolved"


def test_nine_tenths_are_nine_tenths_of_a_short_window_too() -> None:
    world, fault = repaired("lock_fault", silent=True)  # five samples are expected: four are only 80 %
    world.clear(fault)
    world.run(1)
    world.silent.clear()
    world.run(4)
    assert world.ticket()["state"] == "verifying"
    world.run(1)
    assert world.ticket()["state"] == "resolved"


def test_a_fault_that_is_only_clearing_extends_the_window() -> None:
    world, fault = repaired()
    world.change(fault, state="clearing")
    world.run(12)
    assert world.ticket()["state"] == "verifying"
    world.clear(fault)
    world.run(1)
    assert world.ticket()["state"] == "resolved"


def test_a_child_that_needs_longer_to_recover_gets_its_own_window() -> None:
    world, door = repaired("door_left_open", severity="major")
    warm = world.fault("C-1", "air_too_warm", state="suppressed", parent=door)
    assert world.tables["episodes"][warm]["ticket"] == "T-000001"
    world.clear(door)
    world.run(40)  # the door's window of 5 minutes and its limit are long over, the air is still on its way down
    assert world.ticket()["state"] == "verifying"
    world.clear(warm)
    world.run(6)
    assert world.ticket()["state"] == "resolved"
    assert len(world.rows("visits")) == 1


def test_a_sibling_fault_fails_the_repair_and_an_unrelated_one_does_not() -> None:
    for other, state in (("compressor_not_starting", "dispatching"), ("payment_down", "resolved")):
        world, fault = repaired("air_too_warm")
        world.clear(fault)
        world.fault("C-1", other)
        world.run(60)
        assert world.ticket()["state"] == state
    world, fault = repaired("lock_fault")
    world.clear(fault)
    world.fault("C-1", "door_left_open", severity="warning")
    world.run(5)
    assert world.ticket()["state"] == "resolved", "a warning is no fault"


def test_what_we_could_not_see_counts_for_nobody() -> None:
    world, fault = repaired(silent=True)
    world.clear(fault)
    world.fleet.blind_since = world.now
    world.run(60)
    assert world.ticket()["state"] == "verifying"
    world.fleet.blind_since = None
    world.fleet.sighted = Moment(world.now, world.now)
    world.silent.clear()
    world.run(9)
    assert world.ticket()["state"] == "verifying"
    world.run(1)
    assert world.ticket()["state"] == "resolved"


def test_a_retired_cabinet_owes_no_samples() -> None:
    world, fault = repaired(silent=True)
    world.fleet.retired[1] = True
    world.clear(fault)
    world.run(10)
    assert world.ticket()["state"] == "resolved"


def test_a_persons_word_needs_a_reason_another_person_and_no_active_fault() -> None:
    world, fault = repaired()
    refused = world.act("ticket.resolve", "T-000001", reason="looks fine")
    assert (refused.status, refused.body) == ("conflict", {"guard": "fault_cleared", "missing": [fault]})
    world.change(fault, state="stale")
    assert world.act("ticket.resolve", "T-000001").status == "invalid"
    assert world.act("ticket.resolve", "T-000001", reason="tested by phone with the shop").status == "ok"
    assert world.ticket()["state"] == "resolved"


def test_a_persons_ticket_is_verified_when_its_cabinet_speaks() -> None:
    for spoke, state in ((True, "resolved"), (False, "verifying")):
        world = World()
        world.hire("ann")
        if spoke:
            world.run(1)
        else:
            world.silent.add("C-1")
        world.act("ticket.create", kind="repair", summary="dark", cabinet="C-1")
        world.act("ticket.triage", "T-000001")
        world.act("ticket.dispatch", "T-000001")
        world.tech("accept", "V-000001")
        world.tech("check-in", "V-000001", evidence={"type": "button"})
        world.tech("finish", "V-000001", measure="new lamp")
        world.run(15)
        assert world.ticket()["state"] == state


def test_an_arrival_that_nobody_proved_stays_owed() -> None:
    world, fault = repaired()
    world.clear(fault)
    world.run(12)
    assert world.ticket()["state"] == "resolved"
    assert world.clock_of("ARRIVAL")["state"] == "running"
    world.run(2 * 60)
    assert world.clock_of("ARRIVAL")["state"] == "breached"


def test_a_sample_now_and_then_proves_nothing_however_long_it_goes_on() -> None:
    world, fault = repaired("lock_fault", silent=True)  # a window of five minutes, three of them at most
    world.clear(fault)
    for _ in range(4):
        world.run(2)
        world.silent.clear()
        world.run(1)
        world.silent.update(world.fleet.index)
    assert world.ticket()["state"] == "verifying"
    world.run(3)
    assert world.ticket()["state"] == "dispatching"
    assert world.notices("not_fixed")[0]["params"]["why"] == "not_proven"
