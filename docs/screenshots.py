"""Make the pictures of the README from a running demo, a few minutes old:

    .venv/bin/python docs/screenshots.py http://127.0.0.1:8080/sign-in/CODE

Needs Chromium; `pngquant` makes the pictures small where it is installed.
"""

import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, sync_playwright

DOCS = Path(__file__).parent
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# file, path, language, size
PICTURES: tuple[tuple[str, str, str, Any], ...] = (
    ("console-en.png", "/", "en-GB", DESKTOP),
    ("console-zh.png", "/", "zh-CN", DESKTOP),
    ("technician-zh.png", "/tech", "zh-CN", PHONE),
)
LARGEST = 250_000


def take(browser: Browser, link: str, name: str, path: str, language: str, size: Any) -> Path:
    """One picture, in a fresh browser that signs in by the link."""
    context = browser.new_context(locale=language, viewport=size, color_scheme="light")
    page = context.new_page()
    page.goto(link)
    base = "/".join(link.split("/")[:3])
    if path == "/tech":
        become_technician(context.request, f"{base}/api/v1")
    page.goto(base + path)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(1500)  # the first live frames
    made = DOCS / name
    page.screenshot(path=made)
    context.close()
    return made


def become_technician(api: APIRequestContext, base: str) -> None:
    """Sign in as a technician who is on the way, as a new user of that name."""
    visits = api.get(f"{base}/visits?q=state:en_route").json()["items"]
    if not visits:
        sys.exit("nobody is on the way just now: try again in a minute")
    name, password = f"picture-{secrets.token_hex(3)}", secrets.token_urlsafe(16)
    user = {"name": name, "password": password, "role": "technician", "technician": visits[0]["technician"]}
    for path, body in (("users", user), ("session", {"username": name, "password": password})):
        answer = api.post(f"{base}/{path}", data=body, headers={"Origin": base.removesuffix("/api/v1")})
        if not answer.ok:
            sys.exit(f"{path}: {answer.text()}")


def shrink(picture: Path) -> None:
    """256 colours are plenty for a console."""
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--output", picture, "128", picture], check=True)
    if picture.stat().st_size > LARGEST:
        sys.exit(f"{picture} has more than {LARGEST} bytes: install pngquant and try again")


def main() -> None:
    chromium = shutil.which("chromium")
    if len(sys.argv) != 2 or chromium is None:
        sys.exit(__doc__)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            shrink(take(browser, sys.argv[1], *picture))
        browser.close()


if __name__ == "__main__":
    main()
