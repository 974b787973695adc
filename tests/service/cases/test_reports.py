"""Reports of the public page: what is open about the same is joined, and whoever reports is answered in time."""

from typing import Any

import pytest

from service.model import Actor
from telemetry.units import DAY, HOUR
from tests.service.desk.world import World

PUBLIC = Actor(id="public", role="public")


def report(world: World, phone: str | None = None, kind: str = "repair", cabinet: str = "C-1") -> dict[str, Any]:
    customer = {} if phone is None else {"customer": {"phone": phone}}
    told = {"kind": kind, "summary": "it is dark", "cabinet": cabinet, "channel": "qr"} | customer
    answer = world.act("ticket.report", "", PUBLIC, **told)
    assert answer.status == "created", answer
    return answer.body


def test_what_is_broken_is_one_case_whoever_reports_it() -> None:
    world = World()
    first = report(world, "13812345678")
    world.run(60)
    second = report(world, "13900000000")
    assert second["ticket"] == first["ticket"] == "T-000001"
    assert [(c["rule"], c["customer"]) for c in world.rows("contacts")] == [
        ("opened", None), ("same_cabinet", {"phone": "13900000000"}),
    ]  # fmt: skip
    assert world.ticket()["customer"] == {"phone": "13812345678"}
    assert second["due"] == first["due"], "the first is answered sooner than the second would be"


def test_whoever_joins_what_telemetry_opened_is_answered_within_a_day_too() -> None:
    world = World()
    world.fault("C-1")
    world.act("ticket.reply", "T-000001", text="we know")
    due = report(world, "13812345678")["due"]
    assert due == world.now + DAY
    assert (world.clock_of("PROMISE")["due"], world.ticket()["customer"]) == (due, None)
    world.run(30)
    assert report(world)["due"] == due, "one answer for all, and no clock for each"
    assert sum(c["name"] == "PROMISE" for c in world.ticket()["clocks"]) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kind": "complaint", "phone": "13812345678"}, {"kind": "complaint", "phone": "13900000000"}),
        ({"kind": "refund"}, {"kind": "refund"}),
        ({"kind": "repair", "cabinet": "C-2"}, {"kind": "repair"}),
        ({"kind": "complaint", "phone": "13812345678"}, {"kind": "repair", "phone": "13812345678"}),
    ],
)
def test_what_is_another_persons_or_another_matter_is_its_own_case(first: Any, second: Any) -> None:
    world = World()
    assert report(world, **first)["ticket"] != report(world, **second)["ticket"]


def test_the_same_customer_about_the_same_is_one_case() -> None:
    world = World()
    tickets = {report(world, phone, "complaint")["ticket"] for phone in ("13812345678", "+86 138-1234-5678")}
    assert tickets == {"T-000001"}


def test_what_was_resolved_is_reported_anew() -> None:
    world = World()
    key = report(world)["ticket"]
    world.act("ticket.cancel", key, reason="nothing there")
    world.clock.advance(HOUR)
    assert report(world)["ticket"] != key
