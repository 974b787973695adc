"""Photos of the work: taken on the phone, offline too, uploaded once before the report; seen on the ticket's page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import photos
from tests.browser.conftest import PHONE
from tests.browser.stub import Stage
from tests.browser.test_access import findings

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def phone(open_page: Open, stage: Stage) -> Page:
    stage.role, stage.visit_state = "technician", "arrived"
    return open_page("/tech", size=PHONE)


def add(page: Page, *colours: str, label: str = "Add photos") -> None:
    page.get_by_label(label, exact=True).first.set_input_files(photos.taken(*colours))


def test_photos_taken_offline_go_out_once_and_before_their_report(phone: Page, stage: Stage) -> None:
    expect(phone.get_by_role("button", name="Finish")).to_be_visible()
    phone.context.set_offline(True)
    add(phone, "red", "blue")
    expect(phone.get_by_role("img", name="Photo 2")).to_be_visible()
    phone.get_by_role("button", name="Finish").click()
    expect(phone.get_by_text("1 action waits to be sent")).to_be_visible()
    assert stage.posts == []
    assert not phone.evaluate(WIDE)
    phone.context.set_offline(False)
    expect(phone.get_by_text("to be sent")).to_be_hidden()
    first, second, (path, body, _) = stage.sent(3)
    assert (path, body["photos"]) == ("visits/V-000001/finish", ["A-1", "A-2"])
    assert {first[1]["ticket"], second[1]["ticket"]} == {"T-000001"}
    assert first[2] != second[2]
    for (_, sent, _), channel in ((first, 0), (second, 2)):
        picture = Image.open(BytesIO(sent["file"]))
        assert (picture.format, picture.size, b"Exif" in sent["file"]) == ("JPEG", (1600, 800), False)
        means = ImageStat.Stat(picture).mean
        assert means.index(max(means)) == channel
    phone.wait_for_timeout(500)
    assert len(stage.posts) == 3


def test_photos_that_are_asked_for_are_counted_and_survive_a_reload(phone: Page, stage: Stage) -> None:
    stage.refuse = {"guard": "photos", "missing": ["photos=2"], "clause": "S1 8.4"}
    phone.get_by_label("Note").fill("sealed the door")
    phone.get_by_role("button", name="Finish").click()
    expect(phone.get_by_text("Asked for by S1 8.4.")).to_be_visible()
    expect(phone.get_by_text("Photos of the work are missing.")).to_be_visible()
    expect(phone.get_by_text("0 of 2 photos needed")).to_be_visible()
    stage.refuse = None
    add(phone, "red", "blue", "green")
    expect(phone.get_by_text("3 of 2 photos needed")).to_be_visible()
    assert findings(phone) == []
    phone.get_by_role("button", name="Remove photo 3").press("Enter")
    phone.get_by_role("button", name="Remove photo 1").click()
    expect(phone.get_by_text("1 of 2 photos needed")).to_be_visible()
    phone.get_by_role("button", name="Finish").click()
    phone.reload()
    expect(phone.get_by_text("1 of 2 photos needed")).to_be_visible()
    add(phone, "red")
    expect(phone.get_by_text("2 of 2 photos needed")).to_be_visible()
    phone.get_by_role("button", name="Finish").click()
    body = stage.sent(4)[3][1]
    assert (body["photos"], body["note"]) == (["A-1", "A-2"], "sealed the door")


def test_a_refused_photo_says_so_and_the_report_goes_out_without_it(open_page: Open, stage: Stage) -> None:
    stage.role, stage.visit_state, stage.unwanted = "technician", "arrived", [413]
    page = open_page("/tech", size=PHONE, language="zh-CN")
    broken = FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=b"no picture")
    page.get_by_label("添加照片").first.set_input_files(broken)
    expect(page.get_by_text("手机无法识别该图片文件")).to_be_visible()
    add(page, "red", "blue", label="添加照片")
    expect(page.get_by_text("已有 2 张照片")).to_be_visible()
    assert not page.evaluate(WIDE)
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.get_by_text("文件过大")).to_be_visible()
    assert stage.sent(3)[2][1]["photos"] == ["A-2"]
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_text("文件过大")).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "size", "title", "first", "gone"),
    [
        ("en-GB", None, "Photos and files", "Open Photo 1 of 1", "1 photo is no longer kept"),
        ("zh-CN", PHONE, "照片与文件", "打开照片 1（共 1 张）", "1 张照片已不再保存"),
    ],
)
def test_the_ticket_shows_its_photos_and_opens_them(
    open_page: Open, stage: Stage, language: str, size: dict[str, int] | None, title: str, first: str, gone: str
) -> None:
    stage.case = photos.done()
    page = open_page("/tickets/T-000001", language=language, **({"size": size} if size else {}))
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(gone)).to_be_visible()
    expect(page.get_by_role("link", name="contract.pdf")).to_have_attribute(
        "href", f"/api/v1/attachments/{photos.PAPER}"
    )
    page.get_by_role("button", name=first).click()
    shown = page.get_by_role("dialog").get_by_role("img")
    expect(shown).to_have_js_property("naturalWidth", 800)
    assert not page.evaluate(WIDE)
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_may_not_read_files_is_not_offered_them(open_page: Open, stage: Stage) -> None:
    stage.role, stage.case = "viewer", photos.done()
    page = open_page("/tickets/T-000001")
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(page.get_by_role("heading", name="Photos and files")).to_have_count(0)
