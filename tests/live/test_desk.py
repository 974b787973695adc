"""A fault's whole life and the desk around it, driven by a program that knows MQTT, HTTP and the contract."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import websockets

from tests.live.line import Voice, line, now
from tests.live.outside import Product, product, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]


class Caller:
    """A program with a token of its own."""

    def __init__(self, made: Product, role: str, who: str) -> None:
        self.url, self.token, self._http = f"{made.url}/api/v1", made.token(role, who), made.http

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        return self._http.request(
            method, f"{self.url}{path}", json=body,
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )  # fmt: skip

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.ask("POST", path, body or {})
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json()

    def refused(self, path: str, body: Any = None) -> dict[str, Any]:
        """A move that must answer 409: the problem document."""
        answer = self.ask("POST", path, body or {})
        assert answer.status_code == 409, (path, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
        found: dict[str, Any] = answer.json()
        assert found["guard"]
        assert isinstance(found["missing"], list)
        return found


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None
    return found


def clock(ticket: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in ticket["clocks"] if c["name"] == name)
    return found


def states(ticket: dict[str, Any]) -> list[str]:
    return [line["to"] for line in ticket["timeline"] if line["type"] == "state"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own: one technician, so that offers go where the test expects them."""
    with product(tmp_path_factory.mktemp("desk")) as made:
        made.post("/technicians", {"id": "tech-1", "name": "Li Na", "zones": []}).raise_for_status()
        yield made


class Callers(dict[str, Caller]):
    """By role, made when first asked for: each costs a start of the command line."""

    def __init__(self, made: Product) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, role: str) -> Caller:
        self[role] = Caller(self._made, role, "tech-1" if role == "technician" else f"p-{role}")
        return self[role]


@pytest.fixture(scope="module")
def callers(desk: Product) -> Callers:
    return Callers(desk)


def test_a_fault_becomes_a_closed_ticket(desk: Product, callers: Callers) -> None:
    dispatcher, technician = callers["dispatcher"], callers["technician"]
    with line(desk.mqtt_port, "desk-1") as spoken:
        voice = Voice(spoken, "DESK-1")
        voice.birth()
        voice.up("telemetry", m={"air_c": 4.0, "mains_v": 230.0})
        said = voice.up("event", event="power_lost", data={})
        ticket = wait_for("a ticket", lambda: desk.get("/tickets", q="cabinet:DESK-1")["items"], 200)[0]
        fault = desk.get(f"/faults/{ticket['fault']}")
        assert (fault["kind"], fault["severity"], fault["state"], fault["ticket"]) == (
            "power_lost", "critical", "active", ticket["id"],
        )  # fmt: skip
        assert moment(fault["onset"]).timestamp() * 1000 == said["ts"]
        assert (ticket["kind"], ticket["severity"], ticket["cabinet"]) == ("repair", "critical", "DESK-1")
        reply = clock(ticket, "REPLY")
        assert moment(reply["due"]) - moment(reply["started"]) == timedelta(hours=24)
        assert {"ARRIVAL", "RESTORE"} <= {c["name"] for c in ticket["clocks"]}
        assert desk.get("/cabinets/DESK-1")["health"] == "critical"

        path, visit = f"/tickets/{ticket['id']}", f"/visits/{ticket['visit']}"
        assert technician.get("/visits?q=cabinet:DESK-1")["items"][0]["state"] == "offered"
        assert dispatcher.refused(f"{path}/close")["missing"]
        assert technician.refused(f"{visit}/finish")["missing"] == ["check-in"]
        technician.post(f"{visit}/accept")
        technician.refused(f"{visit}/accept")
        technician.post(f"{visit}/depart")
        code = next(v["code"] for v in technician.get("/visits?q=cabinet:DESK-1")["items"])
        voice.up("event", event="service_code_entered", data={"code": "0" + code})
        voice.settle()
        assert desk.get(path)["state"] == "en_route", "a wrong code proves nothing"
        typed = voice.up("event", event="service_code_entered", data={"code": code})
        wait_for("on site", lambda: desk.get(path)["state"] == "on_site", 10)
        arrival = next(x for x in desk.get(path)["timeline"] if x["to"] == "on_site")["evidence"]
        assert (arrival["level"], arrival["source"]) == (4, "cabinet")
        assert moment(arrival["at"]).timestamp() * 1000 == typed["ts"]
        assert clock(desk.get(path), "ARRIVAL")["state"] == "met"

        technician.post(f"{visit}/finish", {"measure": "fuse replaced"})
        voice.up("event", event="power_restored", data={})
        voice.up("telemetry", m={"air_c": 4.0, "mains_v": 230.0})
        voice.settle()
        assert desk.get(path)["state"] == "verifying"
        dispatcher.refused(f"{path}/close")
        dispatcher.post(f"{path}/resolve", {"reason": "seen on the meter", "note": "seen on the meter"})
        dispatcher.refused(f"{path}/close")
        dispatcher.post(f"{path}/follow-up", {"answer": "customer is content", "solved": True})
        closed = dispatcher.post(f"{path}/close")
    assert closed["state"] == "closed"
    assert states(closed) == [
        "new", "triaged", "remote", "dispatching", "scheduled", "en_route", "on_site", "work_done", "verifying",
        "resolved", "follow_up", "closed",
    ]  # fmt: skip
    assert all(
        moment(a["at"]) <= moment(b["at"]) for a, b in zip(closed["timeline"], closed["timeline"][1:], strict=False)
    )
    assert {c["state"] for c in closed["clocks"] if c["name"] in ("REPLY", "ARRIVAL", "RESTORE")} == {"met"}


@pytest.mark.long
def test_a_fault_that_clears_on_the_way_calls_the_visit_off(desk: Product, callers: Callers) -> None:
    with line(desk.mqtt_port, "desk-2") as spoken:
        voice = Voice(spoken, "DESK-2")
        voice.birth()
        voice.up("telemetry", m={"air_c": 4.0, "mains_v": 230.0})
        voice.up("event", event="power_lost", data={})
        ticket = wait_for("a ticket", lambda: desk.get("/tickets", q="cabinet:DESK-2")["items"], 90)[0]
        callers["technician"].post(f"/visits/{ticket['visit']}/accept")
        voice.up("event", event="power_restored", data={})
        end = time.monotonic() + 100
        while desk.get(f"/tickets/{ticket['id']}")["state"] != "verifying" and time.monotonic() < end:
            voice.up("telemetry", m={"air_c": 4.0, "mains_v": 230.0})
            time.sleep(3)
        assert desk.get(f"/tickets/{ticket['id']}")["state"] == "verifying"
    visit = next(
        v for v in callers["dispatcher"].get("/visits?q=cabinet:DESK-2")["items"] if v["id"] == ticket["visit"]
    )
    assert visit["state"] not in ("offered", "accepted", "en_route", "arrived", "working")
    fault = desk.get(f"/faults/{ticket['fault']}")
    assert fault["state"] in ("cleared", "clearing")


def new_ticket(**more: Any) -> dict[str, Any]:
    return {"kind": "consultation", "summary": "how do I pay", **more}


def test_a_person_opens_a_ticket_with_next_to_nothing(desk: Product, callers: Callers) -> None:
    for kind in (
        "repair",
        "consultation",
        "complaint",
        "installation",
        "return",
        "refund",
        "recall",
        "incident",
        "followup",
    ):
        made = callers["agent"].post("/tickets", {"kind": kind, "summary": "s"}, 201)
        assert made["state"] in ("new", "triaged")
        assert moment(clock(made, "REPLY")["due"]) - moment(made["received"]) == timedelta(hours=24)
    complaint = clock(callers["agent"].post("/tickets", {"kind": "complaint", "summary": "s"}, 201), "COMPLAINT")
    assert moment(complaint["due"]).astimezone(moment("2026-01-01T00:00:00+08:00").tzinfo).strftime("%H:%M") == "00:00"
    later = datetime.fromtimestamp(time.time() + 3600).astimezone().isoformat()
    assert callers["agent"].ask("POST", "/tickets", new_ticket(received=later)).status_code == 422
    bodies: list[Any] = [
        {},
        {"kind": "zork", "summary": "s"},
        {"kind": "repair"},
        new_ticket(cabinet="NOT-THERE"),
        [],
        "x",
    ]
    for wrong in bodies:
        answer = callers["agent"].ask("POST", "/tickets", wrong)
        assert answer.status_code in (404, 422), (wrong, answer.status_code)
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_same_key_makes_one_ticket(callers: Callers) -> None:
    agent, key = callers["agent"], {"Idempotency-Key": f"k-{now()}"}
    first, second = (agent.ask("POST", "/tickets", new_ticket(), **key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert agent.ask("POST", "/tickets", new_ticket(summary="other"), **key).status_code in (409, 422)


def test_a_stale_version_is_refused(callers: Callers) -> None:
    agent, dispatcher = callers["agent"], callers["dispatcher"]
    made = agent.ask("POST", "/tickets", new_ticket())
    path, tag = f"/tickets/{made.json()['id']}", made.headers["etag"]
    assert dispatcher.ask("POST", f"{path}/triage", {}, **{"If-Match": tag}).status_code == 200
    stale = dispatcher.ask("POST", f"{path}/comment", {"text": "x"}, **{"If-Match": tag})
    assert stale.status_code == 412
    assert dispatcher.ask("POST", f"{path}/comment", {"text": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "method", "path", "body", "status"),
    [
        ("viewer", "GET", "/cabinets", None, 200),
        ("viewer", "POST", "/tickets", new_ticket(), 403),
        ("viewer", "POST", "/cabinets", {"id": "ROLE-1", "model": "T1"}, 403),
        ("auditor", "POST", "/tickets", new_ticket(), 403),
        ("agent", "POST", "/tickets", new_ticket(), 201),
        ("agent", "POST", "/technicians", {"name": "x"}, 403),
        ("technician", "POST", "/tokens", {"name": "x", "role": "administrator"}, 403),
        ("technician", "POST", "/cabinets/DESK-1/commands", {"name": "open_door", "args": {}, "reason": "x"}, 403),
        ("operator", "POST", "/tokens", {"name": "x", "role": "administrator"}, 403),
        ("dispatcher", "POST", "/technicians", {"name": "y"}, 201),
        ("administrator", "POST", "/sites", {"name": "z"}, 201),
    ],
)
def test_roles(callers: Callers, role: str, method: str, path: str, body: Any, status: int) -> None:
    assert callers[role].ask(method, path, body).status_code == status


def test_nobody_gets_in_without_a_token(desk: Product) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = httpx2.get(f"{desk.url}/api/v1/cabinets", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")
    for open_path in ("/livez", "/readyz", "/metrics", "/api/v1/openapi.json"):
        assert httpx2.get(f"{desk.url}{open_path}").status_code == 200, open_path


def test_lists(callers: Callers) -> None:
    admin = callers["administrator"]
    for n in range(25):
        admin.post("/cabinets", {"id": f"LIST-{n:02d}", "model": "T9" if n % 2 else "T8"}, 201)
    seen: list[str] = []
    cursor = ""
    while True:
        page = admin.get(f"/cabinets?limit=10&sort=id&q=model:t9{cursor}")
        assert page["total"] == 12
        seen += [c["id"] for c in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"LIST-{n:02d}" for n in range(1, 25, 2)]
    back = [c["id"] for c in admin.get("/cabinets?limit=3&sort=-id&q=LIST")["items"]]
    assert back == ["LIST-24", "LIST-23", "LIST-22"]
    newest = [t["opened"] for t in admin.get("/tickets")["items"]]
    assert newest == sorted(newest, reverse=True)
    for wrong in ("limit=0", "limit=1001", "limit=x", "cursor=zork", "sort=zork", "q=zork:1", "q=air_c:>x"):
        answer = admin.ask("GET", f"/cabinets?{wrong}")
        assert answer.status_code in (400, 422), (wrong, answer.status_code)
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_cabinet_is_changed_and_retired(callers: Callers) -> None:
    admin = callers["administrator"]
    admin.post("/cabinets", {"id": "GONE-1", "model": "T1"}, 201)
    assert admin.ask("POST", "/cabinets", {"id": "GONE-1", "model": "T1"}).status_code == 409
    for wrong in ("gone-1", "G", "A" * 33, "A/B", "A+B", "A#", "-A1", ""):
        assert admin.ask("POST", "/cabinets", {"id": wrong, "model": "T1"}).status_code == 422, wrong
    assert admin.ask("PATCH", "/cabinets/GONE-1", {"model": "T2"}).json()["model"] == "T2"
    assert "credential" not in admin.get("/cabinets/GONE-1")
    assert admin.ask("DELETE", "/cabinets/GONE-1").status_code in (200, 204)
    assert admin.get("/cabinets/GONE-1")["retired"] is True


def test_standards_serve_clauses_with_evidence(callers: Callers) -> None:
    clauses = callers["auditor"].get("/standards")["items"]
    assert len(clauses) >= 5
    assert all(c["clause"] and c["title"] and c["evidence"] is not None for c in clauses)


def test_the_live_feed(desk: Product, callers: Callers) -> None:
    async def story() -> list[dict[str, Any]]:
        url = desk.url.replace("http", "ws") + "/api/v1/live"
        headers = {"Authorization": f"Bearer {callers['viewer'].token}"}
        async with websockets.connect(url, additional_headers=headers) as feed:
            heard = [json.loads(await feed.recv())]
            await feed.send(json.dumps({"sub": "cabinets", "q": "FEED", "sort": "id", "window": [0, 20]}))
            heard.append(json.loads(await asyncio.wait_for(feed.recv(), 10)))
            with line(desk.mqtt_port, "feed") as spoken:
                voice = Voice(spoken, "FEED-1")
                voice.birth()
                voice.up("telemetry", m={"air_c": 4.5})
                end = time.monotonic() + 10
                while time.monotonic() < end and "4.5" not in json.dumps(heard[2:]):
                    heard.append(json.loads(await asyncio.wait_for(feed.recv(), 10)))
        return heard

    heard = asyncio.run(story())
    assert "hello" in json.dumps(heard[0])
    assert {"now", "speed", "version"} <= set(json.dumps(heard[0]).replace('"', " ").split())
    assert "snap" in json.dumps(heard[1])
    assert "4.5" in json.dumps(heard[2:]), heard
    assert all("delta" in json.dumps(h) for h in heard[2:])


def test_the_live_feed_is_not_for_strangers(desk: Product) -> None:
    async def story() -> None:
        with pytest.raises(websockets.exceptions.WebSocketException):
            async with websockets.connect(desk.url.replace("http", "ws") + "/api/v1/live") as feed:
                await asyncio.wait_for(feed.recv(), 10)

    asyncio.run(story())


@pytest.mark.long
def test_in_the_demo_telemetry_proves_the_repair_of_an_outside_cabinet(tmp_path: Path) -> None:
    """Sixty times as fast, simulated people do the work: the ticket closes only because the readings are well again."""
    with product(tmp_path, "demo", "--cabinets", "3") as made, line(made.mqtt_port, "guest") as spoken:
        voice = Voice(spoken, "GUEST-1")

        def product_now() -> int:
            return int(moment(made.get("/time")["now"]).timestamp() * 1000)

        voice.up("birth", ts=product_now(), conn=1, interval_s=60, holds=[], model="T1", protocol=1)
        voice.up("event", ts=product_now(), event="power_lost", data={})
        ticket = wait_for("a ticket", lambda: made.get("/tickets", q="cabinet:GUEST-1")["items"], 30)[0]
        mended = False
        end = time.monotonic() + 200
        while ticket["state"] != "closed" and time.monotonic() < end:
            ticket = made.get(f"/tickets/{ticket['id']}")
            if not mended and ticket["state"] == "on_site":
                voice.up("event", ts=product_now(), event="power_restored", data={})
                mended = True
            voice.up("telemetry", ts=product_now(), m={"air_c": 4.0, "mains_v": 230.0 if mended else 0.0})
            time.sleep(0.8)
    assert ticket["state"] == "closed", states(ticket)
    proof = next(x for x in ticket["timeline"] if x["to"] == "resolved")
    assert proof["actor"] == "system", proof
