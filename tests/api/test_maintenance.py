"""Maintenance over HTTP: planned, listed, searched, ended, and by whom."""

from starlette.testclient import TestClient

from service.model import Action, Answer
from service.records.base import Put
from telemetry.units import HOUR
from tests.api.fake import NOW, FakeBackend, Product

ISO = "2026-09-21T14:13:20.000+00:00"


def test_maintenance_is_created(backend: FakeBackend, admin: TestClient) -> None:
    row = {"id": "M-1", "cabinet": "C-1", "from": NOW, "to": NOW + 1, "reason": "move", "actor": "dora"}
    backend.answers["maintenance.create"] = lambda _: Answer(status="created", body=row)
    body = {"cabinet": "C-1", "from": ISO, "to": "2026-09-21T15:13:20Z", "reason": "move"}
    answer = admin.post("/api/v1/maintenance", json=body)
    assert (answer.status_code, answer.json()["from"]) == (201, ISO)
    assert (answer.json()["by"], answer.json()["state"]) == ("dora", "running")
    assert backend.actions[0].body == body


def test_maintenance_is_listed_searched_and_ended(backend: FakeBackend, product: Product) -> None:
    blank = {"site": None, "reason": "x", "actor": "dora", "created": NOW, "ended": None, "ended_by": None}
    for key, whose, start, end in (
        ("M-1", {"cabinet": "C-1"}, NOW - 2 * HOUR, NOW), ("M-2", {"cabinet": "C-1"}, NOW, NOW + HOUR),
        ("M-3", {"cabinet": None, "site": "S-1"}, NOW + HOUR, NOW + 2 * HOUR),
    ):  # fmt: skip
        backend.put("maintenance", **(blank | {"id": key, "from": start, "to": end} | whose))
    reader = product.as_role("viewer")
    listed = reader.get("/api/v1/maintenance?sort=id&limit=2").json()
    assert [(each["id"], each["state"]) for each in listed["items"]] == [("M-1", "over"), ("M-2", "running")]
    rest = reader.get(f"/api/v1/maintenance?sort=id&limit=2&cursor={listed['next']}").json()
    assert (rest["items"][0]["state"], rest["next"], rest["total"]) == ("planned", None, 3)
    for q, found in (("cabinet:C-1", 2), ("site:S-1", 1), ("by:dora", 3), (f"cabinet:C-1 to:>{NOW}", 1)):
        assert reader.get("/api/v1/maintenance", params={"q": q}).json()["total"] == found, q

    def end(action: Action) -> Answer:
        row = {"id": action.target, "ended": NOW, "ended_by": action.actor.id}
        backend.records.write([Put("maintenance", row)])
        return Answer(status="ok", body=row)

    backend.answers["maintenance.end"] = end
    assert reader.delete("/api/v1/maintenance/M-2").status_code == 403
    clerk = product.as_role("operator")
    assert clerk.delete("/api/v1/maintenance/M-9").status_code == 404
    ended = clerk.delete("/api/v1/maintenance/M-2").json()
    assert (ended["state"], ended["ended"], ended["ended_by"]) == ("ended", ISO, backend.actions[0].actor.id)
    planned = {"cabinet": "C-1", "site": None, "from": NOW, "to": NOW + HOUR}
    assert [(a.name, a.target, a.body) for a in backend.actions] == [("maintenance.end", "M-2", planned)]
    assert reader.get("/api/v1/maintenance").json()["total"] == 3
