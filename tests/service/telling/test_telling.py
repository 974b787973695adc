"""What customers are owed: only what the policy sends, never a word about who they are, and nothing else changes."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.policy import Policy
from service.telling.figures import GROUPS, Messages
from service.telling.kinds import CUSTOMER, KINDS
from telemetry.units import DAY, HOUR
from tests.service.after.shop import CLERK, PERSON, asked, did, resolved
from tests.service.desk.world import START, World
from tests.service.recalls.shop import Shop
from tests.service.returns.test_claims import VEND

ALL = Policy(messages=Messages(groups=frozenset(GROUPS), name_technician=True))
CONSENT = {"by": "王小丽", "how": "13800001234"}
SECRETS = ("王小丽", "13800001234", "天城路", "Until ten", "王五", "T ann", "glass")


def told(world: World) -> list[tuple[str, dict[str, Any]]]:
    return [(n["kind"], n["params"]) for n in world.rows("notices") if n["to"] == CUSTOMER]


def kinds(world: World) -> list[str]:
    return [kind for kind, _ in told(world)]


def agree(world: World, key: str, begin: int, end: int, **body: Any) -> None:
    window = {"from": START + begin * HOUR, "to": START + end * HOUR}
    did(world.act("ticket.appointment", key, CLERK, **window, **body))


def visited(world: World) -> str:
    """A person's repair whose technician is on the way."""
    world.hire("ann")
    key = asked(world, kind="repair", cabinet="C-1")
    did(world.act("ticket.triage", key))
    agree(world, key, 3, 4)
    agree(world, key, 4, 5, consent=CONSENT)
    did(world.act("ticket.dispatch", key, reason="seen by the customer"))
    for verb in ("accept", "depart"):
        did(world.tech(verb, "V-000001"))
    return key


def refunded(world: World) -> str:
    """A refund, promised, answered, approved, paid, resolved."""
    key = asked(world, kind="refund")
    did(world.act("ticket.triage", key))
    did(world.act("ticket.promise", key, CLERK, promised_at=world.now + DAY, text="王五 calls 13800001234"))
    did(world.act("ticket.reply", key, CLERK, text="Until ten, says 王小丽"))
    did(world.act("ticket.approve", key, amount_cents=650, basis="王五 said so"))
    did(world.act("ticket.refund", key, CLERK, receipt="天城路-1"))
    did(world.act("ticket.resolve", key, text="Paid to 13800001234"))
    return key


def test_a_visit_is_told_when_it_is_agreed_moved_and_on_the_way() -> None:
    world = World(ALL)
    visited(world)
    assert kinds(world) == ["appointment_agreed", "appointment_changed", "on_the_way"]
    assert told(world)[1][1] == {"from": START + 4 * HOUR, "to": START + 5 * HOUR}
    way = world.notices("on_the_way")[0]
    assert (way["ticket"], way["visit"]) == ("T-000001", "V-000001")


def test_a_refund_is_told_from_the_promise_to_the_money() -> None:
    world = World(ALL)
    key = refunded(world)
    assert kinds(world) == [
        "time_promised", "case_answered", "refund_approved", "refund_paid", "survey_invited", "case_settled",
    ]  # fmt: skip
    by_kind = dict(told(world))
    assert by_kind["refund_approved"]["cents"] == 650
    assert by_kind["refund_approved"]["until"] == world.clock_of("REFUND", key)["due"]
    for kind, words in (("case_answered", "Until ten, says 王小丽"), ("case_settled", "Paid to 13800001234")):
        line = world.tables["timeline"][f"{key}/{by_kind[kind]['line']}"]
        assert line["note"] == words, "the words stay in their line"


def test_what_a_person_noted_for_the_house_is_not_sent_with_the_result() -> None:
    world = World(ALL)
    key = asked(world, kind="complaint")
    did(world.act("ticket.triage", key))
    did(world.act("ticket.reply", key, CLERK, text="We are sorry"))
    did(world.act("ticket.resolve", key, reason="王小丽 complains every week"))
    assert dict(told(world))["case_settled"] == {"line": None}


def test_a_reply_to_a_question_is_no_result() -> None:
    world = World(ALL)
    resolved(world)
    assert kinds(world) == ["survey_invited"]


@pytest.mark.parametrize("group", GROUPS)
def test_the_policy_says_which_messages_there_are(group: Any) -> None:
    world = World(Policy(messages=Messages(groups=frozenset({group}))))
    visited(world)
    refunded(world)
    assert {KINDS[kind] for kind in kinds(world)} <= {group}
    assert kinds(world) or group == "recall"


def test_what_telemetry_opened_has_nobody_to_be_told() -> None:
    world = World(ALL)
    world.hire("ann")
    fault = world.fault("C-1")
    agree(world, "T-000001", 1, 2)
    world.clear(fault)
    world.run(20)
    assert world.ticket()["state"] == "resolved"
    assert told(world) == []


def test_a_recalls_buyers_are_told_once_also_when_their_case_has_left_memory() -> None:
    shop = Shop(ALL)
    key = asked(shop, kind="return", cabinet="C-0")
    sale = {**VEND, "id": "E-1", "cabinet": "C-0", "data": {"sku": "milk-250", "lot": "L1"}}
    for _ in range(2):
        assert shop.act("ticket.claim", key, CLERK, vend=sale).status == "ok"
    row = {"id": "x", "cabinet": "C-0", "at": START, "sku": "milk-250", "lot": "L1", "lane": 1, "price_cents": 500,
           "vend_id": None, "reachable": True}  # fmt: skip
    others = [{**row, "id": "y", "sku": "water-550", "ticket": "T-000001"}, {**row, "id": "z", "ticket": "T-000099"}]
    shop.recall(sales=[{**row, "ticket": key}, {**row, "id": "x2", "ticket": key}, *others])
    owed = [(n["ticket"], n["params"]) for n in shop.notices("goods_recalled")]
    assert owed == [(key, {"recall": "RC-000001"}), ("T-000099", {"recall": "RC-000001"})]
    assert shop.act("ticket.claim", key, CLERK, vend=sale).status == "ok"
    assert len(shop.notices("goods_recalled")) == 2
    late = asked(shop, kind="return", cabinet="C-0")
    assert shop.act("ticket.claim", late, CLERK, vend=sale).status == "ok"
    assert shop.notices("goods_recalled")[-1]["ticket"] == late, "who turns up later is told, too"


def test_the_word_stop_is_heeded_in_every_open_case_of_the_phone_and_is_no_answer() -> None:
    world = World(ALL)
    first, second = asked(world, kind="refund"), asked(world, kind="complaint")
    other = asked(world, customer={"name": "Li", "phone": "13900000000"})
    sent: dict[str, Any] = {
        "channel": "sms",
        "direction": "in",
        "text": " 退订。",
        "customer": {"phone": "+86 138 0000 1234"},
    }
    answer = world.act("contact.create", "", CLERK, **sent)
    assert (answer.status, answer.body["ticket"], answer.body["solved"]) == ("created", second, True)
    assert [bool((world.ticket(k)["customer"] or {}).get("no_messages")) for k in (first, second, other)] == [
        True, True, False,
    ]  # fmt: skip
    assert world.clock_of("REPLY", second)["state"] == "running", "nobody answered the case"
    assert world.act("contact.create", "", CLERK, **{**sent, "text": "please stop the noise"}).status == "conflict"


def test_no_messages_is_asked_for_in_the_record_and_taken_back() -> None:
    world = World(ALL)
    key = asked(world)
    did(world.act("ticket.record", key, CLERK, customer={"no_messages": True}))
    assert world.ticket(key)["customer"] == {**PERSON, "no_messages": True}
    did(world.act("ticket.record", key, CLERK, customer={"no_messages": None}))
    assert world.ticket(key)["customer"] == PERSON
    assert world.act("ticket.record", key, CLERK, customer={"no_messages": "yes"}).status == "invalid"


def _lived(policy: Policy) -> World:
    world = World(policy)
    visited(world)
    refunded(world)
    resolved(world)
    world.run(30)
    return world


def test_turned_off_there_is_no_row_and_nothing_else_is_different() -> None:
    off, on = _lived(Policy()), _lived(ALL)
    assert told(off) == []
    assert told(on)
    for table in off.tables.keys() | on.tables.keys():
        if table != "notices":
            assert off.rows(table) == on.rows(table), table
    usual = [{**n, "id": ""} for n in on.rows("notices") if n["to"] != CUSTOMER]
    assert usual == [{**n, "id": ""} for n in off.rows("notices")]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("triage", "reply", "promise", "approve", "refund", "resolve", "follow-up", "appointment",
                         "record", "contact", "dispatch", "visit", "reopen")),
        st.integers(0, 3), st.sampled_from(SECRETS),
    ), max_size=30,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_nothing_personal_is_in_what_customers_are_owed(steps: list[tuple[str, int, str]]) -> None:
    world = World(ALL)
    world.hire("ann")
    for kind in ("refund", "complaint", "return", "repair"):
        asked(world, kind=kind, cabinet="C-1", summary="王小丽 13800001234 天城路")
    for verb, pick, words in steps:
        _do(world, verb, f"T-00000{pick + 1}", f"{words} 王小丽")
    owed = msgspec.json.encode([n for n in world.rows("notices") if n["to"] == CUSTOMER]).decode()
    assert not any(secret in owed for secret in SECRETS)
    assert all(n["ticket"] and n["kind"] in KINDS for n in world.rows("notices") if n["to"] == CUSTOMER)


def _do(world: World, verb: str, key: str, words: str) -> None:
    window = {"from": world.now + HOUR, "to": world.now + 2 * HOUR}
    bodies: dict[str, dict[str, Any]] = {
        "reply": {"text": words}, "promise": {"promised_at": world.now + DAY, "text": words},
        "resolve": {"text": words},
        "approve": {"amount_cents": 100, "basis": words}, "refund": {"receipt": words}, "dispatch": {"reason": words},
        "follow-up": {"answer": words, "solved": False}, "record": {"customer": {"name": words}},
        "appointment": {**window, "agreed_with": words, "consent": {"by": words, "how": words}},
    }  # fmt: skip
    if verb == "contact":
        sent: dict[str, Any] = {"channel": "phone", "direction": "in", "text": words, "ticket": key}
        world.act("contact.create", "", CLERK, **sent, promised_at=world.now + DAY, customer=PERSON)
    elif verb == "visit":
        for visit in [v for v in world.rows("visits") if v["state"] in ("offered", "accepted")]:
            world.tech("accept" if visit["state"] == "offered" else "depart", visit["id"])
    else:
        world.act(f"ticket.{verb}", key, **bodies.get(verb, {}))
