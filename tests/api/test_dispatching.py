"""Candidates, parts and day plans over HTTP: judged from the records by the desk's own rules."""

import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.model import Answer
from service.records.base import Put
from service.visiting.figures import Figures
from tests.api.fake import NOW, FakeBackend, Product

DAY = "2026-09-21"  # NOW: 22:13 of that Monday in Shanghai
NEXT = "2026-09-22"


@pytest.fixture
def staffed(backend: FakeBackend) -> FakeBackend:
    """Two technicians, a site with two cabinets, a ticket on each that waits for somebody."""
    person = {"phone": None, "zones": [], "skills": [], "shift": [], "channels": [], "active": True, "version": 1}
    stamps = {"created": NOW, "updated": NOW}
    for key, lat, skills in (("ann", 30.0, []), ("bob", 30.2, ["refrigeration"]), ("cyd", 30.0, ["electrical"])):
        backend.put("technicians", **person, **stamps, id=key, name=key, lat=lat, lon=120.0) | {"skills": skills}
        backend.records.write([Put("technicians", {"id": key, "skills": skills})])
    backend.put("sites", id="S-1", name="Station", zone="hz", lat=30.1, lon=120.0, **stamps, version=1)
    for n in (1, 2):
        backend.cabinet(f"C-{n}")
        backend.records.write([Put("cabinets", {"id": f"C-{n}", "site": "S-1"})])
        fields = {"fault_kind": "refrigerant_leak", "tried": ["cyd"], "appointments": [], "window": None}
        place = {"cabinet": f"C-{n}", "site": "S-1", "state": "dispatching", "fields": fields}
        backend.put("tickets", id=f"T-{n}", n=n, **place)
    backend.policy = type(backend.policy)(dispatch=Figures(plan_seconds=0.5))
    return backend


def test_candidates_are_explained_the_able_first(staffed: FakeBackend, admin: TestClient) -> None:
    body = admin.get("/api/v1/tickets/T-1/candidates").json()
    assert [(c["technician"], c["rank"], c["feasible"]) for c in body["items"]] == [
        ("ann", 1, True), ("bob", 2, True), ("cyd", None, False)
    ]  # fmt: skip
    assert [o["code"] for o in body["items"][2]["obstacles"]] == ["passed", "skill"]
    assert body["items"][0]["why"] == "travel 29 min"
    assert body["items"][0]["travel_s"] == body["items"][1]["travel_s"]
    staffed.put("visits", id="V-1", technician="ann", cabinet="C-9", window=None)
    busy = admin.get("/api/v1/tickets/T-1/candidates").json()["items"]
    assert [(c["technician"], c["load"]) for c in busy[:2]] == [("bob", 0), ("ann", 1)]
    assert admin.get("/api/v1/tickets/T-9/candidates").status_code == 404


def test_parts_are_listed_and_counted(backend: FakeBackend, admin: TestClient) -> None:
    row = {"id": "ann/lock", "holder": "ann", "kind": "van", "part": "lock", "quantity": 1, "minimum": 3, "order": 2}
    backend.answers["stock.set"] = lambda action: Answer(status="ok", body=row | {"updated": NOW})
    body = {"holder": "ann", "part": "lock", "quantity": 1, "minimum": 3}
    shown = admin.post("/api/v1/stock", json=body).json()
    assert (shown["order"], shown["updated"][:10]) == (2, DAY)
    assert backend.actions[-1].body == body
    backend.put("stock", **row, updated=NOW)
    backend.put("stock", **row | {"id": "ann/fuse", "part": "fuse", "order": 0}, updated=NOW)
    assert [i["part"] for i in admin.get("/api/v1/stock?q=order:>0").json()["items"]] == ["lock"]


def _finished(admin: TestClient, key: str) -> Any:
    """The plan once it is made; the fake's client waits for what runs beside a request, servers do not."""
    for _ in range(200):
        plan = admin.get(f"/api/v1/plans/{key}").json()
        if plan["state"] != "running":
            return plan
        time.sleep(0.05)
    raise AssertionError(plan)


@pytest.mark.usefixtures("staffed")
def test_a_plan_is_made_beside_the_request_and_applied(admin: TestClient, backend: FakeBackend) -> None:
    asked = admin.post("/api/v1/plans", json={"day": NEXT})
    assert asked.status_code == 202
    begun = asked.json()
    assert (begun["state"], begun["progress"], begun["result"]) == ("running", 0.0, None)
    plan = _finished(admin, begun["id"])
    assert (plan["state"], plan["progress"], plan["error"]) == ("done", 1.0, None)
    (route,) = plan["result"]["routes"]
    assert route["technician"] in ("ann", "bob")
    (stop,) = route["stops"]
    assert (stop["tickets"], stop["site"], stop["accepted"]) == (["T-1", "T-2"], "S-1", False)
    assert stop["arrive"].startswith("2026-09-22T01:"), "from 09:00 in Shanghai, where S1 6.3 begins on-site service"
    assert plan["result"]["left_out"] == []

    outcome = {"offered": ["V-1"], "kept": [], "left_out": []}
    backend.answers["plan.apply"] = lambda action: Answer(
        status="ok", body={"id": action.target, "applied": NOW, "applied_by": "admin", "outcome": outcome}
    )
    applied = admin.post(f"/api/v1/plans/{plan['id']}/apply").json()
    assert (applied["outcome"], applied["applied_by"]) == (outcome, "admin")
    (told,) = backend.actions[-1].body["routes"]
    assert [s["tickets"] for s in told["stops"]] == [["T-1", "T-2"]]
    assert isinstance(told["stops"][0]["arrive"], int)
    assert admin.get("/api/v1/plans").json()["total"] == 1


def test_a_day_is_today_or_of_the_month_ahead(admin: TestClient) -> None:
    for body in ({}, {"day": "soon"}, {"day": "2026-09-20"}, {"day": "2027-01-01"}, {"day": NEXT, "x": 1}):
        assert admin.post("/api/v1/plans", json=body).status_code == 422, body


def test_one_plan_at_a_time_and_one_that_was_interrupted_says_so(backend: FakeBackend, admin: TestClient) -> None:
    real = backend.moment().real
    row = {"id": "P-1", "day": DAY, "state": "running", "progress": 0.4, "actor": "dora", "created": NOW}
    backend.put("plans", **row, started_real=real)
    refused = admin.post("/api/v1/plans", json={"day": NEXT})
    assert (refused.status_code, refused.json()["guard"], refused.json()["missing"]) == (409, "planning", ["P-1"])
    assert admin.post("/api/v1/plans/P-1/apply").json()["guard"] == "state"
    backend.put("plans", **row, started_real=real - 600_000)
    shown = admin.get("/api/v1/plans/P-1").json()
    assert (shown["state"], shown["error"]) == ("failed", "interrupted")
    assert admin.post("/api/v1/plans", json={"day": DAY}).status_code == 202


def test_an_empty_day_is_a_plan_without_routes(admin: TestClient) -> None:
    plan = _finished(admin, admin.post("/api/v1/plans", json={"day": NEXT}).json()["id"])
    assert (plan["state"], plan["result"]) == ("done", {"day": NEXT, "routes": [], "left_out": []})


def test_the_same_key_begins_one_plan(admin: TestClient) -> None:
    keyed = {"Idempotency-Key": "once"}
    first, second = (admin.post("/api/v1/plans", json={"day": NEXT}, headers=keyed).json() for _ in range(2))
    assert first["id"] == second["id"]
    assert admin.get("/api/v1/plans").json()["total"] == 1


def test_an_appointment_is_told_to_those_who_may_know_with_whom(product: Product, backend: FakeBackend) -> None:
    held = {"n": 1, "from": NOW, "to": NOW, "agreed_with": "王芳", "consent": {"by": "王芳", "how": "13800001234"}}
    backend.put("tickets", id="T-1", n=1, fields={"appointments": [held], "window": {"from": NOW, "to": NOW}})
    seen = product.as_role("viewer").get("/api/v1/tickets/T-1").json()["fields"]
    (shown,) = seen["appointments"]
    assert (shown["agreed_with"], shown["consent"]) == ("王**", {"by": "王**", "how": "138****1234"})
    assert shown["from"] == seen["window"]["from"] == "2026-09-21T14:13:20.000+00:00"
