"""What operators rely on, told as stories of a fleet."""

from collections.abc import Callable

import pytest

from simulator.scenario import Chance, PlannedFault, Scenario
from tests.scenarios.life import HOUR, MINUTE, Life, new_fold

QUIET = Chance(per_cabinet_year=0)


def faulty(kind: str, at_s: float = 600, cabinet: int = 0, duration_s: float | None = None) -> Scenario:
    fault = PlannedFault(cabinet=cabinet, kind=kind, at_s=at_s, duration_s=duration_s)
    return Scenario(chance=QUIET, fault=[fault])


@pytest.mark.parametrize("hours", [9, pytest.param(25, marks=pytest.mark.long)])
def test_a_day_of_a_healthy_fleet_opens_no_ticket(hours: int) -> None:
    life = Life(12, Scenario(chance=QUIET), step=MINUTE).advance(hours * HOUR)
    assert life.tickets() == []
    assert life.labels == []


@pytest.mark.parametrize("kind", ["power_lost", "compressor_not_starting", "door_left_open", "payment_down", "offline"])
def test_a_fault_becomes_one_ticket_that_goes_through_every_state_to_closed(kind: str) -> None:
    life = Life(5, faulty(kind)).advance(HOUR)
    wait_until(life, lambda: bool(life.tickets()) and life.tickets()[0]["state"] == "closed", 9 * HOUR)
    mine = [t for t in life.tickets() if life.records.get("episodes", t["fault"])["kind"] == kind]
    assert len(mine) == 1
    assert mine[0]["state"] == "closed"
    states = [r["to"] for r in life.timeline(mine[0]["id"]) if r["type"] == "state"]
    wanted = ["triaged", "remote", "dispatching", "scheduled", "en_route", "on_site", "work_done"]
    wanted += ["verifying", "resolved", "follow_up", "closed"]
    assert [s for s in states if s in wanted][-len(wanted) :][-4:] == wanted[-4:]
    assert set(wanted) <= set(states)
    arrivals = [r["evidence"] for r in life.timeline(mine[0]["id"]) if r["evidence"]]
    assert any(e["level"] == 4 for e in arrivals) or kind in ("power_lost", "offline")
    clocks = {c["name"]: c["state"] for c in mine[0]["clocks"]}
    assert clocks["REPLY"] == "met"


def test_every_ticket_of_a_lively_day_is_about_something_that_truly_happened() -> None:
    life = Life(25, Scenario(chance=Chance(per_cabinet_year=250)), step=MINUTE).advance(12 * HOUR)
    truth = {(life.world.ids[label.row], label.kind) for label in life.labels}
    told = [life.records.get("episodes", t["fault"]) for t in life.tickets()]
    assert told, "a lively day brings tickets"
    assert [(e["cabinet"], e["kind"]) for e in told if (e["cabinet"], e["kind"]) not in truth] == []


def test_our_own_blindness_is_nobodys_fault() -> None:
    life = Life(10, Scenario(chance=QUIET)).advance(HOUR)
    life.blind(2 * HOUR).advance(2 * HOUR)
    assert life.tickets() == []
    kinds = {e["kind"] for e in life.records.find("episodes", limit=1000)}
    assert "offline" not in kinds
    accounts = life.records.find("accounting", limit=100)
    assert all(a["gaps"] == [] for a in accounts), "what was held while we were blind came afterwards"


def test_a_fault_that_heals_before_anybody_is_there_calls_the_visit_off() -> None:
    life = Life(3, faulty("payment_down", duration_s=13 * 60), people=False)
    life.act("technician.create", "", {"id": "t", "name": "T", "shift": [[d, "00:00", "24:00"] for d in range(1, 8)]})
    life.advance(22 * MINUTE)
    (visit,) = life.records.find("visits")
    assert life.act("visit.accept", visit["id"], {}).status == "ok"
    life.advance(2 * HOUR)
    (ticket,) = life.tickets()
    assert ticket["state"] == "resolved"
    assert life.records.get("visits", visit["id"])["state"] == "called_off"


@pytest.fixture(scope="module")
def lived() -> Life:
    return Life(8, Scenario(chance=Chance(per_cabinet_year=400)), seed=3).advance(4 * HOUR)


@pytest.mark.parametrize("cut", [1, 57, 301])
def test_a_snapshot_and_the_rest_of_the_journal_give_what_the_uninterrupted_run_gave(lived: Life, cut: int) -> None:
    entries = list(lived.journal.read(0))
    cut = min(cut, len(entries) - 1)
    before, after = new_fold(), new_fold()
    for entry in entries[:cut]:
        before.step(entry)
    after.load(before.dump())
    again = [after.step(entry) for entry in entries[cut:]]
    first = lived.outcomes[cut:]
    assert [sorted(map(repr, o.changes)) for o in again] == [sorted(map(repr, o.changes)) for o in first]
    assert [o.acks for o in again] == [o.acks for o in first]
    assert [o.publish for o in again] == [o.publish for o in first]


def test_a_command_reaches_the_cabinet_and_its_effect_is_seen() -> None:
    life = Life(2, Scenario(chance=QUIET)).advance(5 * MINUTE)
    made = life.act(
        "command.create", life.world.ids[0], {"name": "set_setpoint", "args": {"set_c": 2.0}, "reason": "x"}
    )
    assert made.status == "created"
    life.advance(10 * MINUTE)
    row = life.records.get("commands", made.body["id"])
    assert row["state"] == "done"
    assert row["observed"]["signal"] == "set_c"
    assert row["observed"]["value"] == pytest.approx(2.0)


def wait_until(life: Life, met: Callable[[], bool], limit: int) -> None:
    """Live on until something is so."""
    for _ in range(limit // MINUTE):
        if met():
            return
        life.advance(MINUTE)
    raise AssertionError("it never came to that")


def test_a_repair_that_did_not_help_goes_back_to_the_technician() -> None:
    life = Life(3, faulty("payment_down"), people=False)
    life.act("technician.create", "", {"id": "t", "name": "T", "shift": [[d, "00:00", "24:00"] for d in range(1, 8)]})
    wait_until(life, lambda: bool(life.records.find("visits")), HOUR)
    (visit,) = life.records.find("visits")
    for verb, body in (
        ("accept", {}),
        ("depart", {}),
        ("check-in", {"evidence": {"type": "button"}}),
        ("finish", {"measure": "looked at it", "parts": []}),
    ):
        assert life.act(f"visit.{verb}", visit["id"], body).status == "ok", verb
        life.advance(5 * MINUTE)
    (ticket,) = life.tickets()
    wait_until(life, lambda: life.tickets()[0]["state"] in ("on_site", "dispatching"), 2 * HOUR)
    assert "not_fixed" in {n["kind"] for n in life.records.find("notices")}
    assert ticket["id"] == life.tickets()[0]["id"]
