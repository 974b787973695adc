"""A cabinet that must not sell is told so until it obeys, and sells again only when nothing else stops it."""

from itertools import pairwise

import pytest

from faults.foodsafety.lock import LOCK, UNLOCK
from service.model import Actor
from service.policy import Policy
from telemetry.units import HOUR
from tests.service.recalls.shop import Shop

ARGS = {"sku": "milk-250", "lots": ["L1"], "why": "recall"}
FOOD = Actor(id="food-safety", role="administrator")


def recalled(policy: Policy | None = None, capable: tuple[str, ...] = ()) -> Shop:
    """A recall of what lies in C-0, lane 1; the other cabinets hold something else."""
    shop = Shop(policy, capable)
    shop.told_all()
    shop.load("C-0", 1)
    shop.recall()
    return shop


def test_the_stop_goes_out_and_is_believed_once_the_cabinet_answers() -> None:
    shop = recalled()
    assert shop.task("C-0")["lock"] == "whole"
    shop.run(1)
    assert shop.sent == [("C-0", LOCK, ARGS)]
    assert (shop.states()["C-0"], shop.task("C-0")["stop"]) == ("todo", "sent")
    shop.obey()
    shop.run(1)
    assert (shop.states()["C-0"], shop.task("C-0")["stop"]) == ("stopped", "stopped")
    assert shop.task("C-0")["command"] == "C-000001"
    lines = [line["note"] for line in shop.lines(shop.task("C-0")["ticket"]) if line["type"] == "command"]
    assert lines[-1] == "command_done command=C-000001 name=lock_sales"
    shop.run(30)
    assert len(shop.sent) == 1, "who obeyed is left alone"


def test_who_cannot_be_reached_is_shown_waiting_and_told_when_it_connects() -> None:
    shop = Shop()
    shop.told_all()
    shop.load("C-0", 1)
    shop.online("C-0", on=False)
    shop.recall()
    shop.run(120)
    assert (shop.sent, shop.task("C-0")["stop"]) == ([], "waiting")
    shop.online("C-0")
    shop.run(1)
    assert shop.sent == [("C-0", LOCK, ARGS)]


@pytest.mark.parametrize("status", [None, "failed", "rejected", "expired"])
def test_what_is_not_obeyed_is_asked_for_again_with_growing_pauses(status: str | None) -> None:
    shop = recalled()
    times = []
    for _ in range(6 * 60):
        before = len(shop.sent)
        shop.run(1)
        times += [shop.now] * (len(shop.sent) - before)
        shop.obey(status) if status else shop.pending.clear()
    pauses = [b - a for a, b in pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == HOUR
    assert len(shop.sent) == pytest.approx(12, abs=3)
    assert len(shop.notices("stop_sale_failed")) == 1


def test_a_cabinet_that_restarts_or_sells_is_stopped_again() -> None:
    shop = recalled()
    shop.run(1)
    shop.obey()
    shop.fleet.boot[shop.fleet.index["C-0"]] = 2
    shop.run(1)
    shop.obey()
    assert len(shop.sent) == 2
    shop.run(1)
    shop.vend("C-0", 9, "W1", "water-550")
    shop.run(1)
    assert len(shop.sent) == 3
    notes = [line["note"] for line in shop.lines(shop.task("C-0")["ticket"]) if line["type"] == "goods"]
    assert notes == [f"sold_while_stopped cabinet=C-0 seq={shop.seq}"]


def stopped() -> Shop:
    shop = recalled()
    shop.run(1)
    shop.obey()
    return shop


def end(shop: Shop, recall: str = "RC-000001") -> None:
    assert shop.act("recall.close", recall, anyway=True, reason="over").status == "ok"
    shop.run(1)


def test_when_it_ends_the_cabinet_sells_again() -> None:
    shop = stopped()
    end(shop)
    assert shop.sent[-1][:2] == ("C-0", UNLOCK)
    assert shop.task("C-0")["stop"] == "lifted"
    shop.obey()
    shop.run(120)
    assert len(shop.sent) == 2
    assert shop.desk._books.goods.stops == {}


def test_not_while_another_recall_stops_it() -> None:
    shop = stopped()
    shop.recall()
    end(shop)
    assert [name for _, name, _ in shop.sent] == [LOCK]
    end(shop, "RC-000002")
    assert [name for _, name, _ in shop.sent] == [LOCK, UNLOCK]


def test_not_while_food_safety_keeps_it_locked() -> None:
    shop = stopped()
    shop.barred.add("C-0")
    end(shop)
    shop.run(600)
    assert UNLOCK not in [name for _, name, _ in shop.sent]
    shop.barred.clear()
    shop.by_hand("C-0", UNLOCK, FOOD)
    shop.obey()
    shop.run(120)
    assert [name for _, name, _ in shop.sent] == [LOCK, UNLOCK], "food safety's own, once released"


def test_what_food_safety_lets_go_is_stopped_again_for_the_recall() -> None:
    shop = stopped()
    shop.by_hand("C-0", LOCK, FOOD)
    shop.obey()
    shop.by_hand("C-0", UNLOCK, FOOD)
    shop.obey()
    shop.run(1)
    assert shop.sent[-1][:2] == ("C-0", LOCK)


def test_not_when_a_person_had_stopped_it() -> None:
    shop = Shop()
    shop.by_hand("C-0", LOCK)
    shop.obey()
    shop.told_all()
    shop.load("C-0", 1)
    shop.recall()
    shop.run(1)
    shop.obey()
    end(shop)
    assert [name for _, name, _ in shop.sent] == [LOCK, LOCK]


def test_a_stop_that_may_have_been_obeyed_unheard_is_lifted_too() -> None:
    shop = recalled()
    shop.run(1)
    end(shop)
    assert [name for _, name, _ in shop.sent] == [LOCK, UNLOCK]


def test_nobody_lets_it_sell_before_its_task_is_done() -> None:
    shop = stopped()
    refused = shop.by_hand("C-0", UNLOCK)
    assert (refused.status, refused.body) == ("conflict", {"guard": "stop_sale", "missing": ["recall:RC-000001"]})
    shop.pull("C-0", 1)
    assert shop.by_hand("C-0", UNLOCK).status == "created"
    shop.obey()
    shop.run(120)
    assert shop.sent[-1][:2] == ("C-0", UNLOCK), "a person looked, and lets it sell"


def test_with_the_policy_off_only_lanes_stop_and_only_where_that_is_possible() -> None:
    shop = Shop(Policy(recall_lock_whole=False), ("C-1",))
    shop.told_all()
    shop.load("C-0", 1)
    shop.load("C-1", 2)
    shop.recall()
    shop.run(1)
    assert shop.sent == [("C-1", LOCK, {**ARGS, "lane": 2})]
    assert [shop.task(c)["lock"] for c in ("C-0", "C-1")] == ["none", "lane"]
    assert set(shop.states().values()) == {"todo"}
