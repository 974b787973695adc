"""Returns and recalls over HTTP: what reaches the fold, and what people see."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.views import iso
from service.model import Action, Answer
from service.recalls.sales import key_of
from service.records.base import Put
from service.records.tables import metadata
from telemetry.units import MINUTE
from tests.api.fake import NOW, FakeBackend

RECALL = dict.fromkeys(column.name for column in metadata.tables["recalls"].columns) | {
    "id": "RC-000001", "n": 1, "sku": "milk", "lots": ["L1"], "reason": "glass", "party": "maker", "state": "open",
    "instructions_zh": "立即下架", "created": NOW, "by": "dora", "units": {"ann": None}, "updated": NOW, "version": 1,
}  # fmt: skip
BODY = {"sku": "milk", "lots": ["L1"], "reason": "glass", "instructions_zh": "立即下架", "party": "maker"}


def event(n: int, name: str, ts: int, **data: Any) -> dict[str, Any]:
    return {
        "id": f"C-1-1-1-{n}", "cabinet": "C-1", "ts": ts, "at": ts, "name": name, "data": data, "boot": 1, "seq": n,
        "late": False,
    }  # fmt: skip


def sale(n: int, lot: str | None = "L1", sku: str = "milk") -> dict[str, Any]:
    return {
        "id": key_of("C-1", 1, n, NOW), "cabinet": "C-1", "at": NOW, "sku": sku, "lot": lot, "lane": 1,
        "price_cents": 580, "vend_id": f"v{n}",
    }  # fmt: skip


@pytest.fixture
def sold(backend: FakeBackend) -> FakeBackend:
    """Three sales at C-1, with the door around the second, and a ticket of that cabinet."""
    backend.cabinet("C-1")
    backend.put("tickets", id="T-1", n=1, kind="return", customer={"name": "Li", "phone": "13800001234"})
    backend.records.write(
        [
            Put("events", event(1, "vend", NOW - 30 * MINUTE, sku="milk", lot="L1", price_cents=580)),
            Put("events", event(2, "door_opened", NOW - MINUTE)),
            Put("events", event(3, "vend", NOW, sku="milk", lot="L1", price_cents=580, vend_id="v3")),
            Put("events", event(4, "vend", NOW + MINUTE, sku="tea", lot="L9", price_cents=450)),
        ]
    )
    backend.answers["ticket.claim"] = lambda _: Answer(status="ok", body=backend.records.get("tickets", "T-1") or {})
    return backend


def test_candidates_come_best_first_with_what_the_door_said(sold: FakeBackend, admin: TestClient) -> None:
    sold.records.write([Put("claims", {"id": "T-9", "sale": key_of("C-1", 1, 3, NOW), "at": NOW})])
    asked = {"at": "2026-09-21T22:13:20+08:00", "sku": "milk"}
    found = admin.get("/api/v1/tickets/T-1/purchase-candidates", params=asked).json()
    assert [c["event"] for c in found["items"]] == ["C-1-1-1-3", "C-1-1-1-1"]
    best = found["items"][0]
    assert [w["name"] for w in best["witnesses"]] == ["door_opened"]
    assert (best["score"], best["claimed_by"], best["vend_id"]) == (1.0, ["T-9"], "v3")
    nothing = admin.get("/api/v1/tickets/T-1/purchase-candidates", params={**asked, "price_cents": 1}).json()
    assert nothing["items"] == []


def test_a_claim_carries_the_row_of_its_sale_and_nothing_a_caller_made_up(sold: FakeBackend, admin: TestClient) -> None:
    admin.post("/api/v1/tickets/T-1/claim", json={"defective": True, "vend": "C-1-1-1-3", "others": ["T-7"]})
    body = sold.actions[-1].body
    assert (body["vend"]["seq"], body["vend"]["data"]["lot"], body["others"]) == (3, "L1", [])
    for forged in ("C-1-1-1-2", "nothing", {"id": "x", "cabinet": "C-1"}):
        admin.post("/api/v1/tickets/T-1/claim", json={"vend": forged})
        assert sold.actions[-1].body["vend"] == {}, "the fold refuses it, after the move"


def test_a_recall_brings_the_sales_of_its_lots_and_then_looks_again(backend: FakeBackend, admin: TestClient) -> None:
    backend.records.write([Put("sales", s) for s in (sale(1), sale(2, "L2"), sale(3, None), sale(4, "L1", "tea"))])
    backend.put("tickets", id="T-1", n=1, customer={"phone": "13800001234"})
    backend.records.write([Put("claims", {"id": "T-1", "sale": sale(1)["id"], "sku": "milk", "at": NOW})])

    def create(_: Action) -> Answer:
        backend.records.write([Put("recalls", RECALL), Put("sales", sale(5))])  # one that came meanwhile
        return Answer(status="created", body=RECALL)

    backend.answers["recall.create"] = create
    backend.answers["recall.sales"] = lambda _: Answer(status="ok", body=RECALL)
    answer = admin.post("/api/v1/recalls", json={**BODY, "sales": [{"id": "forged"}]})
    assert answer.status_code == 201
    first, second = backend.actions
    assert {s["id"]: s["reachable"] for s in first.body["sales"]} == {sale(1)["id"]: True, sale(3)["id"]: False}
    assert sale(5)["id"] in {s["id"] for s in second.body["sales"]}


def test_a_recall_shows_its_progress_its_sales_and_its_notice(backend: FakeBackend, admin: TestClient) -> None:
    task = dict.fromkeys(column.name for column in metadata.tables["recall_tasks"].columns)
    listed = {"recall": "RC-000001", "cabinet": "C-1", "at": NOW, "certain": True, "reachable": True, "ticket": "T-1"}
    backend.put("tickets", id="T-1", n=1, customer={"name": "张三", "phone": "13800001234"})
    rows = [
        {"id": "a", "cabinet": "C-1", "state": "pulled"},
        {"id": "b", "cabinet": "C-2", "state": "unknown", "online": NOW},
    ]
    backend.records.write(
        [Put("recalls", RECALL), Put("recall_sales", {"id": "s", **listed})]
        + [Put("recall_tasks", {**task, "recall": "RC-000001", "lanes": [], "created": NOW, **row}) for row in rows]
    )
    shown = admin.get("/api/v1/recalls/RC-000001").json()
    assert (shown["progress"]["complete"], shown["progress"]["total"]) == (1, 2)
    assert shown["progress"]["by_state"] == {"todo": 0, "stopped": 0, "pulled": 1, "confirmed": 0, "unknown": 1}
    assert shown["sold"] == {"certain": 1, "possible": 0, "reachable": 1}
    assert admin.get("/api/v1/recalls/RC-000001/tasks", params={"q": "state:unknown"}).json()["total"] == 1
    times = {(t["created"], t["online"]) for t in admin.get("/api/v1/recalls/RC-000001/tasks").json()["items"]}
    assert times == {(iso(NOW), None), (iso(NOW), iso(NOW))}
    assert admin.get("/api/v1/recalls/RC-000001/sales").json()["items"][0]["customer"]["phone"].endswith("1234")
    text = admin.get("/api/v1/recalls/RC-000001/notice").json()
    assert "批次：L1" in text["zh"]
    assert "立即下架" in text["zh"]
    assert "Lots: L1" in text["en"]
    assert admin.get("/api/v1/recalls/RC-9").status_code == 404


def test_a_preview_says_what_a_recall_would_reach_and_counts_the_sales(sold: FakeBackend, admin: TestClient) -> None:
    sold.records.write([Put("sales", s) for s in (sale(1), sale(2, "L2"), sale(3, None), sale(4, "L1", "tea"))])
    sold.records.write([Put("claims", {"id": "T-1", "sale": sale(1)["id"], "sku": "milk", "at": NOW})])
    reached = {"holds": 2, "offline": 1, "contents": 3}
    sold.answers["recall.preview"] = lambda _: Answer(status="ok", body=dict(reached))
    shown = admin.post("/api/v1/recalls/preview", json={"sku": "milk", "lots": ["L1"]})
    assert shown.json() == {**reached, "sold": {"certain": 1, "possible": 1, "reachable": 1}}
    everything = admin.post("/api/v1/recalls/preview", json={"sku": "milk", "lots": None}).json()["sold"]
    assert everything == {"certain": 3, "possible": 0, "reachable": 1}


def test_recalls_are_found_by_a_cabinet_they_concern(backend: FakeBackend, admin: TestClient) -> None:
    rows = [("RC-000001", "C-1"), ("RC-000001", "C-2"), ("RC-000002", "C-2"), ("RC-000003", "C-3")]
    backend.records.write(
        [Put("recalls", {**RECALL, "id": f"RC-{n:06d}", "n": n}) for n in (1, 2, 3)]
        + [Put("recall_tasks", {"id": f"{recall}/{c}", "recall": recall, "cabinet": c}) for recall, c in rows]
    )

    def found(q: str) -> list[str]:
        return sorted(item["id"] for item in admin.get("/api/v1/recalls", params={"q": q}).json()["items"])

    assert found("cabinet:C-2") == ["RC-000001", "RC-000002"]
    assert found("cabinet:C-1,C-3 state:open") == ["RC-000001", "RC-000003"]
    assert found("cabinet:C-9") == []
    assert admin.get("/api/v1/recalls", params={"q": "-cabinet:C-1"}).status_code == 422


def test_a_viewer_sees_no_customer_of_a_sale(backend: FakeBackend, product: Any) -> None:
    backend.put("tickets", id="T-1", n=1, customer={"name": "张三", "phone": "13800001234"})
    listed = {"recall": "RC-000001", "cabinet": "C-1", "at": NOW, "certain": True, "reachable": True, "ticket": "T-1"}
    backend.records.write([Put("recalls", RECALL), Put("recall_sales", {"id": "s", **listed})])
    seen = product.as_role("viewer").get("/api/v1/recalls/RC-000001/sales").json()["items"][0]["customer"]
    assert seen["phone"] == "138****1234"
