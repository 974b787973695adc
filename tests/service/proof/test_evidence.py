"""Evidence of an arrival: positions that must agree, proofs in any order, contradictions that are shown."""

from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import arrival
from service.arrival import Seen, Spot
from service.policy import Policy
from service.proof.conflicts import Known, conflicts
from service.proof.figures import Figures
from service.visits import Proof
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import SECRET, START, World

M = 1 / 111_195  # degrees of latitude per metre
HERE = Spot(("C-1",), 30.0, 120.0)
TWO = msgspec.structs.replace(Policy(), proof=Figures(fixes=2))


def fix(metres: float, accuracy: float = 10, at: int | None = None) -> dict[str, Any]:
    return {"lat": 30.0 + metres * M, "lon": 120.0, "accuracy_m": accuracy, "at": at}


def grade(policy: Policy, **evidence: Any) -> Proof:
    return arrival.grade({"type": "gps", **evidence}, HERE, Seen(START, START), policy, SECRET)


def test_one_position_is_enough_unless_the_policy_asks_for_two() -> None:
    assert grade(Policy(), **fix(0)).level == 1
    alone = grade(TWO, **fix(0))
    assert (alone.level, alone.reason) == (0, "too_few_fixes")
    both = grade(TWO, **fix(5, at=START), fixes=[fix(0, at=START - 10_000), fix(5, at=START)])
    assert (both.level, both.detail["fixes"]) == (1, 2), "the one it names first may stand among the fixes"
    same = grade(TWO, **fix(0), fixes=[fix(0), fix(0)])
    assert same.reason == "too_few_fixes", "the same position twice is one"


@pytest.mark.parametrize(
    ("metres", "seconds", "reason"), [(19, 0, None), (25, 0, "jump"), (45, 10, None), (120, 10, "jump")]
)
def test_positions_that_nobody_on_foot_can_both_have_grade_down(metres: int, seconds: int, reason: str | None) -> None:
    fixes = [fix(0, at=START), fix(metres, at=START + 1000 * seconds)]
    proof = grade(TWO, fixes=fixes)
    assert (proof.level, proof.reason) == (0 if reason else 1, reason)
    assert "lat" not in proof.row(), "distances are kept, never where somebody was"


def test_a_position_set_by_hand_proves_nothing() -> None:
    proof = grade(Policy(), **fix(0), mocked=True)
    assert (proof.level, proof.reason) == (0, "mocked")


def test_malformed_positions_are_refused() -> None:
    world = there(check_in=False)
    for fixes in ({}, [1], [{"lat": 1}], [fix(0) | {"lat": 99}], [fix(0)] * 21):
        evidence = {"type": "gps", **{k: v for k, v in fix(0).items() if v is not None}, "fixes": fixes}
        answer = world.tech("check-in", "V-000001", evidence=evidence)
        assert (answer.status, set(answer.body["fields"])) == ("invalid", {"evidence.fixes"})


def there(check_in: bool = True, **wiring: Any) -> World:
    """A world with a visit under way to C-1, which stands at 30 N 120 E."""
    places = {"C-1": (30.0, 120.0), "C-2": (30.1, 120.0)}
    world = World(cabinet_at=lambda c: places.get(c, (None, None)), **wiring)
    world.fleet.site[:4] = ["S-1"] * 4
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.run(30)
    if check_in:
        world.tech("check-in", "V-000001", evidence={"type": "button"})
    return world


def code(world: World, ts: int | None = None) -> None:
    world.event("C-1", "service_code_entered", ts=ts, code=world.visit()["evidence"]["code"])


def notes(world: World) -> list[str]:
    return [line["note"] for line in world.lines() if line["type"] == "evidence"]


def test_a_button_long_before_the_code_is_listed_once_and_not_resolved() -> None:
    world = there()
    world.run(10)
    code(world, world.now)
    assert world.visit()["evidence"]["conflicts"] == []
    world = there()
    pressed = world.now
    world.run(60)
    code(world)
    code(world)
    conflict = {"between": ["button", "service_code"], "what": "earlier", "seconds": 3600}
    assert world.visit()["evidence"]["conflicts"] == [conflict]
    told = "conflict visit=V-000001 what=earlier between=button,service_code seconds=3600"
    assert [n for n in notes(world) if n.startswith("conflict")] == [told]
    assert (world.visit()["arrived"], world.visit()["level"]) == (pressed + HOUR, 4)


def test_a_position_elsewhere_while_the_code_is_read_out_is_listed() -> None:
    world = there(check_in=False)
    shown = arrival.rotating_code(SECRET, "C-1", world.now)
    far = {"lat": 30.0 + 5000 * M, "lon": 120.0, "accuracy_m": 20}
    answer = world.tech("check-in", "V-000001", evidence={"type": "rotating_code", "code": shown, **far})
    assert (answer.body["level"], answer.body["provisional"]) == (3, False)
    (conflict,) = world.visit()["evidence"]["conflicts"]
    assert (conflict["between"], conflict["what"]) == (["gps", "rotating_code"], "elsewhere")
    assert conflict["metres"] == pytest.approx(5000, abs=2)


def test_two_cabinets_far_apart_within_minutes_are_listed() -> None:
    def at(minute: int, cabinet: str) -> Proof:
        when = START + minute * MINUTE
        return Proof(type="nfc", level=3, source="phone", at=when, received=when, detail={"cabinet": cabinet})

    places = {"C-1": (30.0, 120.0), "C-2": (30.1, 120.0)}
    (found,) = conflicts(Known([at(0, "C-1"), at(5, "C-2")], places), Policy())
    assert (found["what"], found["between"], found["seconds"]) == ("two_cabinets", ["nfc", "nfc"], 300)
    assert found["metres"] == pytest.approx(11_119, abs=10)
    assert conflicts(Known([at(0, "C-1"), at(60, "C-2")], places), Policy()) == []
    assert conflicts(Known([at(0, "C-1"), at(5, "C-2")], {"C-1": (30.0, 120.0)}), Policy()) == [], "unknown place"


_ITEMS = st.sampled_from(("button", "gps", "away", "code", "rotating"))
_LATE = st.lists(st.tuples(_ITEMS, st.integers(0, 50)), min_size=1, max_size=4)


def _give(world: World, what: str, minute: int, begun: int) -> None:
    at = begun + minute * MINUTE
    match what:
        case "code":
            code(world, at)
            return
        case "button":
            evidence: dict[str, Any] = {"type": "button"}
        case "rotating":
            evidence = {"type": "rotating_code", "code": arrival.rotating_code(SECRET, "C-1", at)}
        case _:
            evidence = {"type": "gps", "lat": 30.0 if what == "gps" else 31.0, "lon": 120.0, "accuracy_m": 5}
    assert world.tech("check-in", "V-000001", evidence={**evidence, "at": at}).status == "ok"


def _known(world: World) -> tuple[Any, ...]:
    visit = world.visit()
    apart = sorted(visit["evidence"]["conflicts"], key=str)
    return visit["arrived"], visit["level"], visit["provisional"], world.clock_of("ARRIVAL")["stopped"], apart


@settings(max_examples=40, deadline=None)
@given(_LATE, st.data())
def test_whatever_the_order_and_however_late_the_arrival_is_the_same(
    proofs: list[tuple[str, int]], data: st.DataObject
) -> None:
    """Offline proofs merge: before or after the visit has ended, in any order."""
    order = data.draw(st.permutations(proofs))
    ended_after = data.draw(st.integers(1, len(order)))
    seen = []
    for given_order, ends in ((proofs, len(proofs)), (order, ended_after)):
        world = there(check_in=False)
        begun = world.now - 30 * MINUTE
        world.run(30)
        for n, (what, minute) in enumerate(given_order):
            if n == ends:
                assert world.tech("finish", "V-000001", measure="x").status == "ok"
            _give(world, what, minute, begun)
        seen.append(_known(world))
    assert seen[0] == seen[1]


def test_every_order_of_a_day_that_went_wrong_gives_the_earliest_proof_of_the_level() -> None:
    for order in permutations((("button", 2), ("gps", 20), ("code", 40), ("away", 38))):
        world = there(check_in=False)
        begun = world.now - 30 * MINUTE
        world.run(30)
        for what, minute in order:
            _give(world, what, minute, begun)
        assert world.visit()["arrived"] == begun + 20 * MINUTE
        assert world.clock_of("ARRIVAL")["stopped"] == begun + 20 * MINUTE
        whats = {(c["what"], *c["between"]) for c in world.visit()["evidence"]["conflicts"]}
        assert whats == {
            ("earlier", "button", "service_code"), ("earlier", "gps", "service_code"),
            ("elsewhere", "gps", "service_code"),
        }  # fmt: skip


def test_late_evidence_after_the_end_improves_the_arrival_and_opens_nothing() -> None:
    world = there()
    begun = world.now
    world.run(20)
    world.tech("finish", "V-000001", measure="restarted")
    world.run(5)
    assert world.clock_of("ARRIVAL")["state"] == "running", "a pressed button does not satisfy the clock"
    code(world, begun + 2 * MINUTE)
    visit = world.visit()
    assert (visit["state"], visit["level"], visit["arrived"], visit["provisional"]) == (
        "left", 4, begun + 2 * MINUTE, False,
    )  # fmt: skip
    assert world.ticket()["state"] == "verifying"
    assert (world.clock_of("ARRIVAL")["state"], world.clock_of("ARRIVAL")["stopped"]) == ("met", begun + 2 * MINUTE)
    item = visit["evidence"]["items"][-1]
    assert (item["at"], item["received"]) == (begun + 2 * MINUTE, world.now)
    assert notes(world)[-1] == "late_evidence visit=V-000001 provisional=false"


def test_after_the_end_only_evidence_from_before_it_is_taken() -> None:
    world = there()
    world.tech("finish", "V-000001", measure="x")
    ended = world.visit()["finished"]
    world.run(5)
    refused = world.tech("check-in", "V-000001", evidence={"type": "button"})
    assert (refused.status, refused.body["guard"]) == ("conflict", "state")
    assert world.tech("check-in", "V-000001").body["guard"] == "state", "the move is judged before its body"
    for at in (ended + 1, START - HOUR):
        assert world.tech("check-in", "V-000001", evidence={"type": "button", "at": at}).body["guard"] == "state"
    code(world)
    assert world.visit()["level"] == 0, "a code that is typed after the visit proves nothing"
    assert world.tech("check-in", "V-000001", evidence={"type": "button", "at": ended}).status == "ok"
