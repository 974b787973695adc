"""A badge that a customer checks, a model before it is bought, promises from one source, and banners: for everybody."""

import re
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.throttle import FREE
from api.views import iso
from service import badge
from service.cases.figures import Front
from service.policy import Policy
from service.promises import digest
from service.records.base import Put
from telemetry.units import DAY, HOUR, MINUTE, SECOND
from tests.api.desk import Sitting
from tests.api.fake import NOW, FakeBackend, Product

API = "/api/v1"


@pytest.fixture
def desk(backend: FakeBackend) -> Sitting:
    return Sitting(
        backend, "technician.create", "technician.patch", "certificate.create", "certificate.end", "document.create",
        "document.supersede", "channel.outage", "channel.restore",
    )  # fmt: skip


@pytest.fixture
def office(product: Product, desk: Sitting) -> TestClient:
    return product.as_role("administrator")


@pytest.fixture
def visitor(product: Product) -> TestClient:
    return product.anyone()


def hired(office: TestClient, key: str, certified: bool = True, **more: Any) -> None:
    new = {"id": key, "name": f"Zhang {key}", "phone": "13812345678", "skills": ["cooling"], **more}
    assert office.post(f"{API}/technicians", json=new).status_code == 201
    if certified:
        paper = {"person": key, "skill": "cooling", "number": "A-1", "issuer": "TUV"}
        times = {"issued": iso(NOW - DAY), "expires": iso(NOW + DAY)}
        assert office.post(f"{API}/certificates", json=paper | times).status_code == 201


def check(visitor: TestClient, key: str, code: str) -> tuple[int, str]:
    answer = visitor.post(f"/b/{key}?lang=en", data={"code": code})
    return answer.status_code, answer.text


# -- badges ---------------------------------------------------------------------------------------------------------
def test_a_technicians_phone_shows_a_code_that_a_customer_can_check(
    product: Product, office: TestClient, visitor: TestClient
) -> None:
    hired(office, "li")
    shown = product.as_role("technician", "li").get(f"{API}/technicians/li/badge").json()
    assert (shown["url"], shown["skills"]) == ("http://testserver/b/li", ["cooling"])
    assert re.fullmatch(r"\d{6}", shown["code"])
    assert NOW < badge.expires(NOW) <= NOW + MINUTE
    assert shown["expires"] == iso(badge.expires(NOW))
    status, text = check(visitor, "li", shown["code"])
    assert status == 200
    for words in ("This badge is valid", "Zhang li", "cooling"):
        assert words in text
    assert "138" not in text


def test_whatever_is_no_valid_badge_is_refused_alike(office: TestClient, visitor: TestClient, desk: Sitting) -> None:
    for key in ("li", "idle", "ended"):
        hired(office, key)
    hired(office, "wu", certified=False)
    office.patch(f"{API}/technicians/idle", json={"active": False})
    (paper,) = [c for c in desk.backend.records.find("certificates") if c["person"] == "ended"]
    office.post(f"{API}/certificates/{paper['id']}/end", json={"reason": "revoked"})
    desk.backend.clock.advance(1)
    real = desk.backend.moment().real
    old = badge.code(b"secret", "li", real - 2 * MINUTE)
    tried = [("li", "000000"), ("li", old), ("li", badge.code(b"secret", "wu", real)), ("li", ""), ("li", "\u6570")]
    tried += [(key, badge.code(b"secret", key, real)) for key in ("idle", "ended", "wu", "nobody")]
    seen = set()
    for key, code in tried:
        status, text = check(fresh(visitor), key, code)
        seen.add((status, text.replace(f"/b/{key}", "/b/X")))
    (only,) = seen
    assert only[0] == 422
    assert "This badge is not valid" in only[1]


_OTHERS = count(1)


def fresh(visitor: TestClient) -> TestClient:
    """The same visitor from another address."""
    return TestClient(visitor.app, headers=visitor.headers, client=(f"10.0.0.{next(_OTHERS)}", 1))


def test_a_certificate_that_ran_out_takes_the_badge(product: Product, office: TestClient, desk: Sitting) -> None:
    hired(office, "li")
    mine = product.as_role("technician", "li")
    desk.backend.clock.advance(DAY)
    refused = mine.get(f"{API}/technicians/li/badge")
    assert (refused.status_code, refused.json()["guard"], refused.json()["missing"]) == (409, "badge", ["certificate"])
    assert refused.json()["clause"] == "S4 6.2.2, 6.2.3"


def test_a_badge_is_shown_to_its_bearer_and_administrators_only(product: Product, office: TestClient) -> None:
    hired(office, "li")
    assert product.as_role("technician", "wu").get(f"{API}/technicians/li/badge").status_code == 404
    assert product.as_role("dispatcher").get(f"{API}/technicians/li/badge").status_code == 403
    assert office.get(f"{API}/technicians/li/badge").status_code == 200
    assert office.get(f"{API}/technicians/no/badge").status_code == 404


def test_guessing_is_slowed_down_for_each_address(office: TestClient, visitor: TestClient, desk: Sitting) -> None:
    hired(office, "li")
    right = badge.code(b"secret", "li", NOW)
    assert [check(visitor, "li", "000000")[0] for _ in range(FREE)] == [422] * FREE
    status, text = check(visitor, "li", right)
    assert status == 429
    assert "Too many attempts" in text
    assert check(fresh(visitor), "li", right)[0] == 200
    desk.backend.clock.advance(SECOND)
    assert check(visitor, "li", right)[0] == 200


def test_the_badge_page_says_nothing_of_anybody_and_runs_nothing(office: TestClient, visitor: TestClient) -> None:
    hired(office, "li")
    pages = [visitor.get(f"/b/{key}?lang=en") for key in ("li", "nobody")]
    assert pages[0].text.replace("/b/li", "") == pages[1].text.replace("/b/nobody", "")
    assert "form-action 'self'" in pages[0].headers["content-security-policy"]
    assert not re.search(r"<script|<style|style=|onclick|https?:", pages[0].text)
    assert "工牌核验" in visitor.get("/b/li?lang=zh").text
    assert "<b>" not in visitor.get("/b/%3Cb%3E").text


def test_the_operator_chooses_how_a_name_is_shown(office: TestClient, visitor: TestClient, desk: Sitting) -> None:
    desk.backend.policy = msgspec.structs.replace(Policy(), front=Front(badge_name="short"))
    hired(office, "li", name="张三丰")
    _, text = check(visitor, "li", badge.code(b"secret", "li", NOW))
    assert "张**" in text
    assert "三丰" not in text


@given(st.text(max_size=20), st.integers(0, 1 << 50), st.integers(0, 5 * MINUTE))
def test_a_code_holds_for_its_minute_and_the_one_after(technician: str, at: int, later: int) -> None:
    code = badge.code(b"k", technician, at)
    assert re.fullmatch(r"\d{6}", code)
    steps = (at + later) // MINUTE - at // MINUTE
    if steps <= 1:
        assert badge.shown(b"k", technician, code, at + later)
    else:
        fitting = {badge.code(b"k", technician, at + later - n * MINUTE) for n in (0, 1)}
        assert badge.shown(b"k", technician, code, at + later) is (code in fitting)
    assert not badge.shown(b"k", technician, f"{code}0", at)


# -- models and promises --------------------------------------------------------------------------------------------
MODEL = {
    "specification_zh": {"容积": "300 L"}, "specification_en": {"Volume": "300 L"}, "price_cents": 1_299_900,
    "service_zh": "两年质保", "service_en": "Two years of warranty", "documents": ["Manual <1>", "Guarantee"],
}  # fmt: skip


def document(office: TestClient, kind: str, body: dict[str, Any], **more: Any) -> str:
    new = {"kind": kind, "title": "T", "from": iso(NOW - HOUR), "body": body, **more}
    answer = office.post(f"{API}/documents", json=new)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_models_page_is_complete_or_says_what_is_missing(
    office: TestClient, visitor: TestClient, backend: FakeBackend
) -> None:
    backend.cabinet("C-1")
    bare = visitor.get("/m/M1?lang=en")
    assert bare.status_code == 200
    assert bare.text.count("not published by the operator yet") == 4
    everything = ["specification", "price", "service", "papers"]
    listed = office.get(f"{API}/models").json()["items"]
    expected = {"model": "M1", "cabinets": 1, "document": None, "missing": everything, "url_path": "/m/M1"}
    assert listed == [expected]
    key = document(office, "model_documents", {"model": "M1", **MODEL})
    en, zh = (visitor.get(f"/m/M1?lang={language}").text for language in ("en", "zh"))
    for words in ("Volume: 300 L", "CNY 12999.00", "Two years of warranty", "Manual &lt;1&gt;", "within 24 h"):
        assert words in en
    for words in ("容积：300 L", "人民币 12999.00 元", "两年质保", "24 小时内"):
        assert words in zh
    assert "not published" not in en
    (page,) = office.get(f"{API}/models").json()["items"]
    assert (page["missing"], page["document"]) == ([], key)


def test_a_model_is_linked_from_its_cabinets_and_an_unknown_one_is_not_there(
    office: TestClient, visitor: TestClient, backend: FakeBackend
) -> None:
    backend.cabinet("C-1")
    backend.records.write([Put("cabinets", {"id": "C-1", "model": 'Fresh/2 "S"', "site": None})])
    (link,) = re.findall(r'href="(/m/[^"]+)"', visitor.get("/c/C-1?lang=en").text)
    assert "Fresh/2 &quot;S&quot;" in visitor.get(link).text
    assert visitor.get("/m/nothing").status_code == 404
    assert not re.search(r"<script|<style|style=|onclick|https?:", visitor.get(link).text)


def test_an_entry_that_was_replaced_or_lies_ahead_is_not_shown(office: TestClient, visitor: TestClient) -> None:
    key = document(office, "model_documents", {"model": "M9", "price_cents": 100})
    office.post(
        f"{API}/documents/{key}/supersede", json={"from": iso(NOW), "body": {"model": "M9", "price_cents": 250}}
    )
    document(office, "model_documents", {"model": "M9", "price_cents": 999}, **{"from": iso(NOW + DAY)})
    text = visitor.get("/m/M9?lang=en").text
    assert "CNY 2.50" in text
    assert not re.search(r"CNY (1\.00|9\.99)", text)
    assert "Edition 2" in text


def test_one_text_of_the_promise_is_shown_everywhere_with_its_hash(
    office: TestClient, visitor: TestClient, backend: FakeBackend
) -> None:
    backend.cabinet("C-1")
    document(office, "promise", {"text_zh": "七日无理由", "text_en": "Seven days, no questions"})
    sha256 = digest("七日无理由", "Seven days, no questions")
    for path in ("/c/C-1", "/m/M1"):
        assert sha256 in visitor.get(f"{path}?lang=en").text
        assert "Seven days, no questions" in visitor.get(f"{path}?lang=en").text
        assert "七日无理由" in visitor.get(f"{path}?lang=zh").text


def test_documents_with_another_text_of_the_promise_are_named(office: TestClient) -> None:
    key = document(office, "promise", {"text": "old words"})
    good, bad = digest("new words", "new words"), digest("mine", "mine")
    card = document(office, "warranty_card", {"promise_sha256": digest("old words", "old words")})
    ask = f"{API}/promises/consistency"
    assert office.get(ask).json()["consistent"] is True
    office.post(f"{API}/documents/{key}/supersede", json={"from": iso(NOW), "body": {"text": "new words"}})
    advert = document(office, "advertisement", {"promise_sha256": good.upper()})
    contract = document(office, "agreement", {"promise_sha256": bad})
    silent = document(office, "agreement", {})
    found = office.get(ask).json()
    assert {d["id"]: d["state"] for d in found["documents"]} == {
        card: "outdated", advert: "current", contract: "unknown",
    }  # fmt: skip
    assert (found["consistent"], found["unmarked"]) == (False, [silent])
    assert [(p["edition"], p["sha256"]) for p in found["promises"]] == [(2, good)]


# -- channels -------------------------------------------------------------------------------------------------------
def test_a_banner_names_what_is_out_of_order_and_what_still_works(
    product: Product, office: TestClient, visitor: TestClient, backend: FakeBackend
) -> None:
    backend.cabinet("C-1")
    backend.policy = msgspec.structs.replace(Policy(), front=Front(hotline="400-800", account="lake"))
    lead = product.as_role("dispatcher")
    told = lead.post(f"{API}/channels/hotline/outage", json={"reason": "storm"})
    assert (told.status_code, told.json()["since"]) == (201, iso(NOW))
    text = visitor.get("/c/C-1?lang=en").text
    assert "Out of order at present: Hotline" in text
    assert "You still reach us by: Official account, the form on this page" in text
    items = {c["channel"]: c for c in lead.get(f"{API}/channels").json()["items"]}
    assert (items["hotline"]["outage"]["reason"], items["hotline"]["address"]) == ("storm", "400-800")
    assert (items["email"]["outage"], items["email"]["address"]) == (None, None)
    assert lead.post(f"{API}/channels/hotline/outage", json={"reason": "x"}).json()["guard"] == "channel_down"
    assert lead.post(f"{API}/channels/hotline/restore", json={}).json()["ended_by"] == "dispatcher"
    assert "Out of order" not in visitor.get("/c/C-1?lang=en").text
    assert lead.get(f"{API}/channels/outages?q=channel:hotline").json()["total"] == 1
    assert product.as_role("operator").post(f"{API}/channels/sms/outage", json={"reason": "x"}).status_code == 403
