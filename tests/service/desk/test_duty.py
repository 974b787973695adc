"""Deadlines are told to people on duty; the timeline keeps the moment, and a hazard waits for nobody."""

import msgspec

from service.hours import hours
from service.policy import Policy
from telemetry.units import HOUR
from tests.service.desk.world import START, World

DAYS = msgspec.structs.replace(Policy(), duty=hours({"work": ["09:00-18:00"]}))


def told(world: World, kind: str) -> list[tuple[str, int]]:
    return [(n["params"]["clock"], n["at"] - START) for n in world.notices(kind)]


def test_a_breach_at_night_is_told_in_the_morning() -> None:
    world = World(DAYS)  # Wednesday, 09:00
    world.run(17 * 60)  # 02:00
    world.fault("C-1", "payment_down", severity="critical")  # ARRIVAL in 2 h, RESTORE in 8 h
    world.run(5 * 60)  # 07:00
    assert told(world, "clock_breached") == []
    noted = [line["note"] for line in world.lines() if line["type"] == "clock"]
    assert "clock_breached name=ARRIVAL" in noted
    world.run(2 * 60 + 1)
    assert told(world, "clock_breached") == [("ARRIVAL", 24 * HOUR)]
    assert ("RESTORE", 24 * HOUR) in told(world, "clock_warned")
    assert len(set(told(world, "clock_warned"))) == len(told(world, "clock_warned"))


def test_a_hazard_is_told_at_night() -> None:
    world = World(DAYS)
    world.run(17 * 60)
    world.fault("C-1", "refrigerant_leak")
    world.run(60)
    assert [clock for clock, _ in told(world, "clock_breached")] == ["SAFETY"]


def test_without_duty_hours_people_hear_at_once() -> None:
    world = World()
    world.run(17 * 60)
    world.fault("C-1", "payment_down", severity="critical")
    world.run(4 * 60 + 1)
    assert [clock for clock, _ in told(world, "clock_breached")] == ["ARRIVAL"]
