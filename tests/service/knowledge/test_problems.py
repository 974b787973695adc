"""A fault kind that comes back again and again on one model is one problem, told once, until somebody ends it."""

from typing import Any

import msgspec
import pytest

from service.knowledge.figures import Learning
from service.knowledge.model import MOST
from service.policy import Policy
from telemetry.units import DAY
from tests.service.desk.world import START, World


def fleet(cabinets: int = 4, **figures: Any) -> World:
    """Cabinets of model M1, of which the last has another firmware."""
    world = World(Policy(learning=Learning(**figures)), cabinets=cabinets)
    for row in range(cabinets):
        world.fleet.info[row] = {"model": "M1", "firmware": "2.0" if row == cabinets - 1 else "1.0"}
    return world


def once(world: World, cabinet: str, kind: str = "payment_down") -> None:
    """The fault comes, clears by itself and is proven gone."""
    world.clear(world.fault(cabinet, kind))
    world.run(12)


def comes_back(world: World, *cabinets: str, kind: str = "payment_down") -> None:
    for cabinet in cabinets:
        once(world, cabinet, kind)
        once(world, cabinet, kind)


def test_the_third_repeat_opens_one_problem_with_its_tickets() -> None:
    world = fleet()
    comes_back(world, "C-0", "C-1")
    assert world.rows("problems") == []
    comes_back(world, "C-2")
    (row,) = world.rows("problems")
    assert (row["id"], row["kind"], row["model"], row["state"], row["repeats"]) == (
        "PR-000001", "payment_down", "M1", "open", 3,
    )  # fmt: skip
    assert row["tickets"] == ["T-000001", "T-000002", "T-000003"]
    assert [n["to"] for n in world.notices("problem_opened")] == ["operators", "dispatcher"]


def test_later_repeats_are_counted_and_tell_nobody_again() -> None:
    world = fleet()
    comes_back(world, "C-0", "C-1", "C-2", "C-3")
    once(world, "C-0")
    (row,) = world.rows("problems")
    assert (row["repeats"], row["tickets"]) == (5, ["T-000001", "T-000002", "T-000003", "T-000004"])
    assert (row["latest"] > row["opened"], row["version"]) == (True, 3)
    assert len(world.notices("problem_opened")) == 2


def test_a_linked_repeat_counts_as_a_reopened_ticket_does() -> None:
    world = fleet(problem_repeats=2)
    once(world, "C-0")
    world.clock.advance(4 * DAY)  # beyond the 72 hours in which a ticket is reopened
    once(world, "C-0")
    assert world.ticket("T-000002")["fields"]["repeat_of"] == "T-000001"
    once(world, "C-0")
    assert world.rows("problems")[0]["tickets"] == ["T-000002"]


@pytest.mark.parametrize("cabinet", ["C-2", "C-9"])
def test_other_kinds_and_first_faults_are_no_repeats(cabinet: str) -> None:
    world = fleet(10)
    comes_back(world, "C-0", "C-1")
    comes_back(world, cabinet, kind="lock_fault")
    once(world, "C-3")
    assert world.rows("problems") == []


def test_what_lies_further_back_than_the_window_does_not_count() -> None:
    world = fleet(problem_ms=10 * DAY)
    comes_back(world, "C-0", "C-1")
    world.clock.advance(10 * DAY + 1)
    comes_back(world, "C-2")
    assert world.rows("problems") == []
    (found,) = world.desk._books.learned.repeats.values()
    assert [ticket for _, ticket in found] == ["T-000003"], "the others have left memory"
    world.clock.advance(11 * DAY)
    world.run(1)
    assert world.desk._books.learned.repeats == {}


def test_a_cabinet_of_which_nobody_knows_the_model_is_nobodys_problem() -> None:
    world = World()
    comes_back(world, "C-0", "C-1", "C-2")
    assert world.rows("problems") == []


@pytest.mark.parametrize(("apart", "found"), [(False, [None]), (True, [])])
def test_firmware_tells_problems_apart_where_the_policy_says_so(apart: bool, found: list[Any]) -> None:
    world = fleet(problem_firmware=apart)
    comes_back(world, "C-1", "C-2", "C-3")
    assert [row["firmware"] for row in world.rows("problems")] == found
    comes_back(world, "C-0")
    assert [row["firmware"] for row in world.rows("problems")] == ["1.0" if apart else None]


def test_a_closed_problem_has_a_result_and_the_count_begins_anew() -> None:
    world = fleet()
    comes_back(world, "C-0", "C-1", "C-2")
    assert world.act("problem.close", "PR-000001").status == "invalid"
    told = world.act("problem.patch", "PR-000001", owner="dora", maker="ACME", maker_told=START)
    assert (told.body["owner"], told.body["maker"], told.body["maker_told"]) == ("dora", "ACME", START)
    assert world.act("problem.patch", "PR-000001", maker_told=world.now + DAY).status == "invalid"
    assert world.act("problem.close", "PR-000001", version=1, result="x").status == "stale"
    done = world.act("problem.close", "PR-000001", result="new terminal firmware").body
    assert (done["state"], done["result"], done["closed_by"]) == ("closed", "new terminal firmware", "dora")
    assert world.act("problem.close", "PR-000001", result="again").body["guard"] == "state"
    assert world.act("problem.close", "PR-000002", result="none such").status == "not_found"
    comes_back(world, "C-0", "C-1")
    once(world, "C-0")
    assert [row["state"] for row in world.rows("problems")] == ["closed", "open"]


def test_a_problem_outlives_a_restart_and_its_list_does_not_grow_without_end() -> None:
    world = fleet()
    comes_back(world, "C-0", "C-1", "C-2")
    world.desk.load(world.desk.dump())
    (problem,) = world.desk._books.learned.problems.values()
    problem.tickets += [f"T-{n:06d}" for n in range(100, 100 + MOST - 3)]
    comes_back(world, "C-3")
    row = world.tables["problems"]["PR-000001"]
    assert (row["repeats"], len(row["tickets"])) == (4, MOST)


def test_an_old_snapshot_has_no_repeats() -> None:
    world = fleet()
    old = msgspec.msgpack.decode(world.desk.dump())
    del old["learned"]
    world.desk.load(msgspec.msgpack.encode(old))
    comes_back(world, "C-0", "C-1", "C-2")
    assert len(world.rows("problems")) == 1
