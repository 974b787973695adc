"""A repair that comes back within thirty days is free, by itself; on day 31 it is work like any other."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.policy import Policy
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import START, World

MIDNIGHT = START - 9 * HOUR  # 00:00 of the day on which the repair is proven, in Shanghai


def repaired(policy: Policy | None = None, at: int = START) -> World:
    """A payment fault of C-1, repaired and proven at about `at`; the ticket is closed."""
    world = World(policy)
    world.clock.advance(at - START)
    world.hire("ann")
    fault = world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    world.tech("finish", "V-000001", measure="new terminal", parts=["terminal"])
    world.clear(fault)
    world.run(11)
    assert world.ticket()["state"] == "resolved"
    return world


def until(world: World, at: int) -> None:
    """Time passes without anybody, then a tick."""
    world.clock.advance(at - world.now - MINUTE)
    world.run(1)
    assert world.now == at


def facts(world: World, key: str = "T-000002") -> tuple[Any, Any, Any]:
    fields = world.ticket(key)["fields"]
    return fields.get("repeat_of"), fields.get("warranty_of"), fields.get("free")


def test_day_30_is_inside_to_its_last_moment_and_day_31_is_not() -> None:
    end = MIDNIGHT + 31 * DAY
    world = repaired()
    assert world.clock_of("WARRANTY")["due"] == end
    until(world, end - MINUTE)
    world.fault("C-1")
    assert facts(world) == ("T-000001", {"ticket": "T-000001", "until": end}, True)
    assert [x["note"] for x in world.lines("T-000002") if x["type"] == "warranty"] == [
        f"under_warranty of=T-000001 until={end}"
    ]
    world = repaired()
    until(world, end + MINUTE)
    world.fault("C-1")
    assert facts(world)[1:] == (None, None)


@settings(max_examples=30, deadline=None)
@example(hour=0, minute=0, days=30, later=23 * 60 + 58)
@example(hour=23, minute=40, days=31, later=1)
@given(st.integers(0, 23), st.integers(0, 40), st.integers(4, 34), st.integers(1, 24 * 60 - 2))
def test_the_boundary_is_a_calendar_day_in_shanghai_whenever_the_repair_was(
    hour: int, minute: int, days: int, later: int
) -> None:
    world = repaired(at=START + 15 * HOUR + hour * HOUR + minute * MINUTE)
    resolved = world.ticket()["fields"]["resolved_at"]
    day = (resolved - MIDNIGHT) // DAY
    until(world, MIDNIGHT + (day + days) * DAY + later * MINUTE)
    world.fault("C-1")
    assert (facts(world)[2] is True) == (days <= 30)


def test_another_kind_another_cabinet_or_what_healed_by_itself_is_not_under_warranty() -> None:
    world = repaired()
    until(world, START + 4 * DAY)
    world.fault("C-1", "lock_fault")
    world.fault("C-2")
    assert facts(world, "T-000002")[2] is None
    assert facts(world, "T-000003")[2] is None
    world = World()
    world.hire("ann")
    world.clear(world.fault("C-1"))
    world.run(11)
    until(world, START + 4 * DAY)
    world.fault("C-1")
    assert facts(world) == ("T-000001", None, None), "nobody repaired anything"


@pytest.mark.parametrize("named", [{"fault_kind": "payment_down"}, {"repeat_of": "T-000001"}])
def test_people_may_claim_it_by_the_kind_or_by_the_repair(named: dict[str, str]) -> None:
    world = repaired()
    until(world, START + 20 * DAY)
    asked = {"kind": "repair", "summary": "cannot pay again", **named}
    world.act("ticket.create", "", **asked, cabinet="C-1")
    assert facts(world)[::2] == ("T-000001", True)
    world.act("ticket.create", "", **asked, cabinet="C-2")
    world.act("ticket.create", "", **(asked | {"kind": "complaint"}), cabinet="C-1")
    world.act("ticket.create", "", kind="repair", summary="dark", cabinet="C-1", fault_kind="nonsense", repeat_of=7)
    for key in ("T-000003", "T-000004", "T-000005"):
        assert facts(world, key)[2] is None


def test_a_repair_that_is_reopened_warrants_nothing_until_it_is_proven_again() -> None:
    world = repaired()
    assert set(world.desk._books.warranties.given) == {"T-000001"}
    world.fault("C-1")
    assert world.ticket()["state"] == "dispatching", "within 72 hours it is the same ticket"
    assert world.desk._books.warranties.given == {}
    assert world.desk._books.warranties.latest == {}


def test_the_warranty_outlives_the_ticket_in_memory_and_a_restart_and_is_forgotten_when_over() -> None:
    world = repaired(Policy(archive_ms=DAY))
    world.act("ticket.follow-up", "T-000001", answer="fine", solved=True)
    world.act("ticket.close", "T-000001")
    until(world, START + 20 * DAY)
    assert world.act("ticket.comment", "T-000001", text="x").body == {"guard": "archived", "missing": []}
    data = world.desk.dump()
    world.desk.load(data)
    world.fault("C-1")
    assert facts(world)[2] is True
    until(world, START + 40 * DAY)
    assert world.desk._books.warranties.given == {}
    assert world.desk._books.warranties.latest == {}
