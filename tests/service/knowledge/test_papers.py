"""Templates and guides that contacts name, with editions; samples that come out the same; verdicts on contacts."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.knowledge.reviews import drawn
from service.model import Actor
from telemetry.units import DAY
from tests.service.desk.world import START, World

T = "T-000001"
SINCE = {"from": START - DAY}
OUT = {"channel": "sms", "direction": "out", "text": "Hold the door for two seconds"}


def desk() -> World:
    """A question, a template (DO-000001) and a guide (DO-000002)."""
    world = World()
    world.act("ticket.create", kind="consultation", summary="how does the door open?")
    world.act("document.create", kind="reply_template", title="Greeting", **SINCE)
    world.act("document.create", kind="guide", title="Opening the door", body={"models": ["M1"]}, **SINCE)
    return world


def send(world: World, **fields: Any) -> Any:
    return world.act("contact.create", ticket=T, **(OUT | fields))


def test_a_contact_keeps_the_edition_of_the_template_it_used() -> None:
    world = desk()
    first = send(world, template="DO-000001", unverified=True).body
    world.act("document.supersede", "DO-000001", **{"from": START})
    assert send(world, template="DO-000001", unverified=True).body == {"guard": "superseded", "missing": ["DO-000003"]}
    second = send(world, template="DO-000003", unverified=True).body
    assert [(c["template"], c["template_edition"]) for c in (first, second)] == [("DO-000001", 1), ("DO-000003", 2)]


def test_a_guide_that_was_sent_is_in_the_register_the_timeline_and_the_record() -> None:
    world = desk()
    world.act("ticket.triage", T)
    assert send(world, guide="DO-000002").status == "created", "a guide is what the answer rests on"
    reply = world.act("ticket.reply", T, text="See the guide", guide="DO-000002")
    assert reply.status == "ok"
    sent = [(c["id"], c["guide"], c["guide_edition"], c["unverified"]) for c in world.rows("contacts") if c["guide"]]
    assert sent == [("C-000002", "DO-000002", 1, None), ("C-000003", "DO-000002", 1, None)]
    notes = [line["note"] for line in world.lines() if line["type"] == "guide"]
    assert notes == [f"sent guide=DO-000002 edition=1 contact={c}" for c in ("C-000002", "C-000003")]
    fields = world.ticket()["fields"]
    assert fields["record"]["case"]["guidance"] == 2
    assert [g["contact"] for g in fields["guides"]] == ["C-000002", "C-000003"]


@pytest.mark.parametrize(
    "fields",
    [
        {"guide": "DO-000001"}, {"guide": "DO-000009"}, {"template": "DO-000002", "unverified": True}, {"guide": 7},
        {"direction": "in", "guide": "DO-000002", "solved": True},
    ],
)  # fmt: skip
def test_what_names_no_such_paper_is_refused_and_uses_up_no_number(fields: dict[str, Any]) -> None:
    world = desk()
    before = world.desk.dump()
    assert send(world, **fields).status == "invalid"
    assert world.desk.dump() == before


def test_a_reply_with_a_paper_that_is_over_changes_nothing() -> None:
    world = desk()
    world.act("ticket.triage", T)
    world.act("document.end", "DO-000002", reason="wrong")
    before = world.desk.dump()
    refused = world.act("ticket.reply", T, text="See the guide", guide="DO-000002")
    assert refused.body["guard"] == "ended"
    assert world.desk.dump() == before


# -- samples ------------------------------------------------------------------------------------------------------
ROWS = st.integers(0, 400).map(lambda n: [{"id": f"C-{i:06d}", "n": i} for i in range(1, n + 1)])


@given(ROWS, st.floats(0.01, 1), st.randoms(use_true_random=False))
def test_a_sample_is_the_same_in_whatever_order_it_is_drawn(rows: list[Any], share: float, chance: Any) -> None:
    once = drawn(rows, "2026-10", share)
    mixed = list(rows)
    chance.shuffle(mixed)
    assert drawn(mixed, "2026-10", share) == once
    assert len(once) == math.ceil(share * len(rows) - 1e-9)
    assert [row["n"] for row in once] == sorted({row["n"] for row in once})


def test_a_twentieth_of_a_hundred_is_five_and_another_month_draws_others() -> None:
    rows = [{"id": f"C-{i:06d}", "n": i} for i in range(1, 101)]
    october, november = drawn(rows, "2026-10", 0.05), drawn(rows, "2026-11", 0.05)
    assert (len(october), len(november)) == (5, 5)
    assert october != november


# -- verdicts -----------------------------------------------------------------------------------------------------
def test_every_verdict_is_kept_and_none_is_given_on_ones_own_words() -> None:
    world = desk()
    sent = {"ticket": T, "by": "agnes"}
    assert world.act("contact.review", "C-000001", ok=True, **sent).status == "created"
    assert world.act("contact.review", "C-000001", ok=False, **sent).body == {"guard": "review", "missing": ["note"]}
    assert world.act("contact.review", "C-000001", ok=False, note="no greeting", **sent).body["id"] == "CR-000002"
    own = world.act("contact.review", "C-000001", Actor("agnes", "dispatcher"), ok=True, **sent)
    assert own.body["guard"] == "second_person"
    assert [(row["ok"], row["actor"]) for row in world.rows("contact_reviews")] == [(True, "dora"), (False, "dora")]


@pytest.mark.parametrize("key", ["C-000002", "C-1", "C-0000001", "T-000001", "", "C-٣"])
def test_a_contact_there_is_none_of_is_not_reviewed(key: str) -> None:
    assert desk().act("contact.review", key, ok=True, ticket=T).status == "not_found"
