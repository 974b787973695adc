"""Who is asked, in which order, and what happens when nobody takes it."""

from typing import Any

import pytest

from service.calendars import Calendar
from service.guards import CLAUSES
from service.model import Actor
from service.policy import Policy
from service.technicians import Technician
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import START, World

SITES = {"S-1": ("hz", 30.0, 120.0), "S-2": ("sh", 31.0, 121.0)}


def placed(**fields: Any) -> World:
    """Two cabinets at S-1, one at S-2."""
    world = World(site_zone=lambda s: SITES.get(s or ""), **fields)
    world.fleet.site[:4] = ["S-1", "S-1", "S-2", None]
    return world


def test_zone_first_then_load_then_distance_then_id() -> None:
    world = placed()
    world.hire("far", zones=["hz"], lat=30.5, lon=120.0)
    world.hire("near", zones=["hz"], lat=30.01, lon=120.0)
    world.hire("else", zones=["sh"], lat=30.0, lon=120.0)
    world.fault("C-0")
    assert world.visit()["technician"] == "near"
    world.fault("C-3")
    assert world.visit("V-000002")["technician"] == "else"
    world.fault("C-2")
    assert world.visit("V-000003")["technician"] == "else"


def test_a_cabinets_own_coordinates_win_over_its_sites() -> None:
    world = placed(cabinet_at=lambda c: (30.5, 120.0) if c == "C-0" else None)
    world.hire("near", lat=30.01, lon=120.0)
    world.hire("there", lat=30.5, lon=120.0)
    world.fault("C-0")
    assert world.visit()["technician"] == "there"


def test_nobody_off_shift_or_inactive_is_asked() -> None:
    world = World()
    world.hire("night", shift=[[3, "22:00", "06:00"]])
    world.hire("left", active=False)
    world.fault("C-1")
    assert world.rows("visits") == []
    assert world.ticket()["state"] == "dispatching"


@pytest.mark.parametrize(
    ("shift", "hours", "on"),
    [
        ([[3, "08:00", "17:00"]], 0, True),
        ([[3, "09:00", "17:00"]], 0, True),
        ([[3, "08:00", "09:00"]], 0, False),
        ([[2, "22:00", "10:00"]], 0, True),
        ([[3, "22:00", "10:00"]], 0, False),
        ([[0, "00:00", "24:00"]], 4 * 24, True),
        ([[7, "00:00", "24:00"]], 4 * 24, True),
        ([[7, "22:00", "10:00"]], 5 * 24, True),
        ([], 0, True),
    ],
)
def test_shifts_may_cross_midnight_and_the_week(shift: list[Any], hours: int, on: bool) -> None:
    someone = Technician(id="x", name="x", shift=[tuple(w) for w in shift], created=0, updated=0)
    assert someone.on_shift(START + hours * HOUR, Calendar.china()) is on


def test_an_offer_passes_to_the_next_when_both_times_are_up() -> None:
    world = World(speed=60.0)
    world.hire("ann", "bob")
    world.fault("C-1")
    world.run(19)
    assert world.visit()["state"] == "offered", "20 s of real time are 20 minutes at this speed"
    world.run(1)
    assert world.visit()["state"] == "expired"
    assert world.visit("V-000002")["technician"] == "bob"
    assert [n["to"] for n in world.notices("visit_expired")] == ["ann"]
    slow = World(speed=1.0)
    slow.hire("ann", "bob")
    slow.fault("C-1")
    slow.run(10)
    assert slow.visit()["state"] == "expired"


def test_when_nobody_is_left_dispatchers_hear_once_and_all_are_asked_again() -> None:
    world = World(speed=1.0)
    world.hire("ann")
    world.fault("C-1")
    world.tech("decline", "V-000001", reason="van broken")
    assert [n["to"] for n in world.notices("no_technician")] == ["dispatcher"]
    world.run(9)
    assert len(world.rows("visits")) == 1
    world.run(1)
    assert world.visit("V-000002")["technician"] == "ann"
    world.run(30)
    assert len(world.notices("no_technician")) == 1
    assert world.ticket()["state"] == "dispatching"
    assert world.rows("visits")[-1]["id"] == "V-000003"


def test_a_visit_declined_after_acceptance_goes_to_the_next() -> None:
    world = World()
    world.hire("ann", "bob")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    assert world.ticket()["assignee"] == "ann"
    world.tech("decline", "V-000001")
    assert world.visit()["state"] == "declined"
    assert world.ticket()["assignee"] is None
    assert world.ticket()["state"] == "dispatching"
    assert world.visit("V-000002")["technician"] == "bob"
    assert len([c for c in world.ticket()["clocks"] if c["name"] == "ARRIVAL"]) == 1


def test_open_work_of_a_cabinet_and_its_site_rides_on_one_visit() -> None:
    world = placed()
    world.hire("ann")
    world.fault("C-0")
    world.tech("accept", "V-000001")
    world.fault("C-0", "lock_fault")
    world.fault("C-1")
    world.fault("C-2")
    assert world.visit()["tickets"] == ["T-000001", "T-000002", "T-000003"]
    assert [t["state"] for t in world.rows("tickets")] == ["scheduled"] * 3 + ["dispatching"]
    world.tech("depart", "V-000001")
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    assert [t["state"] for t in world.rows("tickets")][:3] == ["on_site"] * 3
    world.fault("C-1", "lock_fault")
    assert world.ticket("T-000005")["state"] == "on_site"
    assert world.clock_of("ARRIVAL", "T-000005")["state"] == "met"


def test_a_shared_visit_is_called_off_only_when_nobody_needs_it() -> None:
    world = World()
    world.hire("ann")
    one, two = world.fault("C-1"), world.fault("C-1", "lock_fault")
    world.tech("accept", "V-000001")
    world.clear(one)
    assert world.visit()["state"] == "accepted"
    world.clear(two)
    assert world.visit()["state"] == "called_off"
    assert world.tech("accept", "V-000001").body["guard"] == "state", "not: somebody else has accepted it"


def test_one_of_fifty_racing_accepts_wins() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    answers = [world.tech("accept", "V-000001") for _ in range(50)]
    assert [a.status for a in answers] == ["ok"] + ["conflict"] * 49
    assert {a.body["guard"] for a in answers[1:]} == {"already_accepted"}
    assert world.visit()["accepted"] == world.now
    assert world.path().count("scheduled") == 1


def test_only_the_visits_technician_or_a_dispatcher_moves_it() -> None:
    world = World()
    world.hire("ann", "bob")
    world.fault("C-1")
    for role, status in (("technician", "denied"), ("viewer", "denied"), ("agent", "denied"), ("dispatcher", "ok")):
        assert world.act("visit.accept", "V-000001", Actor(id="bob", role=role)).status == status
    bob = Actor(id="bob", role="technician")
    assert world.act("ticket.comment", "T-000001", bob, text="x").status == "denied"
    assert world.act("ticket.cancel", "T-000001", Actor(id="ann", role="technician")).status == "denied"
    assert world.act("ticket.comment", "T-000001", Actor(id="ann", role="technician"), text="x").status == "ok"


def test_a_named_technician_is_asked_first_even_if_others_are_nearer() -> None:
    world = World()
    world.hire("ann", "bob")
    world.act("ticket.create", kind="repair", summary="door squeaks", cabinet="C-1")
    world.act("ticket.triage", "T-000001")
    assert world.act("ticket.dispatch", "T-000001", technician="nobody").status == "invalid"
    assert world.act("ticket.dispatch", "T-000001", technician="bob").status == "ok"
    assert world.visit()["technician"] == "bob"


def test_a_named_technician_is_asked_even_off_shift_and_out_of_zone_but_not_when_inactive() -> None:
    world = placed()
    world.hire("ann")
    world.hire("bob", zones=["elsewhere"], shift=[[7, "09:00", "10:00"]])
    world.hire("cyd", active=False)
    for n, name in enumerate(("bob", "cyd"), 1):
        world.act("ticket.create", kind="repair", summary="door squeaks", cabinet=f"C-{n - 1}")
        world.act("ticket.triage", f"T-{n:06d}")
        answer = world.act("ticket.dispatch", f"T-{n:06d}", technician=name)
        assert answer.status == ("ok" if name == "bob" else "invalid")
    assert [v["technician"] for v in world.rows("visits")] == ["bob"]


@pytest.mark.parametrize(
    ("rules", "guard", "missing"),
    [({"certified_skills": frozenset({"installation"})}, "certificate_missing", "certificate.installation"),
     ({"duty_courses": {"field": ("safety",)}}, "not_trained", "training.safety")],
)  # fmt: skip
def test_nobody_is_named_for_work_that_asks_for_a_certificate_or_an_exam_they_lack(
    rules: dict[str, Any], guard: str, missing: str
) -> None:
    world = World(Policy(**rules))
    world.hire("ann")
    world.act("ticket.create", kind="installation", summary="a new one", cabinet="C-1")
    world.act("ticket.triage", "T-000001")
    answer = world.act("ticket.dispatch", "T-000001", technician="ann")
    assert (answer.status, answer.body) == ("conflict", {"guard": guard, "missing": [missing]})
    assert CLAUSES[guard].startswith("S1 5.2")
    assert world.ticket()["state"] == "triaged"


def test_who_is_under_way_hears_of_work_that_joins_the_visit() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.fault("C-1", "lock_fault")
    assert world.notices("visit_joined") == [], "an offer is read as a whole before it is accepted"
    world.tech("accept", "V-000001")
    world.fault("C-1", "air_too_warm")
    (told,) = world.notices("visit_joined")
    assert (told["to"], told["ticket"], told["visit"]) == ("ann", "T-000003", "V-000001")
    assert told["params"]["severity"] == "major"


def test_work_that_joins_after_the_arrival_carries_its_proof() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    world.run(5)
    world.fault("C-1", "lock_fault")
    (line,) = [x for x in world.lines("T-000002") if x["to"] == "on_site"]
    assert (line["evidence"]["type"], line["evidence"]["level"]) == ("service_code", 4)
    assert line["evidence"]["at"] == world.visit()["arrived"]


def test_a_visit_that_does_not_end_is_told_to_dispatchers_once() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    world.run(119)
    assert world.notices("visit_unfinished") == []
    world.run(120)
    (told,) = world.notices("visit_unfinished")
    assert (told["to"], told["visit"], told["params"]["technician"]) == ("dispatcher", "V-000001", "ann")


def test_the_one_time_code_is_told_only_after_acceptance() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    assert world.visit()["evidence"]["code"] is None
    world.tech("accept", "V-000001")
    assert len(world.visit()["evidence"]["code"]) == 6


def test_arrival_by_code_counts_from_the_cabinets_time_and_needs_the_right_cabinet() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    code = world.visit()["evidence"]["code"]
    world.run(30)
    world.event("C-2", "service_code_entered", code=code)
    world.event("C-1", "service_code_entered", code="000000" if code != "000000" else "1")
    world.event("C-1", "service_code_entered")
    assert world.visit()["state"] == "accepted"
    world.event("C-1", "service_code_entered", ts=world.now - 2 * MINUTE, code=code)
    assert world.visit()["arrived"] == world.now - 2 * MINUTE
    assert (world.visit()["level"], world.visit()["provisional"]) == (4, False)
    assert world.visit()["evidence"]["items"][0]["uncertainty_s"] == 120
    world.event("C-1", "service_code_entered", code=code)
    assert len(world.visit()["evidence"]["items"]) == 1, "a repetition adds nothing"
    assert world.ticket()["state"] == "on_site"


def test_an_implausible_device_time_is_not_believed() -> None:
    for ts in (0, START - HOUR, START + 90 * HOUR):
        world = World()
        world.hire("ann")
        world.fault("C-1")
        world.run(1)
        world.tech("accept", "V-000001")
        world.run(5)
        world.event("C-1", "service_code_entered", ts=ts, code=world.visit()["evidence"]["code"])
        assert world.visit()["arrived"] == world.now


def test_a_code_cannot_be_guessed_for_ever() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    for n in range(10):
        world.event("C-1", "service_code_entered", code=f"wrong{n}")
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    assert world.visit()["state"] == "accepted"


def test_who_came_while_the_work_waited_has_arrived() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-0")
    world.tech("accept", "V-000001")
    world.tech("depart", "V-000001")
    assert world.act("ticket.wait", "T-000001", **{"for": "access"}).status == "ok"
    world.run(10)
    world.event("C-0", "service_code_entered", code=world.visit()["evidence"]["code"])
    world.run(30)
    answer = world.act("ticket.resume", "T-000001")
    assert answer.body["state"] == "on_site"
    assert answer.body["timeline"][-1]["evidence"]["level"] == 4
    clock = world.clock_of("ARRIVAL")
    assert (clock["state"], clock["stopped"]) == ("met", START + 10 * MINUTE)


def test_check_in_grades_and_better_evidence_replaces_a_provisional_arrival() -> None:
    world = World(cabinet_at=lambda _: (30.0, 120.0))
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.run(10)
    first = world.tech("check-in", "V-000001", evidence={"type": "button"})
    assert (first.body["level"], first.body["provisional"]) == (0, True)
    assert world.ticket()["state"] == "on_site"
    assert world.clock_of("ARRIVAL")["state"] == "running"
    world.run(10)
    fix = {"type": "gps", "lat": 30.0, "lon": 120.0, "accuracy_m": 12, "at": world.now - 4 * MINUTE}
    second = world.tech("check-in", "V-000001", evidence=fix)
    assert (second.body["level"], second.body["provisional"]) == (1, False)
    assert second.body["arrived_at"] == world.now - 4 * MINUTE
    assert world.clock_of("ARRIVAL")["state"] == "met"
    evidence = world.lines()[-1]["evidence"]
    assert evidence == {
        "type": "gps", "level": 1, "source": "phone", "at": world.now - 4 * MINUTE, "uncertainty_s": 240,
    }  # fmt: skip


@pytest.mark.parametrize(
    "evidence",
    [
        None, {}, [], {"type": "telepathy"}, {"type": "gps"}, {"type": "gps", "lat": 91, "lon": 0, "accuracy_m": 1},
        {"type": "gps", "lat": "30", "lon": 0, "accuracy_m": 1}, {"type": "qr"}, {"type": "qr", "payload": "forged"},
        {"type": "nfc", "code": "123456"}, {"type": "qr", "payload": None}, {"type": "button", "at": "yesterday"},
        {"type": "gps", "lat": float("nan"), "lon": 0, "accuracy_m": 1},
    ],
)  # fmt: skip
def test_bad_evidence_is_refused_and_changes_nothing(evidence: object) -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    before = world.desk.dump()
    answer = world.tech("check-in", "V-000001", evidence=evidence)
    assert answer.status == "invalid"
    assert all(field.startswith("evidence") for field in answer.body["fields"])
    assert world.desk.dump() == before


def test_finishing_needs_an_arrival_and_a_measure() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    early = world.tech("finish", "V-000001", measure="x")
    assert (early.status, early.body) == ("conflict", {"guard": "not_arrived", "missing": ["check-in"]})
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    assert world.tech("finish", "V-000001").body["fields"] == {"measure": "is required"}
    assert world.tech("finish", "V-000001", measure="m", parts=[{"part": "fan", "n": 2}]).status == "ok"
    assert world.visit()["evidence"]["report"]["parts"] == [{"part": "fan", "n": 2}]
    assert world.tech("finish", "V-000001", measure="m").body["guard"] == "state"


def test_an_old_version_is_stale() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    seen = world.visit()["version"]
    ann = Actor(id="ann", role="technician")
    assert world.act("visit.accept", "V-000001", ann, version=seen).status == "ok"
    assert world.act("visit.depart", "V-000001", ann, version=seen).status == "stale"
    assert world.act("visit.depart", "V-000001", ann, version=world.visit()["version"]).status == "ok"
    assert world.act("ticket.comment", "T-000001", version=1, text="x").status == "stale"
    assert world.act("ticket.comment", "T-000001", version=world.ticket()["version"], text="x").status == "ok"


def test_a_tick_in_which_nothing_happens_writes_nothing() -> None:
    world = World()
    world.hire("ann")
    world.fault("C-1")
    moment = world.clock.advance(MINUTE)
    world.desk.on_tick(world.faults, world.fleet, moment)
    assert world.desk.on_tick(world.faults, world.fleet, world.clock.advance(MINUTE)).changes == []
