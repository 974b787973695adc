"""Reports, registers and privacy in the browser: figures and papers, entries made and changed, a person's rights."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.proof import PERSON
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PAGES = [
    "/reports", "/reports/indicators", "/reports/surveys", "/reports/arrivals", "/reports/reliability", "/reports/load",
    "/reports/assessment", "/registers", "/registers/certificates", "/registers/documents?entry=DO-000002",
    "/privacy-desk", "/privacy-desk/holds", "/privacy-desk/persons", "/privacy-desk/audit",
]  # fmt: skip
WIDE = "['html', 'main'].some(name => (e => e.scrollWidth > e.clientWidth)(document.querySelector(name)))"


def test_a_month_is_chosen_and_its_papers_are_linked(open_page: Open) -> None:
    page = open_page("/reports")
    expect(page.get_by_text("This month is not over")).to_be_visible()
    page.get_by_label("Month", exact=True).get_by_role("combobox").select_option("2026-02")
    expect(page.get_by_text("4 carried over + 21 opened = 18 closed + 7 still open")).to_be_visible()
    expect(page.get_by_text("This month is not over")).to_have_count(0)
    expect(page).to_have_url("/reports?month=2026-02")
    papers = [page.get_by_role("link", name=name).get_attribute("href") for name in ("PDF", "CSV")]
    assert papers == ["/api/v1/reports/monthly.pdf?month=2026-02&lang=en", "/api/v1/reports/monthly.csv?month=2026-02"]
    page.get_by_role("link", name="Indicators").first.click()
    row = page.get_by_role("row").filter(has_text="Arrived in time")
    expect(row).to_contain_text("80 %")
    expect(row).to_contain_text("Missed")
    expect(page.get_by_role("row").filter(has_text="Refunds paid in time")).to_contain_text("No case")


def test_an_improvement_is_given_to_somebody_and_closed_with_its_result(open_page: Open, stage: Stage) -> None:
    page = open_page("/reports/indicators")
    page.get_by_text("Owner and date").click()
    page.get_by_label("Who sees to it").fill("dora")
    page.get_by_label("Until").fill("2026-03-31")
    page.get_by_role("button", name="Save").click()
    sent = stage.sent(1)[0]
    assert sent == ("improvements/I-000001", {"owner": "dora", "due": "2026-03-31T16:00:00.000Z"}, '"3"')
    stage.refuse = {"guard": "state", "missing": ["open"]}
    page.get_by_role("group").filter(has_text="Done").locator("summary").click()
    page.get_by_label("Result").fill("A second van")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("alert")).to_contain_text("not possible from the present state")
    assert stage.sent(2)[1][:2] == ("improvements/I-000001/close", {"result": "A second van"})


def test_the_self_assessment_names_what_is_missing(open_page: Open) -> None:
    page = open_page("/reports/assessment", language="zh-CN")
    expect(page.get_by_text("尚无结论：补齐缺失项后可能为 60 至 100 分。")).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("大类以下的分值。 分值为自行设定。")
    expect(page.get_by_text("40 分（40 %）缺少依据")).to_be_visible()
    missing = page.get_by_role("listitem").filter(has_text="专项基金")
    expect(missing).to_contain_text("未登记此类文件")
    expect(missing.get_by_role("link")).to_have_attribute("href", "/registers/documents?kind=guarantee_fund")


def test_certificates_that_ran_out_stand_first_and_only_a_change_is_sent(open_page: Open, stage: Stage) -> None:
    page = open_page("/registers/certificates")
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("expired 3 days ago")
    expect(rows.nth(2)).to_contain_text("valid")
    rows.nth(1).get_by_role("link", name="王敏").click()
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="Entry CE-000001"))
    panel.get_by_text("Change", exact=True).click()
    panel.get_by_label("Valid through").fill("2027-12-31")
    panel.get_by_role("button", name="Save").click()
    assert stage.sent(1)[0] == ("certificates/CE-000001", {"expires": "2027-12-31T16:00:00.000Z"}, '"2"')
    expect(panel.get_by_text("Saved.")).to_be_visible()
    stage.refuse = {"status": 412, "guard": "stale"}
    panel.get_by_text("Change", exact=True).click()
    panel.get_by_label("Skill").fill("electric")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text("Somebody changed this meanwhile")


def test_a_refused_document_says_what_it_lacks_and_for_which_clause(open_page: Open, stage: Stage) -> None:
    stage.refuse = {"guard": "finding_record", "missing": ["owner"], "clause": "S2 5.1"}
    page = open_page("/registers/documents?kind=finding")
    page.get_by_text("Register a document").click()
    form = page.get_by_role("form", name="Register a document")
    form.get_by_label("Kind").select_option("finding")
    form.get_by_label("Title").fill("Late replies")
    form.get_by_label("From").fill("2026-03-01")
    form.get_by_role("button", name="Save").click()
    body = {"kind": "finding", "title": "Late replies", "from": "2026-02-28T16:00:00.000Z"}
    assert stage.sent(1)[0][:2] == ("documents", body)
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("A finding needs somebody who owns it.")
    expect(alert).to_contain_text("S2 5.1")


def test_a_document_shows_that_it_is_out_of_date_and_who_read_it(open_page: Open, stage: Stage) -> None:
    page = open_page("/registers/documents?entry=DO-000002")
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="Entry DO-000002"))
    expect(panel).to_contain_text("cites GB/T 18760-2002, replaced by GB/T 18760-2025 since 2025-05-01")
    expect(panel).to_contain_text("out of date since")
    expect(panel).to_contain_text("Not read yet: ST-000001")
    panel.get_by_role("button", name="I have read this edition").click()
    assert stage.sent(1)[0][0] == "documents/DO-000002/receipt"
    expect(panel.get_by_role("status").filter(has_text="The first time counts.")).to_be_visible()


def test_coverage_shows_who_serves_and_the_holes(open_page: Open) -> None:
    page = open_page("/registers")
    expect(page.get_by_text("117 of 119 hours covered")).to_be_visible()
    expect(page.get_by_role("cell", name="2 h", exact=True)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="HZ-000005")).to_contain_text("71.3 km")


def test_the_workload_names_who_carries_most_and_what_is_missing(open_page: Open) -> None:
    page = open_page("/reports/load")
    expect(page.get_by_text("19 tickets, 2 people: 9.5 tickets per head.")).to_be_visible()
    expect(page.get_by_text("Too few service managers.")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("李娜")


def test_a_person_is_erased_only_with_the_number_twice_and_the_certificate_is_shown(
    open_page: Open, stage: Stage
) -> None:
    page = open_page("/privacy-desk/persons")
    form = page.get_by_role("form", name="Erase for good")
    form.get_by_label("Phone number", exact=True).fill("13800001234")
    form.get_by_label("Phone number once more").fill("13800001235")
    form.get_by_label("Reason").fill("asked for it")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_contain_text("differ")
    assert stage.posts == []
    form.get_by_label("Phone number once more").fill("138 0000 1234")
    form.get_by_role("button").click()
    assert stage.sent(1)[0][:2] == ("persons/erase", {"phone": "13800001234", "reason": "asked for it"})
    shown = page.locator(".certificate")
    kept = ["T-000010: the case is still open", "a law asks for it until 2028-01-01", "legal hold H-000001"]
    for text in [PERSON, "c0ffee", *kept]:
        expect(shown).to_contain_text(text)


def test_a_hold_is_placed_and_ended_with_reasons(open_page: Open, stage: Stage) -> None:
    page = open_page("/privacy-desk/holds")
    page.locator("summary", has_text="Place a hold").click()
    form = page.get_by_role("form", name="Place a hold")
    form.get_by_label("Ticket").fill("t-000007")
    form.get_by_label("Reason").fill("dispute")
    form.get_by_role("button").click()
    assert stage.sent(1)[0][:2] == ("holds", {"subject": "ticket:T-000007", "reason": "dispute"})
    page.locator("summary", has_text="End this hold").click()
    form = page.get_by_role("form", name="End this hold")
    form.get_by_label("Reason").fill("settled")
    form.get_by_role("button").click()
    assert stage.sent(2)[1][:2] == ("holds/H-000001", {"reason": "settled"})


@pytest.mark.parametrize(
    ("sound", "said"), [(True, "812 rows, chain whole"), (False, "812 rows, chain broken at row 40")]
)
def test_the_audit_chain_is_checked_on_request(open_page: Open, stage: Stage, *, sound: bool, said: str) -> None:
    stage.sound = sound
    page = open_page("/privacy-desk/audit")
    expect(page.get_by_role("row").filter(has_text="person.found")).to_contain_text("Person looked for")
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def test_a_viewer_sees_documents_alone_and_changes_nothing(open_page: Open, stage: Stage) -> None:
    stage.role = "viewer"
    page = open_page("/registers")
    expect(page.get_by_role("link", name="Manual, after GB/T 18760-2002")).to_be_visible()
    expect(page.get_by_role("link", name="Staff")).to_have_count(0)
    expect(page.get_by_text("Register a document")).to_have_count(0)
    page.goto("/privacy-desk")
    expect(page.get_by_role("link", name="Audit chain")).to_have_count(0)
    expect(page.get_by_role("link", name="Reports")).to_have_count(0)


def test_no_page_is_wider_than_a_phone_and_none_fails_a_serious_check(open_page: Open) -> None:
    page = open_page("/", language="zh-CN", size=PHONE, dark=True)
    for path in PAGES:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main .skeleton")).to_have_count(0)
        assert not page.evaluate(WIDE), path
        assert findings(page) == [], path
