"""Racing writers never make two tickets of one episode, nor two acceptances of one offer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.outside import product
from tests.racing.__main__ import FEW, MANY, Sizes, keep, report, run
from tests.racing.check import broken

pytestmark = pytest.mark.timeout(400)


def race(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Race on a product of its own; nobody may have won what somebody else had, and nothing may be broken after."""
    with product(folder) as made:
        races, wrong = run(made, sizes)
    assert [line for one in races for line in one.wrong] + wrong == []
    assert {one.writers for one in races} == {contests * each for contests, each in sizes.values()}
    assert races[0].said["200"] == races[0].prizes
    assert {"200", "201", "409 state"} <= races[-1].said.keys(), "people opened, moved and were refused"
    return report(races, wrong)


@pytest.mark.live
def test_hundreds_of_racing_writers_win_what_there_is_once(tmp_path: Path) -> None:
    race(tmp_path, FEW)


@pytest.mark.live
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_racing_writers_win_what_there_is_once(tmp_path: Path) -> None:
    """The dated table of it is kept in var/racing."""
    keep(race(tmp_path, MANY))


def ticket(n: int, state: str = "new", **more: Any) -> dict[str, Any]:
    """A ticket as the list shows it, in order."""
    line = {"type": "state", "from": None, "to": "new", "note": None}
    moved = [] if state == "new" else [{"type": "state", "from": "new", "to": state, "note": "visit=V-000001"}]
    return {
        "id": f"T-{n:06d}", "state": state, "channel": "telemetry", "fault": "F-1", "timeline": [line, *moved],
        "fields": {"faults": ["F-1"], "merged_into": None}, **more,
    }  # fmt: skip


FAULT = {"id": "F-1", "state": "active", "severity": "major", "ticket": "T-000001", "children": []}


def test_what_is_in_order_is_found_in_order() -> None:
    assert broken([ticket(1)], [{"state": "offered", "cabinet": "C-1"}], [FAULT]) == []


WRONG: dict[str, tuple[Callable[[], list[dict[str, Any]]], str]] = {
    "a gap in the numbers": (lambda: [ticket(1), ticket(3, channel="phone", fault=None)], "numbers"),
    "a number given twice": (lambda: [ticket(1), ticket(1, channel="phone", fault=None)], "numbers"),
    "a state from nowhere": (lambda: [ticket(1, state="triaged", timeline=ticket(1)["timeline"])], "its timeline ends"),
    "two tickets of an episode": (lambda: [ticket(1), ticket(2, "cancelled")], "2 tickets were opened"),
    "two open tickets of a fault": (lambda: [ticket(1), ticket(2, channel="phone")], "2 tickets are open"),
    "a fault without a ticket": (lambda: [ticket(1, "new", id="T-000002"), ticket(1, id="T-000003")], "has no ticket"),
    "an offer accepted twice": (
        lambda: [ticket(1, "scheduled", timeline=2 * ticket(1, "scheduled")["timeline"])], "was accepted 2 times",
    ),
    "merged into each other": (
        lambda: [ticket(1, "merged", fields={"faults": ["F-1"], "merged_into": "T-000001"})], "merged into nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_broken_is_told(wrong: str) -> None:
    tickets, words = WRONG[wrong]
    assert words in " ".join(broken(tickets(), [], [FAULT]))


def test_two_visits_to_one_cabinet_are_told() -> None:
    going = {"state": "accepted", "cabinet": "C-1"}
    assert broken([ticket(1)], [going, going], []) == ["C-1: 2 visits under way"]
