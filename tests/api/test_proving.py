"""Arrivals, quotes and charges as programs and the console see them."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from service.model import Answer
from service.records.base import Put
from telemetry.units import HOUR
from tests.api.fake import BARE, NOW, FakeBackend, Product

EVIDENCE: dict[str, Any] = {
    "code": "123456", "items": [{"type": "gps", "level": 1, "at": NOW, "distance_m": 40.0}], "report": None,
    "conflicts": [{"between": ["gps", "nfc"], "what": "elsewhere", "metres": 900.0}],
    "corrections": [
        {"by": "dora", "at": NOW, "was": NOW - HOUR, "arrived_at": NOW, "reason": "a"},
        {"by": "dora", "at": NOW, "was": NOW, "arrived_at": NOW - HOUR, "reason": "b"},
    ],
    "confirmed": None,
}  # fmt: skip
ISO, BEFORE = "2026-09-21T14:13:20.000+00:00", "2026-09-21T13:13:20.000+00:00"


def test_a_visit_shows_contradictions_and_its_newest_correction(backend: FakeBackend, admin: TestClient) -> None:
    backend.put("visits", id="V-1", evidence=EVIDENCE)
    shown = admin.get("/api/v1/visits/V-1").json()
    assert shown["conflicts"] == EVIDENCE["conflicts"]
    assert shown["corrected"] == {"by": "dora", "at": ISO, "was": ISO, "arrived_at": BEFORE, "reason": "b"}
    assert shown["evidence"]["corrections"][0]["was"] == BEFORE
    assert (shown["confirmed"], shown["code"]) == (None, "123456")
    backend.put("visits", id="V-2", evidence=None)
    assert admin.get("/api/v1/visits/V-2").json()["conflicts"] == []


@pytest.mark.parametrize("verb", ["correct", "confirm"])
def test_what_a_person_says_of_an_arrival_reaches_the_fold(verb: str, product: Product, backend: FakeBackend) -> None:
    row = BARE["visits"] | {"id": "V-1", "evidence": EVIDENCE}
    backend.answers[f"visit.{verb}"] = lambda _: Answer(status="ok", body=row)
    body = {"reason": "x", "arrived_at": ISO}
    assert product.as_role("technician").post(f"/api/v1/visits/V-1/{verb}", json=body).status_code == 403
    assert product.as_role("dispatcher").post(f"/api/v1/visits/V-1/{verb}", json=body).json()["id"] == "V-1"
    assert [(a.name, a.target, a.body) for a in backend.actions] == [(f"visit.{verb}", "V-1", body)]


def test_a_refused_charge_names_its_clause(backend: FakeBackend, admin: TestClient) -> None:
    body = {"guard": "quote", "missing": ["accept-quote"]}
    backend.answers["ticket.charge"] = lambda _: Answer(status="conflict", body=body)
    problem = admin.post("/api/v1/tickets/T-1/charge", json={"version": 1})
    assert problem.status_code == 409
    told = {k: problem.json()[k] for k in ("guard", "missing", "clause")}
    assert told == {**body, "clause": "S1 6.4.7, S3 3.4(2), S4 4.2.3"}


def test_the_ledger_is_listed_and_searched(product: Product, backend: FakeBackend, admin: TestClient) -> None:
    for n in (1, 2):
        row = {"id": f"Q-{n}", "ticket": f"T-{n}", "cents": 100 * n, "quote": 1, "receipt": None, "actor": "ann"}
        backend.records.write([Put("charges", {**row, "at": NOW + n})])
    page = admin.get("/api/v1/charges").json()
    assert ([c["id"] for c in page["items"]], page["total"]) == (["Q-2", "Q-1"], 2)
    assert [c["cents"] for c in admin.get("/api/v1/charges?q=ticket:T-1").json()["items"]] == [100]
    assert product.as_role("viewer").get("/api/v1/charges").status_code == 403


def test_the_report_counts_the_visits_accepted_in_the_period(
    product: Product, backend: FakeBackend, admin: TestClient
) -> None:
    clock = {"name": "ARRIVAL", "started": NOW - 5 * HOUR, "due": NOW - 3 * HOUR, "state": "met", "why": ""}
    backend.put("tickets", id="T-1", n=1, clocks=[clock | {"provisional": False}])
    times = {"accepted": NOW - 5 * HOUR, "finished": NOW, "level": 4, "state": "left", "tickets": ["T-1"]}
    backend.put("visits", id="V-1", arrived=NOW - 4 * HOUR, evidence=EVIDENCE, **times)
    backend.put("visits", id="V-2", technician="T2", arrived=NOW - 2 * HOUR, **times)
    backend.put("visits", id="V-3", arrived=NOW, **(times | {"accepted": NOW - 800 * HOUR}))
    backend.put("visits", id="V-4")
    report = admin.get("/api/v1/reports/arrivals").json()
    assert (report["to"], [t["technician"] for t in report["technicians"]]) == (ISO, ["T1", "T2"])
    whole = report["whole"]
    assert (whole["visits"], whole["punctual"], whole["late"], whole["corrected"]) == (2, 1, 1, 1)
    assert (whole["late_minutes"]["mean"], whole["distance_m"]["mean"]) == (60.0, 40.0)
    one = admin.get("/api/v1/reports/arrivals", params={"technician": "T2", "from": BEFORE}).json()
    assert one["whole"]["visits"] == 0
    assert admin.get("/api/v1/reports/arrivals", params={"technician": "T2"}).json()["whole"]["late"] == 1
    backwards = {"from": ISO, "to": BEFORE}
    assert admin.get("/api/v1/reports/arrivals", params=backwards).status_code == 422
    assert product.as_role("technician").get("/api/v1/reports/arrivals").status_code == 403


@pytest.mark.parametrize("kind", ["rotating_code", "nfc"])
def test_a_code_of_the_screen_cannot_be_guessed_for_ever(kind: str, product: Product, backend: FakeBackend) -> None:
    wrong = Answer(status="invalid", body={"fields": {"evidence.code": "is not the code this cabinet shows"}})
    backend.answers["visit.check-in"] = lambda _: wrong
    ann, bob = product.as_role("technician", "ann"), product.as_role("technician", "bob")
    body = {"evidence": {"type": kind, "code": "000000"}}
    tries = [ann.post("/api/v1/visits/V-1/check-in", json=body).status_code for _ in range(8)]
    assert tries[:5] == [422] * 5
    assert 429 in tries[5:]
    assert ann.post("/api/v1/visits/V-1/check-in", json=body).headers["Retry-After"].isdigit()
    button = {"evidence": {"type": "button"}}
    assert ann.post("/api/v1/visits/V-1/check-in", json=button).status_code == 422, "other evidence goes on"
    assert bob.post("/api/v1/visits/V-1/check-in", json=body).status_code == 422, "nobody locks another one out"
