"""The time after a repair over HTTP: forms, sign-off, the public survey, its results, indicators, improvements."""

import csv
import io
import struct
import zlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.serviceform import fill, table
from api.servicewords import FEEDBACK, RECORD
from service.after.indicators import DEFINITIONS
from service.after.signoff import digest, shown
from service.model import Action, Answer
from service.records.base import Put
from tests.api.fake import NOW, FakeBackend, Product
from tests.pdftext import texts
from tests.service.after.shop import PERSON, resolved
from tests.service.desk.world import World

KEY = "T-000001"
FIELDS: dict[str, Any] = {
    "service": {"measure": "更换启动继电器", "parts": ["RL-220"], "person": "T1", "date": NOW},
    "record": {
        "product": {"name": "VM-200 C-1", "model": "VM-200", "price_cents": 350, "validity": "2026-12", "lot": "L7",
                    "purchased": NOW, "place": "杭州东站"},
        "service": {"unit": "智柜服务", "date": NOW, "person": "T1", "measure": "更换启动继电器", "mode": "on_site",
                    "situation": "verified minutes=60", "confirmation": {"by": "customer", "how": "phone", "at": NOW}},
        "case": {"received_by": "agnes"},
    },
    "follow_up": {"answer": "凉了，谢谢", "solved": True, "recurrence": False, "date": NOW, "person": "agnes",
                  "channel": "phone"},
}  # fmt: skip
SURVEY = dict.fromkeys(("answered", "attitude", "quality", "timeliness", "effectiveness", "other", "person")) | {
    "id": KEY, "state": "invited", "kind": "repair", "channel": "phone", "cabinet": "C-1", "token": "ab" * 16,
    "invited": NOW, "expires": NOW + 10**9,
}  # fmt: skip
# S1 8.2-8.4 and App. A.1, S3 3.4(4): what the record must show, as the sample has it.
REQUIRED = ("王小丽", "13800001234", "杭州市天城路", "VM-200 C-1", "3.50", "2026-12", "杭州东站", "智柜服务",
            "更换启动继电器", "RL-220", "遥测确认运行正常", "饮料不凉", KEY)  # fmt: skip


def path(what: str = "") -> str:
    return f"/api/v1/tickets/{KEY}{what}"


@pytest.fixture
def signed() -> dict[str, Any]:
    content = shown(KEY, FIELDS)
    return {
        "by": "王小丽", "content_ok": True, "quality": 5, "attitude": 4, "note": None, "how": "phone", "reason": None,
        "signature": None, "at": NOW, "sha256": digest(content), "shown": content,
    }  # fmt: skip


@pytest.fixture
def ticket(backend: FakeBackend, signed: dict[str, Any]) -> dict[str, Any]:
    row = backend.put(
        "tickets", id=KEY, n=1, summary="饮料不凉", customer=PERSON, state="resolved",
        fields={**FIELDS, "sign_off": signed},
    )  # fmt: skip
    backend.put("surveys", **SURVEY)
    return row


def test_the_record_holds_every_required_field(admin: TestClient, ticket: dict[str, Any]) -> None:
    said = texts(admin.get(path("/service-record.pdf")).content).replace("\n", "")
    for words in REQUIRED:
        assert words in said, words
    assert ticket["fields"]["sign_off"]["sha256"] in said
    for words in ("售后服务记录表", "顾客签名", "Customer's signature", "满意度"):
        assert words in said


@pytest.mark.parametrize(("form", "layout"), [("service-record", RECORD), ("feedback-form", FEEDBACK)])
def test_each_form_is_data_pdf_and_csv_of_the_same_fields(
    admin: TestClient, ticket: dict[str, Any], form: str, layout: Any
) -> None:
    data = admin.get(path(f"/{form}")).json()
    named = [(f.zh, f.en) for g in layout.groups for f in g.fields]
    assert [(f["name_zh"], f["name_en"]) for g in data["groups"] for f in g["fields"]] == named
    sheet = admin.get(path(f"/{form}.csv"))
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [(r[3], r[4]) for r in rows[1:]][: len(named)] == named
    paper = admin.get(path(f"/{form}.pdf"))
    assert paper.headers["content-type"] == "application/pdf"
    assert layout.zh in texts(paper.content)
    assert paper.content == admin.get(path(f"/{form}.pdf")).content
    assert ticket["id"] in paper.headers["content-disposition"]


def test_the_feedback_form_says_whose_layout_it_is(admin: TestClient, ticket: dict[str, Any]) -> None:
    said = texts(admin.get(path("/feedback-form.pdf")).content).replace("\n", "")
    assert "自行设计" in said
    assert "Own layout" in said
    assert "凉了" in said
    assert ticket


def test_what_was_changed_after_the_signature_shows(admin: TestClient, backend: FakeBackend, ticket: Any) -> None:
    assert admin.get(path("/service-record")).json()["signed"]["changed"] is False
    other = {**ticket["fields"], "charges": [{"id": "Q-1", "cents": 9900, "at": NOW}]}
    backend.put("tickets", **{**ticket, "fields": other})
    assert admin.get(path("/service-record")).json()["signed"]["changed"] is True
    said = texts(admin.get(path("/service-record.pdf")).content).replace("\n", "")
    assert "签收后处理措施" in said
    assert "99.00" in said


def test_people_see_persons_masked_until_they_give_a_reason(
    product: Product, backend: FakeBackend, ticket: Any
) -> None:
    backend.answers["privacy.reveal"] = lambda _: Answer(status="ok", body={"audit": 1})
    product.identity.create_user("agnes", "secret-word", "agent", None, product.real())
    clerk = product.anyone()
    clerk.post("/api/v1/session", json={"username": "agnes", "password": "secret-word"})
    for client in (clerk, product.as_role("viewer")):
        for ending in ("", ".csv", ".pdf"):
            sent = client.get(path(f"/service-record{ending}")).content
            said = texts(sent) if ending == ".pdf" else sent.decode()
            assert "13800001234" not in said
            assert "王小丽" not in said
            assert "138****1234" in said.replace("\n", "")
    whole = clerk.get(path("/service-record"), params={"reason": "the customer signs it"})
    assert "13800001234" in whole.text
    asked = [a for a in backend.actions if a.name == "privacy.reveal"]
    assert [(a.target, a.body["reason"]) for a in asked] == [(f"ticket:{KEY}", "the customer signs it")]
    assert product.as_role("viewer").get(path("/service-record"), params={"reason": "just so"}).status_code == 403
    assert ticket


def test_only_those_who_talk_to_customers_get_the_surveys_link(product: Product, ticket: Any) -> None:
    agent = product.as_role("agent").get(path("/service-record")).json()
    assert agent["survey_link"] == f"http://testserver/s/{SURVEY['token']}"
    for role in ("viewer", "auditor"):
        assert product.as_role(role).get(path("/service-record")).json()["survey_link"] is None
    assert ticket


def test_a_technician_gets_the_forms_of_own_tickets_only(product: Product, backend: FakeBackend, ticket: Any) -> None:
    ann = product.as_role("technician", "T1")
    assert ann.get(path("/service-record")).status_code == 404
    backend.put("visits", id="V-1", technician="T1", state="working", tickets=[KEY], arrived=NOW)
    backend.put("tickets", **{**ticket, "visit": "V-1"})
    told = ann.get(path("/service-record")).json()
    assert (told["masked"], told["survey_link"]) == (False, None)


def test_no_cell_of_the_sheet_acts_as_a_formula() -> None:
    row = {
        "id": KEY,
        "state": "new",
        "kind": "repair",
        "summary": "=1+1",
        "customer": {"name": "@SUM(A1)"},
        "fields": {},
    }
    cells = [c for r in csv.reader(io.StringIO(table(fill(RECORD, row, None, None), str))) for c in r]
    assert "'=1+1" in cells
    assert "'@SUM(A1)" in cells


def png(width: int = 300, height: int = 90) -> bytes:
    """A white picture, as small as it can be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def attached(client: TestClient, content: bytes, **form: str) -> str:
    answer = client.post("/api/v1/attachments", files={"file": ("s.png", content)}, data=form)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["id"]
    return key


def test_a_signature_is_a_png_of_this_ticket(admin: TestClient, backend: FakeBackend, ticket: Any) -> None:
    backend.answers["ticket.sign-off"] = lambda a: Answer(status="ok", body={**ticket, "timeline": []})
    backend.put("tickets", id="T-000002", n=2)
    body = {"by": "王小丽", "content_ok": True, "quality": 5}
    bad = ["A-nothing", attached(admin, b"%PDF-1.4 x"), attached(admin, png(), ticket="T-000002"),
           attached(admin, png(9000, 9000))]  # fmt: skip
    for key in bad:
        answer = admin.post(path("/sign-off"), json={**body, "signature": key})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["signature"])
    key = attached(admin, png(), ticket=KEY)
    assert admin.post(path("/sign-off"), json={**body, "signature": key, "signature_sha256": "0"}).status_code == 200
    sent = [a for a in backend.actions if a.name == "ticket.sign-off"]
    assert [a.body["signature_sha256"] for a in sent] == [backend.records.get("attachments", key)["sha256"]]


def test_the_drawn_signature_stands_on_the_form(admin: TestClient, backend: FakeBackend, ticket: Any) -> None:
    plain = len(admin.get(path("/service-record.pdf")).content)
    key = attached(admin, png(), ticket=KEY)
    signed = {**ticket["fields"]["sign_off"], "signature": key, "how": "signature"}
    backend.put("tickets", **{**ticket, "fields": {**ticket["fields"], "sign_off": signed}})
    drawn = admin.get(path("/service-record.pdf")).content
    assert len(drawn) > plain
    assert drawn.count(b"/Subtype /Image") == 2  # and the QR code of the survey


# the public page


class Shop:
    """A real desk behind the API's public page."""

    def __init__(self, product: Product) -> None:
        self.world = World()
        self.key = resolved(self.world)
        self.backend = product.backend
        self.backend.clock = self.world.clock
        self.backend.answers["survey.answer"] = self._judge
        self._copy()
        self.customer = product.anyone()
        self.token: str = self.world.tables["surveys"][self.key]["token"]

    def _judge(self, action: Action) -> Answer:
        answer, effects = self.world.desk.act(action, self.world.faults, self.world.fleet, self.world.clock.moment())
        self.world.apply(effects)
        self._copy()
        return answer

    def _copy(self) -> None:
        self.backend.records.write([Put("surveys", row) for row in self.world.rows("surveys")])

    def send(self, **form: str) -> Any:
        return self.customer.post(f"/s/{self.token}", data=form)


@pytest.fixture
def shop(product: Product) -> Shop:
    return Shop(product)


def test_the_page_asks_in_both_languages_without_script_or_sign_in(shop: Shop) -> None:
    page = shop.customer.get(f"/s/{shop.token}")
    assert page.status_code == 200
    for words in ("服务评价", "Service survey", "服务人员的态度如何", "How was the attitude", "viewport", shop.key):
        assert words in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert shop.customer.get("/survey.css").headers["content-type"].startswith("text/css")


def test_an_answer_is_taken_once(shop: Shop, admin: TestClient) -> None:
    assert shop.send().status_code == 422
    thanks = shop.send(attitude="5", quality="4", timeliness="9", other="冷饮 <b>")
    assert (thanks.status_code, "谢谢" in thanks.text) == (200, True)
    assert shop.send(attitude="1").status_code == 409
    assert "不能重复提交" in shop.customer.get(f"/s/{shop.token}").text
    row = admin.get("/api/v1/surveys").json()["items"][0]
    assert [row[n] for n in ("state", "attitude", "quality", "timeliness", "other")] == [
        "answered", 5, 4, None, "冷饮 <b>",
    ]  # fmt: skip
    assert shop.token not in admin.get("/api/v1/surveys").text


def test_what_was_filled_in_stays_when_it_is_refused(shop: Shop) -> None:
    refused = shop.send(attitude="3", other="<script>" + "x" * 600)
    assert refused.status_code == 422
    assert 'value="3" checked' in refused.text
    assert "<script" not in refused.text
    shop.backend.away = True
    assert shop.send(attitude="3").status_code == 503


@pytest.mark.parametrize("forged", ["0" * 32, "x", "a" * 200, "..%2f", "T-000001"])
def test_another_link_opens_nothing(shop: Shop, forged: str) -> None:
    assert shop.customer.get(f"/s/{forged}").status_code in (404, 503)
    assert shop.customer.post(f"/s/{forged}", data={"attitude": "1"}).status_code in (404, 405)
    assert shop.world.tables["surveys"][shop.key]["state"] == "invited"


def test_after_its_time_the_page_says_so(shop: Shop) -> None:
    shop.world.clock.advance(15 * 86_400_000)
    assert shop.customer.get(f"/s/{shop.token}").status_code == 410
    assert shop.send(attitude="5").status_code == 410


def test_results_are_counted_from_the_rows(admin: TestClient, backend: FakeBackend) -> None:
    for n in range(6):
        row = {**SURVEY, "id": f"T-{n}", "token": f"{n:032d}", "channel": "qr" if n % 2 else "phone"}
        backend.put("surveys", **(row if n == 5 else {**row, "state": "answered", "answered": NOW, "attitude": 4}))
    told = admin.get("/api/v1/surveys/results").json()
    assert (told["all"]["invited"], told["all"]["answered"], told["all"]["open"]) == (6, 5, 1)
    attitude, quality = told["all"]["items"][:2]
    assert (attitude["n"], attitude["mean"], attitude["good"], quality["too_few"]) == (5, 4, 1, True)
    assert [g["name"] for g in told["by_channel"]] == ["phone", "qr"]
    assert all(g["response"]["too_few"] for g in told["by_channel"])
    before = {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"}
    assert admin.get("/api/v1/surveys/results", params=before).json()["all"]["invited"] == 0
    assert admin.get("/api/v1/surveys/results", params={"from": before["to"], "to": before["from"]}).status_code == 422


def test_indicators_of_a_month_come_from_the_records(admin: TestClient, backend: FakeBackend) -> None:
    clock = {"name": "REPLY", "started": NOW, "due": NOW, "state": "met"}
    backend.put("tickets", id=KEY, n=1, clocks=[clock])
    told = admin.get("/api/v1/indicators", params={"month": "2026-09"}).json()
    assert (told["from"], told["to"]) == ("2026-08-31T16:00:00.000+00:00", "2026-09-30T16:00:00.000+00:00")
    assert [i["id"] for i in told["items"]] == [d.id for d in DEFINITIONS]
    assert (told["items"][0]["value"], told["items"][0]["state"]) == (1, "no_target")
    assert told["items"][1]["state"] == "missing"
    assert admin.get("/api/v1/indicators").json()["items"][0]["n"] == 1
    assert admin.get("/api/v1/indicators", params={"month": "2026-13"}).status_code == 422
    assert admin.get("/api/v1/indicators", params={"from": "2026-01-01"}).status_code == 422


def test_improvements_are_listed_and_changed(admin: TestClient, backend: FakeBackend) -> None:
    row = dict.fromkeys(("owner", "due", "result", "closed", "closed_by")) | {
        "id": "I-000001", "month": "2026-10", "indicator": "reply_in_time", "value": 0.5, "n": 4, "target": 0.9,
        "state": "open", "opened": NOW, "version": 1,
    }  # fmt: skip
    backend.put("improvements", **row)
    assert [i["id"] for i in admin.get("/api/v1/improvements", params={"q": "state:open"}).json()["items"]] == [
        "I-000001"
    ]
    assert admin.get("/api/v1/improvements/I-000001").headers["etag"] == '"1"'
    assert admin.get("/api/v1/improvements/I-9").status_code == 404
    backend.answers["improvement.patch"] = lambda a: Answer(status="ok", body=row | {"owner": "ann", "version": 2})
    changed = admin.patch("/api/v1/improvements/I-000001", json={"owner": "ann"}, headers={"If-Match": '"1"'})
    assert (changed.json()["owner"], backend.actions[-1].version) == ("ann", 1)
