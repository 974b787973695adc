"""Money goes back once for one sale, however long ago that was; what is approved but not paid can be taken back."""

from typing import Any

import pytest

from service.model import Answer
from telemetry.units import HOUR
from tests.service.desk.world import World
from tests.service.returns.test_claims import CLEAN, CLERK, VEND, approve, opened

YEAR = 366 * 24 * HOUR


def claimed(world: World, ticket: str) -> World:
    body: dict[str, Any] = {**CLEAN, "defective": True, "category": "food", "vend": VEND}
    assert world.act("ticket.claim", ticket, CLERK, **body).status == "ok"
    return world


def withdraw(world: World, ticket: str = "T-000001", **body: Any) -> Answer:
    return world.act("ticket.withdraw-approval", ticket, **({"reason": "wrong sale"} | body))


def archived() -> World:
    """T-000001 had the money of a sale, and has left memory."""
    world = claimed(opened(), "T-000001")
    assert approve(world, "T-000001").status == "ok"
    assert world.act("ticket.refund", "T-000001", receipt="R-1").status == "ok"
    assert world.act("ticket.cancel", "T-000001", reason="settled").status == "ok"
    world.clock.advance(world.policy.archive_ms)
    world.run(61)
    assert "T-000001" not in world.desk._books.tickets
    return world


def test_a_sale_that_was_paid_back_is_known_after_its_ticket_left_memory() -> None:
    world = claimed(opened(world=archived()), "T-000002")
    assert approve(world, "T-000002").body == {"guard": "paid_once", "missing": ["T-000001"]}
    world.desk.load(world.desk.dump())
    assert approve(world, "T-000002").body == {"guard": "paid_once", "missing": ["T-000001"]}


def test_what_was_paid_is_forgotten_with_the_records_of_its_ticket() -> None:
    world = archived()
    assert len(world.desk._books.goods.paid) == 1
    world.clock.advance(world.policy.retention_years * YEAR)
    world.run(61)
    assert world.desk._books.goods.paid == {}


def test_an_approval_is_withdrawn_with_a_reason_and_the_sale_is_free_again() -> None:
    world = claimed(claimed(opened(world=opened()), "T-000001"), "T-000002")
    assert approve(world, "T-000002").status == "ok"
    assert withdraw(world, "T-000002", reason=None).status == "invalid"
    answer = withdraw(world, "T-000002")
    assert answer.body["fields"].get("refund") is None
    line = world.lines("T-000002")[-1]
    assert (line["actor"], line["type"]) == ("dora", "withdraw-approval")
    assert line["note"] == "refund approval_withdrawn amount_cents=580 by=dora reason=wrong sale"
    assert approve(world, "T-000001").status == "ok"


def test_nothing_is_owed_after_a_withdrawal_and_the_case_may_end() -> None:
    world = opened()
    approve(world, "T-000001")
    assert world.has_clock("REFUND")
    assert world.act("ticket.cancel", "T-000001", reason="x").body["guard"] == "refund_paid"
    withdraw(world)
    assert not world.has_clock("REFUND")
    assert world.act("ticket.cancel", "T-000001", reason="x").status == "ok"


def test_on_a_refund_ticket_the_customer_still_waits() -> None:
    world = opened("refund")
    due = world.clock_of("REFUND")["due"]
    approve(world, "T-000001")
    withdraw(world)
    assert world.clock_of("REFUND")["due"] == due


@pytest.mark.parametrize(("paid", "guard"), [(False, "approved"), (True, "state")])
def test_only_what_is_approved_and_not_paid_can_be_withdrawn(paid: bool, guard: str) -> None:
    world = opened()
    if paid:
        approve(world, "T-000001")
        world.act("ticket.refund", "T-000001", receipt="R-1")
    assert withdraw(world).body["guard"] == guard
