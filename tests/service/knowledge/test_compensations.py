"""What customers are paid in compensation adds up, whatever was paid, refused or out of which fund."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.knowledge.compensations import ledger
from service.model import Actor
from service.policy import Policy
from service.privacy.due import records_due
from telemetry.units import DAY
from tests.service.desk.callers import PERSON, look, purge, text_of
from tests.service.desk.world import START, World

T = "T-000001"
FUND = {"kind": "guarantee_fund", "title": "Fund 2026", "from": START - DAY}


def ready() -> World:
    world = World()
    world.act("ticket.create", kind="complaint", summary="spoilt", customer=PERSON)
    world.act("document.create", **FUND)
    return world


def test_it_is_a_row_of_the_ledger_and_a_line_of_the_case() -> None:
    world = ready()
    answer = world.act("ticket.compensate", T, cents=2000, reason="spoilt", fund="DO-000001", receipt="R 1")
    (row,) = world.rows("compensations")
    assert (row["id"], row["ticket"], row["cents"], row["fund"], row["fund_edition"], row["actor"]) == (
        "CM-000001", T, 2000, "DO-000001", 1, "dora",
    )  # fmt: skip
    assert answer.body["fields"]["compensations"][0]["cents"] == 2000
    assert world.lines()[-1]["note"] == "paid id=CM-000001 cents=2000 fund=DO-000001"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"cents": 1}, {"reason": "x"}, {"cents": 0, "reason": "x"}, {"cents": 1.5, "reason": "x"},
        {"cents": True, "reason": "x"}, {"cents": 1, "reason": "x", "fund": "DO-000009"},
        {"cents": 1, "reason": "x", "fund": "DO-000002"},
    ],
)  # fmt: skip
def test_what_is_no_sum_or_no_fund_is_refused(body: dict[str, Any]) -> None:
    world = ready()
    world.act("document.create", kind="promise", title="Promise", **{"from": START - DAY})
    assert world.act("ticket.compensate", T, **body).status == "invalid"
    assert world.rows("compensations") == []


def test_a_fund_must_be_in_force() -> None:
    world = ready()
    world.act("document.create", **{**FUND, "from": START + DAY})
    assert world.act("ticket.compensate", T, cents=1, reason="x", fund="DO-000002").status == "invalid"
    world.act("document.supersede", "DO-000001", **{"from": START})
    refused = world.act("ticket.compensate", T, cents=1, reason="x", fund="DO-000001")
    assert refused.body == {"guard": "superseded", "missing": ["DO-000003"]}


def test_a_closed_case_may_still_be_compensated_and_a_cancelled_one_not() -> None:
    world = ready()
    world.act("ticket.triage", T)
    world.act("ticket.resolve", T, text="x")
    assert world.act("ticket.compensate", T, cents=1, reason="x").status == "ok"
    world.act("ticket.create", kind="complaint", summary="y")
    world.act("ticket.cancel", "T-000002")
    assert world.act("ticket.compensate", "T-000002", cents=1, reason="x").body["guard"] == "state"


FUNDS = st.sampled_from([None, "DO-000001", "X"])
PAID = st.tuples(st.sampled_from([T, "T-000002"]), st.integers(-5, 5_000_000), FUNDS)


@settings(max_examples=40, deadline=None)
@given(st.lists(PAID, max_size=12))
def test_the_ledger_is_the_sum_of_what_was_granted(asked: list[tuple[str, int, str | None]]) -> None:
    world = ready()
    world.act("ticket.create", kind="complaint", summary="another")
    granted: list[tuple[str, int, str | None]] = []
    for ticket, cents, fund in asked:
        answer = world.act("ticket.compensate", ticket, cents=cents, reason="x", fund=fund)
        assert (answer.status == "ok") == (cents > 0 and fund != "X")
        granted += [(ticket, cents, fund)] if answer.status == "ok" else []
    told = ledger(world.rows("compensations"))
    assert (told["n"], told["cents"]) == (len(granted), sum(cents for _, cents, _ in granted))
    assert {part["fund"]: part["cents"] for part in told["funds"]} == {
        fund: sum(c for _, c, f in granted if f == fund) for fund in {f for _, _, f in granted}
    }
    for ticket in (T, "T-000002"):
        fields = world.ticket(ticket)["fields"]
        own = [c["cents"] for c in fields.get("compensations", ())]
        assert own == [cents for key, cents, _ in granted if key == ticket]
    assert [row["id"] for row in world.rows("compensations")] == [f"CM-{n + 1:06d}" for n in range(len(granted))]


def test_the_person_goes_from_the_ledger_and_the_sum_stays() -> None:
    world = World(Policy(retention_years=1))
    world.act("ticket.create", kind="complaint", summary="s", customer=PERSON)
    world.act("ticket.compensate", T, cents=700, reason="张三丰 was ill")
    world.act("ticket.cancel", T, reason="settled")
    world.clock.advance(3 * 366 * DAY)
    found = purge(world, records_due(look(world)))
    assert found["done"] == [T]
    assert "张三丰" not in text_of(world, "compensations", "tickets")
    assert ledger(world.rows("compensations"))["cents"] == 700


def test_a_technician_may_not() -> None:
    world = ready()
    who = Actor(id="ann", role="technician")
    assert world.act("ticket.compensate", T, who, cents=1, reason="x").status == "denied"
