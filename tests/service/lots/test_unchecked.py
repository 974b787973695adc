"""A lot without three good checks does not sell where the policy asks for them (S1 7.5.1, 7.5.2)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.foodsafety.lock import LOCK, UNLOCK
from service.lots import unchecked
from service.lots.model import STAGES
from service.model import Actor
from service.notify.templates import render
from service.policy import Policy
from service.step import Step
from tests.service.recalls.shop import Shop

STRICT = Policy(lot_checks_required=True)
TECH = Actor(id="tom", role="technician")


def strict(policy: Policy = STRICT, capable: tuple[str, ...] = ("C-0", "C-1")) -> Shop:
    return Shop(policy, capable)


def check(shop: Shop, *stages: str, ok: bool = True, lot: str = "L1", sku: str = "milk-250") -> dict[str, Any]:
    answer = None
    for stage in stages:
        answer = shop.act("lot-check.create", sku=sku, lot=lot, stage=stage, ok=ok)
        assert answer.status == "created", answer
    assert answer is not None
    return answer.body


def test_a_lot_without_three_checks_stops_its_lane_and_sells_once_they_are_there() -> None:
    shop = strict()
    shop.load("C-0", 3)
    shop.run(1)
    assert shop.sent == [("C-0", LOCK, {"lane": 3, "lots": ["L1"], "why": "unchecked"})]
    shop.obey()
    assert check(shop, "purchase", "outbound")["missing"] == ["before_sale"]
    shop.run(1)
    assert len(shop.sent) == 1
    assert check(shop, "before_sale")["missing"] == []
    shop.run(1)
    assert [(c, n, a["lane"]) for c, n, a in shop.sent[1:]] == [("C-0", UNLOCK, 3)]
    shop.obey()
    shop.run(2)
    assert (shop.desk._books.goods.stops, shop.desk._books.lots.held) == ({}, {})


def test_a_check_looks_only_at_cabinets_for_which_it_changes_something(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = strict()
    shop.load("C-0", 3)
    shop.load("C-1", 4, lot="L2")
    seen: list[str] = []
    follow = unchecked._follow

    def followed(step: Step, cabinet: str) -> None:
        seen.append(cabinet)
        follow(step, cabinet)

    monkeypatch.setattr(unchecked, "_follow", followed)
    check(shop, "purchase", "outbound")
    assert seen == []
    check(shop, "before_sale")
    assert seen == ["C-0"]
    check(shop, "outbound")
    assert seen == ["C-0"]
    check(shop, "outbound", ok=False)
    assert (seen, list(shop.desk._books.lots.held)) == (["C-0", "C-0"], ["C-1", "C-0"])


def test_a_checked_lot_however_it_is_typed_sells() -> None:
    shop = strict()
    check(shop, *STAGES, lot=" l１ ", sku="Milk-250")
    shop.load("C-0", 3)
    shop.run(2)
    assert shop.sent == []


def test_a_failed_check_counts_as_none_says_so_and_stops_what_sold_before() -> None:
    shop = strict()
    check(shop, *STAGES)
    shop.load("C-0", 3)
    shop.load("C-1", 5)
    shop.load("C-2", 6, "L2")
    failed = check(shop, "outbound", ok=False)
    assert (failed["missing"], failed["failed"]) == (["outbound"], ["outbound"])
    shop.run(1)
    assert {(c, a["lane"]) for c, n, a in shop.sent if n == LOCK} == {("C-0", 3), ("C-1", 5)}
    shop.obey()
    check(shop, "outbound")
    assert [row["ok"] for row in shop.rows("lot_checks") if row["counts"]] == [True, True, True]
    shop.run(1)
    assert [c for c, n, _ in shop.sent if n == UNLOCK] == ["C-0", "C-1"]


def test_people_are_told_once_of_a_lot_in_both_languages() -> None:
    shop = strict()
    check(shop, "purchase")
    check(shop, "outbound", ok=False)
    shop.load("C-0", 3)
    shop.load("C-1", 4)
    shop.load("C-0", 5, "L1")
    shop.run(30)
    told = shop.notices("lot_unchecked")
    assert [n["to"] for n in told] == ["dispatcher", "operators"]
    zh, en = (render("lot_unchecked", told[0]["params"], language).body for language in ("zh", "en"))
    assert "出库、售前" in zh
    assert "不合格：出库" in zh
    assert "lacks good checks: outbound, before sale. Failed: outbound. What is stopped: the lane." in en


def test_taken_out_the_lane_sells_again() -> None:
    shop = strict()
    shop.load("C-0", 3)
    shop.run(1)
    shop.obey()
    shop.event("C-0", "lot_removed", lane=3, sku="milk-250", lot="L1", units=10)
    shop.run(1)
    assert shop.sent[-1][1:] == (UNLOCK, {"lane": 3, "why": "released"})


def test_a_vend_of_a_lot_nobody_told_of_stops_too() -> None:
    shop = strict()
    shop.vend("C-0", 3, "L8")
    shop.run(1)
    assert [(n, a["lots"]) for _, n, a in shop.sent] == [(LOCK, ["L8"])]


def test_goods_whose_lot_nobody_named_are_not_judged() -> None:
    shop = strict()
    shop.load("C-0", 3, None)
    shop.run(2)
    assert shop.sent == []


def test_a_cabinet_that_cannot_stop_a_lane_is_closed_only_if_the_policy_wants_it() -> None:
    shop = strict(capable=())
    shop.load("C-0", 3)
    shop.run(2)
    assert shop.sent == []
    assert len(shop.notices("lot_unchecked")) == 2
    shop = strict(Policy(lot_checks_required=True, expired_lock_whole=True), ())
    shop.load("C-0", 3)
    shop.load("C-0", 4, "L2")
    shop.run(1)
    assert shop.sent == [("C-0", LOCK, {"lots": ["L1", "L2"], "why": "unchecked"})]
    shop.obey()
    assert shop.by_hand("C-0", UNLOCK).body["missing"] == ["unchecked"]
    check(shop, *STAGES)
    shop.run(1)
    assert len(shop.sent) == 1, "the other lot still lacks its checks"
    check(shop, *STAGES, lot="L2")
    shop.run(1)
    assert shop.sent[-1][1] == UNLOCK


def test_off_by_default_and_whoever_turns_it_on_or_off_finds_what_lies_there() -> None:
    shop = strict(Policy())
    shop.load("C-0", 3)
    shop.run(2)
    assert shop.sent == []
    for required, name in ((True, LOCK), (False, UNLOCK)):
        body = shop.desk.wanted(Policy(lot_checks_required=required))
        assert body is not None
        shop.act("rules.set", **body)
        shop.run(2)
        assert shop.sent[-1][1] == name
        shop.obey()


def test_an_expired_lot_and_an_unchecked_one_each_hold_the_lane() -> None:
    shop = strict()
    shop.load("C-0", 3, expires=shop.now)
    shop.run(1)
    fault = shop.fault("C-0", "lot_expired", why={"observed": {"lane": 3}})
    shop.obey()
    check(shop, *STAGES)
    shop.run(2)
    assert UNLOCK not in [name for _, name, _ in shop.sent]
    shop.clear(fault)
    shop.run(1)
    assert shop.sent[-1][1] == UNLOCK


def test_a_technician_checks_before_the_sale_only() -> None:
    shop = strict()
    body: dict[str, Any] = {"sku": "milk-250", "lot": "L1", "ok": True}
    assert shop.act("lot-check.create", "", TECH, stage="before_sale", **body).status == "created"
    assert shop.act("lot-check.create", "", TECH, stage="purchase", **body).status == "denied"


def test_what_is_no_check_is_refused() -> None:
    wrong = strict().act("lot-check.create", sku=" ", lot="x" * 101, stage="later", ok="yes")
    assert set(wrong.body["fields"]) == {"sku", "lot", "stage", "ok"}


def test_old_checks_leave_memory_but_not_those_of_lots_that_lie_somewhere() -> None:
    shop = strict(Policy(lot_checks_required=True, lot_checks_days=1))
    check(shop, *STAGES)
    check(shop, *STAGES, lot="L2")
    shop.load("C-0", 3)
    shop.run(26 * 60)
    assert list(shop.desk._books.lots.checks) == ["milk-250 l1"]
    assert [row["lot"] for row in shop.rows("lot_checks") if row["counts"]] == ["L1"] * 3
    assert len(shop.rows("lot_checks")) == 6


def test_a_restart_changes_nothing() -> None:
    shop = strict()
    shop.load("C-0", 3)
    check(shop, "purchase")
    shop.desk.load(shop.desk.dump())
    shop.run(1)
    shop.obey()
    check(shop, "outbound", "before_sale")
    shop.run(1)
    assert [name for _, name, _ in shop.sent] == [LOCK, UNLOCK]


MOVES = st.one_of(
    st.tuples(st.just("check"), st.sampled_from(STAGES), st.sampled_from(["L1", "L2"]), st.booleans()),
    st.tuples(st.sampled_from(["lot_loaded", "lot_removed", "lot_sold", "vend"]), st.sampled_from([1, 2]),
              st.sampled_from(["L1", "L2", None]), st.sampled_from(["C-0", "C-1"])),
)  # fmt: skip


@given(st.lists(MOVES, max_size=25))
@settings(max_examples=60, deadline=None)
def test_exactly_the_lanes_with_an_unchecked_lot_stop_and_stays_are_what_lies_there(moves: list[Any]) -> None:
    shop = strict()
    for name, first, lot, last in moves:
        if name == "check":
            check(shop, first, ok=last, lot=lot)
        else:
            shop.event(last, name, lane=first, sku="milk-250", lot=lot, units=3)
    books = shop.desk._books
    good = {lot for lot in ("L1", "L2") if not books.lots.lacking(f"milk-250 {lot.casefold()}")}
    lie = {
        (cabinet, lane, lot.lot)
        for cabinet, shelf in books.goods.shelves.items() for lane, here in shelf.lanes.items()
        for lot in here if lot.lot is not None and lot.units != 0
    }  # fmt: skip
    stopped = {(s.cabinet, s.lane) for stops in books.goods.stops.values() for s in stops if s.reasons}
    assert stopped == {(cabinet, lane) for cabinet, lane, lot in lie if lot not in good}
    assert {(s["cabinet"], s["lane"], s["lot"]) for s in shop.rows("lot_stays") if s["to"] is None} == lie
