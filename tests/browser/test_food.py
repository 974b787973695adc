"""Food safety on the cabinet's page and remote diagnosis on the ticket's: what is seen, and what is sent."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import fleet
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
CABINET = "/cabinets/HZ-000005"
TICKET = "/tickets/T-000001"


def test_the_clock_runs_towards_the_limit(open_page: Open) -> None:
    page = open_page(CABINET)
    expect(page.get_by_text("Half of the time allowed is gone, or more.")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Clock")).to_have_attribute("max", "14400000")
    expect(page.get_by_text("2 h 30 min of 4 h")).to_be_visible()
    expect(page.get_by_text("≤ 8 °C, at most 4 h beyond")).to_be_visible()
    expect(page.get_by_role("button", name="Release the lock")).to_have_count(0)


def test_a_locked_cabinet_says_what_a_release_takes_and_takes_it(open_page: Open, stage: Stage) -> None:
    stage.food = "locked"
    page = open_page(CABINET)
    expect(page.get_by_text("an inspection of the goods")).to_be_visible()
    page.get_by_role("button", name="Release the lock").click()
    page.get_by_label("What was found").fill("milk at 14 °C")
    page.get_by_label("Measured in the goods, °C").fill("14")
    page.get_by_label("Product").fill("milk-250")
    page.get_by_label("Lot").fill("L7")
    page.get_by_label("Pieces").fill("12")
    page.get_by_role("button", name="Release the lock").click()
    (path, body, key) = stage.sent(1)[0]
    assert path == "cabinets/HZ-000005/food-safety/release"
    assert key
    assert body == {
        "inspection": {"result": "unsafe", "text": "milk at 14 °C", "measured_c": 14},
        "discarded": [{"sku": "milk-250", "lot": "L7", "count": 12}],
    }
    expect(page.get_by_text("Released; the cabinet was told to sell again")).to_be_visible()


def test_a_refused_release_names_the_guard(open_page: Open, stage: Stage) -> None:
    stage.food = "locked"
    stage.refuse = {"guard": "arrival", "missing": ["check-in of level 2"]}
    page = open_page(CABINET)
    page.get_by_role("button", name="Release the lock").click()
    page.get_by_label("Inspection").select_option("safe")
    page.get_by_label("What was found").fill("all cold")
    page.get_by_label("Why nothing was thrown away").fill("sealed drinks only")
    page.get_by_role("button", name="Release the lock").click()
    expect(page.get_by_role("alert")).to_contain_text("proven well enough")
    assert stage.sent(1)[0][1]["nothing_because"] == "sealed drinks only"


def test_a_technician_on_site_releases_on_the_phone(open_page: Open, stage: Stage) -> None:
    stage.role, stage.visit_state, stage.food = "technician", "arrived", "locked"
    page = open_page("/tech", size=PHONE, dark=True)
    page.get_by_role("button", name="Release the lock").click()
    page.get_by_label("Inspection").select_option("safe")
    page.get_by_label("What was found").fill("all cold")
    page.get_by_label("Why nothing was thrown away").fill("sealed drinks only")
    assert findings(page) == []
    page.get_by_role("button", name="Release the lock").click()
    assert stage.sent(1)[0][0].endswith("/food-safety/release")
    expect(page.get_by_role("button", name="Release the lock")).to_have_count(0)


def test_a_rule_is_assigned_with_its_class_of_goods(open_page: Open, stage: Stage) -> None:
    page = open_page(CABINET, language="zh-CN")
    page.get_by_text("更改规则").click()
    page.get_by_role("combobox", name="规则").select_option("cn-cold-chain")
    page.get_by_role("combobox", name="商品类别").select_option("frozen")
    page.locator("details").get_by_label("原因").fill("改卖冷冻食品")
    page.get_by_role("button", name="保存").click()
    path, body, _ = stage.sent(1)[0]
    assert path == "cabinets/HZ-000005/food-safety/profile"
    assert body == {"pack": "cn-cold-chain", "class": "frozen", "reason": "改卖冷冻食品"}


@pytest.mark.parametrize("sound", [True, False])
def test_the_log_shows_its_chain_and_links_the_report_of_the_period(open_page: Open, stage: Stage, sound: bool) -> None:
    stage.sound = sound
    page = open_page(CABINET)
    page.get_by_text("Log · 1,204 rows").click()
    said = "The chain of all 1,204 rows is intact." if sound else "The chain is broken at row 1201"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Lock requested")).to_be_visible()
    page.get_by_label("From (UTC+8)").fill("2026-03-01T00:00")
    link = page.get_by_role("link", name="Inspector’s report (PDF)")
    expect(link).to_have_attribute("href", re.compile("from=2026-02-28T16%3A00%3A00.000Z"))
    expect(link).to_have_attribute("href", re.compile("lang=en"))


@pytest.mark.parametrize("role", ["viewer", "dispatcher"])
def test_who_may_not_is_offered_nothing(open_page: Open, stage: Stage, role: str) -> None:
    stage.food, stage.role = "locked", role
    page = open_page(CABINET)
    expect(page.get_by_text("an inspection of the goods")).to_be_visible()
    expect(page.get_by_text("Change the rule")).to_have_count(0)
    expect(page.get_by_role("button", name="Release the lock")).to_have_count(1 if role == "dispatcher" else 0)


def test_a_ticket_asks_its_cabinet_and_shows_what_came_of_it(open_page: Open, stage: Stage) -> None:
    page = open_page(TICKET)
    page.get_by_role("button", name="Self-test").click()
    path, body, _ = stage.sent(1)[0]
    assert path == f"cabinets/{fleet.ticket(0)['cabinet']}/commands"
    assert body == {"name": "self_test", "args": {}, "reason": "T-000001", "ticket": "T-000001"}
    expect(page.get_by_text("not ok: fan").first).to_be_visible()
    page.get_by_role("button", name="Reboot").click()
    expect(page.get_by_text("then seen: boot 4")).to_be_visible()
    expect(page.get_by_text("Failed · command C-000001 · Self-test · detail not ok: fan")).to_be_visible()


def test_who_may_not_command_sees_what_came_of_it_and_no_buttons(open_page: Open, stage: Stage) -> None:
    stage.role = "viewer"
    stage.lines = fleet.asked("C-000001", "self_test")
    page = open_page(TICKET)
    expect(page.get_by_text("not ok: fan").first).to_be_visible()
    expect(page.get_by_role("button", name="Self-test")).to_have_count(0)


def test_the_lock_is_told_in_words(open_page: Open, stage: Stage) -> None:
    codes = [
        "lock_requested command=C-1 attempt=1", "lock_unconfirmed command=C-1 attempt=1 why=bolt_open",
        "locked command=C-2", "released by=admin visit=V-000003", "unlock_requested command=C-3 attempt=1",
        "unlock_unconfirmed command=C-3 attempt=1 why=no_answer", "unlocked command=C-4",
    ]  # fmt: skip
    same = {"type": "fault", "from": None, "to": None, "evidence": None, "at": fleet.iso(fleet.NOW), "actor": "system"}
    stage.lines = [{**same, "n": 20 + n, "note": note} for n, note in enumerate(codes)]
    page = open_page(TICKET, language="zh-CN")
    chinese = ("已请求停售", "停售未确认 · 命令 C-1 · 第几次 1 · 锁舌未闭合", "食品安全放行 · 操作人 admin")
    for words in chinese:
        expect(page.get_by_text(words).first).to_be_visible()
    page = open_page(TICKET)
    for words in ("Sales lock not confirmed · command C-1 · attempt 1 · the bolt is open", "Sells again"):
        expect(page.get_by_text(words).first).to_be_visible()


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), ({"width": 1440, "height": 900}, False)])
def test_the_panels_are_accessible_and_fit_a_phone(open_page: Open, stage: Stage, size: object, dark: bool) -> None:
    stage.food = "locked"
    stage.lines = fleet.asked("C-000001", "self_test")
    page = open_page(CABINET, size=size, dark=dark)
    page.get_by_role("button", name="Release the lock").click()
    page.get_by_role("button", name="Another product").click()
    page.get_by_text("Change the rule").click()
    page.get_by_text("Log · 1,204 rows").click()
    expect(page.get_by_text("is intact")).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(TICKET)
    expect(page.get_by_role("button", name="Sample fast")).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
