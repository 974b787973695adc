"""Personal data on the desk: a look is audited, too many are an incident, what is due goes, what is held stays."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from service.calendars import Calendar
from service.model import Action, Actor
from service.policy import Policy
from service.privacy import due
from service.privacy.audit import verify
from service.privacy.state import person_key
from service.records.base import Put
from service.step import AUDIT
from telemetry.units import DAY, HOUR
from tests.service.desk.callers import (
    ADMIN,
    PERSON,
    WORDS,
    called,
    cancelled,
    day,
    look,
    purge,
    retention,
    store,
    text_of,
)
from tests.service.desk.world import SECRET, World


def test_a_look_is_a_row_of_the_chain_with_who_why_and_what() -> None:
    world = World()
    key = called(world)
    answer = world.act("privacy.reveal", f"ticket:{key}", ADMIN, reason="call back", fields=["customer.phone"])
    (row,) = world.rows("audit")
    assert answer.body == {"audit": 1}
    assert (row["actor"], row["role"], row["action"]) == ("root", "administrator", "pii.revealed")
    assert row["subject"] == f"ticket:{key}"
    assert row["detail"] == {"reason": "call back", "fields": ["customer.phone"], "cases": 1}
    assert not any(word in text_of(world, "audit") for word in WORDS)


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": 7}])
def test_without_a_reason_nothing_is_shown_and_nothing_written(body: dict[str, Any]) -> None:
    world = World()
    assert world.act("privacy.reveal", "ticket:T-000001", ADMIN, **body).status == "invalid"
    assert world.rows("audit") == []


@pytest.mark.parametrize(
    ("change", "n"),
    [
        (lambda rows: rows[2].update(detail={"reason": "other"}), 3),
        (lambda rows: rows[2].update(actor="somebody"), 3),
        (lambda rows: rows[0].update(at_real=rows[0]["at_real"] + 1), 1),
        (lambda rows: rows.pop(1), 2),
        (lambda rows: rows.pop(), 5),
        (lambda rows: rows.insert(1, rows.pop(2)), 2),
        (lambda rows: rows.clear(), 1),
    ],
)
def test_a_row_that_was_changed_removed_or_moved_is_named(change: Any, n: int) -> None:
    world = World()
    for i in range(5):
        world.act("privacy.reveal", "ticket:T-000001", ADMIN, reason=f"reason {i}")
    rows = sorted(world.rows("audit"), key=lambda row: row["n"])
    head = world.desk._books.audit
    assert verify(rows, head) is None
    assert [row["n"] for row in rows] == [1, 2, 3, 4, 5]
    change(rows)
    broken = verify(rows, head)
    assert broken is not None
    assert broken.n == n


def test_the_chain_goes_on_after_a_restart() -> None:
    world = World()
    world.act("privacy.reveal", "ticket:T-000001", ADMIN, reason="one")
    state = world.desk.dump()
    world.desk.load(state)
    world.act("privacy.reveal", "ticket:T-000001", ADMIN, reason="two")
    assert verify(sorted(world.rows("audit"), key=lambda row: row["n"]), world.desk._books.audit) is None
    assert world.desk._books.audit.n == 2
    assert AUDIT in world.rows("audit")[0]["id"]


def test_new_rules_and_a_word_in_place_of_telemetry_are_audited() -> None:
    world = World()
    world.act("rules.set", "", ADMIN, policy=msgspec.to_builtins(Policy(version="9")))
    assert [(row["action"], row["detail"]["version"]) for row in world.rows("audit")] == [("rules.set", "9")]


# -- incidents ----------------------------------------------------------------------------------------------------
def incidents(world: World) -> list[dict[str, Any]]:
    return [t for t in world.rows("tickets") if t["kind"] == "incident"]


def test_one_look_too_many_within_an_hour_is_an_incident_and_only_one() -> None:
    world = World(Policy(reveals_per_hour=3))
    for _ in range(3):
        world.act("privacy.reveal", "ticket:T-000009", ADMIN, reason="case")
    assert incidents(world) == []
    world.act("privacy.reveal", "ticket:T-000009", Actor("other", "agent"), reason="case")
    assert incidents(world) == [], "each person for themselves"
    world.act("privacy.reveal", "ticket:T-000009", ADMIN, reason="case")
    world.act("privacy.reveal", "ticket:T-000009", ADMIN, reason="case")
    (ticket,) = incidents(world)
    assert ticket["severity"] == "critical"
    assert "SAFETY" in [clock["name"] for clock in ticket["clocks"]]
    assert [n["to"] for n in world.notices("privacy_incident")] == ["operators"]


def test_looks_of_more_than_an_hour_ago_do_not_count() -> None:
    world = World(Policy(reveals_per_hour=3))
    for _ in range(9):
        world.act("privacy.reveal", "ticket:T-000009", ADMIN, reason="case")
        world.clock.advance(HOUR // 3)
    assert incidents(world) == []


def test_a_bulk_export_is_an_incident() -> None:
    world = World(Policy(reveals_per_hour=3))
    world.act("privacy.export", "person:0123456789abcdef", ADMIN, reason="asked", cases=4)
    assert len(incidents(world)) == 1


# -- the term of a record -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("warranty", "until", "why"),
    [
        ("2030-05-31", "2032-06-01", "warranty end 2030-05-31 + 2 years"),
        ("2028-02-29", "2030-03-02", "warranty end 2028-02-29 + 2 years"),
        ("2026-01-01", "2028-01-02", "warranty end 2026-01-01 + 2 years"),
        (None, "2028-10-15", "no warranty end is known"),
        ("2020-01-01", "2028-10-15", "every other term was over"),
    ],
)
def test_a_record_is_kept_two_years_beyond_the_warranty(warranty: str | None, until: str, why: str) -> None:
    world = World(warranty_end=lambda _: warranty)
    cancelled(world, cabinet="C-1")
    clock = world.clock_of("RETENTION")
    assert clock["due"] == day(until)
    assert why in clock["why"]
    assert world.ticket()["retain_until"] == clock["due"]


def test_a_term_that_a_law_sets_is_kept_too() -> None:
    world = World(Policy(law_days={"consultation": 3650}), warranty_end=lambda _: "2027-01-01")
    cancelled(world, cabinet="C-1")
    assert retention(world) == world.now + 3650 * DAY


def test_a_ticket_that_comes_back_has_no_term_until_it_rests_again() -> None:
    world = World()
    key = cancelled(world)
    first = retention(world)
    world.clock.advance(3 * DAY)
    assert world.act("ticket.reopen", key).status == "ok"
    assert not world.has_clock("RETENTION")
    assert world.ticket()["retain_until"] is None
    world.act("ticket.cancel", key, reason="again")
    assert retention(world) == first + 3 * DAY


# -- purging ------------------------------------------------------------------------------------------------------
def test_a_moment_before_its_end_it_is_kept_and_after_it_the_person_is_gone() -> None:
    world = World(warranty_end=lambda _: "2028-03-01")
    key = cancelled(world, cabinet="C-1", order="from 13812345678")
    end = retention(world)
    assert due.records_due(look(world, end - DAY)).items == []
    assert due.records_due(look(world, end - 1)).items == []
    found = due.records_due(look(world, end))
    assert [item.id for item in found.items] == [key]
    before = world.ticket()
    clocks, version, lines = before["clocks"], before["version"], len(world.lines())
    world.clock.advance(end - world.now)
    assert purge(world, found)["done"] == [key]
    after = world.ticket()
    assert after["customer"] == {"purged": Calendar.china().local(end).date().isoformat()}
    assert not any(word in text_of(world, "tickets", "timeline", "contacts") for word in WORDS)
    assert (after["clocks"], after["version"], len(world.lines())) == (clocks, version, lines)
    assert (after["kind"], after["channel"], after["received"]) == (
        before["kind"],
        before["channel"],
        before["received"],
    )
    (row,) = [r for r in world.rows("audit") if r["action"] == "retention.purged"]
    assert row["detail"] == {"class": "record", "items": [key], "kept": {}}
    assert due.records_due(look(world)).items == [], "once is enough"


def test_what_left_memory_is_purged_from_the_records() -> None:
    world = World()
    key = cancelled(world)
    end = retention(world)
    world.clock.advance(40 * DAY)
    world.run(1)
    assert key not in world.desk._books.tickets
    world.clock.advance(end - world.now)
    assert purge(world, due.records_due(look(world)))["done"] == [key]
    assert not any(word in text_of(world, "tickets", "timeline", "contacts") for word in WORDS)
    assert world.ticket()["purged"] == world.now


def test_nothing_personal_is_journaled_to_purge_it() -> None:
    world = World()
    cancelled(world)
    found = due.records_due(look(world, retention(world)))
    assert not any(word in msgspec.json.encode(found.items).decode() for word in WORDS)


def test_a_warranty_that_was_extended_meanwhile_extends_the_term() -> None:
    world = World(warranty_end=lambda _: "2027-01-01")
    key = cancelled(world, cabinet="C-1")
    end, records = retention(world), store(world)
    records.write([Put("cabinets", {"id": "C-1", "warranty_end": "2029-01-01"})])
    found = due.records_due(look(world, end, records))
    assert (found.items, found.renewed) == ([], {key: day("2031-01-02")})
    world.clock.advance(40 * DAY)
    world.run(1)
    purge(world, found)
    assert world.ticket()["retain_until"] == day("2031-01-02")


@pytest.mark.parametrize("kind", ["ticket", "cabinet", "person"])
def test_what_is_held_is_never_purged_until_the_hold_ends(kind: str) -> None:
    world = World()
    key = cancelled(world, cabinet="C-1")
    subject = {
        "ticket": f"ticket:{key}", "cabinet": "cabinet:C-1",
        "person": f"person:{person_key(SECRET, '+86 138-1234-5678')}",
    }[kind]  # fmt: skip
    world.clock.advance(retention(world) - world.now)
    found = due.records_due(look(world))
    assert world.act("hold.place", "", ADMIN, subject=subject, reason="a lawsuit").status == "created"
    assert purge(world, found) | {"audit": 0} == {
        "audit": 0,
        "done": [],
        "kept": {key: "hold H-000001"},
        "date": "2028-10-15",
    }
    assert due.records_due(look(world)).items == []
    assert world.ticket()["customer"] == PERSON
    assert world.act("hold.end", "H-000001", ADMIN, reason="settled").status == "ok"
    assert world.act("hold.end", "H-000001", ADMIN, reason="settled").body["guard"] == "over"
    assert purge(world, due.records_due(look(world)))["done"] == [key]


def test_a_hold_runs_out_by_itself() -> None:
    world = World()
    key = cancelled(world)
    end = retention(world)
    until = Calendar.china().local(end + DAY).isoformat()
    assert (
        world.act("hold.place", "", ADMIN, subject=f"ticket:{key}", reason="until then", until=until).status
        == "created"
    )
    world.clock.advance(end - world.now)
    assert due.records_due(look(world)).items == []
    world.clock.advance(DAY)
    assert [item.id for item in due.records_due(look(world)).items] == [key]


@pytest.mark.parametrize("subject", ["T-000001", "person:13812345678", "site:S-1", "ticket:", ""])
def test_a_hold_names_what_it_holds(subject: str) -> None:
    assert World().act("hold.place", "", ADMIN, subject=subject, reason="x").status == "invalid"


def test_purging_touches_only_personal_columns() -> None:
    world = World()
    key = cancelled(world)
    for row in ({"id": key, "state": "new"}, {"customer": None}, {"id": key, "clocks": []}):
        item = {"id": key, "subjects": [], "rows": [["tickets", row]]}
        assert world.act("privacy.purge", "", ADMIN, items=[item]).status == "invalid"


def test_positions_of_arrivals_go_early_and_the_arrival_stays() -> None:
    world = World(cabinet_at=lambda _: (30.0, 120.0))
    world.hire("ann")
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "gps", "lat": 30.0, "lon": 120.0, "accuracy_m": 9.5})
    arrived = world.visit()["arrived"]
    assert "accuracy_m" in text_of(world, "visits")
    end = arrived + world.policy.location_days * DAY
    assert due.locations_due(look(world, end - 1)).items == []
    found = due.locations_due(look(world, end))
    purge(world, found)
    (item,) = world.visit()["evidence"]["items"]
    assert (item["accuracy_m"], item["distance_m"]) == (None, None)
    assert (item["type"], item["at"], world.visit()["arrived"]) == ("gps", arrived, arrived)
    world.tech("finish", "V-000001", measure="done", safety={"checked": True})
    assert world.visit()["evidence"]["items"][0]["accuracy_m"] is None, "memory forgot it too"


# -- the rights of one person -------------------------------------------------------------------------------------


def _noted() -> list[str]:
    """The names under which the API audits what does not pass the fold."""
    source = "\n".join(path.read_text() for path in (Path(__file__).parents[3] / "api").rglob("*.py"))
    return re.findall(r'\bnote\(ask, "([^"]+)"', source)


@pytest.mark.parametrize("name", _noted())
def test_what_the_api_notes_is_taken_into_the_chain(name: str) -> None:
    world = World()
    body = {"action": name, "subject": "cabinet:C-1", "detail": {}}
    asked = Action(id="a", actor=ADMIN, name="audit.note", target="", body=body)
    answer, _ = world.desk.act(asked, world.faults, world.fleet, world.clock.moment())
    assert answer.body == {"audit": 1}
