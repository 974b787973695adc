"""The ticket page around a case: personal data on request, record, contacts, decisions, money, evidence, returns."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import desk
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TICKET = "/tickets/T-000004"


def panel(page: Page, title: str) -> Locator:
    """A folded panel, opened."""
    found = page.locator("section.panel").filter(has=page.get_by_role("heading", name=title, exact=True))
    expect(found).to_be_visible()
    if found.locator("details").first.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def test_the_customer_is_shown_with_a_reason_for_this_view_only(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint()
    page = open_page(TICKET)
    expect(page.get_by_text("138****1234")).to_be_visible()
    page.get_by_role("button", name="Show personal data").click()
    expect(page.get_by_text("is recorded")).to_be_visible()
    page.get_by_label("What is shown").select_option("customer")
    page.get_by_label("Reason").fill("call back")
    page.get_by_role("button", name="Show personal data").last.click()
    expect(page.get_by_role("link", name="13800001234")).to_have_attribute("href", "tel:13800001234")
    expect(page.get_by_text("row 41 of the audit")).to_be_visible()
    path, body, _ = stage.sent(1)[0]
    fields = ["customer.name", "customer.phone", "customer.address"]
    assert (path, body) == ("tickets/T-000004/reveal", {"reason": "call back", "fields": fields})
    assert "13800001234" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.reload()
    expect(page.get_by_text("138****1234")).to_be_visible()
    expect(page.get_by_text("13800001234")).to_have_count(0)


def test_a_technicians_number_is_shown_with_a_reason(open_page: Open, stage: Stage) -> None:
    page = open_page("/technicians")
    page.get_by_role("button", name="Show the number").first.click()
    page.get_by_label("Reason").fill("late")
    page.get_by_role("button", name="Show the number").nth(1).click()
    expect(page.get_by_role("link", name="Call 王强")).to_have_attribute("href", "tel:13900005678")
    assert stage.sent(1)[0][:2] == ("technicians/W-0001/reveal", {"reason": "late", "fields": ["phone"]})


def test_a_decision_without_a_basis_is_refused_with_its_clause(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint()
    stage.refuse = {"guard": "basis", "missing": ["basis.reference"], "clause": "S1 7.3.1"}
    page = open_page(TICKET)
    form = page.get_by_role("form", name="Decide")
    form.get_by_label("Decision").fill("money back")
    form.get_by_role("button", name="Decide").click()
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("A decision needs a basis that can be cited.")
    expect(alert).to_contain_text("basis: reference")
    expect(alert).to_contain_text("S1 7.3.1")
    assert stage.sent(1)[0][1] == {"decision": "money back", "basis": {"type": "law"}}


def test_the_record_says_what_is_missing_and_takes_it(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint()
    page = open_page(TICKET)
    record = panel(page, "Record")
    expect(record.get_by_text("what the complaint is about").first).to_be_visible()
    record.get_by_text("Fill in the record").click()
    record.get_by_label("what the complaint is about").select_option("service")
    record.get_by_role("button", name="Write down").click()
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/record", {"case": {"about": "service"}})
    record.get_by_text("The customer does not want to tell this").click()
    record.get_by_label("Which").select_option("address")
    record.get_by_label("Reason").fill("no visit needed")
    record.get_by_role("button", name="Write down").click()
    declined = {"customer": {"address": {"declined": "no visit needed"}}}
    assert stage.sent(2)[1][1] == declined


def test_a_field_of_the_record_is_corrected_or_taken_back(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint()
    page = open_page(TICKET)
    record = panel(page, "Record")
    record.get_by_text("Correct a field").click()
    form = record.get_by_role("form", name="Correct a field")
    form.get_by_label("Field").select_option("customer.phone")
    form.get_by_label("New value").fill("13900005678")
    form.get_by_role("button", name="Write down").click()
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/record", {"customer": {"phone": "13900005678"}})
    expect(form).to_be_hidden()
    record.get_by_text("Correct a field").click()
    form.get_by_label("Field").select_option("customer.name")
    form.get_by_label("Take back what was written").check()
    form.get_by_role("button", name="Take back").click()
    assert stage.sent(2)[1][1] == {"customer": {"name": None}}


def test_a_paper_of_a_dispute_is_attached_once(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint(dispute=desk.dispute())
    page = open_page(TICKET)
    papers = panel(page, "Decision and dispute")
    expect(papers.get_by_text("folder 7")).to_be_visible()
    attached = papers.get_by_role("link", name="Paper 2")
    expect(attached).to_have_attribute("href", "/api/v1/attachments/A-0123456789abcdef")
    papers.get_by_text("Add a paper").click()
    form = papers.get_by_role("form", name="Add a paper")
    letter = FilePayload(name="letter.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
    form.locator("input[type=file]").set_input_files(letter)
    stage.refuse = {"guard": "state", "missing": ["triaged"], "clause": "S1 7.3.3"}
    form.get_by_role("button", name="Add").click()
    expect(form.get_by_role("alert")).to_contain_text("S1 7.3.3")
    stage.refuse = None
    form.get_by_role("button", name="Add").click()
    (_, stored, _), _, (path, body, _) = stage.sent(3)
    assert (stored, path) == ({"ticket": "T-000004", "file": b"%PDF-1.7"}, "tickets/T-000004/dispute")
    assert body == {"route": "mediation", "documents": ["A-1"]}


def test_the_link_of_the_survey_is_shown_to_be_passed_on(open_page: Open, stage: Stage) -> None:
    stage.case = {**desk.repair(survey=desk.invited(), refund=desk.owed()), "state": "resolved"}
    page = open_page(TICKET)
    page.get_by_role("button", name="Show the customer’s link").click()
    expect(page.get_by_role("link", name="https://service.example/s/abc")).to_be_visible()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="cop")).to_be_visible()
    refund = panel(page, "Refund")
    refund.locator("summary", has_text="Withdraw the approval").click()
    form = refund.get_by_role("form", name="Withdraw the approval")
    form.get_by_label("Reason").fill("wrong sale")
    form.get_by_role("button", name="Withdraw the approval").click()
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/withdraw-approval", {"reason": "wrong sale"})


def test_a_call_is_registered_with_its_promise(open_page: Open, stage: Stage) -> None:
    stage.case = desk.complaint()
    page = open_page(TICKET)
    contacts = panel(page, "Contacts")
    contacts.get_by_text("Log a contact").click()
    contacts.get_by_label("What was said").fill("where is my money?")
    contacts.get_by_label("Promised for (UTC+8)").fill("2026-03-03T08:00")
    contacts.get_by_label("Key points were read back").check()
    contacts.get_by_role("button", name="Register").click()
    path, body, key = stage.sent(1)[0]
    assert (path, bool(key)) == ("contacts", True)
    assert body == {
        "direction": "in", "channel": "phone", "text": "where is my money?", "promised_at": "2026-03-03T00:00:00.000Z",
        "read_back": True, "ticket": "T-000004",
    }  # fmt: skip


def test_a_quote_is_made_in_yuan_and_agreed_to(open_page: Open, stage: Stage) -> None:
    stage.case = desk.repair(quotes=[desk.quote()], appointments=[desk.window()])
    page = open_page(TICKET)
    quotes = panel(page, "Quote and charges")
    expect(quotes.get_by_text("¥ 321.00").first).to_be_visible()
    quotes.get_by_label("Who agreed").fill("张三丰")
    quotes.get_by_role("button", name="Record the customer’s consent").click()
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/accept-quote", {"by": "张三丰", "how": "phone", "version": 1})
    quotes.get_by_text("New version").click()
    quotes.get_by_label("What", exact=True).fill("fuse")
    quotes.get_by_label("Price of one").fill("0.29")
    quotes.get_by_role("button", name="Quote", exact=True).click()
    assert stage.sent(2)[1][1] == {"items": [{"what": "fuse", "cents": 29, "quantity": 1}]}
    appointment = panel(page, "Appointment")
    appointment.locator("summary", has_text="Change the window").click()
    expect(appointment.get_by_text("needs the customer’s consent")).to_be_visible()
    able = panel(page, "Who could go")
    expect(able.get_by_text("is not on shift then")).to_be_visible()
    able.get_by_role("button", name="Send Li Na").click()
    assert stage.sent(3)[2][:2] == ("tickets/T-000004/dispatch", {"technician": "W-0002"})


def test_a_provisional_arrival_shows_what_contradicts_and_is_confirmed(open_page: Open, stage: Stage) -> None:
    stage.arrival = desk.doubtful()
    page = open_page(TICKET)
    expect(page.get_by_text("weaker evidence claims a much earlier arrival (58 min apart)")).to_be_visible()
    page.get_by_text("Evidence of the arrival (2)").click()
    expect(page.get_by_text("812 m away · ± 9.0 m · too far away")).to_be_visible()
    page.locator("summary", has_text="Confirm the arrival").click()
    form = page.get_by_role("form", name="Confirm the arrival")
    form.get_by_label("Reason").fill("seen on camera")
    form.get_by_role("button").click()
    assert stage.sent(1)[0][:2] == ("visits/V-000001/confirm", {"reason": "seen on camera"})


def test_a_return_asks_for_what_the_ruling_needs_and_takes_a_sale(open_page: Open, stage: Stage) -> None:
    stage.case = desk.goods(claim=desk.claim())
    page = open_page(TICKET)
    claim = panel(page, "Return claim")
    expect(claim.get_by_text("To find out: Bad when it was sold?")).to_be_visible()
    expect(claim.get_by_text("S1 7.5.4, S1 7.5.6", exact=True)).to_be_visible()
    claim.get_by_text("Find the sale").click()
    claim.get_by_label("Bought at about (UTC+8)").fill("2026-03-02T09:08")
    claim.get_by_role("button", name="Search").click()
    expect(claim.get_by_text("yoghurt / L7 · ¥ 6.50")).to_be_visible()
    claim.get_by_role("button", name="This one").click()
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/claim", {"vend": "E-7"})


def test_who_may_only_look_is_offered_no_form(open_page: Open, stage: Stage) -> None:
    stage.role, stage.case = "viewer", desk.complaint()
    page = open_page(TICKET)
    expect(panel(page, "Record").get_by_text("Needed before")).to_be_visible()
    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("button", name="Show personal data")).to_have_count(0)


def test_open_panels_fit_a_phone_in_chinese(open_page: Open, stage: Stage) -> None:
    stage.case = desk.repair(claim=desk.claim(), quotes=[desk.quote()], appointments=[desk.window()])
    page = open_page(TICKET, language="zh-CN", size=PHONE)
    for title in ("退换申请", "报价与收费", "联系记录", "服务记录", "可派人员", "预约"):
        panel(page, title)
    expect(page.get_by_text("关闭工单前还需：")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert findings(page) == []
