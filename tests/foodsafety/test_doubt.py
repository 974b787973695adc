"""A lock that is not what it seems: an unlocking under way, a bolt that shows open, a cabinet without a rule."""

import pytest

from gateway.fold import Fold
from service.records.base import Where
from tests.foodsafety.shop import CABINET, KIND, MINUTE, SAFE, Shop, new_fold
from tests.gateway.rig import birth


def asked(shop: Shop, **more: object) -> str:
    body = {"name": "unlock_sales", "args": {}, "reason": "stuck", "expires_s": 3600} | more
    return str(shop.act("command.create", CABINET, body).body["id"])


def reconnect(shop: Shop) -> None:
    """The same boot, a new connection."""
    shop.step(birth(shop.boot, shop.next(), 2, ts=shop.now, holds=[]))


def reloaded(shop: Shop) -> None:
    parts: dict[str, bytes] = shop.fold.dump()
    fold: Fold = new_fold()
    fold.load(parts)
    shop.fold = fold


def test_an_unanswered_unlocking_is_over_when_a_breach_locks() -> None:
    shop = Shop().live(5)
    shop.obeys = False
    key = asked(shop)
    shop.obeys = True
    shop.live(20, 9.0)
    assert shop.state()["state"] == "locked"
    row = shop.records.get("commands", key)
    assert row is not None
    assert (row["state"], row["detail"]) == ("rejected", "food_safety")
    before = shop.commands().count("unlock_sales")
    reconnect(shop)
    shop.live(3)
    assert shop.commands().count("unlock_sales") == before, "it never goes out again"
    assert "unlock_withdrawn" in shop.log()


def test_an_unlocking_of_a_snapshot_from_before_is_not_sent_to_a_locked_cabinet() -> None:
    shop = Shop().live(5).live(20, 9.0)
    shop.obeys = False
    action = {"name": "unlock_sales", "args": {}, "reason": "stuck", "expires_s": 3600}
    forbids, shop.fold.food.forbids = shop.fold.food.forbids, lambda _: None
    key = str(shop.act("command.create", CABINET, action).body["id"])
    shop.fold.food.forbids = forbids
    before = shop.commands().count("unlock_sales")
    reconnect(shop)
    assert shop.commands().count("unlock_sales") == before
    row = shop.records.get("commands", key)
    assert row is not None
    assert row["state"] == "rejected"


@pytest.mark.parametrize("restart", [False, True])
def test_a_bolt_that_shows_open_with_the_door_shut_is_doubted_logged_and_locked_again(restart: bool) -> None:
    shop = Shop().live(5).live(20, 9.0)
    assert shop.commands() == ["lock_sales"]
    shop.bolt = 0.0
    shop.live(2)
    if restart:
        reloaded(shop)
    assert shop.state()["state"] == "locked", "a reading or two may be a flicker"
    shop.live(1)
    assert shop.state()["state"] == "lock_requested"
    assert shop.commands() == ["lock_sales"] * 2
    assert "open_while_locked" in shop.log()
    shop.bolt = 1.0
    shop.live(3)
    assert shop.state()["state"] == "locked"
    assert shop.live(30).commands() == ["lock_sales"] * 2


def test_a_bolt_is_open_while_somebody_stands_at_the_open_door() -> None:
    shop = Shop().live(5).live(20, 9.0)
    shop.bolt = 0.0
    shop.live(12, door_open=1.0)
    shop.live(2)
    shop.bolt = 1.0
    shop.live(5)
    shop.bolt = 0.0
    shop.live(2)
    assert shop.state()["state"] == "locked"
    assert shop.commands() == ["lock_sales"]


def test_a_sale_while_locked_is_noticed_without_a_rule_too() -> None:
    shop = Shop().live(5).live(20, 9.0)
    shop.act("food.profile", CABINET, {"pack": None})
    shop.now += MINUTE
    shop.say("vend", sku="milk")
    assert "sold_while_locked" in shop.log()
    assert shop.commands() == ["lock_sales"] * 2
    shop.bolt = 0.0
    assert shop.live(5).state()["state"] == "lock_requested"


def test_a_cabinet_without_a_rule_that_locked_itself_is_a_breach_until_it_is_released() -> None:
    shop = Shop(None).live(5, 15.0)
    shop.say("device_fault", scheme="eva-dts", code="EJH")
    shop.live(3, 15.0)
    assert shop.state()["state"] == "locked"
    (fault,) = shop.records.find("episodes", [Where("kind", "=", KIND)])
    assert (fault["severity"], fault["state"]) == ("critical", "active")
    assert len(shop.tickets()) == 1
    reloaded(shop)
    shop.visit()
    assert shop.release(**SAFE).status == "ok"
    assert shop.live(3).state()["state"] == "none"
    (fault,) = shop.records.find("episodes", [Where("kind", "=", KIND)])
    assert fault["state"] == "cleared"


@pytest.mark.parametrize("pack", [None, "nama"])
def test_a_makers_own_code_is_no_health_lock_and_one_message_opens_one_fault(pack: str | None) -> None:
    shop = Shop(pack).live(5)
    shop.say("device_fault", scheme="vendor", code="EJHxyz")
    shop.live(3)
    assert {e["kind"] for e in shop.records.find("episodes")} == {"device_reported"}
    shop.say("device_fault", scheme="EVA-DTS", code=" ejh_1 ")
    shop.live(3)
    assert {e["kind"] for e in shop.records.find("episodes")} == {"device_reported", KIND}
    assert shop.state()["state"] == "locked"


@pytest.mark.parametrize("code", [None, True, 7, ["EJH"], ""])
def test_a_report_that_cannot_be_read_locks_nothing(code: object) -> None:
    shop = Shop(None).live(2)
    shop.say("device_fault", scheme="eva-dts", code=code)
    assert shop.live(2).rows() == []
