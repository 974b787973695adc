"""Debian's Chromium with a fresh profile, a server of canned answers; a page that complains fails its test."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from tests.browser.stub import Stage, build

ROOT = Path(__file__).parents[2]
WEB = ROOT / "api" / "web"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
Open = Callable[..., Page]
PATIENCE = 20_000  # ms: a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def server(stage: Stage) -> Iterator[str]:
    if not (WEB / "index.html").is_file():
        pytest.fail("the console is not built: install the product first (pip install -e .)")
    config = uvicorn.Config(build(stage, WEB), host="127.0.0.1", port=0, log_level="error", ws="websockets-sansio")
    served = uvicorn.Server(config)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE / 1000
    while not served.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = served.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    served.should_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser, server: str, stage: Stage) -> Iterator[Open]:
    """`open_page(path, language=…, dark=…, size=…)`; afterwards: no console error, no request to a foreign host."""
    complaints: list[str] = []
    contexts = []

    def go(
        path: str = "/", *, language: str = "en-GB", dark: bool = False, size: Any = DESKTOP,
        zone: str = "Asia/Shanghai", **more: Any,
    ) -> Page:  # fmt: skip
        context = chromium.new_context(
            locale=language, color_scheme="dark" if dark else "light", viewport=size, base_url=server,
            timezone_id=zone, **more,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        listen(page, server, complaints)
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


def listen(page: Page, server: str, complaints: list[str]) -> None:
    def asked(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            complaints.append(f"foreign {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not _expected(message.text):
            complaints.append(message.text)

    page.on("request", asked)
    page.on("pageerror", lambda error: complaints.append(f"thrown {error}"))
    page.on("console", said)


def _expected(text: str) -> bool:
    """What Chromium itself writes for refused requests and lost connections, which tests bring about on purpose."""
    return "Failed to load resource" in text or "WebSocket connection" in text
