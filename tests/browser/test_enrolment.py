"""A cabinet is registered in the console, its secret shown once, rotated and revoked: on the real product."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DESKTOP, listen
from tests.live.outside import product
from tests.live.test_admission import Door
from tests.live.test_isolation import party

pytestmark = [pytest.mark.browser, pytest.mark.live, pytest.mark.long, pytest.mark.timeout(300)]


def secret(within: Page | Locator) -> str:
    shown = within.locator(".secret")
    expect(shown).to_be_visible()
    return shown.inner_text()


def test_a_cabinet_is_registered_and_its_secret_rotated_and_revoked(tmp_path: Path, chromium: Browser) -> None:
    with product(tmp_path, "run", "--enrolment", "registered") as made:
        link = re.search(r"http\S+/sign-in/\S+", made.log.read_text())
        assert link
        context = chromium.new_context(locale="en-GB", viewport=DESKTOP)
        page, complaints = context.new_page(), list[str]()
        page.set_default_timeout(60_000)
        listen(page, made.url, complaints)
        page.goto(link[0])
        page.get_by_role("button", name="Register a cabinet").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Cabinet id").fill("NEW-1")
        dialog.get_by_label("Model").fill("冰柜 2")  # no header of HTTP can carry this
        dialog.get_by_role("button", name="Register a cabinet").click()
        door = Door(made.mqtt_port, {"NEW-1": secret(dialog)})
        dialog.get_by_role("button", name="I have written it down").click()
        with party(door, "NEW-1") as first:
            assert first.inside
            page.get_by_role("button", name="New secret").click()
            page.get_by_role("button", name="New secret").click()
            door.secrets["NEW-1"] = secret(page)
            assert first.gone.get(timeout=60)
        page.reload()
        expect(page.get_by_text("The cabinet has a secret to connect with.")).to_be_visible()
        expect(page.locator(".secret")).to_have_count(0)
        with party(door, "NEW-1") as second:
            assert second.inside
            page.get_by_role("button", name="Revoke").click()
            page.get_by_role("button", name="Revoke").click()
            expect(page.get_by_text("The cabinet has no secret")).to_be_visible()
            assert second.gone.get(timeout=60)
        context.close()
        assert complaints == []
