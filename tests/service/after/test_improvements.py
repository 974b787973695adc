"""Improvement actions open by themselves when a month that is over missed a target; people see to them."""

from typing import Any

import msgspec
import pytest

from service.policy import Policy
from telemetry.units import DAY, MINUTE
from tests.service.after.shop import asked
from tests.service.after.test_indicators import NOVEMBER
from tests.service.desk.world import World

STRICT = msgspec.structs.replace(Policy(), targets={"reply_in_time": 0.9, "arrival_in_time": 0.9})


def missed() -> World:
    """October with two questions that nobody answered, seen at the first tick of November."""
    world = World(policy=STRICT)
    world.run(1)
    asked(world)
    asked(world)
    world.clock.advance(NOVEMBER - MINUTE - world.now)
    world.run(1)
    return world


def test_a_missed_indicator_of_a_month_that_is_over_opens_one_by_itself() -> None:
    world = missed()
    row = world.tables["improvements"]["I-000001"]
    assert [row[n] for n in ("month", "indicator", "value", "n", "target", "state", "version")] == [
        "2026-10", "reply_in_time", 0.0, 2, 0.9, "open", 1,
    ]  # fmt: skip
    assert len(world.rows("improvements")) == 1  # no arrival was due, and missing is not missed
    assert [n["params"]["improvement"] for n in world.notices("improvement_opened")] == ["I-000001"]


def test_not_before_the_month_is_over_and_once_only() -> None:
    world = World(policy=STRICT)
    world.run(1)
    asked(world)
    world.clock.advance(NOVEMBER - 2 * MINUTE - world.now)
    world.run(1)
    assert world.rows("improvements") == []
    world.run(90)
    assert len(world.rows("improvements")) == 1


def test_without_a_target_nothing_opens() -> None:
    world = World()
    world.run(1)
    asked(world)
    world.clock.advance(40 * DAY)
    world.run(1)
    assert world.rows("improvements") == []


def test_months_that_passed_unseen_are_judged_one_by_one() -> None:
    world = World(policy=STRICT)
    world.run(1)
    asked(world)
    world.clock.advance(30 * DAY)
    world.run(1)
    asked(world)
    world.clock.advance(65 * DAY)
    world.run(1)
    assert [r["month"] for r in world.rows("improvements")] == ["2026-10", "2026-11"]
    assert world.desk._books.after.tallies.keys() <= {"2027-01"}


def test_people_own_date_and_close_it() -> None:
    world = missed()
    due = world.now + 30 * DAY
    changed = world.act("improvement.patch", "I-000001", owner="ann", due=due)
    assert (changed.body["owner"], changed.body["due"], changed.body["version"]) == ("ann", due, 2)
    done = world.act("improvement.close", "I-000001", version=2, result="one more at the hotline")
    assert (done.body["state"], done.body["closed_by"], done.body["closed"]) == ("done", "dora", world.now)
    assert world.tables["improvements"]["I-000001"]["result"] == "one more at the hotline"
    again = world.act("improvement.close", "I-000001", result="again")
    assert (again.status, again.body["guard"]) == ("conflict", "state")
    assert world.desk._books.after.improvements == {}


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("close", {}, "invalid"), ("drop", {}, "invalid"), ("drop", {"reason": "no cause found"}, "ok"),
        ("patch", {"due": "soon"}, "invalid"), ("patch", {"state": "done"}, "invalid"),
        ("patch", {"owner": None}, "ok"),
    ],
)  # fmt: skip
def test_what_may_be_asked_of_it(verb: str, body: dict[str, Any], status: str) -> None:
    world = missed()
    assert world.act(f"improvement.{verb}", "I-000001", version=9, **body).status == "stale"
    assert world.act(f"improvement.{verb}", "I-000001", **body).status == status
    assert world.act(f"improvement.{verb}", "I-000002", **body).status == "not_found"


def test_a_snapshot_keeps_all_of_it() -> None:
    world = missed()
    data = world.desk.dump()
    world.desk.load(data)
    assert world.desk.dump() == data
