"""The built pages on the real product: a fault followed to its closed ticket, and a technician's phone."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, listen
from tests.live.device import Fleet
from tests.live.outside import Product, product, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.live, pytest.mark.timeout(420)]
Enter = Callable[..., Page]
LIVES = 240_000  # ms of real time in which a ticket lives its whole life at SPEED
SPEED = 180
PASSWORD = "a-long-password-7"
SHANGHAI = timezone(timedelta(hours=8))
# Kinds that only a repair ends, so that somebody must arrive. English and Chinese as people read them.
STORIES = {
    "Lock fault": "门锁故障",
    "Compressor not starting": "压缩机不启动",
    "Implausible sensor reading": "传感器读数异常",
}


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """A page in a browser far from Shanghai; afterwards: no console error, no request to a foreign host."""
    complaints: list[str] = []
    contexts = []

    def go(url: str, *, language: str = "en-GB", size: Any = DESKTOP, **more: Any) -> Page:
        context = chromium.new_context(locale=language, viewport=size, timezone_id="America/New_York", **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        listen(page, "/".join(url.split("/")[:3]), complaints)
        page.goto(url)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Product]:
    with product(tmp_path, "demo", "--cabinets", "12", "--speed", str(SPEED)) as made:
        yield made


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Product]:
    with product(tmp_path) as made:
        yield made


def sign_in_link(made: Product) -> str:
    found = wait_for("the sign-in link", lambda: re.search(r"http://\S+/sign-in/\S+", made.log.read_text()))
    return str(found[0])


def state(page: Page) -> Locator:
    return page.locator("header .state")


def test_a_fault_is_followed_from_the_list_to_its_closed_ticket(demo: Product, enter: Enter) -> None:
    page = enter(sign_in_link(demo))
    expect(page.get_by_role("heading", level=1)).to_have_text("Cabinets")
    expect(page.get_by_role("grid").get_by_text(re.compile("Wulin Square")).first).to_be_visible()
    page.get_by_role("link", name=re.compile("Faults")).click()
    page.get_by_role("link", name=re.compile("|".join(STORIES))).first.click(timeout=60_000)
    expect(page.get_by_text("Why we think so")).to_be_visible()
    kind = page.get_by_role("heading", level=1).inner_text()
    fault = page.url.rsplit("/", 1)[-1]
    page.get_by_role("link", name=re.compile(r"^T-\d+$")).click(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text(kind)
    ticket = page.url.rsplit("/", 1)[-1]

    expect(state(page)).to_have_text("Closed", timeout=LIVES)
    tells(page, "New", "En route → On site", "Work done → Verifying", "Verifying → Resolved", "Follow-up → Closed")
    expect(entry(page, "En route → On site").locator(".evidence")).to_have_text(re.compile(r"Level [1-4] of 4"))
    expect(entry(page, "Verifying → Resolved").locator(".evidence")).to_have_text(re.compile("^Telemetry"))
    opened = datetime.fromisoformat(demo.get(f"/tickets/{ticket}")["opened"]).astimezone(SHANGHAI)
    expect(page.locator("dl").get_by_text(f"{opened:%d %b %H:%M:%S}").last).to_be_visible()
    assert demo.get(f"/faults/{fault}")["ticket"] == ticket

    page.get_by_role("button", name="中文").click()
    in_chinese(page, kind)
    in_chinese(enter(f"{sign_in_link(demo)}", language="zh-CN"), kind, ticket)


def in_chinese(page: Page, kind: str, ticket: str = "") -> None:
    """The closed ticket's page tells the same story in Chinese; with `ticket`, walk there from the first page."""
    if ticket:
        page.get_by_role("link", name="工单").first.click()
        page.get_by_role("button", name="已关闭").click()
        page.get_by_role("link", name=ticket).click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    expect(page.get_by_role("heading", level=1)).to_contain_text(STORIES[kind])
    expect(state(page)).to_have_text("已关闭")
    tells(page, "新建", "前往中 → 已到场", "已完工 → 验证中", "验证中 → 已解决", "回访 → 已关闭")
    expect(entry(page, "前往中 → 已到场").locator(".evidence")).to_have_text(re.compile(r"证据 [1-4] 级"))
    expect(entry(page, "验证中 → 已解决").locator(".evidence")).to_have_text(re.compile("^遥测"))


def entry(page: Page, title: str) -> Locator:
    return page.locator(".timeline li", has=page.get_by_text(title, exact=True)).last


def tells(page: Page, *titles: str) -> None:
    for title in titles:
        expect(entry(page, title)).to_be_visible()


def test_a_technician_works_by_touch(run: Product, enter: Enter) -> None:
    fleet = Fleet(run.mqtt_port, 1, "PHONE")
    cabinet = next(iter(fleet.cabinets))
    prepare(run, cabinet)
    fleet.connect()
    wait_for("the cabinet's birth", lambda: fleet.cabinets[cabinet].acked)
    ticket = run.post("/tickets", {"kind": "repair", "summary": "Glass is cracked", "cabinet": cabinet}).json()["id"]
    assert run.post(f"/tickets/{ticket}/triage", {}).status_code in (200, 201)
    assert run.post(f"/tickets/{ticket}/dispatch", {"technician": "wang"}).status_code in (200, 201)

    spot = {"latitude": 30.273, "longitude": 120.163, "accuracy": 8}
    page = enter(f"{run.url}/tech", size=PHONE, has_touch=True, permissions=["geolocation"], geolocation=spot)
    page.get_by_label("User name").fill("wang")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_text("Glass is cracked")).to_be_visible()
    expect(page.get_by_text("Lakeside Mall")).to_be_visible()
    page.get_by_role("button", name="Accept").tap()
    page.get_by_role("button", name="On my way").tap()
    expect(page.get_by_text("Type this code at the cabinet")).to_be_visible()
    page.get_by_role("button", name="Check in by GPS").tap()
    page.get_by_label("What did you do?").select_option("replaced")
    page.get_by_role("button", name="Finish").tap()
    expect(page.get_by_text("No visit for you right now.")).to_be_visible()
    fleet.close()

    visit = wait_for("the visit's end", lambda: next((v for v in run.get("/visits")["items"] if v["finished"]), None))
    assert (visit["technician"], visit["level"] >= 1, visit["tickets"]) == ("wang", True, [ticket])
    told = run.get(f"/tickets/{ticket}")
    assert told["state"] in ("work_done", "verifying")
    arrival = next(line for line in told["timeline"] if line["to"] == "on_site")
    assert (arrival["actor"], arrival["evidence"]["type"]) == ("wang", "gps")


def test_what_a_cabinet_said_adds_up_on_its_page_and_a_hole_is_shown(run: Product, enter: Enter) -> None:
    """Seq 1 is its birth, 2 and 3 come, 4 never does, 5 is malformed, 6 comes twice."""
    fleet = Fleet(run.mqtt_port, 1, "SUMS")
    (cabinet,) = fleet.cabinets.values()
    assert run.post("/cabinets", {"id": cabinet.id, "model": "T1"}).status_code == 201
    assert run.post("/users", {"name": "vera", "password": PASSWORD, "role": "viewer"}).status_code == 201
    fleet.connect()
    wait_for("the cabinet's birth", lambda: cabinet.acked == 1)
    said = [cabinet.telemetry() for _ in range(5)]
    said[3] = (said[3][0], said[3][1].replace(b'"air_c": 4.0', b'"air_c": "warm"'))
    del cabinet.held[4]
    for topic, payload in (said[0], said[1], said[3], said[4], said[4]):
        fleet.publish(topic, payload)

    page = enter(f"{run.url}/cabinets/{cabinet.id}")
    page.get_by_label("User name").fill("vera")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    panel = page.locator("section, article, div", has=page.get_by_role("heading", name="Message accounting")).last
    for name, count in (("Received", 6), ("Stored", 4), ("Duplicate", 1), ("Quarantined", 1)):
        shown = panel.locator(".counts > div", has=page.get_by_text(name, exact=True))
        expect(shown.locator("dd")).to_have_text(str(count))
    expect(panel.get_by_text("boot 1: 4–4")).to_be_visible()
    expect(panel.locator("details")).to_have_count(1)
    fleet.close()


def prepare(run: Product, cabinet: str) -> None:
    """A site, the cabinet at it, and a technician with a user of the same name."""
    made = [
        run.post("/sites", {"id": "LAKE", "name": "Lakeside Mall", "lat": 30.273, "lon": 120.163}),
        run.post("/cabinets", {"id": cabinet, "model": "T1", "site": "LAKE"}),
        run.post("/technicians", {"id": "wang", "name": "王强"}),
        run.post("/users", {"name": "wang", "password": PASSWORD, "role": "technician", "technician": "wang"}),
    ]
    assert [answer.status_code for answer in made] == [201] * 4, [json.dumps(a.json()) for a in made]
