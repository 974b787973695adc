"""A claim on a ticket: facts come in, the ruling and its clause stand on it, and nobody is refused in silence."""

from typing import Any

from service.model import Actor
from tests.service.desk.world import World
from tests.service.recalls.shop import Shop

CLERK = Actor(id="agnes", role="agent")
CLEAN = {"misuse": False, "receipt": True, "altered": False, "disclosed": False, "force_majeure": False}
VEND = {
    "id": "C-1-1-1-7", "cabinet": "C-1", "ts": 1_791_939_000_000, "boot": 1, "seq": 7,
    "data": {"sku": "milk-250", "lot": "L1", "lane": 2, "price_cents": 580, "vend_id": "v7"},
}  # fmt: skip


def opened(kind: str = "return", world: World | None = None) -> World:
    world = world or World()
    world.act(
        "ticket.create", who=CLERK, kind=kind, summary="sour milk", cabinet="C-1",
        customer={"name": "Li", "phone": "138"},
    )  # fmt: skip
    return world


def claim(world: World, **facts: Any) -> dict[str, Any]:
    answer = world.act("ticket.claim", "T-000001", CLERK, **facts)
    assert answer.status == "ok", answer
    kept: dict[str, Any] = answer.body["fields"]["claim"]
    return kept


def test_the_ruling_cites_its_clause_on_the_ticket_and_in_the_register() -> None:
    world = opened()
    kept = claim(world, **CLEAN, defective=True, category="food")
    assert (kept["ruling"]["allowed"], kept["ruling"]["clause"]) == (True, "S1 7.5.4")
    assert world.lines()[-1]["note"] == "claim allowed rule=defective clause=S1_7.5.4"
    assert world.tables["claims"]["T-000001"]["allowed"] is True


def test_facts_come_one_by_one_and_what_is_missing_is_asked_for() -> None:
    world = opened()
    assert claim(world, defective=True)["ruling"]["needs"] == [
        "misuse", "receipt", "vend", "altered", "disclosed", "force_majeure",
    ]  # fmt: skip
    kept = claim(world, misuse=False, disclosed=False, force_majeure=False, receipt=False)
    assert kept["ruling"]["needs"] == ["vend"]
    assert claim(world, no_sale=True)["ruling"]["rule"] == "unproven"
    assert claim(world, vend=VEND)["ruling"]["rule"] == "defective", "the cabinet's own record is a proof"
    assert claim(world, defective=None)["ruling"]["needs"][0] == "defective"


def test_what_no_rule_decides_goes_to_a_superior_who_decides_with_a_reason() -> None:
    world = opened()
    kept = claim(world, **CLEAN, defective=False, intact=False, category="general")
    assert kept["ruling"]["escalated"]
    assert [n["to"] for n in world.notices("escalated")] == ["supervisor"]
    boss = Actor(id="dora", role="dispatcher")
    assert world.act("ticket.rule", "T-000001", boss, override="allow").status == "invalid"
    ruled = world.act("ticket.rule", "T-000001", boss, override="allow", reason="goodwill").body["fields"]["claim"]
    assert ruled["override"]["allowed"] is True
    assert ruled["ruling"]["allowed"] is None, "what the rules said stays"
    assert world.tables["claims"]["T-000001"]["allowed"] is True


def test_new_facts_make_a_new_ruling_and_take_the_superiors_word_back() -> None:
    world = opened()
    claim(world, **CLEAN, defective=False, intact=False, category="general")
    world.act("ticket.rule", "T-000001", override="deny", reason="no")
    assert claim(world, defective=True)["override"] is None


def test_what_cannot_be_claimed_is_refused_and_changes_nothing() -> None:
    world = opened("repair")
    before = world.desk.dump()
    assert world.act("ticket.claim", "T-000001", CLERK, defective=True).body["guard"] == "kind"
    assert world.act("ticket.rule", "T-000001", override="deny", reason="x").body == {
        "guard": "claim", "missing": ["claim"],
    }  # fmt: skip
    assert world.desk.dump() == before
    other = opened()
    before = other.desk.dump()
    for wrong in ({"defective": "yes"}, {"category": "gold"}, {"vend": {}}, {"vend": {**VEND, "ts": "now"}}):
        assert other.act("ticket.claim", "T-000001", CLERK, **wrong).status == "invalid"
    assert other.desk.dump() == before


def test_whoever_claims_a_recalled_sale_can_be_reached() -> None:
    shop = Shop()
    shop.told_all()
    sale = shop.vend("C-1", 2)
    shop.recall(sales=shop.rows("sales"))
    opened(world=shop)
    ticket = shop.rows("tickets")[-1]["id"]
    row = shop.tables["sales"][sale]
    event = {**VEND, "ts": row["at"], "seq": int(sale.split("-")[3]), "id": "E"}
    assert shop.act("ticket.claim", ticket, CLERK, vend=event).status == "ok"
    listed = {s["sale"]: (s["reachable"], s["ticket"]) for s in shop.rows("recall_sales")}
    assert listed == {sale: (True, ticket)}


def approve(world: World, ticket: str) -> Any:
    return world.act("ticket.approve", ticket, amount_cents=580, basis="S1 7.5.4")


def test_one_sale_is_paid_back_once_whoever_claims_it_and_whenever() -> None:
    world = opened(world=opened())
    for ticket in ("T-000001", "T-000002"):  # at the same time: neither knows of the other
        body: dict[str, Any] = {**CLEAN, "defective": True, "category": "food", "vend": VEND}
        assert world.act("ticket.claim", ticket, CLERK, **body).status == "ok"
    assert approve(world, "T-000002").status == "ok"
    assert approve(world, "T-000001").body == {"guard": "paid_once", "missing": ["T-000002"]}
    assert approve(world, "T-000002").status == "ok", "its own amount may be corrected"


def test_money_for_a_refused_claim_takes_a_superior() -> None:
    world = opened()
    assert claim(world, misuse=True)["ruling"]["allowed"] is False
    assert approve(world, "T-000001").body == {"guard": "claim_refused", "missing": ["rule"]}
    world.act("ticket.rule", "T-000001", override="allow", reason="goodwill")
    assert approve(world, "T-000001").status == "ok"


def test_a_refund_that_is_owed_does_not_vanish_in_a_merge() -> None:
    world = opened(world=opened())
    assert approve(world, "T-000001").status == "ok"
    refused = world.act("ticket.merge", "T-000001", into="T-000002")
    assert refused.body == {"guard": "refund_paid", "missing": ["refund.receipt"]}
    assert world.act("ticket.refund", "T-000001", receipt="R-1").status == "ok"
    assert world.act("ticket.merge", "T-000001", into="T-000002").status == "ok"
