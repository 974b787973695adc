"""A look from afar, for a ticket: asked for, carried out or not, observed, and told in the ticket's timeline."""

from typing import Any

import msgspec
import pytest

from service.records.base import Row, Where
from tests.foodsafety.shop import CABINET, MINUTE, Shop, image, new_fold
from tests.gateway.rig import up

WELL = {"comp_on": 1.0, "comp_a": 1.2, "set_c": 4.0}
DEAD = {"comp_on": 1.0, "comp_a": 0.2, "set_c": 4.0}


def called(shop: Shop, **more: Any) -> str:
    """A customer's ticket about the cabinet."""
    body = {"kind": "repair", "summary": "it hums", "cabinet": CABINET} | more
    return str(shop.act("ticket.create", "", body).body["id"])


def ask(shop: Shop, ticket: str, name: str = "self_test", **more: Any) -> Any:
    return shop.act("command.create", CABINET, {"name": name, "reason": "hums", "ticket": ticket} | more)


def lines(shop: Shop, ticket: str) -> list[Row]:
    return shop.records.find("timeline", [Where("ticket", "=", ticket)], ["n"], 1000)


def told(shop: Shop, ticket: str) -> list[str]:
    """The timeline's words about commands."""
    return [line["note"] for line in lines(shop, ticket) if line["type"] == "command"]


def answer(shop: Shop, status: str, detail: str = "") -> None:
    """The cabinet answers its newest command."""
    key = shop.told[-1]["id"]
    shop.step(up("reply", boot=shop.boot, seq=shop.next(), ts=shop.now, id=key, status=status, detail=detail))


def test_the_first_command_is_the_remote_step_of_the_ticket() -> None:
    shop = Shop(None).live(3, **WELL)
    shop.obeys = False
    key = called(shop)
    command = ask(shop, key).body
    assert (command["state"], command["reason"], command["actor"]) == ("sent", f"{key}: hums", "clerk")
    found = shop.records.get("tickets", key)
    assert found is not None
    assert found["state"] == "remote"
    assert [(line["type"], line["to"], line["actor"]) for line in lines(shop, key)][1:] == [
        ("state", "triaged", "clerk"), ("state", "remote", "clerk"), ("command", None, "clerk"),
    ]  # fmt: skip
    reply = next(clock for clock in found["clocks"] if clock["name"] == "REPLY")
    assert reply["state"] == "met", "somebody looked into it"
    answer(shop, "failed", "not ok: compressor fan")
    assert told(shop, key) == [
        "command_sent command=C-000001 name=self_test",
        "command_failed command=C-000001 name=self_test detail=not_ok:_compressor_fan",
    ]


def test_a_ticket_on_its_way_stays_where_it_is() -> None:
    shop = Shop(None).live(30, **WELL).live(30, **DEAD)
    (ticket,) = shop.records.find("tickets")
    assert ticket["state"] == "dispatching"
    ask(shop, ticket["id"], "sample_fast")
    shop.live(1, **DEAD)
    assert [note.split(" ")[0] for note in told(shop, ticket["id"])] == ["command_sent", "command_done"]
    assert shop.records.find("tickets")[0]["state"] == "dispatching"


def test_a_reboot_is_observed_by_the_boot_that_follows() -> None:
    shop = Shop(None).live(3, **WELL)
    key = called(shop)
    ask(shop, key, "reboot")
    shop.live(1, **WELL)
    shop.boot, shop.seq = 217_558_845, 0
    shop.birth()
    assert told(shop, key)[1:] == [
        "command_done command=C-000001 name=reboot",
        "command_observed command=C-000001 name=reboot boot=217558845 matches=true",
    ]  # fmt: skip


def test_a_reboot_that_nobody_sees_is_said_to_be_unseen() -> None:
    shop = Shop(None).live(3, **WELL)
    key = called(shop)
    ask(shop, key, "reboot")
    shop.live(30, **WELL)
    assert told(shop, key)[-1] == "command_unobserved command=C-000001 name=reboot"


def test_what_nobody_answers_expires_and_a_late_answer_still_counts() -> None:
    shop = Shop(None).live(3, **WELL)
    shop.obeys = False
    key = called(shop)
    ask(shop, key, expires_s=120)
    shop.live(4, **WELL)
    assert told(shop, key)[-1] == "command_expired command=C-000001 name=self_test detail=no_answer"
    answer(shop, "done", "all ok")
    answer(shop, "done", "all ok")
    assert told(shop, key)[2:] == ["command_done command=C-000001 name=self_test detail=all_ok late=true"]


@pytest.mark.parametrize("waits", [2, 8])
def test_a_silent_cabinet_gets_it_with_its_next_birth_or_never(waits: int) -> None:
    shop = Shop(None).live(3, **WELL)
    shop.now += 10 * MINUTE
    shop.step()
    key = called(shop)
    ask(shop, key, expires_s=300)
    assert told(shop, key) == ["command_queued command=C-000001 name=self_test"]
    for _ in range(waits):
        shop.now += MINUTE
        shop.step()
    shop.birth()
    shop.live(2, **WELL)
    after = [note.split(" ")[0] for note in told(shop, key)][1:]
    assert after == (["command_sent", "command_done"] if waits == 2 else ["command_expired"])
    assert len(shop.told) == (1 if waits == 2 else 0), "an expired command is never sent"


def test_a_command_is_for_an_open_ticket_of_that_cabinet_or_refused() -> None:
    shop = Shop(None).live(3, **WELL)
    elsewhere = shop.act("ticket.create", "", {"kind": "consultation", "summary": "opening hours?"}).body["id"]
    for wrong in ("T-999999", elsewhere, 5, ""):
        assert ask(shop, wrong).status == "invalid", wrong
    over = called(shop)
    shop.act("ticket.cancel", over, {})
    refused = ask(shop, over)
    assert (refused.status, refused.body["guard"]) == ("conflict", "state")
    assert shop.told == []


def test_what_came_of_it_follows_a_ticket_into_another() -> None:
    shop = Shop(None).live(3, **WELL)
    shop.obeys = False
    first, second = called(shop), called(shop)
    ask(shop, first)
    shop.act("ticket.merge", first, {"into": second})
    answer(shop, "done", "all ok")
    assert [note.split(" ")[0] for note in told(shop, second)] == ["command_done"]


def test_a_restart_changes_nothing_of_it() -> None:
    shop = Shop(None).live(3, **WELL)
    shop.obeys = False
    key = called(shop)
    ask(shop, key)
    twin = new_fold()
    twin.load(shop.fold.dump())
    answer(shop, "done", "all ok")
    assert msgspec.msgpack.decode(image(twin.step(shop.entries[-1]))) == msgspec.msgpack.decode(
        image(shop.outcomes[-1])
    )
