"""From a breach to a release, through the whole fold."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.foodsafety.chain import Head, check
from gateway.fold import Fold
from service.model import Actor
from tests.foodsafety.shop import CABINET, CLERK, KIND, MINUTE, SAFE, T0, UNSAFE, Shop, image, new_fold
from tests.gateway.rig import event, up


def broken() -> Shop:
    """Locked after 20 warm minutes."""
    return Shop().live(5).live(20, 9.0)


def test_from_breach_to_release() -> None:
    shop = broken()
    assert shop.log() == ["profile", "building", "breach", "lock_requested", "locked"]
    assert shop.commands() == ["lock_sales"]
    assert shop.state()["state"] == "locked"
    (ticket,) = shop.tickets()
    assert (ticket["severity"], ticket["state"]) == ("critical", "dispatching")
    shop.live(90, 4.0)
    assert shop.state()["state"] == "locked", "cold again, and locked all the same"
    assert shop.tickets()[0]["state"] == "dispatching"
    visit = shop.visit()
    answer = shop.release(**UNSAFE)
    assert (answer.status, answer.body["state"]) == ("ok", "released")
    shop.live(3)
    assert shop.commands() == ["lock_sales", "unlock_sales"]
    assert shop.state()["state"] == "ok"
    assert shop.log("recovered", "door_opened")[-3:] == ["released", "unlock_requested", "unlocked"]
    released = next(r for r in shop.rows() if r["type"] == "released")["data"]
    assert (released["visit"], released["level"], released["by"]) == (visit, 4, "tech-1")
    assert released["discarded"] == UNSAFE["discarded"]
    (episode,) = shop.records.find("episodes", [])
    assert (episode["kind"], episode["state"]) == (KIND, "cleared")
    wanted = ["lock_requested", "locked", "released", "unlock_requested", "unlocked"]
    assert [word for note in shop.timeline() if (word := note.split(" ")[0]) in wanted] == wanted


def test_without_a_profile_nothing_is_judged() -> None:
    shop = Shop(None).live(200, 30.0)
    assert (shop.rows(), shop.told, shop.records.find("food_safety")) == ([], [], [])


def test_the_cabinet_is_told_its_rule_and_edits_of_its_profile_keep_it() -> None:
    shop = Shop(None)
    shop.act("cabinet.patch", CABINET, {"profile": {"light": "off"}})
    shop.act("food.profile", CABINET, {"pack": "fda", "class": "chilled"})
    config = msgspec.json.decode(shop.outcomes[-1].publish[-1].payload)["profile"]
    assert config["light"] == "off"
    assert config["food_safety"]["max_c"] == 5.0
    assert config["food_safety"]["class"] == "chilled"
    shop.act("cabinet.patch", CABINET, {"profile": {"light": "on"}})
    assert shop.fold.registry.cabinets[CABINET]["profile"].keys() == {"light", "food_safety"}
    shop.act("food.profile", CABINET, {"pack": None})
    assert shop.fold.registry.cabinets[CABINET]["profile"] == {"light": "on"}
    assert shop.live(60, 30.0).state()["state"] == "none"


def test_a_lock_that_nobody_confirms_is_sent_again_and_the_ticket_says_so() -> None:
    shop = Shop().live(5)
    shop.obeys = False
    shop.live(130, 9.0)  # a command is good for half an hour at the demo's speed
    assert shop.state()["state"] == "lock_requested"
    assert shop.commands() == ["lock_sales"] * 4
    assert any(note.startswith("lock_unconfirmed") and "why=no_answer" in note for note in shop.timeline())
    assert len({command["id"] for command in shop.told}) == 4, "an expired command is never sent again"
    shop.obeys = True
    shop.live(60, 9.0)
    assert shop.state()["state"] == "locked"


def test_an_open_bolt_is_not_believed() -> None:
    shop = Shop().live(5)
    shop.bolt = 0.0
    shop.live(25, 9.0)
    assert shop.state()["state"] == "lock_requested"
    assert any("why=bolt_open" in note for note in shop.timeline())


def test_a_sale_or_a_restart_while_locked_locks_again() -> None:
    shop = broken()
    shop.now += MINUTE
    shop.say("vend", sku="milk")
    assert shop.commands() == ["lock_sales"] * 2
    shop.live(3)
    assert shop.state()["state"] == "locked"
    shop.boot, shop.seq = 2, 0
    shop.birth()
    assert shop.commands() == ["lock_sales"] * 3
    assert "sold_while_locked" in shop.log()


def test_nobody_unlocks_by_a_plain_command() -> None:
    shop = broken()
    answer = shop.act("command.create", CABINET, {"name": "unlock_sales", "reason": "please"})
    assert (answer.status, answer.body) == ("conflict", {"guard": "food_safety", "missing": ["food-safety/release"]})
    assert shop.act("command.create", CABINET, {"name": "self_test", "reason": "x"}).status == "created"


@pytest.mark.parametrize(
    ("body", "guard", "missing"),
    [
        ({}, "records", ["inspection", "discarded"]),
        ({"inspection": SAFE["inspection"]}, "records", ["discarded"]),
        ({"inspection": UNSAFE["inspection"], "nothing_because": "too good"}, "records", ["discarded"]),
        ({"nothing_because": "x"}, "records", ["inspection"]),
    ],
)
def test_a_release_without_its_records_is_refused(body, guard, missing) -> None:
    shop = broken()
    shop.visit()
    answer = shop.release(**body)
    assert (answer.status, answer.body) == ("conflict", {"guard": guard, "missing": missing})
    assert shop.live(1).state()["state"] == "locked"


@pytest.mark.parametrize(
    "body",
    [
        SAFE | {"inspection": {"result": "fine", "text": "x"}},
        SAFE | {"inspection": "fine"},
        UNSAFE | {"discarded": [{"sku": "milk", "count": 0}]},
        UNSAFE | {"discarded": [{"sku": "milk", "count": 1.5}]},
        UNSAFE | {"nothing_because": "and yet"},
        SAFE | {"why": "x"},
    ],
)
def test_a_malformed_record_is_invalid(body) -> None:
    shop = broken()
    shop.visit()
    assert shop.release(**body).status == "invalid"
    assert shop.state()["state"] == "locked"


def test_only_after_a_proven_arrival_and_only_by_who_was_there() -> None:
    shop = broken()
    assert shop.release(**SAFE).body == {"guard": "arrival", "missing": ["check-in of level 2"]}
    shop.visit("button")
    assert shop.release(**SAFE).body["guard"] == "arrival"
    assert shop.release(CLERK, **SAFE).body["guard"] == "arrival"
    code = shop.records.find("visits")[0]["evidence"]["code"]
    shop.say("service_code_entered", code=code)
    assert shop.release(Actor("tech-2", "technician"), **SAFE).body["guard"] == "arrival"
    assert shop.release(**SAFE).status == "ok"
    assert shop.release(**SAFE).body["guard"] == "state"


def test_a_visit_that_was_over_before_the_breach_proves_nothing() -> None:
    shop = broken()
    visit = shop.visit()
    shop.release(**SAFE)
    shop.act("visit.finish", visit, {"measure": "cleaned"}, Actor("tech-1", "technician"))
    shop.live(5).live(35, 9.0)  # the visit was a service: 30 minutes from then on are excused
    assert shop.state()["state"] == "locked"
    assert shop.release(**SAFE).body["guard"] == "arrival"


def test_a_backlog_that_was_over_locks_all_the_same() -> None:
    shop = Shop().live(5)
    samples = [
        {"ts": shop.now + n * MINUTE, "m": {"air_c": 9.0 if n < 40 else 4.0, "lock_closed": 1.0}} for n in range(1, 61)
    ]
    shop.now += 61 * MINUTE
    shop.step(up("telemetry", boot=1, seq=shop.next(), ts=shop.now, samples=samples))
    shop.live(2)
    assert shop.state()["state"] == "locked"
    breach = next(r for r in shop.rows() if r["type"] == "breach")
    assert (breach["ts"], breach["at"]) == (T0 + 21 * MINUTE, T0 + 66 * MINUTE)
    assert shop.tickets()[0]["severity"] == "critical"


def test_a_cabinet_that_locked_itself_is_a_breach_however_late_it_tells() -> None:
    shop = Shop().live(30)
    shop.say("device_fault", scheme="eva-dts", code="EJH_1")
    shop.live(2)
    assert shop.state()["state"] == "locked"
    assert shop.log() == ["profile", "locked_itself", "lock_requested", "locked"]
    (ticket,) = shop.tickets()
    why = shop.records.get("episodes", ticket["fault"])["why"]
    assert (why["reported"], why["observed"]["code"], why["threshold"]) == (True, "EJH_1", {"limit_c": 5.0})
    shop.visit()
    shop.release(**SAFE)
    shop.live(3)
    late = event(1, shop.next(), "device_fault", ts=T0 + MINUTE, scheme="eva-dts", code="EJH")
    shop.step(late)
    assert shop.live(2).state()["state"] == "ok", "told after the release, but from before it"


def test_offline_it_is_locked_when_it_is_back() -> None:
    shop = Shop().live(5)
    samples = [{"ts": shop.now + n * MINUTE, "m": {"air_c": 9.0, "lock_closed": 1.0}} for n in range(1, 31)]
    shop.now += 31 * MINUTE
    shop.step()  # silent for half an hour: offline
    shop.step(up("telemetry", boot=1, seq=shop.next(), ts=shop.now, samples=samples))
    assert shop.live(3).state()["state"] == "locked"


def test_a_retired_cabinet_is_let_go() -> None:
    shop = broken()
    shop.act("cabinet.retire", CABINET, {})
    assert shop.state()["state"] == "none"
    assert shop.log()[-1] == "retired"
    assert shop.act("food.profile", CABINET, {"pack": "nama"}).body["guard"] == "retired"
    assert shop.act("food.profile", "NOBODY", {"pack": "nama"}).status == "not_found"
    assert shop.act("food.x", CABINET, {}).status == "invalid"


def test_the_log_of_a_life_is_a_sound_chain_and_a_changed_row_is_found() -> None:
    shop = broken()
    shop.visit()
    shop.release(**SAFE)
    shop.live(120)
    rows, state = shop.rows(), shop.state()
    assert check(CABINET, rows, Head(state["length"], state["head"])) is None
    breach = next(r for r in rows if r["type"] == "breach")
    breach["data"]["peak_c"] = 5.1
    found = check(CABINET, rows, Head(state["length"], state["head"]))
    assert found is not None
    assert (found.n, found.what) == (breach["n"], "changed")


@pytest.fixture(scope="module")
def lived() -> Shop:
    """A breach, a lock that is doubted and not confirmed for a while, a release, and a second breach."""
    shop = broken()
    shop.obeys = False
    shop.now += MINUTE
    shop.say("vend", sku="milk")
    shop.live(5)
    shop.obeys = True
    shop.live(5)
    shop.visit()
    shop.release(**UNSAFE)
    return shop.live(30, 4.0).live(25, 9.0)


@settings(max_examples=4)
@given(snapshots=st.sets(st.integers(1, 120)))
def test_a_fold_on_the_same_journal_does_the_same_whatever_snapshots_it_goes_on_from(lived, snapshots) -> None:
    fold: Fold = new_fold()
    for entry, outcome in zip(lived.entries, lived.outcomes, strict=True):
        assert image(fold.step(entry)) == image(outcome), entry.number
        if entry.number in snapshots:
            parts, fold = fold.dump(), new_fold()
            fold.load(parts)
    assert fold.dump() == lived.fold.dump()


def test_a_snapshot_from_before_food_safety_is_taken() -> None:
    fold = Shop(None).fold
    parts = {name: part for name, part in fold.dump().items() if name != "food"}
    again = new_fold()
    again.load(parts)
    assert again.dump() == fold.dump()


def test_a_person_s_change_of_rule_does_not_undo_a_lock() -> None:
    shop = broken()
    shop.act("food.profile", CABINET, {"pack": "uk-8c"})
    shop.live(30)
    assert shop.state()["state"] == "locked"
    shop.act("food.profile", CABINET, {"pack": None})
    assert shop.live(5).state()["state"] == "locked"
    shop.visit()
    assert shop.release(**SAFE).status == "ok"
    assert shop.live(3).state()["state"] == "none"
