"""Every contact is in the register, under a number without holes; none is left without an answer or a time."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.desk import Desk
from service.tickets import KINDS
from telemetry.units import DAY, HOUR
from tests.service.desk.world import SECRET, START, World

T = "T-000001"
LI = {"name": "Li", "phone": "138 1234 5678"}


def call(world: World, text: str = "It is dark", **fields: Any) -> Any:
    body = {"channel": "phone", "direction": "in", "promised_at": world.now + HOUR, "text": text, **fields}
    return world.act("contact.create", **{key: value for key, value in body.items() if value is not None})


def numbers(world: World) -> list[str]:
    return [row["id"] for row in world.rows("contacts")]


def test_what_is_unsolved_without_a_time_is_refused() -> None:
    world = World()
    refused = call(world, promised_at=None)
    assert refused.body == {"guard": "promise", "missing": ["promised_at"]}
    assert call(world, promised_at=None, solved=False).body["guard"] == "promise"
    assert call(world, promised_at=None, direction="out", solved=False, source="manual").body["guard"] == "promise"
    assert call(world, promised_at=START).status == "invalid", "a time that is over is none"
    assert world.rows("tickets") == []
    assert call(world).body["id"] == "C-000001"


def test_a_promise_is_a_clock_of_the_case() -> None:
    world = World()
    call(world)
    assert (world.clock_of("PROMISE")["due"], world.clock_of("REPLY")["state"]) == (START + HOUR, "met")
    world.run(61)
    assert world.clock_of("PROMISE")["state"] == "breached"


def test_an_answer_rests_on_a_source_or_says_that_it_does_not() -> None:
    world = World()
    call(world)
    for told in ({"direction": "out"}, {"solved": True}):
        refused = call(world, "Press twice", promised_at=None, ticket=T, **told)
        assert refused.body == {"guard": "source", "missing": ["source"]}
    assert (
        call(world, "Press twice", promised_at=None, ticket=T, direction="out", source="manual 3.1").status == "created"
    )
    assert call(world, "I think so", promised_at=None, ticket=T, direction="out", unverified=True).status == "created"
    assert world.clock_of("PROMISE")["state"] == "met", "an answer keeps the promise"


def test_the_same_customer_over_three_channels_is_one_case_and_three_contacts() -> None:
    world = World()
    call(world, customer=LI, cabinet="C-1")
    call(world, "Still dark", channel="sms", customer={"phone": "+86 13812345678"}, cabinet="C-1")
    call(world, "Hello?", channel="letter", customer={"phone": "138-1234-5678"})
    assert [(row["ticket"], row["rule"]) for row in world.rows("contacts")] == [
        (T, "opened"), (T, "same_customer"), (T, "same_customer"),
    ]  # fmt: skip
    assert {row["customer"] is None for row in world.rows("contacts")} == {True}, "the ticket has it"
    assert world.ticket()["customer"] == LI
    assert len(world.rows("tickets")) == 1
    assert len([x for x in world.lines() if x["type"] == "contact"]) == 3


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        ({"customer": LI, "cabinet": "C-2"}, "opened"), ({"customer": {"phone": "139"}, "cabinet": "C-1"}, "opened"),
        ({"cabinet": "C-1"}, "opened"), ({"customer": LI, "cabinet": "C-1", "kind": "complaint"}, "opened"),
        ({"customer": LI, "cabinet": "C-1", "kind": "repair"}, "same_customer"), ({"ticket": T}, "named"),
    ],
)  # fmt: skip
def test_which_case_a_contact_belongs_to(second: dict[str, Any], rule: str) -> None:
    world = World()
    call(world, customer=LI, cabinet="C-1", kind="repair")
    row = call(world, "again", **second).body
    assert (row["rule"], row["ticket"]) == (rule, "T-000002" if rule == "opened" else T)


def test_a_contact_follows_a_ticket_that_was_merged() -> None:
    world = World()
    call(world, cabinet="C-1")
    call(world, cabinet="C-1")
    world.act("ticket.merge", T, into="T-000002")
    assert call(world, ticket=T).body["ticket"] == "T-000002"
    assert call(world, ticket="T-000009").status == "not_found"
    world.act("ticket.cancel", "T-000002")
    assert call(world, ticket="T-000002").body["guard"] == "state", "nothing is promised on what is over"
    assert call(world, "bye", ticket="T-000002", promised_at=None, solved=True, unverified=True).status == "created"


def test_another_caller_is_noted_and_the_customer_stays() -> None:
    world = World()
    call(world, customer=LI)
    call(world, ticket=T, customer={"name": "Wang", "phone": "139"})
    assert world.ticket()["customer"] == LI
    assert world.rows("contacts")[-1]["customer"] == {"name": "Wang", "phone": "139"}


def test_opening_answering_promising_and_calling_back_write_their_rows() -> None:
    world = World()
    world.act("ticket.create", kind="consultation", summary="Open at night?", channel="email")
    world.act("ticket.triage", T)
    world.act("ticket.promise", T, promised_at=START + HOUR, note="tomorrow")
    world.act("ticket.reply", T, text="Yes", source="FAQ 4", channel="sms")
    world.act("ticket.reply", T, text="I believe")
    world.act("ticket.resolve", T)
    world.act("ticket.follow-up", T, answer="thanks", solved=True)
    told = [(r["direction"], r["channel"], r["text"], r["source"], r["unverified"]) for r in world.rows("contacts")]
    assert told == [
        ("in", "email", "Open at night?", None, None), ("out", "email", "tomorrow", None, None),
        ("out", "sms", "Yes", "FAQ 4", None), ("out", "email", "I believe", None, True),
        ("out", "email", "thanks", None, None),
    ]  # fmt: skip
    assert world.rows("contacts")[1]["promised_at"] == START + HOUR
    assert numbers(world) == [f"C-{n:06d}" for n in range(1, 6)]


def test_telemetry_calls_nobody_and_a_refused_move_leaves_no_row() -> None:
    world = World()
    world.fault("C-1")
    assert world.act("ticket.reply", T).status == "invalid"
    assert world.act("ticket.reply", T, text="x", channel="pigeon").status == "invalid"
    assert world.rows("contacts") == []
    world.act("ticket.reply", T, text="We are coming")
    assert world.rows("contacts")[0]["channel"] == "phone"


def test_suggestions_and_criticism_reach_their_owner() -> None:
    world = World()
    call(world, "More tea", flag="suggestion")
    call(world, "Too loud")
    assert [(n["to"], n["params"]["contact"], n["params"]["flag"]) for n in world.notices("customer_said")] == [
        ("owner", "C-000001", "suggestion")
    ]


def test_read_back_is_kept_as_it_was_said() -> None:
    world = World()
    rows = [call(world, read_back=said).body for said in (True, False, None)]
    assert [row["read_back"] for row in rows] == [True, False, None]


BODIES = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(("phone", "letter", "pigeon")), "direction": st.sampled_from(("in", "out", "up")),
        "text": st.sampled_from(("x", "", "y" * 501)), "cabinet": st.sampled_from(("C-1", "NO-1")),
        "customer": st.sampled_from(({"phone": "1"}, {"phone": "2"}, {"phone": 3}, {"name": {"declined": "x"}})),
        "ticket": st.sampled_from((T, "T-000002", "T-9")), "kind": st.sampled_from((*KINDS, "gossip")),
        "solved": st.booleans(), "promised_at": st.sampled_from((START - 1, START + DAY, "soon")),
        "source": st.just("manual"), "unverified": st.booleans(), "flag": st.sampled_from(("criticism", "praise")),
    },
)  # fmt: skip
OTHERS = st.sampled_from((
    ("ticket.create", {"kind": "repair", "summary": "x"}), ("ticket.create", {"kind": "repair"}),
    ("ticket.reply", {"text": "x"}), ("ticket.reply", {}), ("ticket.promise", {"promised_at": START + DAY}),
    ("ticket.promise", {"promised_at": 1}), ("ticket.cancel", {}), ("ticket.escalate", {"reason": "hard"}), ("", {}),
))  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    asked=st.lists(
        st.one_of(
            BODIES.map(lambda b: ("contact.create", {"channel": "phone", "direction": "in", "text": "x", **b})), OTHERS
        ),
        max_size=25,
    )
)
def test_numbers_have_no_holes_whatever_is_refused_and_restarted(asked: list[tuple[str, dict[str, Any]]]) -> None:
    world = World()
    for name, body in asked:
        before = world.desk.dump()
        if not name:
            world.desk = Desk(world.policy, SECRET)
            world.desk.load(before)
            continue
        answer = world.act(name, "" if name.endswith("create") else T, **body)
        if answer.status not in ("ok", "created"):
            assert world.desk.dump() == before, "a refusal changed something"
    rows = world.rows("contacts")
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert numbers(world) == [f"C-{row['n']:06d}" for row in rows]
    assert all(row["ticket"] in world.tables["tickets"] for row in rows)
