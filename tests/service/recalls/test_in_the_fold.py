"""A recall in the real fold: its commands are judged by food safety, and what that locks no end of a recall opens."""

from faults.foodsafety.lock import LOCK, UNLOCK
from tests.foodsafety.shop import CABINET, UNSAFE, Shop

BODY = {"sku": "milk", "lots": ["L7"], "reason": "glass", "instructions_zh": "下架", "party": "maker"}


def recalled() -> Shop:
    shop = Shop()
    shop.live(2)
    shop.say("lot_loaded", lane=1, sku="milk", lot="L7", units=12)
    assert shop.act("recall.create", "", BODY).status == "created"
    shop.live(3)
    return shop


def task(shop: Shop) -> dict[str, object]:
    (row,) = shop.records.find("recall_tasks")
    return row


def test_the_cabinet_is_told_and_the_task_shows_that_it_obeyed() -> None:
    shop = recalled()
    assert [(c["name"], c["args"]["why"]) for c in shop.told] == [(LOCK, "recall")]
    assert (task(shop)["state"], task(shop)["stop"]) == ("stopped", "stopped")
    shop.say("door_opened")
    shop.say("lot_removed", lane=1, sku="milk", lot="L7", units=12)
    assert task(shop)["state"] == "pulled"
    assert shop.act("recall.close", "RC-000001", {}).status == "ok"
    shop.live(2)
    assert shop.commands() == [LOCK, UNLOCK]


def test_a_vend_becomes_a_row_of_the_sales() -> None:
    shop = recalled()
    shop.say("vend", lane=1, sku="milk", lot="L7", price_cents=580, vend_id="v1")
    (sale,) = shop.records.find("recall_sales")
    assert (sale["vend_id"], sale["certain"]) == ("v1", True)
    assert [row["id"] for row in shop.records.find("sales")] == [sale["sale"]]


def test_the_end_of_a_recall_opens_no_lock_of_food_safety() -> None:
    shop = recalled()
    shop.live(300, air=14.0)
    assert shop.state()["state"] == "locked"
    shop.told.clear()
    assert shop.act("recall.close", "RC-000001", {"anyway": True, "reason": "over"}).status == "ok"
    shop.live(60)
    assert UNLOCK not in shop.commands()
    shop.visit()
    assert shop.release(**UNSAFE).status == "ok"
    shop.bolt = 0.0
    shop.live(10)
    assert shop.commands()[-1] == UNLOCK


def test_a_release_of_food_safety_does_not_sell_what_is_recalled() -> None:
    shop = recalled()
    shop.live(300, air=14.0)
    shop.visit()
    assert shop.release(**UNSAFE).status == "ok"
    shop.told.clear()
    shop.live(10)
    assert UNLOCK not in shop.commands()
    assert shop.log("door_opened", "recovered")[-2:] == ["released", "left_locked"]
    assert "left_locked for=recall:RC-000001" in shop.timeline()
    assert shop.state()["state"] in ("ok", "building")
    assert task(shop)["stop"] == "stopped"
    wanted = {"name": UNLOCK, "reason": "please"}
    refused = shop.act("command.create", CABINET, wanted)
    assert refused.body == {"guard": "stop_sale", "missing": ["recall:RC-000001"]}


def test_what_food_safety_locked_first_is_the_recalls_until_its_end() -> None:
    shop = Shop()
    shop.live(2)
    shop.live(300, air=14.0)
    shop.visit()
    shop.obeys = False
    shop.act("recall.create", "", BODY)
    shop.say("lot_loaded", lane=1, sku="milk", lot="L7", units=12)
    assert shop.release(**UNSAFE).status == "ok"
    shop.live(1)
    assert UNLOCK not in shop.commands(), "the recall's own lock is not even answered yet"
    shop.obeys = True
    assert shop.act("recall.close", "RC-000001", {"anyway": True, "reason": "over"}).status == "ok"
    shop.live(5)
    assert shop.commands()[-1] == UNLOCK


def test_who_was_stopped_by_a_person_stays_so_after_a_release() -> None:
    shop = Shop()
    shop.live(2)
    assert shop.act("command.create", CABINET, {"name": LOCK, "reason": "broken glass"}).status == "created"
    shop.live(300, air=14.0)
    shop.visit()
    assert shop.release(**UNSAFE).status == "ok"
    shop.live(10)
    assert UNLOCK not in shop.commands()
    assert "left_locked for=person" in shop.timeline()
    assert shop.act("command.create", CABINET, {"name": UNLOCK, "reason": "swept up"}).status == "created"


def test_a_cabinet_out_of_service_for_a_while_is_stopped_as_soon_as_it_is_back() -> None:
    shop = recalled()
    assert shop.act("cabinet.patch", CABINET, {"retired": True}).status == "ok"
    shop.live(70)
    assert task(shop)["stop"] != "stopped"
    assert shop.act("cabinet.patch", CABINET, {"retired": False}).status == "ok"
    shop.told.clear()
    wanted = {"name": UNLOCK, "reason": "please"}
    assert shop.act("command.create", CABINET, wanted).body["guard"] == "stop_sale"
    shop.birth()
    shop.live(5)
    assert shop.commands() == [LOCK]
    assert task(shop)["stop"] == "stopped"


def test_a_cabinet_that_was_out_of_service_at_the_start_is_listed_when_it_is_back() -> None:
    shop = Shop()
    shop.live(2)
    shop.say("lot_loaded", lane=1, sku="milk", lot="L7", units=12)
    assert shop.act("cabinet.patch", CABINET, {"retired": True}).status == "ok"
    shop.live(1)
    assert shop.act("recall.create", "", BODY).status == "created"
    assert shop.records.find("recall_tasks") == []
    assert shop.act("cabinet.patch", CABINET, {"retired": False}).status == "ok"
    assert task(shop)["why"] == "holds"
