"""Checks of lots over HTTP, and the file of one lot."""

from typing import Any

from starlette.testclient import TestClient

from api.views import iso
from service.model import Action, Answer
from service.records.base import Put
from telemetry.units import MINUTE
from tests.api.fake import NOW, FakeBackend

BODY = {"sku": "milk", "lot": "L/1", "stage": "purchase", "ok": True}


def check(n: int, stage: str, *, ok: bool = True, counts: bool = True) -> Put:
    row = {
        "id": f"LC-{n:06d}", "lot_key": "milk l/1", "sku": "milk", "lot": "L/1", "stage": stage, "ok": ok, "note": None,
        "attachment": None, "at": NOW + n, "by": "dora", "counts": counts,
    }  # fmt: skip
    return Put("lot_checks", row)


def stay(n: int, cabinet: str, since: int, until: int | None) -> Put:
    row = {"id": f"LY-{n:06d}", "lot_key": "milk l/1", "sku": "milk", "lot": "L/1", "cabinet": cabinet, "lane": 3}
    return Put("lot_stays", row | {"from": since, "to": until})


def test_a_check_is_noted_and_says_what_is_missing(backend: FakeBackend, admin: TestClient) -> None:
    def create(action: Action) -> Answer:
        put = check(1, action.body["stage"])
        return Answer(status="created", body={**put.row, "missing": ["outbound", "before_sale"], "failed": []})

    backend.answers["lot-check.create"] = create
    answer = admin.post("/api/v1/lot-checks", json=BODY)
    assert (answer.status_code, answer.json()["missing"]) == (201, ["outbound", "before_sale"])
    assert answer.json()["at"] == iso(NOW + 1)
    assert "lot_key" not in answer.json()
    assert backend.actions[-1].body == BODY


def test_checks_are_listed_and_searched(backend: FakeBackend, admin: TestClient) -> None:
    backend.records.write([check(1, "purchase"), check(2, "outbound", ok=False), check(3, "outbound")])
    listed: dict[str, Any] = admin.get("/api/v1/lot-checks", params={"q": "stage:outbound ok:false"}).json()
    assert [item["id"] for item in listed["items"]] == ["LC-000002"]
    assert admin.get("/api/v1/lot-checks", params={"q": "stage:never"}).status_code == 422


def test_the_file_of_a_lot_shows_its_checks_where_it_lay_and_how_warm_it_was_there(
    backend: FakeBackend, admin: TestClient
) -> None:
    backend.cabinet("C-1")
    backend.cabinet("C-2")
    backend.readings("C-1", [(NOW + n * MINUTE, value) for n, value in enumerate((2.0, 4.0, 9.0, 50.0))])
    backend.records.write(
        [
            check(1, "purchase", ok=False, counts=False), check(2, "purchase"), check(3, "outbound", ok=False),
            stay(1, "C-1", NOW, NOW + 2 * MINUTE), stay(2, "C-2", NOW + 3 * MINUTE, None),
        ]
    )  # fmt: skip
    shown = admin.get("/api/v1/lots/MILK/l/1").json()
    assert (shown["sku"], shown["lot"], shown["checks_total"]) == ("milk", "L/1", 3)
    assert (shown["missing"], shown["failed"]) == (["outbound", "before_sale"], ["outbound"])
    now, before = shown["stays"]
    assert (before["cabinet"], before["lane"], before["from"], before["to"]) == (
        "C-1", 3, iso(NOW), iso(NOW + 2 * MINUTE),
    )  # fmt: skip
    assert before["air"] == {"min": 2.0, "mean": 5.0, "max": 9.0}
    assert (now["cabinet"], now["to"], now["air"], shown["cabinets"]) == ("C-2", None, None, ["C-2"])
    assert admin.get("/api/v1/lots/milk/L2").status_code == 404
