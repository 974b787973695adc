"""Parts in vans and depots: counted, used up by visits, ordered in time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Answer
from tests.service.desk.world import World


def count(world: World, holder: str, part: str, quantity: Any, **body: Any) -> Answer:
    return world.act("stock.set", "", holder=holder, part=part, quantity=quantity, **body)


def shelf(world: World) -> dict[str, int]:
    return {key: row["quantity"] for key, row in world.tables.get("stock", {}).items()}


def visited(world: World, parts: list[Any]) -> None:
    """A visit of ann to C-1 that reports these parts."""
    world.fault("C-1")
    visit = world.rows("visits")[-1]["id"]
    world.tech("accept", visit)
    world.event("C-1", "service_code_entered", code=world.visit(visit)["evidence"]["code"])
    assert world.tech("finish", visit, measure="changed it", parts=parts).status == "ok"


def test_a_count_is_a_row_and_says_whether_it_is_a_van() -> None:
    world = World()
    world.hire("ann")
    assert count(world, "ann", "lock", 2, minimum=1).body["kind"] == "van"
    assert count(world, "north", "lock", 5).body["kind"] == "depot"
    assert shelf(world) == {"ann/lock": 2, "north/lock": 5}
    assert count(world, "ann", "lock", 3).body["minimum"] == 1, "left out, it stays"
    assert count(world, "ann", "lock", 3, minimum=None).body["minimum"] is None


@pytest.mark.parametrize("quantity", [-1, 1.5, True, "2", None, 10**7])
def test_what_is_no_count_is_refused(quantity: Any) -> None:
    world = World()
    before = world.desk.dump()
    assert count(world, "ann", "lock", quantity).status == "invalid"
    assert world.desk.dump() == before


def test_a_report_takes_its_parts_out_of_the_van_as_far_as_they_are_known() -> None:
    world = World()
    world.hire("ann")
    count(world, "ann", "lock", 5)
    count(world, "north", "lock", 5)
    visited(world, [{"part": "lock", "quantity": 2}, "lock", {"part": "hinge", "quantity": 1}, {"n": 1}, {"part": 3}])
    assert shelf(world) == {"ann/lock": 2, "north/lock": 5}


def test_below_the_minimum_an_order_is_proposed_once_until_it_was_enough_again() -> None:
    world = World()
    world.hire("ann")
    count(world, "ann", "lock", 3, minimum=3)
    assert world.notices("stock_low") == []
    visited(world, ["lock"])
    (told,) = world.notices("stock_low")
    assert (told["to"], told["params"]) == (
        "dispatcher", {"holder": "ann", "part": "lock", "quantity": 2, "minimum": 3, "order": 1}
    )  # fmt: skip
    assert world.tables["stock"]["ann/lock"]["order"] == 1
    count(world, "ann", "lock", 1)
    assert len(world.notices("stock_low")) == 1
    count(world, "ann", "lock", 9)
    count(world, "ann", "lock", 0)
    assert len(world.notices("stock_low")) == 2


def test_a_van_with_the_part_is_preferred_and_the_lack_of_it_proposes_to_wait() -> None:
    world = World()
    world.hire("ann", "bob")
    count(world, "bob", "payment_terminal", 1)
    world.fault("C-1", "payment_down")
    assert world.visit()["technician"] == "bob"
    assert world.notices("parts_missing") == []
    count(world, "bob", "payment_terminal", 0)
    world.fault("C-2", "payment_down")
    (told,) = world.notices("parts_missing")
    assert (told["to"], told["ticket"], told["params"]["part"]) == ("dispatcher", "T-000002", "payment_terminal")
    assert world.ticket("T-000002")["state"] == "dispatching", "the work goes on"
    world.tech("decline", "V-000002")
    assert len(world.notices("parts_missing")) == 1


@given(st.lists(st.one_of(st.integers(0, 9).map(lambda n: ("set", n)), st.integers(1, 4).map(lambda n: ("use", n)))))
def test_a_van_never_holds_less_than_nothing_nor_forgets_a_part(steps: list[tuple[str, int]]) -> None:
    world = World()
    world.hire("ann")
    count(world, "ann", "fuse", 5, minimum=2)
    expected = 5
    for what, n in steps[:6]:
        if what == "set":
            count(world, "ann", "fuse", n)
            expected = n
        else:
            visited(world, [{"part": "fuse", "quantity": n}])
            expected = max(0, expected - n)
        row = world.tables["stock"]["ann/fuse"]
        assert (row["quantity"], row["order"]) == (expected, max(0, 2 - expected))
