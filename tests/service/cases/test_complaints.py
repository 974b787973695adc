"""Complaints end with a cause and a decision that cites its basis; disputes with an outcome; refunds with a receipt."""

from typing import Any

import pytest

from service.cases.steps import STEPS, steps
from service.guards import CLAUSES
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.cases.test_record import COLA, LI, T, asked, refusal, registered
from tests.service.desk.test_life import CLERK
from tests.service.desk.world import START, World

LAW = {"type": "law", "reference": "Consumer Rights Law art. 24"}


def test_a_complaint_closes_with_cause_and_basis_and_not_before() -> None:
    world = asked("complaint", customer=LI)
    assert refusal(world) == ("record", ["case.about"])
    world.act("ticket.record", T, case={"about": "conduct"})
    assert refusal(world) == ("root_cause", ["root_cause"])
    refused = world.act("ticket.decide", T, decision="An apology")
    assert refused.body == {"guard": "basis", "missing": ["basis.type", "basis.reference"]}
    world.act("ticket.record", T, case={"root_cause": "no training"})
    assert refusal(world) == ("basis", ["decision", "basis"])
    decided = world.act("ticket.decide", T, decision="An apology", basis=LAW, conduct="ann")
    assert decided.body["fields"]["decision"]["conduct"] == "ann"
    assert world.act("ticket.close", T, CLERK).body["state"] == "closed"
    assert [CLAUSES[guard] for guard in ("record", "root_cause", "basis")] == ["S1 8.2-8.4", "S3 4.1, 4.2", "S1 7.3.1"]


def test_a_complaint_about_goods_needs_the_goods() -> None:
    world = asked("complaint", customer=LI)
    world.act("ticket.record", T, case={"about": "goods"})
    assert refusal(world)[1][0] == "product.name"
    world.act("ticket.record", T, product=COLA)
    world.act("ticket.decide", T, decision="Refund", basis=LAW, root_cause="cap loose")
    assert world.act("ticket.close", T, CLERK).status == "ok"


def test_a_later_decision_keeps_the_cause_and_the_timeline_has_both() -> None:
    world = asked("complaint", customer=LI)
    world.act("ticket.decide", T, decision="No", basis=LAW, root_cause="misread", conduct="bob")
    world.act("ticket.decide", T, decision="Yes", basis={"type": "promise", "reference": "7 days"})
    decision = world.ticket()["fields"]["decision"]
    assert (decision["decision"], decision["root_cause"], decision["conduct"]) == ("Yes", "misread", "bob")
    assert [x["note"] for x in world.lines() if x["type"] == "decide"] == ["basis=law: No", "basis=promise: Yes"]


@pytest.mark.parametrize(
    "body",
    [
        {"basis": LAW}, {"decision": "x", "basis": {"type": "mood", "reference": "y"}},
        {"decision": "x", "basis": {**LAW, "page": 3}}, {"decision": "x", "basis": "law"},
    ],
)  # fmt: skip
def test_a_malformed_decision_is_refused(body: dict[str, Any]) -> None:
    world = asked("complaint", customer=LI)
    before = world.desk.dump()
    assert world.act("ticket.decide", T, **body).status == "invalid"
    assert world.desk.dump() == before


def test_the_steps_of_handling_are_read_off_the_timeline() -> None:
    world = registered()
    world.act("ticket.create", kind="complaint", summary="rude", customer=LI)
    assert {name for name, at in steps(world.lines()).items() if at is not None} == {"communicated", "tracked"}
    at = {}
    for step, verb, body in (
        ("assessed", "triage", {"severity": "major"}), ("investigated", "record", {"case": {"root_cause": "haste"}}),
        ("responded", "reply", {"text": "sorry"}), ("decided", "decide", {"decision": "x", "basis": LAW}),
    ):  # fmt: skip
        world.run(1)
        at[step] = world.now
        assert world.act(f"ticket.{verb}", T, **body).status == "ok"
    found = steps(world.lines())
    assert list(found) == list(STEPS)
    assert {name: found[name] for name in at} == at
    assert (found["acknowledged"], found["closed"]) == (at["assessed"], None)


def test_a_dispute_is_closed_with_route_and_outcome_only() -> None:
    world = asked("consultation", customer=LI)
    assert world.act("ticket.dispute", T, outcome="settled").status == "invalid"
    assert world.act("ticket.dispute", T, route="duel").status == "invalid"
    world.act("ticket.dispute", T, route="mediation", documents=["A-1"])
    assert refusal(world) == ("dispute", ["dispute.outcome"])
    world.run(5)
    world.act("ticket.dispute", T, route="court", outcome="settled", documents=["A-1", "A-2"])
    dispute = world.ticket()["fields"]["dispute"]
    assert (dispute["route"], dispute["documents"]) == ("court", ["A-1", "A-2"])
    assert dispute["closed"] - dispute["opened"] == 5 * MINUTE
    assert world.act("ticket.close", T, CLERK).status == "ok"


def ticket(kind: str) -> World:
    world = registered()
    world.act("ticket.create", kind=kind, summary="coin swallowed", customer=LI, cabinet="C-1")
    world.act("ticket.triage", T)
    return world


def test_money_that_is_approved_is_paid_before_the_case_ends() -> None:
    world = ticket("refund")
    due = world.clock_of("REFUND")["due"]
    assert world.act("ticket.refund", T, receipt="R-1").body == {"guard": "approved", "missing": ["approve"]}
    world.run(2)
    assert world.act("ticket.approve", T, amount_cents=350, basis="S1 7.5.4").status == "ok"
    assert (world.clock_of("REFUND")["due"], world.clock_of("REFUND")["state"]) == (due, "running"), "counts on"
    world.act("ticket.reply", T, text="It comes")
    for verb in ("resolve", "cancel"):
        assert world.act(f"ticket.{verb}", T).body == {"guard": "refund_paid", "missing": ["refund.receipt"]}
    world.run(3)
    assert world.act("ticket.refund", T, receipt="R-1").status == "ok"
    assert (world.clock_of("REFUND")["state"], world.clock_of("REFUND")["stopped"]) == ("met", world.now)
    assert world.act("ticket.refund", T, receipt="R-2").body["guard"] == "approved"
    assert world.act("ticket.approve", T, amount_cents=1, basis="x").status == "conflict"
    assert world.act("ticket.resolve", T).status == "ok"
    paid = world.ticket()["fields"]["refund"]
    assert (paid["approved"]["amount_cents"], paid["paid"]["receipt"]) == (350, "R-1")


def test_money_approved_on_another_kind_is_owed_from_then_on() -> None:
    world = ticket("complaint")
    assert not world.has_clock("REFUND")
    world.run(60)
    world.act("ticket.approve", T, amount_cents=350, basis="goodwill")
    # Wednesday the 14th, five working days on: the end of Wednesday the 21st.
    assert (world.clock_of("REFUND")["started"], world.clock_of("REFUND")["due"]) == (
        world.now,
        START - 9 * HOUR + 8 * DAY,
    )


@pytest.mark.parametrize("amount", [0, -5, "much", None])
def test_an_amount_is_a_positive_number_of_cents(amount: Any) -> None:
    world = ticket("refund")
    assert world.act("ticket.approve", T, amount_cents=amount, basis="x").status == "invalid"
