"""The public page of a cabinet: for everybody, in two languages, without script; its form opens a case, boundedly."""

import re
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api.publicwords import WORDS
from api.throttle import FREE
from service.cases.figures import Front
from service.desk import Desk
from service.hours import hours
from service.model import Action, Answer
from service.policy import Policy
from service.records.base import Put
from telemetry.units import HOUR, MINUTE
from tests.api.fake import NOW, FakeBackend, Product
from tests.service.desk.world import FakeFaults

REPORT = {"kind": "repair", "text": "It is dark <b>inside</b>", "phone": "13812345678"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def visitor(product: Product, backend: FakeBackend) -> TestClient:
    """Somebody before cabinet C-1, of a product with a real desk."""
    backend.cabinet("C-1")
    site = dict.fromkeys(("address", "zone", "lat", "lon", "contact")) | {"id": "S-1", "name": "West <Lake>"}
    backend.records.write([
        Put("sites", site | {"version": 1, "created": NOW, "updated": NOW}),
        Put("cabinets", {"id": "C-1", "site": "S-1"}),
    ])  # fmt: skip
    desk = Desk(backend.policy, b"secret")
    faults: Any = FakeFaults()

    def act(action: Action) -> Answer:
        answer, effects = desk.act(action, faults, backend.fleet, backend.moment())
        backend.records.write(effects.changes)
        return answer

    backend.answers["ticket.report"] = act
    return product.anyone()


def page(visitor: TestClient, **headers: str) -> str:
    answer = visitor.get("/c/C-1", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_the_page_shows_rules_hours_contacts_and_privacy_in_both_languages(visitor: TestClient) -> None:
    en, zh = page(visitor, **{"Accept-Language": "en"}), page(visitor, **{"Accept-Language": "zh-CN,en;q=0.5"})
    assert '<html lang="en">' in en
    assert '<html lang="zh">' in zh
    for text in (
        "within 24 h", "within 2 h on working days, 4 h on others", "5 working days", "08:00–next day 01:00",
        "00:00–24:00", "09:00–18:00", "not published by the operator yet", 'href="/privacy"', "/c/C-1?lang=zh",
    ):  # fmt: skip
        assert text in en
    for text in ("24 小时内", "工作日 2 小时内", "5 个工作日", "08:00–次日 01:00", "运营方尚未公布", "/c/C-1?lang=en"):
        assert text in zh


def test_the_figures_are_those_of_the_policy(visitor: TestClient, backend: FakeBackend) -> None:
    served = {"hotline": hours({"work": ["10:00-12:00"], "rest": []})}
    front = Front(unit="Lake Vending", hotline="400-800", email="a@b.cn", account="lake")
    backend.policy = msgspec.structs.replace(
        Policy(), front=front, complaint_days=3, reply_ms=90 * MINUTE, coverage=served,
        restore_ms={"critical": HOUR, "major": HOUR, "minor": 2 * HOUR, "warning": 2 * HOUR},
    )  # fmt: skip
    seen = page(visitor, **{"Accept-Language": "en"})
    for text in ("within 1 h 30 min", "within 3 working days", "Lake Vending", 'href="tel:400-800"', "a@b.cn", "lake",
                 "working days 10:00–12:00; days of rest no service", "within 1 h (critical, major)"):  # fmt: skip
        assert text in seen


@pytest.mark.parametrize(
    ("accepts", "query", "language"),
    [
        ("en-US,en;q=0.9,zh;q=0.8", "", "en"), ("zh;q=0.1,en;q=0.2", "", "en"), ("fr", "", "en"), ("", "", "en"),
        ("fr,zh-TW;q=0.3", "", "zh"), ("en", "?lang=zh", "zh"), ("zh", "?lang=xx", "zh"), ("zh;q=x,en;q=0", "", "zh"),
    ],
)  # fmt: skip
def test_the_language_is_the_links_or_the_browsers_or_the_products(
    visitor: TestClient, accepts: str, query: str, language: str
) -> None:
    answer = visitor.get(f"/c/C-1{query}", headers={"Accept-Language": accepts})
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["vary"] == "Accept-Language"


def test_the_page_runs_nothing_and_loads_nothing_from_elsewhere(visitor: TestClient) -> None:
    seen = page(visitor)
    assert not re.search(r"<script|<style|style=|onclick|https?:", seen)
    assert re.findall(r'(?:src|href)="([^"]+\.css)"', seen) == ["/c/page.css"]
    assert "West &lt;Lake&gt;" in seen
    headers = visitor.get("/c/C-1").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]
    style = visitor.get("/c/page.css")
    assert style.headers["content-type"].startswith("text/css")
    assert "url(" not in style.text


def test_a_report_opens_a_case_and_tells_number_and_time(visitor: TestClient, backend: FakeBackend) -> None:
    answer = visitor.post("/c/c-1/report?lang=en", data=REPORT)
    assert answer.status_code == 201
    assert "Your number is T-000001" in answer.text
    # 2026-09-21 22:13:20 in Shanghai, and 24 h
    assert "We answer before 2026-09-22 22:13." in answer.text
    assert "It is dark" not in answer.text
    ticket = backend.records.get("tickets", "T-000001") or {}
    assert (ticket["kind"], ticket["channel"], ticket["cabinet"]) == ("repair", "qr", "C-1")
    assert (ticket["summary"], ticket["customer"]) == (REPORT["text"], {"phone": REPORT["phone"]})
    contacts = backend.records.find("contacts")
    assert [(c["id"], c["ticket"], c["direction"], c["channel"]) for c in contacts] == [
        ("C-000001", "T-000001", "in", "qr")
    ]


def test_name_and_phone_are_optional_and_the_number_is_then_to_be_kept(
    visitor: TestClient, backend: FakeBackend
) -> None:
    answer = visitor.post(
        "/c/C-1/report?lang=zh", data={"kind": "complaint", "text": " 太吵 \r\n\0", "name": "", "phone": ""}
    )
    assert "请记下编号" in answer.text
    ticket = backend.records.get("tickets", "T-000001") or {}
    assert (ticket["customer"], ticket["summary"]) == (None, "太吵")


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("NO-1", REPORT, 404), ("C-1", {**REPORT, "kind": "gossip"}, 422), ("C-1", {**REPORT, "text": " "}, 422),
        ("C-1", {**REPORT, "text": "x" * 501}, 422), ("C-1", {**REPORT, "phone": "1" * 101}, 422),
        ("C-1", {"kind": "repair"}, 422),
        ("C-1", {**REPORT, "text": "x" * 17_000}, 413), ("C-1", {f"k{n}": "x" for n in range(30)}, 422),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_said_in_both_languages(
    visitor: TestClient, backend: FakeBackend, path: str, data: dict[str, str], status: int
) -> None:
    answer = visitor.post(f"/c/{path}/report", data=data)
    assert answer.status_code == status
    assert WORDS["refused"]["zh"] in answer.text
    assert WORDS["refused"]["en"] in answer.text
    assert backend.actions == []


def test_bytes_that_are_no_form_of_ours_are_refused(visitor: TestClient, backend: FakeBackend) -> None:
    assert visitor.post("/c/C-1/report", json=REPORT).status_code == 415
    assert visitor.post("/c/C-1/report", content=b"kind=repair&text=%ff\xff", headers=FORM).status_code == 422
    assert visitor.post("/c/C-1/report", data=REPORT, headers={"Origin": "https://evil.example"}).status_code == 415
    streamed = iter([b"kind=repair&text=", b"x" * 20_000])
    assert visitor.post("/c/C-1/report", content=streamed, headers=FORM).status_code == 413
    assert backend.actions == []


def test_an_address_that_reports_too_often_has_to_wait(visitor: TestClient, backend: FakeBackend) -> None:
    for _ in range(FREE):
        assert visitor.post("/c/C-1/report", data=REPORT).status_code == 201
    assert visitor.post("/c/C-1/report", data=REPORT).status_code == 429
    refused = visitor.post("/c/NO-1/report", data=REPORT)
    assert refused.status_code == 404
    late = visitor.post("/c/C-1/report", data=REPORT)
    assert int(late.headers["retry-after"]) >= 1
    assert WORDS["too_often"]["en"].split(".", maxsplit=1)[0] in late.text
    assert len(backend.actions) == FREE
    assert visitor.get("/c/C-1").status_code == 200, "the page itself stays"
    backend.clock.advance(MINUTE)
    assert visitor.post("/c/C-1/report", data=REPORT).status_code == 201


def test_a_desk_that_is_away_says_so(visitor: TestClient, backend: FakeBackend) -> None:
    backend.away = True
    answer = visitor.post("/c/C-1/report", data=REPORT)
    assert answer.status_code == 503
    assert WORDS["away"]["zh"] in answer.text


def test_an_unknown_cabinet_is_a_page_of_its_own(visitor: TestClient) -> None:
    answer = visitor.get("/c/<img>")
    assert answer.status_code == 404
    assert "<img>" not in answer.text
    assert WORDS["not_found"]["en"] in answer.text
    assert WORDS["refused"]["en"] not in answer.text
    assert WORDS["back"]["en"] in answer.text


def test_every_phrase_is_there_in_both_languages_with_the_same_values() -> None:
    for words in WORDS.values():
        assert sorted(re.findall(r"{\w+}", words["zh"])) == sorted(re.findall(r"{\w+}", words["en"]))


def test_the_address_of_the_page_and_its_code(product: Product, backend: FakeBackend, visitor: TestClient) -> None:
    viewer = product.as_role("viewer")
    link = viewer.get("/api/v1/cabinets/C-1/page-link").json()
    assert link == {"cabinet": "C-1", "url_path": "/c/C-1", "url": "http://testserver/c/C-1"}
    assert visitor.get(link["url_path"]).status_code == 200
    backend.policy = msgspec.structs.replace(Policy(), front=Front(public_url="https://help.example"))
    assert viewer.get("/api/v1/cabinets/C-1/page-link").json()["url"] == "https://help.example/c/C-1"
    code = viewer.get("/api/v1/cabinets/C-1/page-qr.svg")
    assert code.headers["content-type"].startswith("image/svg+xml")
    assert code.content.startswith(b"<?xml")
    assert viewer.get("/api/v1/cabinets/NO-1/page-link").status_code == 404
    assert visitor.get("/api/v1/cabinets/C-1/page-link").status_code == 401
