"""The customer's sign-off: what was signed is kept with its hash, and a change afterwards shows."""

from typing import Any

import pytest

from service.after.signoff import changed, demanded, digest, shown
from service.model import Actor
from tests.service.after.shop import CLERK, asked, did
from tests.service.desk.test_life import finish, staffed
from tests.service.desk.world import World

ANN, BOB = Actor(id="ann", role="technician"), Actor(id="bob", role="technician")
PNG = {"signature": "A-0123456789abcdef", "signature_sha256": "a" * 64}


def worked(**body: Any) -> tuple[World, str]:
    """A person's repair, done on site and under verification."""
    world = staffed()
    key = asked(world, kind="repair", cabinet="C-1", summary="It is dark", **body)
    did(world.act("ticket.triage", key))
    did(world.act("ticket.remote", key, note="dark on the camera"))
    did(world.act("ticket.dispatch", key))
    finish(world)
    return world, key


def sign(world: World, key: str, who: Actor = ANN, **body: Any) -> Any:
    return world.act("ticket.sign-off", key, who, **{"by": "王小丽", "content_ok": True, **PNG, **body})


def test_what_is_signed_is_measure_parts_and_charges() -> None:
    world, key = worked()
    did(sign(world, key, quality=5, attitude=4, note="quick"))
    signed = world.ticket(key)["fields"]["sign_off"]
    assert signed["shown"] == {
        "ticket": key, "measure": "replaced the terminal", "parts": ["terminal"], "charges": [],
    }  # fmt: skip
    assert signed["sha256"] == digest(signed["shown"])
    assert (signed["how"], signed["quality"], signed["attitude"], signed["person"]) == ("signature", 5, 4, "ann")
    assert any(line["type"] == "sign-off" and signed["sha256"] in line["note"] for line in world.lines(key))


@pytest.mark.parametrize(
    "change", [{"service": {"measure": "other", "parts": ["terminal"]}}, {"charges": [{"cents": 1}]}]
)
def test_a_later_change_shows(change: dict[str, Any]) -> None:
    world, key = worked()
    did(sign(world, key))
    fields = world.ticket(key)["fields"]
    assert not changed(key, fields)
    assert changed(key, {**fields, **change})


def test_the_hash_does_not_hang_on_the_order_of_keys() -> None:
    fields = {"service": {"measure": "m", "parts": [{"name": "x", "qty": 1}]}}
    turned = {"service": {"parts": [{"qty": 1, "name": "x"}], "measure": "m"}}
    assert digest(shown("T-1", fields)) == digest(shown("T-1", turned))


def test_without_a_signature_it_is_said_how_or_why_not() -> None:
    world, key = worked()
    for body, field in (({"signature": None}, "signature"), ({"how": "declined"}, "reason"), ({"how": "fax"}, "how")):
        assert field in sign(world, key, **body).body["fields"]
    did(sign(world, key, signature=None, how="phone"))
    did(sign(world, key, signature=None, how="declined", content_ok=False, reason="in a hurry"))
    assert world.ticket(key)["fields"]["sign_off"]["how"] == "declined"


@pytest.mark.parametrize("body", [{"quality": 0}, {"attitude": 6}, {"content_ok": "yes"}, {"by": " "}])
def test_what_is_no_sign_off_is_refused(body: dict[str, Any]) -> None:
    world, key = worked()
    assert sign(world, key, **body).status == "invalid"
    assert "sign_off" not in world.ticket(key)["fields"]


def test_only_after_the_work_and_by_who_was_there() -> None:
    world = staffed()
    key = asked(world, kind="repair", cabinet="C-1", summary="It is dark")
    refused = sign(world, key, CLERK)
    assert (refused.body["guard"], refused.body["missing"]) == (
        "state", ["follow_up", "resolved", "verifying", "work_done"],
    )  # fmt: skip
    world, key = worked()
    assert sign(world, key, BOB).status == "denied"
    assert world.act("ticket.sign-off", key, ANN, version=1, by="x", content_ok=True).status == "stale"
    did(sign(world, key, CLERK))


def test_a_cabinet_of_ones_own_that_told_of_its_fault_itself_asks_nobody_to_sign() -> None:
    world = staffed()
    world.fault("C-1")
    finish(world)
    assert not demanded(world.desk._books.tickets["T-000001"])
    world, key = worked()
    assert demanded(world.desk._books.tickets[key])


def test_the_record_takes_the_sign_off_for_the_customers_confirmation() -> None:
    world, key = worked()
    did(sign(world, key))
    world.run(20)
    if world.ticket(key)["state"] == "verifying":
        did(world.act("ticket.resolve", key, reason="seen on the camera"))
    told = world.ticket(key)["fields"]["record"]["service"]["confirmation"]
    assert (told["by"], told["how"]) == ("customer", "signature")
