"""A recall finds what it must: the cabinets that hold the goods, the sales that were it; and ends when all is done."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from service.desk import Desk
from service.model import Actor
from service.policy import Policy
from service.recalls.model import Shelf
from telemetry.units import MINUTE
from tests.service.desk.world import SECRET
from tests.service.recalls.shop import CABINETS, Shop

TECH = Actor(id="ann", role="technician")
OPERATOR = Actor(id="otto", role="operator")


def stocked() -> Shop:
    """C-0 and C-1 hold the lot, C-2 another one, C-3 other goods."""
    shop = Shop()
    shop.told_all()
    shop.load("C-0", 1)
    shop.load("C-1", 2)
    shop.load("C-2", 1, "L2")
    return shop


def test_it_lists_exactly_the_cabinets_that_hold_the_lot() -> None:
    shop = stocked()
    shop.recall()
    assert shop.states() == {"C-0": "todo", "C-1": "todo"}
    assert shop.task("C-1")["lanes"] == [{"lane": 2, "lot": "L1", "units": 10}]


def test_all_lots_are_all_cabinets_that_hold_the_article() -> None:
    shop = stocked()
    shop.recall(lots=None)
    assert set(shop.states()) == {"C-0", "C-1", "C-2"}


def test_who_cannot_tell_is_listed_as_unknown_and_never_left_out() -> None:
    shop = Shop()
    shop.load("C-0", 1)
    shop.load("C-1", 3, "W1", "water-550")
    shop.load("C-2", 1, None)
    shop.online("C-1", on=False)
    shop.recall()
    assert shop.states() == {"C-0": "todo", "C-1": "unknown", "C-2": "unknown", "C-3": "unknown"}
    assert {c: shop.task(c)["why"] for c in ("C-1", "C-2", "C-3")} == {
        "C-1": "offline", "C-2": "contents", "C-3": "contents",
    }  # fmt: skip


def test_one_sale_of_another_article_does_not_hide_a_cabinet() -> None:
    shop = stocked()
    shop.vend("C-0", 1, "W", "water-550")
    shop.recall()
    assert shop.states() == {"C-0": "unknown", "C-1": "todo"}
    assert shop.task("C-0")["why"] == "contents"


def test_a_retired_cabinet_has_no_task() -> None:
    shop = stocked()
    shop.fleet.retired[shop.fleet.index["C-0"]] = True
    shop.recall()
    assert set(shop.states()) == {"C-1"}


def test_it_lists_exactly_the_sold_lots_and_late_ones_join() -> None:
    shop = stocked()
    sold = {shop.vend("C-0", 1), shop.vend("C-1", 2)}
    shop.vend("C-2", 1, "L2")
    shop.vend("C-3", 9, "W1", "water-550")
    shop.recall(sales=shop.rows("sales"))
    assert shop.sold() == sold
    late = shop.vend("C-0", 1, ts=shop.now - 90 * MINUTE)
    shop.vend("C-2", 1, "L2")
    assert shop.sold() == sold | {late}
    assert all(row["certain"] and not row["reachable"] for row in shop.rows("recall_sales"))


def test_a_sale_whose_lot_nobody_named_is_listed_as_not_certain() -> None:
    shop = stocked()
    unnamed = shop.vend("C-0", 1, None)
    shop.recall(sales=shop.rows("sales"))
    assert {row["sale"]: row["certain"] for row in shop.rows("recall_sales")} == {unnamed: False}


def test_sales_found_later_in_the_records_count_once() -> None:
    shop = stocked()
    sale = shop.vend("C-0", 1)
    shop.recall()
    for _ in range(2):
        assert shop.act("recall.sales", "RC-000001", sales=shop.rows("sales")).status == "ok"
    assert shop.sold() == {sale}


def test_a_lot_that_turns_up_later_is_a_task_too() -> None:
    shop = stocked()
    shop.recall()
    shop.load("C-3", 4)
    shop.run(1)
    assert shop.states()["C-3"] == "todo"
    assert shop.ticket(shop.task("C-3")["ticket"])["kind"] == "recall"


def test_taken_out_after_the_door_opened_is_done_and_its_ticket_resolved() -> None:
    shop = stocked()
    shop.hire("ann")
    shop.recall()
    ticket = shop.task("C-0")["ticket"]
    assert shop.ticket(ticket)["state"] == "dispatching"
    shop.pull("C-0", 1)
    assert shop.states() == {"C-0": "pulled", "C-1": "todo"}
    assert shop.task("C-0")["proof"]["door"]["seq"] == shop.seq - 1
    assert shop.ticket(ticket)["state"] == "resolved"
    assert [line["evidence"]["type"] for line in shop.lines(ticket) if line["evidence"]] == ["lot_removed"]


def test_a_restock_that_takes_the_lane_for_another_article_is_a_proof_as_well() -> None:
    shop = stocked()
    shop.recall()
    shop.event("C-0", "door_opened")
    shop.load("C-0", 1, "T1", "tea-500")
    assert shop.states()["C-0"] == "pulled"


def test_without_a_door_nobody_took_it_out_and_a_person_must_look() -> None:
    shop = stocked()
    shop.recall()
    shop.pull("C-0", 1, door=False)
    assert shop.states()["C-0"] == "todo"
    assert shop.task("C-0")["proof"]["door"] is None
    answer = shop.act("recall.confirm", "RC-000001", cabinet="C-0", note="looked: lane 1 is empty")
    assert answer.status == "ok"
    assert shop.task("C-0")["proof"]["source"] == "dora"
    assert shop.ticket(shop.task("C-0")["ticket"])["state"] == "resolved"


def test_a_person_cannot_confirm_what_the_cabinet_denies_but_by_saying_so() -> None:
    shop = stocked()
    shop.recall()
    asked = {"cabinet": "C-0", "note": "empty"}
    refused = shop.act("recall.confirm", "RC-000001", **asked)
    assert refused.body == {"guard": "recall_held", "missing": ["lane 1: L1"]}
    assert shop.act("recall.confirm", "RC-000001", **asked, anyway=True).status == "ok"


def test_sold_out_is_gone_and_miscounted_is_not() -> None:
    shop = stocked()
    shop.recall()
    shop.event("C-0", "lot_sold", lane=1, sku="milk-250", lot="L1")
    assert shop.states()["C-0"] == "confirmed"
    for _ in range(10):
        shop.vend("C-1", 2)
    assert shop.states()["C-1"] == "todo", "ten were loaded and ten sold, but who counted?"


def test_an_offline_cabinet_is_cleared_once_it_has_told_what_it_held_back() -> None:
    shop = stocked()
    shop.online("C-3", on=False)
    shop.recall()
    shop.run(30)
    assert shop.states()["C-3"] == "unknown"
    shop.online("C-3")
    shop.run(5)
    assert shop.states()["C-3"] == "unknown"
    shop.run(6)
    assert shop.states()["C-3"] == "confirmed"


def test_or_it_turns_out_to_hold_the_goods() -> None:
    shop = stocked()
    shop.online("C-3", on=False)
    shop.recall()
    shop.run(3)
    shop.online("C-3")
    shop.load("C-3", 5, ts=shop.now - 20 * MINUTE)
    shop.run(1)
    assert shop.states()["C-3"] == "todo"
    assert ("C-3", "lock_sales") in [lock[:2] for lock in shop.sent]


def test_a_technician_who_reports_without_pulling_is_sent_back() -> None:
    shop = stocked()
    shop.hire("ann")
    shop.recall()
    shop.run(1)
    visit = shop.ticket(shop.task("C-0")["ticket"])["visit"]
    for verb, body in (("accept", {}), ("depart", {}), ("check-in", {"evidence": {"type": "button"}})):
        assert shop.tech(verb, visit, **body).status == "ok"
    assert shop.tech("finish", visit, measure="done").status == "ok"
    shop.run(20)
    notes = [line["note"] for line in shop.lines(shop.task("C-0")["ticket"]) if line["note"]]
    assert any(note.startswith("not_fixed why=not_pulled") for note in notes)
    assert shop.states()["C-0"] in ("todo", "stopped")


def test_all_units_are_told_and_say_that_they_know() -> None:
    shop = stocked()
    shop.hire("ann", "bob")
    units = shop.recall()["units"]
    assert units == dict.fromkeys(("dispatcher", "operators", "ann", "bob"))
    assert {n["to"] for n in shop.notices("recall")} == set(units)
    shop.act("recall.acknowledge", "RC-000001", TECH)
    known = shop.act("recall.acknowledge", "RC-000001", OPERATOR).body["units"]
    assert {unit: ack and ack["by"] for unit, ack in known.items()} == {
        "dispatcher": None, "operators": "otto", "ann": "ann", "bob": None,
    }  # fmt: skip
    stranger = shop.act("recall.acknowledge", "RC-000001", Actor(id="eve", role="technician"))
    assert stranger.status == "invalid"


def test_it_ends_when_every_cabinet_is_done_or_a_superior_says_why() -> None:
    shop = stocked()
    shop.recall()
    shop.pull("C-0", 1)
    refused = shop.act("recall.close", "RC-000001")
    assert refused.body == {"guard": "recall_done", "missing": ["C-1"]}
    assert shop.act("recall.close", "RC-000001", anyway=True).status == "invalid"
    assert shop.act("recall.close", "RC-000001", anyway=True, reason="false alarm").body["state"] == "closed"
    assert shop.ticket(shop.task("C-1")["ticket"])["state"] == "cancelled"
    assert shop.act("recall.close", "RC-000001").body == {"guard": "state", "missing": ["open"]}


def test_a_malformed_recall_changes_nothing() -> None:
    shop = stocked()
    before = shop.desk.dump()
    for wrong in ({"lots": []}, {"party": "thief"}, {"sku": ""}, {"instructions_zh": None}, {"notice_en": "x" * 4001}):
        asked = {"sku": "a", "lots": None, "reason": "b", "instructions_zh": "c", "party": "maker", **wrong}
        assert shop.act("recall.create", **asked).status == "invalid"
    assert shop.desk.dump() == before


def test_it_leaves_memory_for_the_records_long_after_its_end() -> None:
    shop = Shop(Policy(archive_ms=60 * MINUTE))
    shop.told_all()
    shop.recall()
    shop.act("recall.close", "RC-000001")
    shop.run(130)
    assert shop.act("recall.close", "RC-000001").body["guard"] == "archived"
    assert shop.act("recall.close", "RC-000009").status == "not_found"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("load", "other", "vend", "pull", "sold", "door", "offline", "online", "wait", "unnamed")),
        st.sampled_from(CABINETS),
        st.integers(1, 2),
    ),
    max_size=25,
)  # fmt: skip


def happen(shop: Shop, what: str, cabinet: str, lane: int) -> None:
    match what:
        case "load":
            shop.load(cabinet, lane)
        case "unnamed":
            shop.load(cabinet, lane, None)
        case "other":
            shop.load(cabinet, lane, "W1", "water-550")
        case "vend":
            shop.vend(cabinet, lane)
        case "pull":
            shop.pull(cabinet, lane, door=False)
        case "sold":
            shop.event(cabinet, "lot_sold", lane=lane, sku="milk-250", lot="L1")
        case "door":
            shop.event(cabinet, "door_opened")
        case "offline" | "online":
            shop.online(cabinet, on=what == "online")
        case _:
            shop.run(1)
            shop.obey()


@given(STEPS, STEPS)
@settings(max_examples=60, deadline=None)
def test_no_cabinet_is_missing_and_none_is_done_that_still_holds_the_goods(before: list, after: list) -> None:
    shop = Shop()
    for step in before:
        happen(shop, *step)
    shop.recall(sales=shop.rows("sales"))
    for step in after:
        happen(shop, *step)
    goods = shop.desk._books.goods
    recall, states = goods.recalls["RC-000001"], shop.states()
    for cabinet in CABINETS:
        shelf = goods.shelves.get(cabinet, Shelf())
        lots = [lot for here in shelf.lanes.values() for lot in here if lot.units != 0]
        held = any((lot.sku, lot.lot) == ("milk-250", "L1") for lot in lots)
        assert not held or states[cabinet] in ("todo", "stopped")
    assert {c: t.state for c, t in recall.tasks.items()} == states, "rows are the state"
    wanted = {row["id"] for row in shop.rows("sales") if row["sku"] == "milk-250" and row["lot"] == "L1"}
    assert {row["sale"] for row in shop.rows("recall_sales") if row["certain"]} == wanted
    data = shop.desk.dump()
    again = Desk(shop.policy, SECRET)
    again.load(data)
    assert again.dump() == data


def test_another_spelling_of_the_label_loses_no_cabinet() -> None:
    shop = Shop()
    shop.told_all()
    shop.load("C-0", 1, "l1", "MILK-250 ")
    shop.load("C-1", 1, "Ｌ１")
    shop.load("C-2", 1, "L11")
    shop.recall()
    assert shop.states() == {"C-0": "todo", "C-1": "todo"}


def test_a_pull_task_is_not_cancelled_while_its_cabinet_is_not_done() -> None:
    shop = stocked()
    shop.recall()
    ticket = shop.task("C-0")["ticket"]
    assert shop.act("ticket.cancel", ticket).body == {"guard": "recall_done", "missing": ["C-0"]}
    assert shop.act("recall.close", "RC-000001", anyway=True, reason="a mistake").status == "ok"
    assert shop.ticket(ticket)["state"] == "cancelled"


def test_a_pull_that_was_merged_into_a_fault_that_heals_is_not_done() -> None:
    shop = stocked()
    shop.recall()
    pull = shop.task("C-0")["ticket"]
    fault = shop.fault("C-0")
    repair = next(t["id"] for t in shop.rows("tickets") if t["fault"] == fault)
    assert shop.act("ticket.merge", pull, into=repair).status == "ok"
    shop.clear(fault)
    shop.run(120)
    assert shop.ticket(repair)["state"] == "resolved"
    assert shop.task("C-0")["state"] == "todo"
    assert shop.task("C-0")["ticket"] not in (pull, repair), "somebody is sent anew"
    assert shop.ticket(shop.task("C-0")["ticket"])["kind"] == "recall"


def test_a_preview_is_what_the_recall_then_lists_and_changes_nothing() -> None:
    shop = Shop()
    shop.load("C-0", 1)
    shop.load("C-1", 1, "L2")
    shop.load("C-2", 1, "L2")
    shop.online("C-2", on=False)
    rows = {name: dict(table) for name, table in shop.tables.items()}
    asked = shop.act("recall.preview", sku="milk-250", lots=["L1"])
    assert (asked.status, asked.body) == ("ok", {"holds": 1, "offline": 1, "contents": 1})
    assert (shop.tables, shop.desk._books.goods.recalls) == (rows, {})
    shop.recall()
    listed = Counter(task["why"] for task in shop.rows("recall_tasks"))
    assert listed == asked.body
    assert shop.act("recall.preview", sku="milk-250", lots=[]).status == "invalid"
