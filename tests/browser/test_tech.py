"""The technician's phone page: one action after another, offline too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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


def test_targets_are_large_enough_for_a_thumb(phone: Page, stage: Stage) -> None:
    stage.visit_state = "en_route"
    expect(phone.get_by_text("482913")).to_be_visible()
    small = phone.evaluate(
        "() => [...document.querySelectorAll('button, input, select')].map(e => e.getBoundingClientRect())"
        ".filter(r => r.width && (r.height < 48 || r.width < 48)).length"
    )
    assert small == 0
