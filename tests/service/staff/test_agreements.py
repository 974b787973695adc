"""Targets by agreement (S3 3.1): new tickets of its sites and cabinets take them, old ones keep what held."""

from typing import Any

import pytest

from service.model import Answer
from service.policy import Policy
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import START, World

FAST = {"cabinets": ["C-1"], "arrival_minutes": {"major": [30, 45]}, "restore_minutes": {"major": 90}}


def agree(world: World, targets: Any = None, **more: Any) -> Answer:
    body = {} if targets is None else {"body": {"service_targets": targets}}
    return world.act("document.create", **{"kind": "agreement", "title": "A", "from": START, **body, **more})


def restore(world: World, n: int) -> int:
    """Minutes from the start of the n-th ticket's RESTORE to its due time."""
    clock = world.clock_of("RESTORE", f"T-{n:06d}")
    return int((clock["due"] - clock["started"]) // MINUTE)


def opened(world: World, cabinet: str = "C-1", severity: str = "major") -> None:
    body: dict[str, Any] = {"kind": "repair", "summary": "broken", "cabinet": cabinet, "severity": severity}
    assert world.act("ticket.create", **body).status == "created"


def test_a_changed_agreement_is_for_new_tickets() -> None:
    world = World()
    opened(world)
    assert agree(world, FAST).status == "created"
    opened(world)
    opened(world, "C-2")
    newer: dict[str, Any] = {"from": world.now, "body": {"service_targets": FAST | {"restore_minutes": {"major": 60}}}}
    assert world.act("document.supersede", "DO-000001", **newer).status == "created"
    opened(world)
    assert [restore(world, n) for n in (1, 2, 3, 4)] == [24 * 60, 90, 24 * 60, 60]
    assert "DO-000001" in world.clock_of("RESTORE", "T-000002")["why"]
    assert "DO-000002" in world.clock_of("RESTORE", "T-000004")["why_zh"]


def test_arrival_restore_and_another_severity_come_from_the_agreement_or_else_the_policy() -> None:
    world = World()
    world.hire("li")
    agree(world, FAST)
    opened(world)
    world.act("ticket.triage", "T-000001", severity="critical")
    assert restore(world, 1) == 8 * 60, "the agreement says nothing of critical"
    opened(world)
    for verb in ("triage", "dispatch"):
        assert world.act(f"ticket.{verb}", "T-000002").status == "ok"
    arrival = world.clock_of("ARRIVAL", "T-000002")
    assert arrival["due"] - arrival["started"] in (30 * MINUTE, 45 * MINUTE)


def test_it_survives_a_snapshot_and_new_rules() -> None:
    world = World()
    agree(world, FAST)
    opened(world)
    world.desk.load(world.desk.dump())
    opened(world)
    wanted = world.desk.wanted(Policy(version="2", reply_ms=2 * HOUR))
    assert world.act("rules.set", policy=wanted and wanted["policy"]).status == "ok"
    assert [restore(world, n) for n in (1, 2)] == [90, 90]
    assert "2+DO-000001" in world.clock_of("RESTORE")["why"]


def test_the_cabinets_agreement_comes_before_its_sites_and_the_newer_before_the_older() -> None:
    world = World()
    world.fleet.site[world.fleet.index["C-1"]] = "S-1"
    opened(world)
    agree(world, {"sites": ["S-1"], "restore_minutes": {"major": 300}})
    opened(world)
    agree(world, FAST)
    opened(world)
    agree(world, FAST | {"restore_minutes": {"major": 80}})
    opened(world)
    assert [restore(world, n) for n in (2, 3, 4)] == [300, 90, 80]


def test_what_is_over_ahead_or_another_kind_promises_nothing() -> None:
    world = World()
    agree(world, FAST, until=START + 1)
    agree(world, FAST, **{"from": START + 400 * DAY})
    agree(world, FAST)
    world.act("document.end", "DO-000003", reason="terminated")
    agree(world, FAST, kind="promise")
    agree(world, FAST)
    world.act("document.patch", "DO-000005", kind="promise")
    world.run(1)
    opened(world)
    assert restore(world, 1) == 24 * 60


@pytest.mark.parametrize(
    "targets",
    [
        {"restore_minutes": {"major": 60}},
        {"cabinets": ["C-1"], "restore_minutes": {"grave": 60}},
        {"cabinets": ["C-1"], "restore_minutes": {"major": 0}},
        {"cabinets": ["C-1"], "arrival_minutes": {"major": 60}},
        {"cabinets": ["C-1"], "repair_minutes": {}},
        "as usual",
    ],
)
def test_targets_that_say_nothing_or_nonsense_are_refused(targets: Any) -> None:
    answer = agree(World(), targets)
    assert (answer.status, list(answer.body["fields"])) == ("invalid", ["body.service_targets"])


def test_an_agreement_of_words_alone_is_taken_as_before() -> None:
    world = World()
    assert agree(world, None, body={"terms": "30 days", "sites": "all"}).status == "created"
    opened(world)
    assert restore(world, 1) == 24 * 60
