"""The technician's phone page: one action after another, offline too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def phone(open_page: Open, stage: Stage) -> Page:
    stage.role = "technician"
    place = {"latitude": 30.27, "longitude": 120.15}
    return open_page("/tech", size=PHONE, permissions=["geolocation"], geolocation=place)


def test_a_visit_from_offer_to_finish(phone: Page, stage: Stage) -> None:
    phone.get_by_role("button", name="Accept").click()
    phone.get_by_role("button", name="On my way").click()
    expect(phone.get_by_text("482913")).to_be_visible()
    phone.get_by_role("button", name="Check in by GPS").click()
    phone.get_by_label("What did you do?").select_option("replaced")
    phone.get_by_label("Parts used").fill("start relay, fuse")
    phone.get_by_role("button", name="Finish").click()
    expect(phone.get_by_text("No visit for you right now.")).to_be_visible()
    posts = stage.sent(4)
    paths = [path for path, _, _ in posts]
    assert paths == [f"visits/V-000001/{verb}" for verb in ("accept", "depart", "check-in", "finish")]
    evidence = posts[2][1]["evidence"]
    assert (evidence["type"], evidence["lat"], evidence["lon"]) == ("gps", 30.27, 120.15)
    assert [(fix["lat"], fix["lon"]) for fix in evidence["fixes"]] == [(30.27, 120.15)] * 2
    assert evidence["at"].startswith("2026-03-02T02:")  # product time: it may be sent much later
    assert posts[3][1] == {"measure": "replaced", "parts": ["start relay", "fuse"]}


def test_actions_taken_offline_are_kept_and_sent_once(phone: Page, stage: Stage) -> None:
    expect(phone.get_by_role("button", name="Accept")).to_be_visible()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept").click()
    phone.get_by_role("button", name="On my way").click()
    expect(phone.get_by_text("Offline – your actions are kept")).to_be_visible()
    expect(phone.get_by_text("2 actions wait to be sent")).to_be_visible()
    assert stage.posts == []
    phone.context.set_offline(False)
    expect(phone.get_by_text("to be sent")).to_be_hidden()
    posts = stage.sent(2)
    assert [path for path, _, _ in posts] == ["visits/V-000001/accept", "visits/V-000001/depart"]
    keys = [key for _, _, key in posts]
    assert all(keys)
    assert len(set(keys)) == 2


def test_a_refused_action_stays_visible_with_its_reason(phone: Page, stage: Stage) -> None:
    stage.refuse = {"guard": "already_accepted", "missing": []}
    phone.get_by_role("button", name="Accept").click()
    expect(phone.get_by_text("Another technician has accepted this visit.")).to_be_visible()
    phone.get_by_role("button", name="Dismiss").click()
    expect(phone.get_by_text("Another technician")).to_be_hidden()


def test_the_customer_is_shown_on_a_visit_and_not_kept(phone: Page, stage: Stage) -> None:
    stage.visit_state = "en_route"
    stage.case = {"channel": "phone", "customer": desk.FULL, "masked": False}
    phone.get_by_role("button", name="Show the customer").click()
    expect(phone.get_by_role("link", name="Call 13800001234")).to_have_attribute("href", "tel:13800001234")
    assert "13800001234" not in phone.evaluate("JSON.stringify({...localStorage})")
    phone.get_by_role("button", name="Hide again").click()
    expect(phone.get_by_text("13800001234")).to_have_count(0)


def test_a_checklist_that_is_asked_for_goes_along_the_next_time(phone: Page, stage: Stage) -> None:
    stage.visit_state = "arrived"
    stage.refuse = {"guard": "checklist", "missing": ["power off"], "clause": "S4 5.7"}
    phone.get_by_role("button", name="Finish").click()
    expect(phone.get_by_text("Asked for by S4 5.7.")).to_be_visible()
    stage.refuse = None
    phone.get_by_label("power off").check()
    phone.get_by_role("button", name="Finish").click()
    assert stage.sent(2)[1][1]["checklist"] == {"power off": True}


def test_the_customer_signs_on_the_phone(phone: Page, stage: Stage) -> None:
    stage.case = {"channel": "phone", "state": "verifying", "fields": {}}
    phone.reload()
    phone.locator("summary", has_text="Customer’s sign-off").click()
    form = phone.get_by_role("form", name="Customer’s sign-off")
    form.get_by_label("Who signed").fill("张三丰")
    form.get_by_label("Everything as written down?").select_option("true")
    send = form.get_by_role("button", name="Sign off")
    expect(send).to_be_disabled()
    form.locator("canvas").scroll_into_view_if_needed()
    box = form.locator("canvas").bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 30)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    phone.mouse.up()
    send.click()
    (_, drawn, _), (path, body, key) = stage.sent(2)
    assert drawn["file"].startswith(b"\x89PNG")
    assert (drawn["ticket"], path, bool(key)) == ("T-000005", "tickets/T-000005/sign-off", True)
    assert body == {"by": "张三丰", "content_ok": True, "how": "signature", "signature": "A-1"}


def test_targets_are_large_enough_for_a_thumb(phone: Page, stage: Stage) -> None:
    stage.visit_state = "en_route"
    expect(phone.get_by_text("482913")).to_be_visible()
    small = phone.evaluate(
        "() => [...document.querySelectorAll('button, input, select')].map(e => e.getBoundingClientRect())"
        ".filter(r => r.width && (r.height < 48 || r.width < 48)).length"
    )
    assert small == 0
