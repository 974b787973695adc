"""The operator's console in real Chromium, over a server of canned answers: lists, pages, states, both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import fleet
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_fleet_of_100_000_is_shown_through_a_small_window(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    grid = page.get_by_role("grid", name="Cabinets")
    expect(grid).to_have_attribute("aria-rowcount", "100001")
    expect(grid.get_by_text("HZ-000000")).to_be_visible()
    assert page.locator("[role=row]").count() < 80
    widest = max(w["window"][1] - w["window"][0] for w in stage.wishes)
    assert widest <= 120, "the page must never ask for the whole fleet"


def test_scrolling_far_down_asks_for_that_window_alone(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    grid = page.get_by_role("grid", name="Cabinets")
    expect(grid.get_by_text("HZ-000000")).to_be_visible()
    grid.evaluate("box => { box.scrollTop = 36 * 50000 }")
    expect(grid.get_by_text("HZ-050005", exact=True)).to_be_visible()
    assert stage.wishes[-1]["window"][0] > 49_900


def test_changes_arrive_without_a_reload(open_page: Open) -> None:
    page = open_page("/")
    cell = page.locator("[aria-rowindex='2'] [role=gridcell]").nth(4)
    expect(cell).to_have_text("3.9")
    expect(cell).to_have_text("4.0")


def test_keys_walk_the_list_and_open_a_cabinet(open_page: Open) -> None:
    page = open_page("/")
    expect(page.get_by_text("HZ-000000")).to_be_visible()
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("[aria-selected=true]")).to_contain_text("HZ-000001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("HZ-000001")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cabinets")


def test_search_and_order_live_in_the_address(open_page: Open, stage: Stage) -> None:
    page = open_page("/?q=status:offline&sort=-air_c")
    expect(page.get_by_role("searchbox")).to_have_value("status:offline")
    page.keyboard.press("/")
    page.keyboard.type(" site:S-0001")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=status%3Aoffline\+site%3AS-0001.*|.*sort=-air_c"))
    page.wait_for_function("() => location.search.includes('site')")
    expect(page.get_by_role("grid")).to_be_visible()
    last = [w for w in stage.wishes if w["sub"] == "cabinets"][-1]
    assert (last["q"], last["sort"]) == ("status:offline site:S-0001", "-air_c")


def test_every_state_of_a_list_says_what_to_do(open_page: Open, stage: Stage) -> None:
    page = open_page("/?q=nothing")
    expect(page.get_by_text("Nothing matches this search.")).to_be_visible()
    page.get_by_role("button", name="Clear search").nth(0).click()
    expect(page.get_by_text("HZ-000000")).to_be_visible()
    page = open_page("/?q=bad:1")
    expect(page.get_by_text("This search is not understood.")).to_be_visible()
    expect(page.get_by_text("Request req-9")).to_be_visible()
    stage.total = 0
    for path in ("/", "/faults", "/tickets"):
        page = open_page(path)
        expect(page.get_by_text("./vendwatch demo")).to_be_visible()


def test_a_lost_connection_is_said_and_mended(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    expect(page.get_by_text("HZ-000000")).to_be_visible()
    stage.cut()
    expect(page.get_by_text("Disconnected – showing data of 10:0")).to_be_visible()
    stage.deaf = False
    expect(page.get_by_text("Disconnected")).to_be_hidden()
    expect(page.get_by_text("HZ-000000")).to_be_visible()


def test_a_cabinet_shows_charts_signals_and_accounting(open_page: Open) -> None:
    page = open_page("/cabinets/HZ-000005")
    expect(page.locator("canvas")).to_have_count(2)
    expect(page.get_by_text("10.8 °C").first).to_be_visible()
    expect(page.get_by_text("adds up")).to_be_visible()
    expect(page.get_by_text("boot 3: 1201–1203")).to_be_visible()
    expect(page.get_by_text("not_json")).to_be_visible()
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("columnheader", name="Product temperature")).to_be_visible()


def test_a_command_needs_a_reason_and_the_role(open_page: Open, stage: Stage) -> None:
    page = open_page("/cabinets/HZ-000005")
    page.get_by_label("Command").select_option("set_setpoint")
    page.get_by_label("Set point in °C").fill("3.5")
    page.get_by_role("button", name="Send").click()
    assert stage.posts == []
    page.get_by_label("Reason").fill("too warm at noon")
    page.get_by_role("button", name="Send").click()
    path, body, key = stage.sent(1)[0]
    assert path == "cabinets/HZ-000005/commands"
    assert body == {"name": "set_setpoint", "args": {"set_c": 3.5}, "reason": "too warm at noon"}
    assert key
    stage.role = "viewer"
    page = open_page("/cabinets/HZ-000005")
    expect(page.get_by_text("Your role may not send commands.")).to_be_visible()


def test_a_ticket_shows_clocks_evidence_and_a_refusal_in_words(open_page: Open, stage: Stage) -> None:
    page = open_page("/tickets/T-000004")
    expect(page.get_by_text("1 h 15 min left")).to_be_visible()
    page.get_by_text("Due 02 Mar 11:16").click()
    expect(page.get_by_text("2 h from dispatch on a working day")).to_be_visible()
    expect(page.get_by_text("Level 4 of 4 · said by the cabinet")).to_be_visible()
    stage.refuse = {"guard": "followed_up", "missing": ["follow-up"]}
    page.get_by_role("button", name="Comment").click()
    page.get_by_label("Note").fill("hello")
    page.get_by_role("button", name="Comment").nth(1).click()
    expect(page.get_by_role("alert")).to_contain_text("The follow-up call must be recorded first")


def test_opening_a_ticket_by_hand(open_page: Open, stage: Stage) -> None:
    page = open_page("/tickets")
    page.get_by_role("button", name="New ticket").click()
    page.get_by_label("Summary").fill("Glass is broken")
    page.get_by_label("Cabinet", exact=True).fill("HZ-000009")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Air too warm")
    path, body, _ = stage.sent(1)[0]
    assert path == "tickets"
    assert (body["kind"], body["summary"], body["cabinet"]) == ("repair", "Glass is broken", "HZ-000009")
    assert "customer" not in body


def test_the_language_follows_the_browser_and_the_switch_is_remembered(open_page: Open) -> None:
    page = open_page("/faults", language="zh-CN")
    expect(page.get_by_role("heading", level=1)).to_have_text("故障")
    expect(page.get_by_text("柜内温度过高").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faults")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faults")
    assert page.locator("html").get_attribute("lang") == "en"


def test_every_place_of_the_navigation_is_that_place(open_page: Open) -> None:
    page = open_page("/")
    names = ["Faults", "Tickets", "Visits", "Technicians", "Standards", "Platform", "Cabinets"]
    for name in names:
        page.get_by_role("navigation").get_by_role("link", name=re.compile(rf"^{name}")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_signing_in(open_page: Open, stage: Stage) -> None:
    stage.signed_in = False
    page = open_page("/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("User name or password is wrong.")
    page.get_by_label("Password").fill("right")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("HZ-000000")).to_be_visible()


def test_the_platform_tells_counts_as_numbers_and_sizes_in_bytes(open_page: Open) -> None:
    page = open_page("/platform")
    for name, value in {"Refused by the broker": "1", "Refused messages": "1", "Total": "100.0 GiB"}.items():
        expect(page.locator("dt", has_text=re.compile(f"^{name}$")).locator("+ dd")).to_have_text(value)


@pytest.mark.parametrize("path", ["/", "/faults", "/tickets", "/tickets/T-000004", "/cabinets/HZ-000005", "/visits"])
def test_nothing_overflows_a_phone(open_page: Open, path: str) -> None:
    page = open_page(path, size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(400)
    over: Any = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert over <= 0


@pytest.mark.parametrize("browser_zone", ["Asia/Shanghai", "America/New_York"])
def test_times_are_product_time_in_the_zone_of_the_policy(open_page: Open, browser_zone: str) -> None:
    page = open_page("/", zone=browser_zone)
    expect(page.get_by_text("×60")).to_be_visible()
    expect(page.get_by_text("02 Mar 10:0")).to_be_visible()
    expect(page.get_by_text("UTC+8")).to_be_visible()
    assert fleet.iso(fleet.NOW) == "2026-03-02T02:00:00.000+00:00"
