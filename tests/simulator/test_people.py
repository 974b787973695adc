"""Simulated people see a ticket through, cope with refusals and absence, and touch nothing but the API."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import numpy as np
import pytest

from simulator import trips
from simulator.people import TECHNICIANS, People, hire
from simulator.trips import Trips
from simulator.world import World, cabinet_ids
from telemetry.clock import ManualClock, Moment
from telemetry.units import MINUTE, SECOND
from tests.simulator.rig import MONDAY_9, one, onward

NEXT = {"accept": "accepted", "depart": "en_route", "check-in": "arrived", "finish": "left"}


def warm_world(kind: str = "compressor_not_starting") -> World:
    world = World(cabinet_ids(2), 1, MONDAY_9, step_ms=20_000, scenario=one(kind))
    onward(world, 0.5)
    return world


class Office:
    """The API as far as people need it: one visit, its tickets, and what was asked of them."""

    def __init__(self, cabinet: str = "SIM-00001") -> None:
        self.visit: dict[str, Any] = {
            "id": "V-000001", "state": "offered", "cabinet": cabinet, "code": None, "technician": "tech-li",
            "level": None,
        }  # fmt: skip
        self.tickets: dict[str, str] = {}
        self.technicians: list[dict[str, Any]] = []
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.away = False
        self.food = "none"
        self.refuse: set[str] = set()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.away:
            raise httpx2.ConnectError("away")
        path = request.url.path.removeprefix("/api/v1/")
        return self._list(request, path) if request.method == "GET" else self._act(request, path)

    def _list(self, request: httpx2.Request, path: str) -> httpx2.Response:
        terms = dict(term.split(":") for term in request.url.params.get("q", "").split())
        wanted = terms.get("state", "").split(",")
        if path.endswith("/food-safety"):
            return httpx2.Response(200, json={"state": self.food})
        found: list[dict[str, Any]] = self.technicians
        if path == "visits":
            found = [self.visit] if self.visit["state"] in wanted else []
        elif path == "tickets":
            assert terms["channel"] == "telemetry", "tickets of people are left to people"
            found = [{"id": key, "state": state} for key, state in self.tickets.items() if state in wanted]
        return httpx2.Response(200, json={"items": found, "next": None, "total": len(found)})

    def _act(self, request: httpx2.Request, path: str) -> httpx2.Response:
        body = json.loads(request.content)
        self.posts.append((path, body))
        noun, *rest = path.split("/")
        if rest and rest[-1] in self.refuse:
            return httpx2.Response(409, json={"guard": "state", "missing": []})
        if noun == "technicians":
            self.technicians.append(body)
        elif rest[-1] == "release":
            self.food = "released"
        elif noun == "visits":
            self.visit |= {"state": NEXT[rest[1]], "code": "123456"}
        return httpx2.Response(201 if noun == "technicians" else 200, json={})

    def verbs(self) -> list[str]:
        return [path.rsplit("/", 1)[1] for path, _ in self.posts if "/" in path]


def play(office: Office, world: World, minutes: int, after: Callable[[], None] = lambda: None) -> People:
    """Let people work a while, one look per product minute and real second."""
    clock = ManualClock(world.now, real=0, speed=60)
    people = People("http://test/api/v1", "t", world, clock, seed=3)

    async def work() -> None:
        async with httpx2.AsyncClient(base_url="http://test/api/v1/", transport=httpx2.MockTransport(office)) as http:
            for _ in range(minutes):
                await people.look(http)
                clock.advance(MINUTE)
                for tick in world.step(clock.moment().now):
                    if any(s.name == "service_code_entered" for s in tick.said):
                        after()

    asyncio.run(work())
    return people


def test_a_technician_goes_types_the_code_mends_and_reports() -> None:
    office, world = Office(), warm_world()
    play(office, world, 90, after=lambda: office.visit.update(state="arrived"))
    assert office.verbs() == ["accept", "depart", "finish"]
    report = office.posts[-1][1]
    assert "start relay" in report["parts"]
    assert report["measure"]
    assert world.lasting(0) == []
    assert not world.state.door[0]


def test_a_code_that_does_not_come_through_is_replaced_by_the_button() -> None:
    office, world = Office(), warm_world("offline")
    play(office, world, 90)
    assert office.verbs() == ["accept", "depart", "check-in", "finish"]
    assert office.posts[2][1] == {"evidence": {"type": "button"}}


def proven(office: Office) -> Callable[[], None]:
    """The cabinet passes the code on while the visit lasts."""

    def arrive() -> None:
        if office.visit["state"] != "left":
            office.visit.update(state="arrived", level=4)

    return arrive


def test_a_locked_cabinet_is_inspected_and_released_before_the_technician_leaves() -> None:
    office, world = Office(), warm_world()
    office.food = "locked"
    play(office, world, 90, after=proven(office))
    assert office.verbs() == ["accept", "depart", "release", "finish"]
    path, body = office.posts[-2]
    assert path == "cabinets/SIM-00001/food-safety/release"
    assert body["inspection"]["result"] == "unsafe"
    assert {"milk-250", "salad-220"} <= {each["sku"] for each in body["discarded"]}
    assert all(each["count"] >= 1 and each["lot"] for each in body["discarded"])
    onward(world, 0.2)
    assert not world.state.goods.empty()[0], "it was filled up"
    assert not world.state.door[0]


def test_a_refused_release_is_asked_again_with_the_same_record_and_not_for_ever() -> None:
    office, world = Office(), warm_world()
    office.food, office.refuse = "lock_requested", {"release"}
    play(office, world, 240, after=proven(office))
    released = [body for path, body in office.posts if path.endswith("release")]
    assert 2 <= len(released) <= 8
    assert all(body == released[0] for body in released)
    assert office.verbs()[-1] == "finish"


def test_who_cannot_prove_to_be_there_types_the_code_again_and_asks_for_no_release() -> None:
    office, world = Office(), warm_world()
    office.food = "locked"
    typed: list[int] = []

    def again() -> None:
        typed.append(1)
        office.visit.update(state="arrived", level=4 if len(typed) == 3 else 0)

    play(office, world, 120, after=again)
    assert len(typed) == 3
    assert office.verbs()[-2:] == ["release", "finish"]


def test_refusals_are_looked_at_again_and_do_not_stop_the_rest() -> None:
    office, world = Office(), warm_world()
    office.refuse = {"accept"}
    office.tickets = {"T-000001": "resolved"}
    people = play(office, world, 20)
    assert 3 < office.verbs().count("accept") < 20
    assert people.refused[0] == "visits/V-000001/accept: 409"
    assert office.verbs().count("close") == 20


def test_the_clerk_calls_after_a_repair() -> None:
    office, world = Office(), warm_world()
    office.visit["state"] = "left"
    office.tickets = {"T-000001": "new", "T-000002": "resolved", "T-000003": "on_site"}
    play(office, world, 1)
    assert [p for p, _ in office.posts] == ["tickets/T-000002/follow-up", "tickets/T-000002/close"]
    assert office.posts[0][1]["solved"] is True


def test_the_visits_of_technicians_who_are_not_ours_are_left_alone() -> None:
    office, world = Office(), warm_world()
    office.visit["technician"] = "somebody-real"
    play(office, world, 30)
    assert office.posts == []


def test_technicians_are_hired_once() -> None:
    office = Office()

    async def twice() -> None:
        async with httpx2.AsyncClient(base_url="http://test/api/v1/", transport=httpx2.MockTransport(office)) as http:
            assert await hire(http)
            assert await hire(http)

    asyncio.run(twice())
    assert [t["id"] for t in office.technicians] == [t[0] for t in TECHNICIANS]
    assert all(t["shift"][0] == [1, "08:00", "22:00"] and t["zones"] == [] for t in office.technicians)


def visit(n: int, state: str = "offered") -> dict[str, Any]:
    return {"id": f"V-{n:06d}", "state": state, "cabinet": "SIM-00001", "code": "1"}


def test_some_offers_are_forgotten_and_most_accepted_in_five_minutes() -> None:
    party = Trips(warm_world(), np.random.default_rng(1))
    offers = [visit(n) for n in range(400)]
    at = {m.visit: k for k in range(8) for m in party.due(offers, Moment(MONDAY_9 + k * MINUTE, 0)) if k < 6}
    assert 340 <= len(at) < 400
    assert min(at.values()) >= 1


def test_some_repairs_do_not_help_at_first() -> None:
    world = warm_world()
    helped = []
    for n in range(60):
        party = Trips(world, np.random.default_rng(n))
        list(party.due([visit(n, "arrived")], Moment(world.now, 0)))
        (move,) = party.due([visit(n, "arrived")], Moment(world.now + 30 * MINUTE, 0))
        assert move.verb == "finish"
        helped.append(not world.lasting(0))
        world._schedule.lasting[0, "compressor_not_starting"] = 1 << 60
    assert 1 <= helped.count(False) <= 60 * 3 * trips.IN_VAIN


def test_the_button_waits_for_the_code_in_product_and_real_time() -> None:
    party = Trips(warm_world(), np.random.default_rng(1))
    way = [visit(1, "en_route")]
    start = Moment(MONDAY_9, 0)
    list(party.due(way, start))
    there = Moment(MONDAY_9 + 31 * MINUTE, 0)
    assert list(party.due(way, there)) == []
    assert list(party.due(way, Moment(there.now + 4 * MINUTE, 4 * SECOND))) == []
    assert list(party.due(way, Moment(there.now + 2 * MINUTE, 6 * SECOND))) == []
    assert [m.verb for m in party.due(way, Moment(there.now + 4 * MINUTE, 6 * SECOND))] == ["check-in"]


def test_people_back_off_while_the_api_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) >= 7:  # somebody else may have taken the first
            raise asyncio.CancelledError

    monkeypatch.setattr("simulator.people.asyncio.sleep", nap)
    people = People("http://127.0.0.1:9/api/v1", "t", warm_world(), ManualClock(MONDAY_9), seed=1)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(people.work())
    assert naps[:7] == [2, 4, 8, 16, 30, 30, 30]


def test_a_fault_without_a_measure_of_its_own_is_mended_all_the_same() -> None:
    office, world = Office(), warm_world("light_failed")
    play(office, world, 90, after=lambda: office.visit.update(state="arrived"))
    assert office.verbs()[-1] == "finish"
    assert world.lasting(0) == []
