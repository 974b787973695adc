"""Signing in with a second factor, and setting it up, on a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.account import RECOVERY, SECRET
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_the_door_asks_for_a_code_after_the_password(open_page: Open, stage: Stage) -> None:
    stage.signed_in, stage.code = False, "123456"
    page = open_page("/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill("right")
    enter = page.get_by_role("button", name="Sign in")
    enter.click()
    code = page.get_by_label("Code of the second factor")
    expect(code).to_be_focused()
    assert page.get_by_role("alert").count() == 0
    code.fill("654321")
    enter.click()
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong")
    expect(code).to_have_value("")
    expect(code).to_be_focused()
    code.fill("123456")
    enter.click()
    expect(page.get_by_text("HZ-000000")).to_be_visible()


def test_people_set_up_their_second_factor_and_switch_it_off(open_page: Open, stage: Stage) -> None:
    page = open_page("/me", size=PHONE)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("img", name="QR code for the authenticator")).to_be_visible()
    expect(page.get_by_text(SECRET)).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Code shown by the authenticator").fill("123456")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text(RECOVERY[0])).to_be_visible()
    expect(page.get_by_text(SECRET)).to_have_count(0)
    page.get_by_role("button", name="I have kept them").click()
    page.locator("summary", has_text="Switch off").click()
    page.get_by_label("Code shown by the authenticator").fill("234567")
    page.locator("form").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Set up")).to_be_visible()
    assert [(path, body) for path, body, _ in stage.sent(3)] == [
        ("me/second-factor", {}),
        ("me/second-factor/confirm", {"code": "123456"}),
        ("me/second-factor", {"code": "234567"}),
    ]
