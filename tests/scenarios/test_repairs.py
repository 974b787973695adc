"""A cooling fault that only the model of the cabinet sees: repaired once, in vain, or by a part of another make."""

from typing import Any

import pytest

from simulator import trips
from simulator.scenario import Chance, PlannedFault, Scenario
from tests.scenarios.life import HOUR, MINUTE, Life

LEARNED_H = 46  # until the model knows its cabinet
SEVERITY, GROWS = {"refrigerant_leak": 0.8}, {"refrigerant_leak": 3600}


def ill(*kinds: str) -> Life:
    """A cabinet per kind of fault, well until the model knows it."""
    planned = [
        PlannedFault(cabinet=n, kind=kind, at_s=LEARNED_H * 3600, severity=SEVERITY.get(kind), grows_s=GROWS.get(kind))
        for n, kind in enumerate(kinds)
    ]
    return Life(len(kinds), Scenario(chance=Chance(per_cabinet_year=0), fault=planned), step=5 * MINUTE)


def ticket_of(life: Life, kind: str) -> dict[str, Any]:
    """The only ticket of a kind."""
    (found,) = (t for t in life.tickets() if t["fields"]["fault_kind"] == kind)
    return found


def visits_of(life: Life, ticket: str) -> int:
    """How often somebody worked on it."""
    return sum(line["to"] == "work_done" for line in life.timeline(ticket))


def notes(life: Life, ticket: str) -> str:
    return " ".join(line["note"] or "" for line in life.timeline(ticket))


def test_what_the_model_found_is_repaired_by_one_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trips, "IN_VAIN", 0.0)
    life = ill("evaporator_fan_failed", "refrigerant_leak").advance((LEARNED_H + 26) * HOUR)
    assert {t["fields"]["fault_kind"] for t in life.tickets()} == {"evaporator_fan_failed", "refrigerant_leak"}
    for kind in ("evaporator_fan_failed", "refrigerant_leak"):
        ticket = ticket_of(life, kind)
        assert (ticket["state"], visits_of(life, ticket["id"])) == ("closed", 1), kind
        assert "not_fixed" not in notes(life, ticket["id"])
    assert life.fold.faults.open.keys().isdisjoint(t["fault"] for t in life.tickets())


@pytest.mark.long
def test_a_repair_in_vain_is_found_out_by_what_came_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trips, "IN_VAIN", 1.0)
    life = ill("evaporator_fan_failed").advance((LEARNED_H + 4) * HOUR)
    while not all(visits_of(life, t["id"]) for t in life.tickets()):
        life.advance(HOUR)
    monkeypatch.setattr(trips, "IN_VAIN", 0.0)
    life.advance(40 * HOUR)
    for ticket in life.tickets():
        assert (ticket["state"], visits_of(life, ticket["id"])) == ("closed", 2), ticket["fields"]["fault_kind"]
        assert "not_fixed why=still_active" in notes(life, ticket["id"])
        done, sent = (
            next(line["at"] for line in life.timeline(ticket["id"]) if line["to"] == to and line["from"] == was)
            for was, to in (("on_site", "work_done"), ("verifying", "dispatching"))
        )
        assert sent - done >= 3 * HOUR, "nobody is sent before the model has seen the cabinet left alone"


@pytest.mark.long
def test_a_part_of_another_make_ends_the_fault_and_hides_no_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trips, "IN_VAIN", 0.0)
    fan = PlannedFault(cabinet=0, kind="evaporator_fan_failed", at_s=LEARNED_H * 3600)
    late = PlannedFault(cabinet=0, kind="condenser_dirty", at_s=(LEARNED_H + 90) * 3600, severity=0.8, grows_s=3600)
    life = Life(1, Scenario(chance=Chance(per_cabinet_year=0), fault=[fan, late]), step=5 * MINUTE)
    life.advance((LEARNED_H + 1) * HOUR)
    while not any(visits_of(life, t["id"]) for t in life.tickets()):
        life.advance(5 * MINUTE)
    traits = life.world.traits
    traits.compressor_a[0] *= 1.2
    traits.cooling[0] *= 1.2
    traits.fan_a[0] *= 1.3
    life.advance(80 * HOUR)
    first = ticket_of(life, "evaporator_fan_failed")
    assert (first["state"], visits_of(life, first["id"])) == ("closed", 1)
    assert len(life.tickets()) == 1
    life.advance(24 * HOUR)
    assert ticket_of(life, "condenser_dirty")["id"] != first["id"]
