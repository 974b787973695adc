"""Kinds of work without a unit and kinds of fault without an article are found; what names unknown kinds is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.knowledge.gaps import current, explained, owners, unexplained, unowned
from service.selfcheck.inputs import Inputs, found
from service.tickets import KINDS
from telemetry.units import DAY
from tests.service.desk.world import START, World

FACE = {"ended": None, "superseded_by": None, "from": 0, "until": None, "title": "x", "owner": None, "edition": 1}


def paper(kind: str, n: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"DO-{n}", "kind": kind, "body": {}, "stale_since": None, "superseded_citations": []} | FACE | more


@given(st.lists(st.sets(st.sampled_from(KINDS)), max_size=4))
def test_every_kind_of_work_is_owned_or_a_finding(named: list[set[str]]) -> None:
    units = [paper("unit", n, body={"kinds": sorted(kinds)}) for n, kinds in enumerate(named)]
    assert set(unowned(units)) == set(KINDS) - set().union(*named)
    assert {kind: {u["id"] for u in us} for kind, us in owners(units).items()} == {
        kind: {f"DO-{n}" for n, kinds in enumerate(named) if kind in kinds} for kind in KINDS
    }


@pytest.mark.parametrize(
    ("face", "there"),
    [
        ({}, True), ({"ended": 5}, False), ({"superseded_by": "DO-9"}, False), ({"from": 101}, False),
        ({"from": 100}, True), ({"until": 100}, False), ({"until": 101}, True),
    ],
)  # fmt: skip
def test_only_what_is_in_force_counts(face: dict[str, Any], there: bool) -> None:
    assert [d["id"] for d in current([paper("unit", **face), paper("guide")], "unit", 100)] == ["DO-1"] * there


def test_an_unowned_kind_of_work_fails_the_self_check() -> None:
    blank: dict[str, Any] = dict.fromkeys(Inputs._fields, ()) | {"now": 100}

    def told(*units: dict[str, Any]) -> Any:
        return found(Inputs(**(blank | {"documents": units})), ["units"])["units"]

    assert told().share is None, "no unit at all is a missing input"
    all_but_one = paper("unit", body={"kinds": list(KINDS[1:])})
    assert told(all_but_one).share == pytest.approx(8 / 9)
    assert told(all_but_one).detail["without"] == [KINDS[0]]
    assert told(all_but_one, paper("unit", 2, body={"kinds": [KINDS[0]]})).share == 1.0


def test_faults_without_an_article_are_listed_the_most_frequent_first() -> None:
    articles = [paper("knowledge_article", body={"fault_kinds": ["offline", "offline", "door_forced"]})]
    counts = {"offline": 9, "lock_fault": 2, "light_failed": 0, "camera_down": 5, "battery_low": 2}
    assert unexplained(counts, articles) == ["camera_down", "battery_low", "lock_fault"]
    assert explained(articles)["offline"] == articles
    silent = [paper("knowledge_article", body=body) for body in (None, {"fault_kinds": "offline"})]
    assert unexplained(counts, silent) == ["offline", "camera_down", "battery_low", "lock_fault"]


def create(world: World, kind: str, **more: Any) -> Any:
    return world.act("document.create", kind=kind, title="x", **({"from": START - DAY} | more))


@pytest.mark.parametrize("body", [None, {}, {"kinds": []}, {"text": "repair"}])
def test_a_unit_that_owns_nothing_is_refused(body: Any) -> None:
    world = World()
    refused = create(world, "unit", **({} if body is None else {"body": body}))
    assert refused.body == {"guard": "unit_record", "missing": ["body.kinds"]}
    assert create(world, "unit", body={"kinds": ["repair"]}).body["id"] == "DO-000001", "no number was used up"
    assert world.act("document.supersede", "DO-000001", **{"from": START}).body["guard"] == "unit_record"


@pytest.mark.parametrize("value", ["repair", ["repiar"], [["repair"]], {"repair": 1}, [7]])
def test_what_names_an_unknown_kind_is_refused(value: Any) -> None:
    world = World()
    assert create(world, "unit", body={"kinds": value}).status == "invalid"
    assert create(world, "knowledge_article", body={"fault_kinds": value}).status == "invalid"
    assert create(world, "knowledge_article", body={"fault_kinds": ["offline"]}).status == "created"
    assert world.act("document.patch", "DO-000001", body={"fault_kinds": value}).status == "invalid"
    assert world.act("document.patch", "DO-000001", title="y").status == "ok"
    assert world.act("document.patch", "DO-000001", kind="unit").body["guard"] == "unit_record"
