"""The desk's own pages: contacts, recalls, day plans, parts; forms, refusals, both languages, the phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.office import PLAN, RECALL
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
HELD = {"guard": "recall_held", "missing": ["lane 3: L1"], "clause": "S1 7.6.4.1-7.6.4.3"}
PLACES = ["/contacts", "/recalls", f"/recalls/{RECALL}", "/plan", "/stock", "/cabinets/HZ-000001"]


def test_a_contact_is_logged_and_its_case_named(open_page: Open, stage: Stage) -> None:
    page = open_page("/contacts")
    page.get_by_text("Log a contact").click()
    form = page.get_by_role("form", name="Log a contact")
    form.get_by_label("What was said").fill("The door does not shut")
    form.get_by_label("Customer’s phone").fill("13800001234")
    form.get_by_label("Promised for (UTC+8)").fill("2026-03-03T10:00")
    form.get_by_label(re.compile("^It is a")).select_option("suggestion")
    form.get_by_role("button", name="Register").click()
    path, body, key = stage.sent(1)[0]
    assert (path, bool(key)) == ("contacts", True)
    assert body == {
        "direction": "in", "channel": "phone", "text": "The door does not shut", "customer": {"phone": "13800001234"},
        "promised_at": "2026-03-03T02:00:00.000Z", "flag": "suggestion",
    }  # fmt: skip
    expect(page.get_by_text("C-000001 is registered. It opened T-000001.")).to_be_visible()


def test_the_register_is_searched_by_channel_and_flag(open_page: Open) -> None:
    page = open_page("/contacts")
    page.get_by_label("Channel", exact=True).first.select_option("letter")
    page.get_by_role("button", name="Suggestions").click()
    assert page.url.endswith("?q=flag%3Asuggestion")
    expect(page.get_by_role("cell", name="Suggestion", exact=False).first).to_be_visible()
    expect(page.get_by_text("1 suggestion · 2 with a promise · 1 call not read back")).to_be_visible()


def test_who_takes_calls_sees_when_nobody_will(open_page: Open) -> None:
    page = open_page("/contacts", language="zh-CN")
    gaps = page.get_by_role("region", name="未来 24 小时无人排班")
    expect(gaps).to_contain_text("热线")
    expect(gaps.get_by_role("link", name="值守与排班")).to_have_attribute("href", "/registers")


def test_an_answer_without_a_source_is_refused_with_its_clause(open_page: Open, stage: Stage) -> None:
    stage.refuse = {"guard": "source", "missing": ["source"], "clause": "S1 7.1"}
    page = open_page("/contacts", language="zh-CN")
    page.get_by_text("登记来访", exact=True).click()
    form = page.get_by_role("form", name="登记来访")
    form.get_by_role("textbox").first.fill("可以退款")
    form.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("S1 7.1")


def test_a_recall_says_what_it_does_before_it_does_it(open_page: Open, stage: Stage) -> None:
    page = open_page("/recalls")
    page.get_by_text("Start a recall").first.click()
    form = page.get_by_role("form", name="Start a recall")
    form.get_by_label("Article (SKU)").fill("milk-250")
    lots = form.get_by_label("Lots", exact=True)
    lots.fill("L1, L2")
    form.get_by_label("Reason").fill("Listeria")
    form.get_by_label("What is to be done, in Chinese").fill("立即取出")
    expect(form.get_by_text("Every cabinet that holds milk-250, lots L1, L2 is told to stop selling.")).to_be_visible()
    start = form.get_by_role("button", name="Start the recall")
    expect(start).to_be_disabled()
    form.get_by_label("Article and lots are right").check()
    reached = form.get_by_text("3 cabinets hold the goods. Somebody has to look at 1 cabinet that is offline and 12")
    expect(reached).to_be_visible()
    expect(form.get_by_text("Sold: 2 of these lots")).to_be_visible()
    lots.fill("L1")  # what was changed is looked at again
    expect(start).to_be_disabled()
    expect(reached).to_be_hidden()
    form.get_by_role("button", name="Show what it would reach").click()
    expect(reached).to_be_visible()
    form.get_by_label("Article and lots are right").check()
    start.click()
    *looks, (path, body, key) = stage.sent(3)
    assert [look[:2] for look in looks] == [
        ("recalls/preview", {"sku": "milk-250", "lots": lots}) for lots in (["L1", "L2"], ["L1"])
    ]
    assert (path, bool(key)) == ("recalls", True)
    assert body == {
        "sku": "milk-250", "lots": ["L1"], "reason": "Listeria", "party": "maker", "instructions_zh": "立即取出",
    }  # fmt: skip
    expect(page.get_by_role("heading", level=1)).to_have_text("milk-250, lots L1, L2")
    expect(page.get_by_text("Sales stopped at 1 of the 2 cabinets that hold the goods.")).to_be_visible()


def test_a_cabinet_that_holds_the_goods_is_not_confirmed_unseen(open_page: Open, stage: Stage) -> None:
    stage.refuse = HELD
    page = open_page(f"/recalls/{RECALL}")
    page.get_by_role("button", name="Confirm by hand: HZ-000000").click()
    form = page.get_by_role("form", name="Confirm by hand: HZ-000000")
    form.get_by_label("Who looked, and what was found").fill("looked myself")
    form.get_by_role("button", name="Confirm by hand").click()
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("The cabinet itself says that the goods are still there.")
    expect(alert).to_contain_text("lane 3: lot L1")
    expect(alert).to_contain_text("S1 7.6.4.1")
    stage.refuse = None
    form.get_by_label("Although the cabinet says that the goods are there").check()
    form.get_by_role("button", name="Confirm by hand").click()
    path, body, _ = stage.sent(2)[1]
    assert path == f"recalls/{RECALL}/confirm"
    assert body == {"cabinet": "HZ-000000", "note": "looked myself", "anyway": True}


def test_who_has_not_taken_note_is_seen_and_what_is_missing_stands_at_the_end(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/recalls/{RECALL}")
    page.get_by_role("button", name="Take note for Operators").click()
    assert stage.sent(1)[0][:2] == (f"recalls/{RECALL}/acknowledge", {"unit": "operators"})
    form = page.get_by_role("form", name="Close the recall")
    expect(form.get_by_text("3 cabinets are not done:")).to_be_visible()
    expect(form.get_by_role("link", name="HZ-000003")).to_be_visible()
    stage.refuse = {"guard": "recall_done", "missing": [f"HZ-{i:06d}" for i in range(30)], "clause": "S1 7.6.4.1"}
    form.get_by_role("button", name="Close the recall").click()
    expect(form.get_by_role("alert")).to_contain_text("and 10 more")
    stage.role = "viewer"
    page.reload()
    expect(page.get_by_text("1 of 4 cabinets done")).to_be_visible()
    for gone in ("Confirm by hand: HZ-000000", "Take note for Operators", "Close the recall", "Look for sales again"):
        expect(page.get_by_role("button", name=gone)).to_have_count(0)


def test_a_day_is_planned_and_offered(open_page: Open, stage: Stage) -> None:
    page = open_page("/plan")
    page.get_by_label("Day", exact=True).fill("2026-03-04")
    page.get_by_role("button", name="Plan this day").click()
    assert stage.sent(1)[0][:2] == ("plans", {"day": "2026-03-04"})
    expect(page.get_by_role("heading", name="王强 30 min on the road")).to_be_visible()
    expect(page.get_by_text("it fits into nobody's day")).to_be_visible()
    page.get_by_role("button", name="Offer these visits").click()
    assert stage.sent(2)[1][0] == f"plans/{PLAN}/apply"
    expect(page.get_by_text("1 visit offered · 0 offers stood already")).to_be_visible()
    expect(page.get_by_text("T-000002 no longer waits to be sent out (Closed)")).to_be_visible()


def test_only_one_plan_is_made_at_a_time(open_page: Open, stage: Stage) -> None:
    stage.refuse = {"guard": "planning", "missing": ["P-9"]}
    page = open_page("/plan", language="zh-CN")
    page.get_by_role("button", name="生成计划").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "/plan?id=P-9")


def test_a_count_of_parts_is_written_down(open_page: Open, stage: Stage) -> None:
    page = open_page("/stock")
    page.get_by_role("button", name="Count Compressor in W-0001").click()
    expect(page.get_by_label("Quantity")).to_be_focused()
    page.get_by_label("Quantity").fill("5")
    page.keyboard.press("Enter")
    assert stage.sent(1)[0][:2] == ("stock", {"holder": "W-0001", "part": "compressor", "quantity": 5, "minimum": 2})
    expect(page.get_by_text("Compressor in 王强: 5 pcs")).to_be_visible()


def test_a_cabinet_shows_its_public_page_and_its_recall(open_page: Open) -> None:
    page = open_page("/cabinets/HZ-000001")
    expect(page.get_by_text("https://service.example/c/HZ-000001")).to_be_visible()
    expect(page.get_by_role("link", name=RECALL)).to_be_visible()
    expect(page.get_by_text("Sales stopped · stopped")).to_be_visible()


def test_more_leads_to_the_rest_on_a_phone_by_keyboard(open_page: Open) -> None:
    page = open_page("/", size=PHONE)
    more = page.get_by_role("navigation").locator("summary")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").get_by_role("link", name="Recalls")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation").get_by_role("link", name="Recalls")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("navigation").get_by_role("link", name="Recalls").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recalls")
    expect(page.get_by_role("navigation").get_by_role("link", name="Contacts")).to_be_hidden()


def test_places_that_a_role_may_not_see_are_not_offered(open_page: Open, stage: Stage) -> None:
    stage.role = "viewer"
    page = open_page("/recalls")
    navigation = page.get_by_role("navigation")
    expect(navigation.get_by_role("link", name="Recalls")).to_be_visible()
    expect(navigation.get_by_role("link", name="Day plan")).to_have_count(0)
    expect(page.get_by_text("Start a recall")).to_have_count(0)


@pytest.mark.parametrize(("language", "dark"), [("en-GB", True), ("zh-CN", False)])
def test_every_page_fits_a_phone_and_has_no_serious_finding(open_page: Open, language: str, *, dark: bool) -> None:
    page = open_page("/stock", language=language, size=PHONE, dark=dark)
    for path in PLACES:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for folded in page.locator("main details > summary").all()[:1]:
            folded.click()
        page.wait_for_timeout(250)
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert findings(page) == [], path
