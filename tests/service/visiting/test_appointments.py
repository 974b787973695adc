"""Windows agreed with the customer: revised with consent only, kept by the clock, the offer and the visit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Actor, Answer
from service.visiting.windows import common, verdict
from telemetry.units import HOUR, MINUTE
from tests.service.desk.world import START, World

CONSENT = {"by": "Frau Wang", "how": "by phone"}


def asked(world: World, cabinet: str = "C-1", kind: str = "repair") -> str:
    """A ticket of a person, out for dispatch."""
    answer = world.act("ticket.create", kind=kind, summary="the door squeaks", cabinet=cabinet)
    key: str = answer.body["id"]
    world.act("ticket.triage", key)
    world.act("ticket.dispatch", key, reason="the door is mechanical")
    return key


def agree(world: World, begin: int, end: int, key: str = "T-000001", **body: Any) -> Answer:
    """A window from `begin` to `end` hours from the start of the world."""
    return world.act("ticket.appointment", key, **{"from": START + begin * HOUR, "to": START + end * HOUR, **body})


def hired(*names: str) -> World:
    world = World()
    world.hire(*(names or ("ann",)))
    return world


def test_the_arrival_is_owed_by_the_end_of_the_window() -> None:
    world = hired()
    asked(world)
    assert agree(world, 5, 7, agreed_with="Frau Wang").status == "ok"
    clock = world.clock_of("ARRIVAL")
    assert clock["due"] == START + 7 * HOUR
    assert "2026-10-14 14:00 - 2026-10-14 16:00" in clock["why"]
    assert "S1 6.4.6" in clock["why_zh"]
    (shown,) = world.ticket()["fields"]["appointments"]
    assert (shown["n"], shown["from"], shown["to"], shown["missed"]) == (1, START + 5 * HOUR, START + 7 * HOUR, False)
    assert world.visit()["window"] == {"from": START + 5 * HOUR, "to": START + 7 * HOUR}
    assert [n["to"] for n in world.notices("appointment_set")] == ["ann"]


def test_a_window_agreed_before_the_dispatch_is_what_the_dispatch_owes() -> None:
    world = hired()
    world.act("ticket.create", kind="repair", summary="the door squeaks", cabinet="C-1")
    agree(world, 30, 32)
    world.run(10)
    world.act("ticket.triage", "T-000001")
    world.act("ticket.dispatch", "T-000001", reason="the door is mechanical")
    clocks = [c for c in world.ticket()["clocks"] if c["name"] == "ARRIVAL"]
    assert [c["due"] for c in clocks] == [START + 32 * HOUR]


def test_a_later_window_is_warned_of_anew() -> None:
    world = hired()
    asked(world)
    world.run(100)
    assert len(world.notices("clock_warned")) == 2, "half and four fifths of the two hours are gone"
    agree(world, 20, 22)
    world.run(9 * 60 + 30)
    assert [n["params"]["due"] for n in world.notices("clock_warned")][2:] == [START + 22 * HOUR]


def test_a_severity_that_rises_does_not_move_what_the_customer_was_told() -> None:
    world = hired()
    world.fault("C-1", severity="minor")
    agree(world, 5, 7)
    world.fault("C-1", severity="critical")
    assert world.clock_of("ARRIVAL")["due"] == START + 7 * HOUR


def test_a_change_needs_the_customers_consent() -> None:
    world = hired()
    asked(world)
    agree(world, 5, 7)
    before = world.desk.dump()
    for body in ({}, {"consent": None}, {"reason": "busy"}):
        refused = agree(world, 6, 8, **body)
        assert (refused.status, refused.body) == (
            "conflict", {"guard": "consent", "missing": ["consent.by", "consent.how"]}
        )  # fmt: skip
    half = agree(world, 6, 8, consent={"by": "Frau Wang"})
    assert half.body["missing"] == ["consent.how"]
    assert world.desk.dump() == before
    assert agree(world, 6, 8, consent=CONSENT).status == "ok"
    first, second = world.ticket()["fields"]["appointments"]
    assert (first["missed"], second["consent"]) == (False, CONSENT)
    assert world.clock_of("ARRIVAL")["due"] == START + 8 * HOUR


def test_a_change_without_consent_counts_as_missed_and_the_promise_stands() -> None:
    world = hired()
    asked(world)
    agree(world, 5, 7)
    assert agree(world, 20, 22, without_consent="the technician is ill").status == "ok"
    first, second = world.ticket()["fields"]["appointments"]
    assert (first["missed"], second["without_consent"]) == (True, "the technician is ill")
    assert world.clock_of("ARRIVAL")["due"] == START + 7 * HOUR, "who was not asked holds us to the first window"
    assert world.visit()["window"] == {"from": START + 20 * HOUR, "to": START + 22 * HOUR}
    both = agree(world, 21, 23, without_consent="ill", consent=CONSENT)
    assert both.status == "invalid"


def test_a_change_after_the_window_is_a_missed_one_even_with_consent() -> None:
    world = hired()
    asked(world)
    agree(world, 1, 2)
    world.run(125)
    assert agree(world, 5, 7, consent=CONSENT).status == "ok"
    first, _ = world.ticket()["fields"]["appointments"]
    assert first["missed"] is True
    arrivals = [(c["due"], c["state"]) for c in world.ticket()["clocks"] if c["name"] == "ARRIVAL"]
    assert arrivals == [(START + 2 * HOUR, "breached"), (START + 7 * HOUR, "running")]


@pytest.mark.parametrize(
    ("minutes", "kept", "state"),
    [(59, "before", "met"), (60, "inside", "met"), (120, "inside", "met"), (121, "after", "breached")],
)  # fmt: skip
def test_an_arrival_outside_of_the_window_is_flagged(minutes: int, kept: str, state: str) -> None:
    world = World(cabinet_at=lambda _: (30.0, 120.0))
    world.hire("ann")
    asked(world)
    agree(world, 1, 2)
    world.tech("accept", "V-000001")
    world.run(minutes)
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    (shown,) = world.ticket()["fields"]["appointments"]
    assert (shown["kept"], shown["arrived"], shown["visit"]) == (kept, START + minutes * MINUTE, "V-000001")
    assert world.clock_of("ARRIVAL")["state"] == state
    assert [x["note"].split()[0] for x in world.lines() if x["type"] == "appointment"][-1] == f"appointment_{kept}"


def test_a_window_is_used_up_by_the_arrival_and_a_next_one_needs_no_consent() -> None:
    world = hired()
    world.fault("C-1")
    agree(world, 1, 2)
    world.tech("accept", "V-000001")
    world.run(70)
    world.event("C-1", "service_code_entered", code=world.visit()["evidence"]["code"])
    world.tech("finish", "V-000001", measure="cleaned the contacts")
    world.run(40)
    assert world.ticket()["state"] == "dispatching", "it was not repaired"
    assert world.clock_of("ARRIVAL")["due"] == world.clock_of("ARRIVAL")["started"] + 2 * HOUR
    assert agree(world, 5, 7).status == "ok"
    assert world.clock_of("ARRIVAL")["due"] == START + 7 * HOUR
    first, second = world.ticket()["fields"]["appointments"]
    assert (first["kept"], first["missed"], second["kept"]) == ("inside", False, None)


def test_what_is_open_at_a_site_rides_on_one_visit_and_keeps_the_window_of_one() -> None:
    world = World(site_zone=lambda s: ("hz", 30.0, 120.0) if s else None)
    world.fleet.site[:2] = ["S-1", "S-1"]
    world.hire("ann")
    asked(world, "C-0")
    agree(world, 5, 7)
    world.fault("C-1")
    assert world.visit()["tickets"] == ["T-000001", "T-000002"]
    assert world.visit()["window"] == {"from": START + 5 * HOUR, "to": START + 7 * HOUR}
    agree(world, 6, 9, key="T-000002")
    assert world.visit()["window"] == {"from": START + 6 * HOUR, "to": START + 7 * HOUR}
    assert world.notices("windows_apart") == []
    agree(world, 20, 21, key="T-000002", consent=CONSENT)
    assert world.visit()["window"] == {"from": START + 5 * HOUR, "to": START + 7 * HOUR}
    (told,) = world.notices("windows_apart")
    assert (told["to"], told["params"]["tickets"]) == ("dispatcher", "T-000001, T-000002")


def test_who_is_asked_works_in_the_window_not_now() -> None:
    world = World()
    world.hire("night", shift=[[3, "22:00", "06:00"]])
    world.hire("day", shift=[[3, "08:00", "17:00"]])
    world.act("ticket.create", kind="repair", summary="the door squeaks", cabinet="C-1")
    agree(world, 16, 18)
    world.act("ticket.triage", "T-000001")
    world.act("ticket.dispatch", "T-000001", reason="the door is mechanical")
    assert world.visit()["technician"] == "night", "01:00-03:00 of Thursday belongs to Wednesday's night shift"


def test_only_sensible_windows_of_open_tickets_are_taken() -> None:
    world = hired()
    asked(world)
    for begin, end in ((2, 2), (3, 2), (-3, -1), (1, 1 + 8 * 24), (370 * 24, 370 * 24 + 1)):
        assert agree(world, begin, end).status == "invalid"
    assert world.act("ticket.appointment", "T-000001", to=START + HOUR).body["fields"] == {"from": "is required"}
    agree(world, 5, 7)
    bad = agree(world, 6, 8, consent={"by": "", "how": 3})
    assert sorted(bad.body["fields"]) == ["consent.by", "consent.how"]
    world.act("ticket.cancel", "T-000001")
    assert agree(world, 6, 8, consent=CONSENT).body["guard"] == "state"


def test_a_technician_may_agree_on_windows_of_own_visits_only() -> None:
    world = hired("ann", "bob")
    asked(world)
    for who, status in (("bob", "denied"), ("ann", "ok")):
        body = {"from": START + HOUR, "to": START + 2 * HOUR}
        assert world.act("ticket.appointment", "T-000001", Actor(id=who, role="technician"), **body).status == status
    assert world.notices("appointment_set") == [], "who agreed on it knows"


instants = st.integers(START, START + 3 * 24 * HOUR)
windows = st.tuples(instants, st.integers(1, 20 * HOUR)).map(lambda w: (w[0], w[0] + w[1]))


@given(st.lists(windows, min_size=1, max_size=6))
def test_the_common_window_lies_in_the_earliest_and_in_all_that_meet(held: list[tuple[int, int]]) -> None:
    found, apart = common(held)
    assert found is not None
    assert found[0] <= found[1] <= min(end for _, end in held)
    assert any(begin <= found[0] and found[1] <= end for begin, end in held)
    latest, earliest = max(b for b, _ in held), min(e for _, e in held)
    assert apart == (latest > earliest)
    if not apart:
        assert found == (latest, earliest)


@given(windows, instants)
def test_an_arrival_is_inside_exactly_between_both_ends_across_midnight_too(window: tuple[int, int], at: int) -> None:
    inside = window[0] <= at <= window[1]
    assert (verdict(*window, at) == "inside") == inside
    assert (verdict(*window, at) == "after") == (at > window[1])
