"""A plan becomes offers as far as it still holds; what changed meanwhile is left out and named."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import Answer
from telemetry.units import HOUR
from tests.service.desk.world import START, World


def world_of(tickets: int, *names: str) -> World:
    """Tickets on cabinets of their own, out for dispatch, offered to nobody; then people come on duty."""
    world = World(cabinets=8)
    for n in range(tickets):
        world.fault(f"C-{n}")
    world.hire(*names)
    return world


def put(world: World, **routes: list[list[str]]) -> Answer:
    """Apply a plan: technician → the tickets of each stop, an hour apart."""
    body = [
        {"technician": who, "stops": [{"tickets": t, "arrive": START + (n + 1) * HOUR} for n, t in enumerate(stops)]}
        for who, stops in routes.items()
    ]
    return world.act("plan.apply", "P-1", routes=body)


def clock_time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def left(answer: Answer) -> list[tuple[Any, ...]]:
    return [(one["ticket"], one["why"], one["detail"]) for one in answer.body["outcome"]["left_out"]]


def test_stops_are_offered_in_the_plans_order_with_their_time() -> None:
    world = world_of(3, "ann", "bob")
    answer = put(world, bob=[["T-000003"], ["T-000001"]], ann=[["T-000002"]])
    assert answer.body["outcome"] == {"offered": ["V-000001", "V-000002", "V-000003"], "kept": [], "left_out": []}
    shown = [(v["technician"], v["tickets"], v["planned"]) for v in world.rows("visits")]
    assert shown == [
        ("bob", ["T-000003"], START + HOUR), ("bob", ["T-000001"], START + 2 * HOUR),
        ("ann", ["T-000002"], START + HOUR)
    ]  # fmt: skip
    assert world.tables["plans"]["P-1"]["applied_by"] == "dora"


def test_applied_twice_it_changes_nothing_more() -> None:
    world = world_of(2, "ann")
    put(world, ann=[["T-000001"], ["T-000002"]])
    again = put(world, ann=[["T-000001"], ["T-000002"]])
    assert again.body["outcome"] == {"offered": [], "kept": ["V-000001", "V-000002"], "left_out": []}
    assert len(world.rows("visits")) == 2


def test_a_plan_that_is_applied_late_plans_nothing_for_the_past() -> None:
    world = world_of(2)
    window = {"from": f"{clock_time(START)}", "to": f"{clock_time(START + 2 * HOUR)}"}
    assert world.act("ticket.appointment", "T-000002", **window).status == "ok"
    world.run(3 * 60)
    world.hire("ann")
    answer = put(world, ann=[["T-000001"], ["T-000002"]])
    assert left(answer) == [("T-000002", "window", None)]
    assert world.visit()["planned"] == world.now


def test_an_offer_that_nobody_took_goes_to_whom_the_plan_names() -> None:
    world = World()
    world.hire("ann", "bob")
    world.fault("C-1")
    answer = put(world, bob=[["T-000001"]])
    assert answer.body["outcome"]["offered"] == ["V-000002"]
    assert [(v["technician"], v["state"]) for v in world.rows("visits")] == [("ann", "called_off"), ("bob", "offered")]
    assert [n["to"] for n in world.notices("visit_called_off")] == ["ann"]


def test_what_changed_meanwhile_is_left_out_and_named() -> None:
    world = world_of(6, "ann", "bob", "cyd", "eve")
    world.act("technician.patch", "cyd", active=False)
    world.act("ticket.cancel", "T-000001")
    world.run(10)
    taken = world.ticket("T-000002")["visit"]
    world.tech("accept", taken)
    world.act("ticket.appointment", "T-000003", **{"from": START + 20 * HOUR, "to": START + 22 * HOUR})
    world.act("technician.patch", "eve", shift=[[7, "08:00", "09:00"]])
    answer = put(
        world, ann=[["T-000001"], ["T-000002"], ["T-000003"], ["T-999999"]], cyd=[["T-000004"]], eve=[["T-000005"]],
        nobody=[["T-000006"]],
    )  # fmt: skip
    assert left(answer) == [
        ("T-000001", "gone", "cancelled"), ("T-000002", "gone", "scheduled"), ("T-000003", "window", None),
        ("T-999999", "gone", None), ("T-000004", "obstacle", "inactive"), ("T-000005", "obstacle", "off_shift"),
        ("T-000006", "technician", "nobody"),
    ]  # fmt: skip
    assert answer.body["outcome"]["offered"] == []


def test_a_stop_of_several_tickets_is_one_visit_of_those_that_still_wait() -> None:
    world = world_of(1, "ann", "bob")
    world.fault("C-0", "lock_fault")
    world.fault("C-0", "camera_down")
    world.act("ticket.cancel", "T-000002")
    answer = put(world, bob=[["T-000001", "T-000002", "T-000003"]])
    (visit,) = [v for v in world.rows("visits") if v["state"] == "offered"]
    assert (visit["technician"], visit["tickets"]) == ("bob", ["T-000001", "T-000003"])
    assert left(answer) == [("T-000002", "gone", "cancelled")]


def test_routes_that_are_none_are_refused() -> None:
    world = world_of(1, "ann")
    before = world.desk.dump()
    for routes in (None, [{"technician": "ann"}], [{"technician": "ann", "stops": [{"tickets": [1], "arrive": 0}]}]):
        assert world.act("plan.apply", "P-1", routes=routes).status == "invalid"
    assert world.desk.dump() == before


stops = st.lists(st.lists(st.integers(1, 7).map(lambda n: f"T-{n:06d}"), min_size=1, max_size=3), max_size=4)


@settings(deadline=None)
@given(stops, stops, st.lists(st.integers(1, 6), max_size=3))
def test_whatever_is_asked_every_ticket_ends_on_one_visit_or_is_named(
    ann: list[list[str]], bob: list[list[str]], accepted: list[int]
) -> None:
    world = world_of(6, "ann", "bob", "cyd")
    world.run(10)
    for n in accepted:
        visit = world.visit(world.ticket(f"T-{n:06d}")["visit"])
        if visit["state"] == "offered":
            world.tech("accept", visit["id"])
    held = {v["id"]: v["technician"] for v in world.rows("visits") if v["state"] == "accepted"}
    answer = put(world, ann=ann, bob=bob)
    assert answer.status == "ok", "the world checks its own rules at each step"
    for key, who in held.items():
        assert (world.visit(key)["technician"], world.visit(key)["state"]) == (who, "accepted")
    named = {one["ticket"] for one in answer.body["outcome"]["left_out"]}
    for key in {t for route in (ann, bob) for s in route for t in s} - named:
        visit = world.visit(world.ticket(key)["visit"])
        assert (visit["state"], visit["technician"] in ("ann", "bob")) == ("offered", True)
