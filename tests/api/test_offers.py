"""Price lists, charges and deviations as programs and the console see them."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.views import iso
from telemetry.units import DAY, HOUR
from tests.api.desk import Sitting
from tests.api.fake import NOW, FakeBackend, Product

API = "/api/v1"
FAN = {"what": "fan for 张三丰, call 13812345678", "cents": 4500, "quantity": 2, "code": "P-7"}
CONSENT = {"by": "Li", "how": "phone", "at": NOW}


def quoted(backend: FakeBackend, n: int, items: list[dict[str, Any]], *, charged: int, **more: Any) -> None:
    """Ticket `n` with an accepted quote and one charge, both of today."""
    cents = sum(i["cents"] * i["quantity"] for i in items)
    quote = {"version": 1, "items": items, "cents": cents, "note": None, "by": "ann", "at": NOW, "accepted": CONSENT}
    customer = {"name": "张三丰"}
    backend.put("tickets", id=f"T-{n}", n=n, state="closed", customer=customer, fields={"quotes": [quote], **more})
    charge = {"id": f"Q-{n}", "ticket": f"T-{n}", "cents": charged, "quote": 1, "receipt": f"FP-{n}", "at": NOW}
    backend.put("charges", **charge, actor="ann")


@pytest.fixture
def office(product: Product, backend: FakeBackend) -> TestClient:
    Sitting(backend, "document.create")
    office = product.as_role("administrator")
    line = {"code": "P-7", "what_zh": "风扇", "what_en": "fan", "cents": 4500}
    body = {"items": [line, {"code": "W-1", "cents": 6000}, {"cents": 1}]}
    new = {"kind": "price_list", "title": "Prices", "from": iso(NOW - HOUR), "body": body}
    assert office.post(f"{API}/documents", json=new).status_code == 201
    backend.clock.advance(HOUR)
    return office


def test_the_prices_in_force_are_listed(office: TestClient) -> None:
    shown = office.get(f"{API}/price-list").json()
    assert shown["lists"] == [{"document": "DO-000001", "edition": 1, "from": iso(NOW - HOUR), "wrong": 1}]
    assert [(i["code"], i["what_zh"], i["what_en"], i["cents"]) for i in shown["items"]] == [
        ("P-7", "风扇", "fan", 4500), ("W-1", "W-1", "W-1", 6000),
    ]  # fmt: skip


def test_a_case_shows_how_its_quote_lies_to_the_list(office: TestClient, backend: FakeBackend) -> None:
    quoted(backend, 1, [FAN, {"what": "x", "cents": 1, "quantity": 1}], charged=9001)
    (prices,) = office.get(f"{API}/tickets/T-1/case").json()["prices"]
    assert (prices["version"], prices["lists"]) == (1, ["DO-000001"])
    assert [(i["flag"], i["listed"]) for i in prices["items"]] == [("listed", [4500]), ("off_list", [])]
    backend.put("tickets", id="T-2", n=2)
    assert office.get(f"{API}/tickets/T-2/case").json()["prices"] == []


def test_charges_add_up_and_those_off_the_list_are_named(office: TestClient, backend: FakeBackend) -> None:
    quoted(backend, 1, [FAN], charged=9000)
    quoted(backend, 2, [{**FAN, "cents": 5000}], charged=10_000)
    report = office.get(f"{API}/reports/charges").json()
    sums = [report[k] for k in ("charges", "cents", "listed_cents", "unlisted_cents", "no_list_cents")]
    assert sums == [2, 19_000, 9000, 10_000, 0]
    (one,) = report["items"]
    assert (one["id"], one["receipt"], one["at"]) == ("Q-2", "FP-2", iso(NOW))
    assert [(i["code"], i["flag"], i["listed"]) for i in one["items"]] == [("P-7", "other_price", [4500])]
    assert office.get(f"{API}/reports/charges", params={"to": iso(NOW), "from": iso(NOW - DAY)}).json()["charges"] == 0


def test_what_was_charged_before_there_was_a_list_is_a_group_of_its_own(product: Product, backend: FakeBackend) -> None:
    quoted(backend, 1, [FAN], charged=9000)
    backend.clock.advance(1)
    report = product.as_role("auditor").get(f"{API}/reports/charges").json()
    assert (report["no_list_cents"], report["items"]) == (9000, [])


def test_deviations_of_a_period_and_of_a_ticket(product: Product, office: TestClient, backend: FakeBackend) -> None:
    quoted(backend, 1, [FAN], charged=9000)
    quoted(backend, 2, [{**FAN, "cents": 5000}], charged=8000)
    report = {"measure": "P-7", "parts": ["belt"]}
    backend.put("visits", id="V-2", tickets=["T-2"], evidence={"items": [], "report": report})
    shown = office.get(f"{API}/reports/deviations").json()
    assert (shown["tickets"], shown["deviating"], shown["left_out"]) == (2, 1, 0)
    assert {k: n for k, n in shown["counts"].items() if n} == {"fee": 1, "price": 1, "part": 1}
    (item,) = shown["items"]
    assert [d["what"] for d in item["deviations"]] == ["fee", "price", "part"]
    assert office.get(f"{API}/tickets/T-2/deviations").json() == item
    assert office.get(f"{API}/tickets/T-1/deviations").json()["deviations"] == []
    assert product.as_role("technician", "T9").get(f"{API}/tickets/T-2/deviations").status_code == 404


def test_words_of_a_quote_are_masked_for_people(product: Product, office: TestClient, backend: FakeBackend) -> None:
    quoted(backend, 1, [{**FAN, "code": None}], charged=9000)
    paths = [f"{API}/tickets/T-1/deviations", f"{API}/reports/deviations", f"{API}/reports/charges",
             f"{API}/tickets/T-1/case"]  # fmt: skip
    product.identity.create_user("mei", "long enough", "agent", None, product.real())
    session = product.anyone()
    session.post(f"{API}/session", json={"username": "mei", "password": "long enough"})
    for path in paths:
        assert "13812345678" in office.get(path).text, path
        seen = session.get(path)
        assert seen.status_code == 200, path
        assert "13812345678" not in seen.text, path
        assert "张三丰" not in seen.text, path


def test_a_period_with_too_much_in_it_is_refused(
    office: TestClient, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.offered.MOST", 1)
    for n in (1, 2):
        quoted(backend, n, [FAN], charged=9000)
    for path in ("deviations", "charges"):
        assert office.get(f"{API}/reports/{path}").status_code == 422
