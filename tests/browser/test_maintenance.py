"""Maintenance on the pages of a cabinet and a fault, detectors that are switched off: seen, planned, ended."""

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
CABINET, SITE = "HZ-000005", "S-0001"
PLACE = "武林广场 1"


def test_a_window_is_planned_seen_and_ended_with_the_keyboard(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/cabinets/{CABINET}")
    expect(page.get_by_text("No window is planned.")).to_be_visible()
    page.get_by_text("Plan a window").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Of what").select_option(label=f"All of {PLACE}")
    page.get_by_label("Begins (UTC+8)").fill("2026-03-03T08:00")
    page.get_by_label("Ends (UTC+8)").fill("2026-03-03T10:30")
    page.get_by_label("What is done").fill("new compressors")
    page.keyboard.press("Enter")
    path, body, key = stage.sent(1)[0]
    assert (path, bool(key)) == ("maintenance", True)
    assert body == {
        "site": SITE, "from": "2026-03-03T00:00:00.000Z", "to": "2026-03-03T02:30:00.000Z", "reason": "new compressors",
    }  # fmt: skip
    expect(page.get_by_text("new compressors · dora")).to_be_visible()
    page.get_by_role("button", name="End now M-000001").focus()
    page.keyboard.press("Enter")
    assert stage.sent(2)[1][0] == "maintenance/M-000001"
    expect(page.get_by_text("No window is planned.")).to_be_visible()


@pytest.mark.parametrize("path", [f"/cabinets/{CABINET}", "/faults/F-0"])
def test_what_silences_a_cabinet_is_seen_on_the_phone_in_chinese(open_page: Open, stage: Stage, path: str) -> None:
    whose = fleet.fault(0) if path.startswith("/faults") else {"cabinet": CABINET, "site": SITE}
    stage.role = "viewer"
    stage.windows = [
        fleet.window("M-000001", cabinet=whose["cabinet"]), fleet.window("M-000002", "planned", site=whose["site"]),
    ]  # fmt: skip
    page = open_page(path, language="zh-CN", size=PHONE)
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="维护"))
    expect(panel.get_by_text("进行中")).to_be_visible()
    expect(panel.get_by_text(re.compile("03.02 09:00 – 03.02 12:00"))).to_be_visible()
    expect(panel.get_by_text("已计划")).to_be_visible()
    expect(panel.get_by_role("button")).to_have_count(0)
    assert findings(page) == []


def test_a_window_that_is_over_is_refused_in_words(open_page: Open, stage: Stage) -> None:
    stage.windows = [fleet.window("M-000001", cabinet=CABINET)]
    stage.refuse = {"guard": "over", "missing": []}
    page = open_page(f"/cabinets/{CABINET}")
    page.get_by_role("button", name="End now M-000001").click()
    expect(page.get_by_role("alert")).to_contain_text("The window is over already.")


def test_a_detector_that_is_switched_off_stands_on_the_platform_page(open_page: Open) -> None:
    page = open_page("/platform")
    panel = page.locator("section").filter(has=page.get_by_role("heading", name="Detectors switched off"))
    expect(panel.get_by_role("cell", name="ZeroDivisionError()")).to_be_visible()
    expect(panel.get_by_role("cell", name="02 Mar 09:00:00")).to_be_visible()


def test_a_command_says_whether_what_was_seen_is_what_was_asked(open_page: Open) -> None:
    page = open_page(f"/cabinets/{CABINET}")
    page.get_by_label("Command").select_option("set_setpoint")
    page.get_by_label("Reason").fill("too warm at noon")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("as asked", exact=True)).to_be_visible()
