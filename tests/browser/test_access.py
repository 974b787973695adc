"""axe-core finds nothing serious on any page, in both themes and both languages; first loads stay small."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import PHONE, ROOT
from tests.browser.stub import Stage

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
PATHS = [
    "/", "/faults", "/faults/F-0000", "/tickets", "/tickets/T-000004", "/cabinets/HZ-000005", "/visits",
    "/technicians", "/standards", "/platform", "/me", "/reports",
    "/reports/assessment", "/registers", "/registers/documents", "/privacy-desk", "/privacy-desk/audit", "/?q=nothing",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => (await axe.run(document, {resultTypes: ['violations'], runOnly: rules})).violations
  .filter(v => v.impact === 'serious' || v.impact === 'critical')
  .map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target + ' ' + n.failureSummary).join(' | ')}`)"""


def findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(RUN, RULES)
    return found


@pytest.mark.parametrize(("language", "dark"), [("en-GB", False), ("zh-CN", True)])
def test_no_serious_finding_on_any_page(open_page: Open, language: str, dark: bool) -> None:
    page = open_page("/", language=language, dark=dark)
    for path in PATHS:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(350)
        assert findings(page) == [], path


@pytest.mark.parametrize("dark", [False, True])
def test_no_serious_finding_on_the_phone_page_and_the_door(open_page: Open, stage: Stage, dark: bool) -> None:
    stage.role, stage.visit_state = "technician", "en_route"
    page = open_page("/tech", size=PHONE, dark=dark)
    expect(page.get_by_text("482913")).to_be_visible()
    assert findings(page) == []
    stage.signed_in = False
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize(("path", "limit_kb"), [("/", 150), ("/tech", 80)])
def test_the_first_load_is_small(open_page: Open, path: str, limit_kb: int) -> None:
    page = open_page("about:blank")
    loaded: list[Response] = []

    def took(response: Response) -> None:
        if "/api/" not in response.url:
            loaded.append(response)

    page.on("response", took)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(300)
    assert 0 < sum(len(gzip.compress(response.body())) for response in loaded) < limit_kb * 1024
