"""The survey: invited by itself, answered once by whoever has the link, and over after a time."""

from typing import Any

import pytest

from service.after.invitations import token as made
from service.model import Actor
from service.policy import Policy
from telemetry.units import DAY, MINUTE
from tests.service.after.shop import CLERK, PERSON, asked, did, give, resolved, token
from tests.service.desk.test_life import finish, staffed
from tests.service.desk.world import SECRET, World

STRANGER = Actor(id="customer", role="customer")


def test_a_resolved_ticket_of_a_person_is_invited_by_itself() -> None:
    world = World()
    key = resolved(world)
    row = world.tables["surveys"][key]
    assert (row["state"], row["kind"], row["channel"]) == ("invited", "consultation", "phone")
    assert row["expires"] - row["invited"] == world.policy.survey_days * DAY
    assert world.ticket(key)["fields"]["survey"]["state"] == "invited"
    assert row["token"] not in str(world.ticket(key))


def test_what_telemetry_opened_invites_nobody_and_closes_all_the_same() -> None:
    world = World()
    world.clear(world.fault("C-1"))
    world.run(11)
    assert world.rows("surveys") == []
    did(world.act("ticket.follow-up", "T-000001", CLERK, answer="works", solved=True))
    did(world.act("ticket.close", "T-000001", CLERK))


def test_whoever_spoke_to_us_about_telemetrys_ticket_is_asked_too() -> None:
    world = World()
    fault = world.fault("C-1")
    sent = {"channel": "phone", "direction": "in", "text": "It is dark", "ticket": "T-000001", "unverified": True,
            "promised_at": world.now + DAY}  # fmt: skip
    answer = world.act("contact.create", "", CLERK, **sent)
    assert answer.status == "created", answer
    world.clear(fault)
    world.run(11)
    assert world.tables["surveys"]["T-000001"]["state"] == "invited"


def test_the_invitation_never_stands_in_the_way_of_closing() -> None:
    world = World()
    key = resolved(world)
    did(world.act("ticket.follow-up", key, CLERK, answer="thanks", solved=True))
    did(world.act("ticket.close", key, CLERK))
    assert world.ticket(key)["state"] == "closed"


def test_an_answer_counts_once() -> None:
    world = World()
    key = resolved(world)
    did(give(world, key, attitude=5, quality=4, timeliness=3, effectiveness=2, other="热饮"))
    row = world.tables["surveys"][key]
    assert [row[n] for n in ("state", "attitude", "quality", "timeliness", "effectiveness", "other")] == [
        "answered", 5, 4, 3, 2, "热饮",
    ]  # fmt: skip
    again = give(world, key, attitude=1)
    assert (again.status, again.body["guard"]) == ("conflict", "survey_answered")
    assert world.tables["surveys"][key]["attitude"] == 5


def test_only_the_link_of_this_ticket_opens_it() -> None:
    world = World()
    key, other = resolved(world), resolved(world)
    for forged in ("", "0" * 32, token(world, other), None, 7):
        answer = world.act("survey.answer", key, STRANGER, token=forged, attitude=1)
        assert answer.status == "denied"
    assert world.tables["surveys"][key]["state"] == "invited"


def test_a_ticket_that_nobody_was_invited_for_takes_no_answer() -> None:
    world = World()
    key = asked(world)
    answer = world.act("survey.answer", key, STRANGER, token=made(SECRET, key), attitude=1)
    assert answer.status == "not_found"


@pytest.mark.parametrize(
    "scores", [{"attitude": 0}, {"attitude": 6}, {"quality": 4.5}, {"timeliness": True}, {"other": "x" * 501}, {}]
)
def test_an_answer_that_is_none_is_refused(scores: dict[str, Any]) -> None:
    world = World()
    key = resolved(world)
    answer = world.act("survey.answer", key, STRANGER, token=token(world, key), **scores)
    assert answer.status == "invalid"


def test_it_is_over_after_its_time() -> None:
    world = World()
    key = resolved(world)
    world.clock.advance(world.policy.survey_days * DAY)
    assert give(world, key).status == "ok"
    late = resolved(world)
    world.clock.advance(world.policy.survey_days * DAY + MINUTE)
    assert give(world, late).body["guard"] == "survey_expired"
    world.run(1)
    assert world.tables["surveys"][late]["state"] == "expired"
    assert give(world, late).body["guard"] == "survey_expired"


def test_who_has_answered_is_not_asked_again_when_the_ticket_comes_back() -> None:
    world = World()
    key = resolved(world)
    did(give(world, key))
    did(world.act("ticket.reopen", key, CLERK))
    did(world.act("ticket.resolve", key))
    assert world.tables["surveys"][key]["state"] == "answered"


def test_an_invitation_that_ran_out_and_was_made_again_counts_once() -> None:
    world = World(Policy(survey_days=1))
    key = resolved(world)
    world.clock.advance(DAY + MINUTE)
    world.run(1)
    assert world.tables["surveys"][key]["state"] == "expired"
    did(world.act("ticket.reopen", key, CLERK))
    did(world.act("ticket.resolve", key))
    did(give(world, key))
    (tally,) = [m["response_rate"] for m in world.desk._books.after.tallies.values() if "response_rate" in m]
    assert (tally.n, tally.total) == (1, 1.0)


def test_the_survey_names_who_did_the_work() -> None:
    world = staffed()
    key = asked(world, kind="repair", cabinet="C-1", summary="It is dark")
    did(world.act("ticket.triage", key))
    did(world.act("ticket.remote", key, note="dark on the camera"))
    did(world.act("ticket.dispatch", key))
    finish(world)
    if world.ticket(key)["state"] == "verifying":
        world.run(20)
    assert world.tables["surveys"][key]["person"] == "ann"
    assert world.ticket(key)["customer"] == PERSON
