"""A fault nobody has taken up is told again, at most every four hours."""

from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import World


def told(world: World) -> list[dict[str, object]]:
    return [n for n in world.rows("notices") if n["kind"] == "fault_lasts"]


def test_a_lasting_fault_is_told_again_every_four_hours() -> None:
    world = World()
    fault = world.fault("C-1")
    world.run(3 * 60 + 59)
    assert not told(world)
    world.run(9 * 60)
    assert len(told(world)) == 3
    first = told(world)[0]
    assert (first["to"], first["ticket"]) == ("operators", world.ticket()["id"])
    assert first["params"]["since"] == world.faults.open[fault].onset


def test_not_what_somebody_acknowledged_or_snoozed() -> None:
    world = World()
    seen, quiet = world.fault("C-1"), world.fault("C-2")
    world.act("fault.acknowledge", seen)
    world.faults._change(quiet, snoozed_until=world.now + 24 * HOUR)
    world.run(9 * 60)
    assert not told(world)


def test_a_snooze_ends_and_the_reminders_begin() -> None:
    world = World()
    fault = world.fault("C-1")
    world.faults._change(fault, snoozed_until=world.now + 5 * HOUR)
    world.run(5 * 60)
    world.faults._change(fault, snoozed_until=None)
    world.run(1)
    assert len(told(world)) == 1


def test_not_while_a_technician_is_there() -> None:
    world = World()
    world.hire("anna")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    world.run(10 * 60)
    assert not told(world)


def test_nor_when_it_is_over() -> None:
    world = World()
    fault = world.fault("C-1")
    world.run(60)
    world.clear(fault)
    world.run(6 * 60)
    assert not told(world)


def test_a_reminder_survives_a_snapshot() -> None:
    world = World()
    world.fault("C-1")
    world.run(5 * 60)
    world.desk.load(world.desk.dump())
    world.run(3 * 60 - 2)
    assert len(told(world)) == 1
    world.clock.advance(2 * MINUTE)
    world.run(60)
    assert len(told(world)) == 2
