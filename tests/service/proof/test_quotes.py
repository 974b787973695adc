"""No money without consent, and the sum is the sum."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import Action, Actor, Answer
from service.proof import quotes
from tests.service.desk.world import DISPATCHER, World

LAMP = {"what": "lamp", "cents": 4500, "quantity": 2}
WORK = {"what": "work, half an hour", "cents": 6000, "quantity": 1}
ANN = Actor(id="ann", role="technician")


def on_site() -> World:
    world = World()
    world.hire("ann", "bob")
    world.act("ticket.create", kind="repair", summary="dark", cabinet="C-1")
    world.act("ticket.triage", "T-000001")
    world.act("ticket.dispatch", "T-000001", technician="ann")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    return world


def ask(world: World, verb: str, who: Actor = ANN, **body: Any) -> Answer:
    """Past `World.act`, for which `version` is that of the ticket."""
    asked = Action(id="a", actor=who, name=f"ticket.{verb}", target="T-000001", body=body)
    answer, effects = world.desk.act(asked, world.faults, world.fleet, world.clock.moment())
    world.apply(effects)
    return answer


def agree(world: World, version: int = 1) -> Answer:
    return ask(world, "accept-quote", version=version, by="Li Lei", how="signature", attachment="A-1")


def charged(world: World) -> int:
    return sum(row["cents"] for row in world.rows("charges") if row["ticket"] == "T-000001")


def test_a_charge_needs_a_quote_and_consent_to_it() -> None:
    world = on_site()
    assert ask(world, "charge", version=1).body == {"guard": "quote", "missing": ["quote", "accept-quote"]}
    assert ask(world, "quote", items=[LAMP, WORK]).status == "ok"
    assert ask(world, "charge", version=1).body == {"guard": "quote", "missing": ["accept-quote"]}
    assert agree(world).status == "ok"
    made = world.ticket()["fields"]["quotes"][0]
    assert (made["version"], made["cents"], made["accepted"]["by"]) == (1, 15_000, "Li Lei")
    assert (made["accepted"]["how"], made["accepted"]["recorded_by"]) == ("signature", "ann")
    assert ask(world, "charge", version=1, receipt="FP 77").status == "ok"
    (row,) = world.rows("charges")
    assert row == {
        "id": "Q-000001", "ticket": "T-000001", "cents": 15_000, "quote": 1, "receipt": "FP 77", "at": world.now,
        "actor": "ann",
    }  # fmt: skip
    assert [line["note"] for line in world.lines() if line["type"] == "quote"] == [
        "quoted version=1 cents=15000", "quote_accepted version=1 how=signature",
        "charged id=Q-000001 cents=15000 version=1 receipt=FP_77",
    ]  # fmt: skip


def test_extra_work_is_a_new_version_with_a_consent_of_its_own() -> None:
    world = on_site()
    ask(world, "quote", items=[LAMP])
    agree(world)
    ask(world, "charge", version=1, cents=4000)
    ask(world, "quote", items=[LAMP, WORK], note="the ballast too")
    assert ask(world, "charge", version=2).body == {"guard": "quote", "missing": ["accept-quote.version=2"]}
    assert ask(world, "charge", version=1, cents=5001).body == {"guard": "quote", "missing": ["quote.cents=5000"]}
    assert agree(world, 1).body == {"guard": "quote", "missing": ["quote.version=2"]}
    assert agree(world, 2).status == "ok"
    assert agree(world, 2).body["guard"] == "quote", "once is enough"
    assert ask(world, "charge", version=2).status == "ok"
    assert charged(world) == 15_000
    assert ask(world, "charge", version=2).body == {"guard": "quote", "missing": ["quote.cents=0"]}


def test_a_repair_under_warranty_is_never_charged() -> None:
    world = on_site()
    world.desk._books.tickets["T-000001"].extra |= {"free": True, "warranty_of": {"ticket": "T-000000", "until": 1}}
    ask(world, "quote", items=[LAMP])
    agree(world)
    assert ask(world, "charge", version=1).body == {"guard": "warranty", "missing": ["T-000000"]}
    assert world.rows("charges") == []


def test_a_repair_that_does_not_hold_for_three_days_is_finished_free() -> None:
    world = World()
    world.hire("ann", "bob")
    fault = world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    ask(world, "quote", items=[WORK])
    agree(world)
    world.clear(fault)
    world.tech("finish", "V-000001", measure="restarted")
    world.run(70)
    world.fault("C-1")
    assert (world.ticket()["state"], len(world.rows("tickets"))) == ("dispatching", 1)
    assert ask(world, "charge", DISPATCHER, version=1).status == "ok", "what was agreed before is still owed"
    ask(world, "quote", DISPATCHER, items=[WORK, LAMP])
    assert ask(world, "accept-quote", DISPATCHER, version=2, by="Li Lei", how="phone").status == "ok"
    assert ask(world, "charge", DISPATCHER, version=2).body == {"guard": "warranty", "missing": ["T-000001"]}
    assert charged(world) == 6000


@pytest.mark.parametrize(
    "items",
    [[], [{}], ["lamp"], [LAMP | {"cents": -1}], [LAMP | {"cents": 1.5}], [LAMP | {"quantity": 0}], [LAMP | {"x": 1}],
     [LAMP | {"cents": True}], [LAMP] * 101],
)  # fmt: skip
def test_items_that_cannot_be_added_up_are_refused(items: list[Any]) -> None:
    world = on_site()
    assert set(ask(world, "quote", items=items).body["fields"]) == {"items"}
    assert "quotes" not in world.ticket()["fields"]


def test_another_technician_and_a_closed_case_are_refused() -> None:
    world = on_site()
    assert ask(world, "quote", Actor(id="bob", role="technician"), items=[LAMP]).status == "denied"
    world.act("ticket.cancel", "T-000001")
    assert world.act("ticket.quote", "T-000001", items=[LAMP]).body["guard"] == "state"
    assert world.act("ticket.quote", "T-000009", items=[LAMP]).status == "not_found"


_ITEMS = st.lists(
    st.fixed_dictionaries({
        "what": st.just("x"), "cents": st.integers(0, 10**9), "quantity": st.integers(1, 10**4),
    }),
    min_size=1,
    max_size=4,
)  # fmt: skip


@given(_ITEMS, st.integers(0, 3))
def test_a_total_is_exact_in_any_order_and_one_more_costs_its_price(items: list[dict[str, Any]], n: int) -> None:
    whole = quotes.total(items)
    assert isinstance(whole, int)
    assert quotes.total(items[::-1]) == whole
    item = items[n % len(items)]
    item["quantity"] += 1
    assert quotes.total(items) - whole == item["cents"]


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("quote"), st.integers(0, 500)),
        st.tuples(st.just("accept-quote"), st.integers(1, 3)),
        st.tuples(st.just("charge"), st.integers(1, 300)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(_STEPS)
def test_never_more_is_charged_than_was_agreed_whatever_is_asked(steps: list[tuple[str, int]]) -> None:
    world, agreed = on_site(), 0
    for verb, number in steps:
        versions = world.ticket()["fields"].get("quotes", [])
        before = charged(world)
        match verb:
            case "quote":
                ask(world, verb, items=[{"what": "x", "cents": number, "quantity": 1}])
            case "accept-quote":
                if agree(world, number).status == "ok":
                    agreed = versions[number - 1]["cents"]
            case _:
                newest = max((q["version"] for q in versions if q["accepted"]), default=1)
                taken = ask(world, verb, version=newest, cents=number).status == "ok"
                assert charged(world) - before == (number if taken else 0)
                assert not taken or charged(world) <= agreed
        assert charged(world) == sum(c["cents"] for c in world.ticket()["fields"].get("charges", []))
