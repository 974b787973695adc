"""Channels to customers: what is out of order is known once, told once, and taken back by whoever may."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.channels.model import CHANNELS, PROBE
from service.model import Actor
from service.notify.templates import render
from service.notify.texts import Language
from service.policy import Policy
from service.step import Books
from telemetry.units import MINUTE
from tests.service.desk.world import DISPATCHER, World


def broken(world: World, channel: str = "email", who: Actor = DISPATCHER) -> str:
    answer = world.act("channel.outage", channel, who, reason="no dial tone")
    assert answer.status == "created", answer
    return str(answer.body["id"])


def test_an_outage_has_a_number_and_stays_in_the_register_when_it_is_over() -> None:
    world = World()
    assert broken(world) == "CO-000001"
    since = world.now
    world.run(2)
    ended = world.act("channel.restore", "email", note="new cable").body
    assert (ended["since"], ended["ended"], ended["ended_by"]) == (since, world.now, "dora")
    assert broken(world) == "CO-000002"
    assert [(r["id"], r["ended"]) for r in world.rows("channel_outages")] == [
        ("CO-000001", since + 2 * MINUTE), ("CO-000002", None),
    ]  # fmt: skip
    assert [a["action"] for a in world.rows("audit")] == ["channel.outage", "channel.restored", "channel.outage"]


def test_operators_are_alarmed_once_and_not_before_it_lasts() -> None:
    world = World()
    broken(world)
    world.run(14)
    assert not world.notices("channel_down")
    world.run(30)
    (notice,) = world.notices("channel_down")
    assert (notice["to"], notice["params"]["minutes"]) == ("operators", 15)
    assert world.rows("channel_outages")[0]["alarmed"] == notice["at"]
    names: dict[Language, str] = {"en": "e-mail", "zh": "电子邮箱"}
    for language, name in names.items():
        message = render("channel_down", notice["params"], language)
        assert name in message.title
        assert "no dial tone" in message.body


def test_a_channel_that_works_again_in_time_alarms_nobody() -> None:
    world = World()
    broken(world)
    world.run(10)
    world.act("channel.restore", "email")
    world.run(30)
    assert not world.notices("channel_down")


@pytest.mark.parametrize(
    ("verb", "channel", "guard"),
    [("outage", "email", "channel_down"), ("restore", "sms", "channel_up"), ("outage", "pigeon", None)],
)
def test_what_makes_no_sense_is_refused(verb: str, channel: str, guard: str | None) -> None:
    world = World()
    broken(world)
    answer = world.act(f"channel.{verb}", channel, reason="x")
    assert (answer.status, answer.body.get("guard")) == ("not_found" if guard is None else "conflict", guard)


def test_the_probe_takes_back_what_it_found_and_not_what_people_said() -> None:
    world = World()
    broken(world)
    refused = world.act("channel.restore", "email", PROBE)
    assert (refused.body["guard"], refused.body["missing"]) == ("channel_held", ["CO-000001"])
    broken(world, "sms", PROBE)
    assert world.act("channel.restore", "sms", PROBE).status == "ok"
    broken(world, "sms", PROBE)
    assert world.act("channel.restore", "sms").status == "ok"  # people may do both


def test_an_outage_survives_a_restart_and_old_snapshots_load() -> None:
    world = World()
    broken(world)
    world.run(5)
    world.desk.load(world.desk.dump())
    world.run(10)
    assert len(world.notices("channel_down")) == 1
    old = {k: v for k, v in msgspec.to_builtins(Books()).items() if k != "outages"}
    assert msgspec.convert(old, Books).outages == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["outage", "restore"]), st.sampled_from([*CHANNELS]), st.booleans(),
                       st.integers(0, 20)), max_size=25)
)  # fmt: skip
def test_whatever_is_asked_a_channel_has_one_open_outage_at_most_and_each_lasting_one_alarms_once(
    asked: list[tuple[str, str, bool, int]],
) -> None:
    world = World(Policy(), cabinets=0)
    for verb, channel, by_probe, minutes in asked:
        world.act(f"channel.{verb}", channel, PROBE if by_probe else DISPATCHER, **(
            {"reason": "x"} if verb == "outage" else {}
        ))  # fmt: skip
        world.run(minutes)
    rows = world.rows("channel_outages")
    opened = [r["channel"] for r in rows if r["ended"] is None]
    assert len(opened) == len(set(opened))
    lasting = [r for r in rows if (r["ended"] or world.now) - r["since"] >= world.policy.front.outage_ms]
    assert len(world.notices("channel_down")) == sum(r["alarmed"] is not None for r in rows)
    assert {r["id"] for r in rows if r["alarmed"] is not None} <= {r["id"] for r in lasting}
    assert all(r["alarmed"] is not None for r in lasting if r["ended"] is None)
