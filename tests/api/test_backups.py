"""Backups over HTTP: administrators begin one, which is audited; and kilometres in the report of arrivals."""

import pytest
from fastapi.testclient import TestClient

from telemetry.units import HOUR
from tests.api.fake import NOW, FakeBackend, Product


def test_a_backup_is_begun_audited_and_shown(product: Product, backend: FakeBackend, admin: TestClient) -> None:
    assert admin.get("/api/v1/backups").json()["running"] is None
    begun = admin.post("/api/v1/backups", json={})
    assert begun.status_code == 202
    running = begun.json()["running"]
    assert (running["to"], running["bytes_done"], running["since"][:4]) == ("backup", 0, "2026")
    assert [a.body["action"] for a in backend.actions if a.name == "audit.note"] == ["backup.create"]
    assert admin.post("/api/v1/backups", json={"too": "far"}).status_code == 422
    assert product.as_role("auditor").get("/api/v1/backups").status_code == 200
    assert product.as_role("auditor").post("/api/v1/backups", json={}).status_code == 403


def test_the_report_sums_kilometres_from_the_places_of_the_visits(backend: FakeBackend, admin: TestClient) -> None:
    backend.put("sites", id="S-1", lat=30.0, lon=120.0)
    backend.put("sites", id="S-2", lat=30.1, lon=120.0)
    backend.put("technicians", id="T1", lat=None, lon=None)
    for n, (site, ago) in enumerate((("S-1", 3), ("S-2", 2), (None, 1)), 1):
        backend.put(
            "visits", id=f"V-{n}", cabinet=None, site=site, state="left", level=1, accepted=NOW - 4 * HOUR,
            arrived=NOW - ago * HOUR, finished=NOW,
        )  # fmt: skip
    whole = admin.get("/api/v1/reports/arrivals").json()["whole"]
    assert (whole["km"]["visits"], whole["km"]["unknown"]) == (1, 2)
    assert whole["km"]["sum"] == pytest.approx(11.12 * backend.policy.dispatch.detour, abs=0.02)  # a tenth of a degree
