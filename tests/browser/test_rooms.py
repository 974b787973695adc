"""Problems, knowledge, channels, compensation, what was agreed, models, backups: forms, refusals, both languages, the
phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PAGES = [
    "/problems", "/problems/PR-000001", "/knowledge", "/knowledge/units", "/knowledge/sample", "/reports/money",
    "/reports/deviations", "/reports/published", "/contacts", "/platform",
]  # fmt: skip
GO = "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
WIDE = "['html', 'main'].some(name => (e => e.scrollWidth > e.clientWidth)(document.querySelector(name)))"


def test_a_problem_gets_an_owner_and_is_closed_with_its_result(open_page: Open, stage: Stage) -> None:
    page = open_page("/problems")
    row = page.get_by_role("row").filter(has_text="Payment terminal down")
    expect(row).to_contain_text("4 times")
    row.get_by_role("link", name="PR-000001").click()
    expect(page.get_by_role("link", name="T-000001")).to_be_visible()
    page.get_by_text("Owner and maker").click()
    form = page.get_by_role("form", name="Owner and maker")
    form.get_by_label("Who sees to it").fill("dora")
    form.get_by_role("button").click()
    assert stage.sent(1)[0] == ("problems/PR-000001", {"owner": "dora"}, '"5"')
    page.get_by_text("Close the problem").first.click()
    form = page.get_by_role("form", name="Close the problem")
    form.get_by_label("What came of it").fill("new firmware")
    form.get_by_role("button").click()
    assert stage.sent(2)[1][:2] == ("problems/PR-000001/close", {"result": "new firmware"})


def test_a_contact_is_reviewed_by_somebody_else_and_bad_ones_need_a_reason(open_page: Open, stage: Stage) -> None:
    stage.refuse = {"guard": "review", "missing": ["note"], "clause": "S1 5.2.3.1, 5.2.3.2"}
    page = open_page("/knowledge/sample?month=2026-02")
    expect(page.get_by_text("1 of 2 reviewed, 0 of them well.")).to_be_visible()
    expect(page.get_by_text("Review C-000008")).to_have_count(0)
    page.get_by_text("Review C-000007").click()
    form = page.get_by_role("form", name="Review C-000007")
    form.get_by_label("Was it well done?").select_option("false")
    form.get_by_role("button").click()
    assert stage.sent(1)[0][:2] == ("contacts/C-000007/review", {"ok": False})
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("What was not well needs a note")
    expect(alert).to_contain_text("S1 5.2.3.1")


def test_a_compensation_names_its_fund_and_the_page_says_what_was_agreed(open_page: Open, stage: Stage) -> None:
    paid = "paid id=CM-000001 cents=2000 fund=DO-000003"
    withdrawn = "refund approval_withdrawn amount_cents=650 by=admin reason=changed their mind"
    head = {"at": "2026-03-02T02:00:00Z", "actor": "admin", "from": None, "to": None, "evidence": None}
    stage.lines = [{**head, "type": "compensation", "note": paid}, {**head, "type": "guide", "note": withdrawn}]
    stage.case = desk.repair(quotes=[desk.quote()])
    page = open_page("/tickets/T-000004")
    page.get_by_role("heading", name="Compensation", exact=True).click()
    page.get_by_text("Pay a compensation").first.click()
    form = page.get_by_role("form", name="Pay a compensation")
    form.get_by_label("Amount").fill("20.00")
    form.get_by_label("Reason").fill("waited twice")
    form.get_by_label("Out of which fund").select_option("DO-000003")
    form.get_by_role("button").click()
    body = {"cents": 2000, "reason": "waited twice", "fund": "DO-000003"}
    assert stage.sent(1)[0][:2] == ("tickets/T-000004/compensate", body)
    page.get_by_role("heading", name="Agreed and delivered").click()
    expect(page.get_by_text("Arrival · 1 h 35 min late")).to_be_visible()
    expect(page.get_by_text("agreed: ¥ 45.00 · delivered: ¥ 50.00")).to_be_visible()
    expect(page.get_by_role("link", name="Terminal does not answer")).to_be_visible()
    expect(page.get_by_text("because the case has no phone number")).to_be_visible()
    expect(page.get_by_text("Paid · no. CM-000001 · amount ¥ 20.00 · out of fund DO-000003")).to_be_visible()
    expect(page.get_by_text("Approval of the refund withdrawn")).to_contain_text("reason changed their mind")


def test_a_channel_out_of_order_stands_on_every_page_until_it_works_again(open_page: Open, stage: Stage) -> None:
    page = open_page("/contacts")
    page.get_by_role("heading", name="Channels to customers").click()
    page.get_by_text("Report an outage: hotline").click()
    form = page.get_by_role("form", name="Report an outage: hotline")
    form.get_by_label("What is wrong").fill("cable cut")
    form.get_by_role("button").click()
    assert stage.sent(1)[0][:2] == ("channels/hotline/outage", {"reason": "cable cut"})
    banner = page.get_by_text("Out of order for customers: hotline (since")
    expect(banner).to_be_visible()
    page.get_by_role("link", name="Standards").click()
    expect(banner).to_be_visible()


def test_a_contact_names_its_template(open_page: Open, stage: Stage) -> None:
    page = open_page("/contacts")
    page.get_by_text("Log a contact").click()
    form = page.get_by_role("form", name="Log a contact")
    form.get_by_label("Direction").select_option("out")
    form.get_by_label("What was said").fill("paid")
    form.get_by_label("Reply template used").select_option("DO-000005")
    form.get_by_role("button", name="Register").click()
    assert stage.sent(1)[0][1] == {"direction": "out", "channel": "phone", "text": "paid", "template": "DO-000005"}


def test_what_is_paid_late_and_unpublished_is_reported(open_page: Open) -> None:
    page = open_page("/reports/money", language="zh-CN")
    expect(page.get_by_role("row").filter(has_text="fan (P-7)")).to_contain_text("价格不同")
    expect(page.get_by_role("link", name="Guarantee fund")).to_be_visible()
    page.get_by_role("link", name="偏差").click()
    expect(page.get_by_text("21 张工单中 1 张有偏差。")).to_be_visible()
    page.get_by_role("link", name="公示").click()
    expect(page.get_by_role("link", name="打开 /m/VC-600")).to_have_attribute("href", "/m/VC-600")
    expect(page.get_by_role("link", name="货柜页面 HZ-000001")).to_have_attribute("href", "/c/HZ-000001")
    expect(page.get_by_text("已被替换的版本")).to_be_visible()
    page.get_by_role("link", name="到场").click()
    expect(page.get_by_text("71.3 公里，共 9 次上门").first).to_be_visible()


def test_a_unit_is_registered_by_the_kinds_that_it_owns(open_page: Open, stage: Stage) -> None:
    page = open_page("/knowledge/units")
    expect(page.get_by_text("1 kind of work without a unit.")).to_be_visible()
    expect(page.get_by_role("link", name="Role matrix as CSV")).to_have_attribute("href", "/api/v1/roles.csv")
    page.goto("/registers/documents?kind=unit")
    page.get_by_text("Register a document").click()
    form = page.get_by_role("form", name="Register a document")
    form.get_by_label("Title").fill("Desk")
    form.get_by_label("Refund").check()
    form.get_by_label("Return").check()
    form.get_by_label("From").fill("2026-03-01")
    assert form.get_by_label("Kind").evaluate("e => e.required")
    form.evaluate("e => { e.noValidate = true }")
    form.get_by_role("button", name="Save").click()
    assert stage.sent(1)[0][1]["body"] == {"kinds": ["refund", "return"]}


def test_an_overdue_backup_says_so_and_one_is_made(open_page: Open, stage: Stage) -> None:
    stage.late = True
    page = open_page("/platform")
    expect(page.get_by_role("alert")).to_contain_text("Overdue: the newest is older than two periods.")
    expect(page.get_by_text("No space left on device")).to_be_visible()
    page.get_by_role("button", name="Make a backup now").click()
    assert stage.sent(1)[0][:2] == ("backups", {})
    expect(page.get_by_text("records: 10.0 MiB of 50.0 MiB")).to_be_visible()
    stage.role = "operator"
    page.reload()
    expect(page.get_by_role("heading", name="Backups")).to_be_visible()
    expect(page.get_by_role("button", name="Make a backup now")).to_have_count(0)


def test_every_page_fits_a_phone_in_both_languages_and_has_no_serious_finding(open_page: Open, stage: Stage) -> None:
    stage.down = stage.late = True
    page = open_page("/standards", size=PHONE, dark=True)
    for chinese in (False, True):
        for i, path in enumerate(PAGES):
            page.evaluate(GO, path)
            expect(page.locator("main section").first).to_be_visible()
            page.wait_for_timeout(100)
            assert not page.evaluate(WIDE), path
            if i % 2 == chinese:  # each page in one of the two
                assert findings(page) == [], path
        if not chinese:
            page.get_by_role("button", name="中文").click()
