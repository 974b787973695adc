"""What people ask of tickets, technicians, faults and maintenance: what is taken, and how the rest is refused."""

from typing import Any

import pytest

from service.model import Actor
from service.moves import MOVES
from telemetry.units import DAY, HOUR, MINUTE, SECOND
from tests.service.desk.world import START, World

PEOPLE_MOVES = sorted(action for action, m in MOVES.items() if not m.desk)


def opened(**body: Any) -> World:
    world = World()
    answer = world.act("ticket.create", **{"kind": "repair", "summary": "It is dark", **body})
    assert answer.status == "created", answer
    return world


def test_a_person_opens_a_ticket_with_the_least() -> None:
    world = World()
    answer = world.act("ticket.create", kind="consultation", summary="How long is it open?")
    assert answer.status == "created"
    body = answer.body
    assert (body["id"], body["state"], body["severity"], body["channel"]) == ("T-000001", "new", "minor", "phone")
    assert [line["to"] for line in body["timeline"]] == ["new"]
    assert [(c["name"], c["state"], c["due"]) for c in body["clocks"]] == [("REPLY", "running", START + DAY)]
    assert world.rows("visits") == []


@pytest.mark.parametrize(
    "body",
    [
        {}, {"kind": "repair"}, {"summary": "x"}, {"kind": "gossip", "summary": "x"},
        {"kind": "repair", "summary": " "},
        {"kind": "repair", "summary": "x", "cabinet": "NO-1"}, {"kind": "repair", "summary": 7},
        {"kind": "repair", "summary": "x", "received": START + SECOND},
        {"kind": "repair", "summary": "x", "received": "now"},
        {"kind": "repair", "summary": "x", "received": "2026-10-14T09:00:00"},
        {"kind": "repair", "summary": "x", "received": "1970-01-01T00:00:00+14:00"},
        {"kind": "repair", "summary": "x\x00y"},
        {"kind": "repair", "summary": "x", "severity": "huge"}, {"kind": "repair", "summary": "x", "channel": "pigeon"},
        {"kind": "repair", "summary": "x", "customer": "me"},
        {"kind": "repair", "summary": "x", "customer": {"name": 7}},
        {"kind": "repair", "summary": "x", "story": "y" * 20_000},
    ],
)  # fmt: skip
def test_a_malformed_ticket_is_refused_and_no_number_is_lost(body: dict[str, Any]) -> None:
    world = World()
    answer = world.act("ticket.create", **body)
    assert answer.status == "invalid"
    assert answer.body["fields"]
    assert world.act("ticket.create", kind="repair", summary="x").body["id"] == "T-000001"


@pytest.mark.parametrize(
    ("ago", "state"),
    [(24 * HOUR - SECOND, "met"), (24 * HOUR + SECOND, "breached")],
)
def test_reply_is_due_exactly_a_day_after_it_was_received(ago: int, state: str) -> None:
    world = opened(received=START - ago)
    answer = world.act("ticket.reply", "T-000001", text="We are on our way")
    assert {c["name"]: c["state"] for c in answer.body["clocks"]}["REPLY"] == state


def test_a_wrong_field_of_the_customer_is_named_in_full() -> None:
    answer = World().act("ticket.create", kind="repair", summary="x", customer={"name": 7})
    assert list(answer.body["fields"]) == ["customer.name"]


def test_received_may_be_an_iso_time() -> None:
    assert opened(received="2026-10-14T08:30:00+08:00").ticket()["received"] == START - 30 * MINUTE


def test_a_breach_shows_at_once_and_stays_visible() -> None:
    world = opened(received=START - 30 * HOUR)
    assert world.clock_of("REPLY")["state"] == "breached"
    world.run(1)
    assert [n["params"]["clock"] for n in world.notices("clock_breached")] == ["REPLY"]
    world.act("ticket.reply", "T-000001", text="Sorry")
    assert world.clock_of("REPLY")["state"] == "breached"


def test_clocks_by_kind() -> None:
    names = {
        "complaint": {"REPLY", "COMPLAINT"}, "refund": {"REPLY", "REFUND"}, "repair": {"REPLY", "RESTORE"},
        "consultation": {"REPLY"},
    }  # fmt: skip
    for kind, expected in names.items():
        assert {c["name"] for c in opened(kind=kind).ticket()["clocks"]} == expected


def test_unknown_fields_are_kept() -> None:
    assert opened(product="cola", proof=None).ticket()["fields"]["given"] == {"product": "cola", "proof": None}


def test_a_question_is_answered_resolved_followed_up_and_closed() -> None:
    world = opened(kind="consultation", customer={"name": "Li", "address": {"declined": "no need"}, "phone": "138"})
    assert world.act("ticket.triage", "T-000001").status == "ok"
    refused = world.act("ticket.resolve", "T-000001")
    assert refused.body == {"guard": "result_told", "missing": ["reply"]}
    world.act("ticket.promise", "T-000001", promised_at=START + HOUR)
    assert world.clock_of("PROMISE")["due"] == START + HOUR
    world.act("ticket.reply", "T-000001", text="Around the clock")
    assert world.clock_of("PROMISE")["state"] == "met"
    assert world.act("ticket.resolve", "T-000001").status == "ok"
    assert world.act("ticket.close", "T-000001").body == {"guard": "state", "missing": ["follow_up"]}
    # Wednesday + 3 working days, Saturday and Sunday off: the end of Monday the 19th.
    assert world.clock_of("FOLLOWUP")["due"] == START - 9 * HOUR + 6 * DAY
    assert world.act("ticket.follow-up", "T-000001", answer="thanks", solved=True).status == "ok"
    assert world.act("ticket.close", "T-000001").body["state"] == "closed"
    assert world.act("ticket.reopen", "T-000001").body["state"] == "triaged"


@pytest.mark.parametrize("verb", PEOPLE_MOVES)
def test_an_illegal_move_is_judged_before_its_body(verb: str) -> None:
    world = opened()
    world.act("ticket.cancel", "T-000001")
    if verb == "merge":
        world.act("ticket.reopen", "T-000001")
        world.act("ticket.create", kind="repair", summary="x")
        world.act("ticket.merge", "T-000001", into="T-000002")
    answer = world.act(f"ticket.{verb}", "T-000001", nonsense=1)
    if "cancelled" in MOVES[verb].sources:
        assert answer.status in ("ok", "invalid")
    else:
        assert answer.status == "conflict"
        assert answer.body["guard"] == "state"
        assert answer.body["missing"]


def test_dispatch_needs_a_place() -> None:
    world = opened()
    world.act("ticket.triage", "T-000001")
    assert world.act("ticket.dispatch", "T-000001").body == {"guard": "place", "missing": ["cabinet"]}


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("reply", {}), ("reply", {"text": ""}), ("comment", {"text": 7}), ("promise", {}),
        ("promise", {"promised_at": START}), ("merge", {}), ("merge", {"into": "T-000001"}), ("merge", {"into": "T-9"}),
        ("triage", {"severity": "huge"}),
    ],
)  # fmt: skip
def test_a_bad_body_of_a_legal_move_is_refused_and_changes_nothing(verb: str, body: dict[str, Any]) -> None:
    world = opened()
    before = world.desk.dump()
    assert world.act(f"ticket.{verb}", "T-000001", **body).status == "invalid"
    assert world.desk.dump() == before


def test_triage_may_set_the_severity() -> None:
    world = opened()
    world.act("ticket.triage", "T-000001", severity="critical", note="children near it")
    assert world.ticket()["severity"] == "critical"
    assert world.clock_of("RESTORE")["due"] == START + 8 * HOUR


def test_merged_tickets_bring_their_faults_along() -> None:
    world = opened(cabinet="C-1")
    world.hire("ann")
    fault = world.fault("C-1")
    assert world.act("ticket.merge", "T-000002", into="T-000001").status == "ok"
    assert world.faults.open[fault].ticket == "T-000001"
    assert world.tables["episodes"][fault]["ticket"] == "T-000001"
    assert world.visit()["state"] == "called_off"
    assert world.ticket()["severity"] == "major", "what is joined is as bad as its worst part"
    assert world.act("ticket.merge", "T-000001", into="T-000002").status == "invalid"
    world.clear(fault)
    assert world.ticket("T-000001")["state"] == "verifying"


class Unscanned(dict[str, str]):
    """A book that is looked up, never leafed through."""

    def items(self) -> Any:
        raise AssertionError("every fault of the fleet was looked at")


def test_a_merge_leafs_through_no_book_and_a_fault_that_comes_back_finds_its_ticket() -> None:
    world = opened(cabinet="C-1")
    world.hire("ann")
    first = world.fault("C-1")
    second = world.fault("C-1", "camera_down")
    books = world.desk._books
    assert world.act("ticket.merge", "T-000003", into="T-000002").status == "ok"
    books.latest = Unscanned(books.latest)
    assert world.act("ticket.merge", "T-000002", into="T-000001").status == "ok"
    for fault, kind in ((first, "payment_down"), (second, "camera_down")):
        world.clear(fault)
        world.fault("C-1", kind)
    assert len(world.rows("tickets")) == 3, "no other ticket for what T-000001 took over"


def test_who_does_the_work_does_not_attest_it() -> None:
    world = opened(cabinet="C-1")
    world.hire("dora")
    for verb in ("triage", "dispatch"):
        world.act(f"ticket.{verb}", "T-000001")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    world.tech("finish", "V-000001", measure="lamp")
    assert world.act("ticket.resolve", "T-000001", reason="I saw it").body["guard"] == "second_person"
    assert world.act("ticket.resolve", "T-000001", Actor(id="max", role="dispatcher"), reason="photo").status == "ok"


def test_objects_that_do_not_exist_are_not_found() -> None:
    world = World()
    for name in ("ticket.triage", "visit.accept", "technician.patch", "fault.acknowledge"):
        assert world.act(name, "T-1").status == "not_found"
    assert world.act("ticket.dance", "T-000001").status == "invalid"
    assert world.act("nonsense").status == "invalid"


def test_technicians_are_created_changed_and_refused() -> None:
    world = World()
    made = world.act("technician.create", name="Ann", zones=["hz"], shift=[[1, "08:00", "22:00"]], phone="138")
    assert (made.status, made.body["id"], made.body["shift"]) == ("created", "W-0001", [[1, "08:00", "22:00"]])
    assert world.act("technician.create", name="B", id="W-0001").body["guard"] == "exists"
    assert world.act("technician.create", name="B", id="W-0002").status == "created"
    assert world.act("technician.create", name="C").body["id"] == "W-0003"
    assert world.act("technician.create", name="D", id=None, zones=None, shift=None).body["zones"] == []
    changed = world.act("technician.patch", "W-0001", active=False, version=1)
    assert (changed.body["active"], changed.body["version"]) == (False, 2)
    assert world.act("technician.patch", "W-0001", active=True, version=1).status == "stale"
    bad: list[dict[str, Any]] = [
        {}, {"name": ""}, {"name": "x", "id": "a b"}, {"name": "x", "shift": [[8, "08:00", "09:00"]]},
        {"name": "x", "shift": [[1, "8", "9"]]}, {"name": "x", "shift": "always"}, {"name": "x", "lat": 100},
        {"name": "x", "zones": "hz"}, {"name": "x", "wage": 1},
    ]  # fmt: skip
    assert {world.act("technician.create", **body).status for body in bad} == {"invalid"}


def test_faults_are_acknowledged_snoozed_and_commented_through_the_desk() -> None:
    world = World()
    fault = world.fault("C-1")
    assert world.act("fault.acknowledge", fault, note="seen").body["acknowledged"]["by"] == "dora"
    assert world.act("fault.snooze", fault, until="2026-10-14T12:00:00+08:00").body["snoozed_until"] == START + 3 * HOUR
    assert world.act("fault.comment", fault, text="hm").body["comments"][0]["text"] == "hm"
    assert world.act("fault.comment", fault).status == "invalid"
    row = world.tables["episodes"][fault]
    assert (row["ticket"], row["snoozed_until"]) == ("T-000001", START + 3 * HOUR)


def test_maintenance_is_checked_written_and_told_to_the_faults() -> None:
    world = World()
    body = {"cabinet": "C-1", "from": START, "to": START + HOUR, "reason": "cleaning"}
    answer = world.act("maintenance.create", **body)
    assert (answer.status, answer.body["id"]) == ("created", "M-000001")
    assert world.faults.maintained == [("C-1", None, START, START + HOUR, "M-000001")]
    for change in ({"cabinet": None}, {"site": "S"}, {"cabinet": "NO"}, {"to": START}, {"reason": ""}, {"x": 1}):
        assert world.act("maintenance.create", **{**body, **change}).status == "invalid"
    assert len(world.faults.maintained) == 1


def test_maintenance_is_neither_past_nor_long_nor_far_away() -> None:
    world = World()

    def ask(start: int, end: int) -> Any:
        answer = world.act("maintenance.create", **{"cabinet": "C-1", "from": start, "to": end, "reason": "x"})
        return answer.body["fields"] if answer.status == "invalid" else answer.status

    year, month = 365 * DAY, 30 * DAY
    assert ask(0, START + HOUR) == {"to": "must be at most 30 days after from"}
    assert ask(START, 253_402_300_000_000) == {"to": "must be at most 30 days after from"}
    assert ask(START - HOUR, START) == {"to": "must lie in the future"}
    assert ask(START + year + 1, START + year + HOUR) == {"from": "must be at most a year ahead"}
    assert ask(START, START + month + 1) == {"to": "must be at most 30 days after from"}
    assert world.faults.maintained == []
    assert ask(START - HOUR, START + 1) == ask(START, START + month) == ask(START + year, START + year + 1) == "created"


def test_maintenance_is_ended_once_and_its_row_stays() -> None:
    world = World()
    planned = {"site": None, "cabinet": "C-1", "from": START, "to": START + DAY}
    key = world.act("maintenance.create", **planned, reason="cleaning").body["id"]
    world.run(5)
    answer = world.act("maintenance.end", key, **planned)
    assert (answer.status, answer.body) == ("ok", {"id": key, "ended": world.now, "ended_by": "dora"})
    assert world.faults.maintained == []
    again = world.act("maintenance.end", key, **planned)
    assert (again.status, again.body["guard"]) == ("conflict", "over")


def test_a_detector_that_is_switched_off_is_told_once_and_again_if_it_fails_again() -> None:
    world = World()

    def told() -> list[Any]:
        return [row["params"] for row in world.rows("notices") if row["kind"] == "detector_disabled"]

    world.faults.errors["light_failed"] = "ZeroDivisionError()"
    world.faults.disabled["light_failed"] = START
    world.run(3)
    assert told() == [{"kind": "light_failed", "since": START, "error": "ZeroDivisionError()"}]
    world.desk.load(world.desk.dump())
    world.run(1)
    world.faults.disabled.clear()
    world.run(1)
    assert len(told()) == 1
    world.faults.disabled["light_failed"] = world.now
    world.run(2)
    assert len(told()) == 2
