"""A lot past its date: its lane stops by itself where a lane can, and the ticket says what to take out (S1 7.5.3)."""

from faults.foodsafety.lock import LOCK, UNLOCK
from service.policy import Policy
from telemetry.units import MINUTE
from tests.service.recalls.shop import Shop


def old(policy: Policy | None = None, capable: tuple[str, ...] = ("C-0",)) -> tuple[Shop, str]:
    """C-0 offers a lot past its date in lane 3; the fault of it."""
    shop = Shop(policy, capable)
    shop.load("C-0", 3, "Y1", "yogurt-200", expires=shop.now + 5 * MINUTE)
    shop.load("C-0", 4, "Y1", "yogurt-200", expires=shop.now + 30 * MINUTE)
    shop.run(6)
    fault = shop.fault("C-0", "lot_expired", why={"observed": {"lane": 3}})
    shop.run(1)
    return shop, fault


def notes(shop: Shop) -> list[str]:
    return [line["note"] for line in shop.lines() if line["type"] == "goods"]


def test_the_lane_stops_and_the_ticket_carries_the_pull_task() -> None:
    shop, _ = old()
    assert shop.sent == [("C-0", LOCK, {"lane": 3, "lot": "Y1", "why": "expired"})]
    assert notes(shop) == ["pull_task lane=3 lot=Y1 why=expired lock=lane"]
    assert shop.ticket()["fields"]["pull"]["lanes"] == [{"lane": 3, "lot": "Y1"}]


def test_further_lanes_follow_when_their_date_is_over() -> None:
    shop, _ = old()
    shop.run(30)
    assert {args["lane"] for _, _, args in shop.sent} == {3, 4}
    assert notes(shop)[-1] == "pull_task lane=4 lot=Y1 why=expired lock=lane"


def test_taken_out_the_lane_sells_again() -> None:
    shop, _ = old()
    shop.obey()
    shop.event("C-0", "lot_removed", lane=3, sku="yogurt-200", lot="Y1", units=10)
    shop.run(1)
    assert shop.sent[-1][:2] == ("C-0", UNLOCK)
    assert shop.sent[-1][2]["lane"] == 3
    assert notes(shop)[-1] == "pulled lane=3 lot=Y1"


def test_when_the_fault_is_over_so_is_the_stop() -> None:
    shop, fault = old()
    shop.obey()
    shop.clear(fault)
    shop.run(1)
    assert shop.sent[-1][:2] == ("C-0", UNLOCK)
    shop.obey()
    shop.run(5)
    goods = shop.desk._books.goods
    assert (goods.stops, goods.expired) == ({}, {})


def test_one_yoghurt_does_not_close_a_cabinet_that_cannot_stop_a_lane() -> None:
    shop, _ = old(capable=())
    assert shop.sent == []
    assert notes(shop) == ["pull_task lane=3 lot=Y1 why=expired lock=none"]


def test_unless_the_policy_wants_it() -> None:
    shop, _ = old(Policy(expired_lock_whole=True), ())
    assert shop.sent == [("C-0", LOCK, {"lots": ["Y1"], "why": "expired"})]
    shop.obey()
    assert shop.by_hand("C-0", UNLOCK).body["missing"] == ["expired:F-1"]


def test_a_fault_of_goods_that_our_book_does_not_know_names_the_lane_itself() -> None:
    shop = Shop(capable=("C-1",))
    fault = shop.fault("C-1", "lot_expired", why={"observed": {"lane": 7}})
    shop.run(2)
    assert shop.sent == [("C-1", LOCK, {"lane": 7, "lot": None, "why": "expired"})]
    shop.obey()
    shop.vend("C-1", 2)
    shop.run(2)
    assert len(shop.sent) == 1
    shop.clear(fault)
    shop.run(1)
    assert shop.sent[-1][1] == UNLOCK


def test_a_recall_holds_the_cabinet_that_an_expired_lot_lets_go() -> None:
    shop, fault = old(Policy(expired_lock_whole=True), ())
    shop.obey()
    shop.recall(sku="yogurt-200", lots=["Y1"])
    shop.clear(fault)
    shop.run(5)
    assert [name for _, name, _ in shop.sent] == [LOCK]
