"""The service record and the feedback form as PDF: a form of boxes, Chinese with English in smaller print beside it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import segno
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, Paragraph, Spacer, Table

from api.localtime import Told
from api.pdf import TEXT, TITLE, pages, plain
from api.serviceform import words
from api.servicewords import Form

Json = dict[str, Any]
Style = tuple[Any, ...]
_COLUMNS = (30 * mm, 57 * mm, 30 * mm, 57 * mm)
_GREY, _SHADE = colors.HexColor("#666666"), colors.HexColor("#eef1f4")
_SMALL = '<font size="6" color="#666666">{}</font>'
_LABEL = ParagraphStyle("label", parent=TEXT, fontSize=8.5, leading=8.4)
_GROUP = ParagraphStyle("group", parent=TEXT, fontSize=10, leading=12)
_MIDDLE = ParagraphStyle("middle", parent=TITLE, fontSize=17, leading=22, alignment=TA_CENTER)
_UNDER = ParagraphStyle("under", parent=TEXT, fontSize=8, leading=10, alignment=TA_CENTER, textColor=_GREY)
_TINY = ParagraphStyle("tiny", parent=TEXT, fontSize=6.5, leading=8, textColor=_GREY)
_BOXES: list[Style] = [
    ("BOX", (0, 0), (-1, -1), 0.8, colors.black), ("INNERGRID", (0, 0), (-1, -1), 0.4, colors.grey),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8), ("LEFTPADDING", (0, 0), (-1, -1), 4),
]  # fmt: skip


def draw(
    form: Json, layout: Form, told: Told, made: int, signature: bytes | None = None, link: str | None = None
) -> bytes:
    """A4 pages of a filled form. `signature`: the PNG the customer signed with; `link`: where the survey is answered,
    printed as a QR code. `made` (ms) is printed. The same input gives the same bytes."""
    story: list[Flowable] = [
        Paragraph(plain(form["title_zh"]), _MIDDLE),
        Paragraph(plain(f"{form['title_en']}  ·  表 Table {form['form']}  ·  {form['ticket']}"), _UNDER),
        Spacer(1, 2 * mm), _boxes(form, told), *_ends(layout, signature, link), Spacer(1, 2 * mm),
        Paragraph(plain(f"{form['note_zh']}。{form['note_en']}."), _TINY), *_sealed(form),
    ]  # fmt: skip
    return pages(f"{form['title_zh']} {form['ticket']}", story, f"{form['ticket']}   {told(made)}", 12 * mm)


def _pair(zh: str, en: str, style: ParagraphStyle = TEXT, between: str = " ") -> Paragraph:
    return Paragraph(plain(zh) + (between + _SMALL.format(plain(en)) if en else ""), style)


def _boxes(form: Json, told: Told) -> Table:
    """One table for all groups, so that its columns stand in line; a group's name spans them."""
    rows: list[list[Any]] = []
    styles = list(_BOXES)
    for group in form["groups"]:
        styles += [("SPAN", (0, len(rows)), (-1, len(rows))), ("BACKGROUND", (0, len(rows)), (-1, len(rows)), _SHADE)]
        rows.append([_pair(group["name_zh"], group["name_en"], _GROUP, "  "), "", "", ""])
        for row in _rows(group["fields"]):
            if len(row) == 1:
                styles.append(("SPAN", (1, len(rows)), (3, len(rows))))
            cells = [cell for field in row for cell in (_label(field), _value(field, told))]
            rows.append(cells + [""] * (4 - len(cells)))
    return Table(rows, _COLUMNS, style=styles)


def _rows(fields: list[Json]) -> Iterator[list[Json]]:
    """Two fields to a row; a wide one has a row of its own."""
    waiting: list[Json] = []
    for field in fields:
        if field["wide"]:
            yield from filter(None, (waiting, [field]))
            waiting = []
        elif waiting:
            yield [*waiting, field]
            waiting = []
        else:
            waiting = [field]
    if waiting:
        yield waiting


def _label(field: Json) -> Paragraph:
    return _pair(field["name_zh"], field["name_en"], _LABEL, "<br/>")


def _value(field: Json, told: Told) -> Paragraph:
    zh, en = words(field, told)
    return _pair(zh or _blank(field), en)


def _blank(field: Json) -> str:
    """What is filled in by hand: boxes to tick, or room to write."""
    match field["shape"]:
        case "score":
            return "□1  □2  □3  □4  □5"
        case "truth":
            return "□是 yes   □否 no"
    return ""


def _ends(layout: Form, signature: bytes | None, link: str | None) -> Iterator[Flowable]:
    """Where people sign, and the way to the survey."""
    drawn = None if signature is None else _image(signature, 60 * mm, 18 * mm)
    signs = [
        [_pair(zh, en, _LABEL, "<br/>") for zh, en in zip(layout.sign_zh, layout.sign_en, strict=True)],
        [drawn or "", ""],
        [_pair("日期：", "Date"), _pair("日期：", "Date")],
    ]
    widths = [87 * mm, 87 * mm]
    if link is not None:
        signs[0].append(_pair("扫码评价", "Rate the service", _LABEL, "<br/>"))
        signs[1].append(_code(link))
        signs[2].append("")
        widths = [72 * mm, 72 * mm, 30 * mm]
    boxes: list[Style] = [
        ("BOX", (0, 0), (-1, -1), 0.8, colors.black), ("LINEBEFORE", (1, 0), (-1, -1), 0.4, colors.grey),
        ("VALIGN", (0, 1), (-1, 1), "MIDDLE"), ("ALIGN", (2, 1), (2, 1), "CENTER"),
    ]  # fmt: skip
    yield Spacer(1, 3 * mm)
    yield Table(signs, widths, [8 * mm, 21 * mm, 6 * mm], style=boxes)


def _image(png: bytes, width: float, height: float) -> Image:
    return Image(BytesIO(png), width, height, kind="proportional")


def _code(link: str) -> Image:
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=6, border=1)
    return _image(out.getvalue(), 20 * mm, 20 * mm)


def _sealed(form: Json) -> Iterator[Paragraph]:
    """What the signature stands for, and whether the record still says it."""
    signed = form["signed"]
    if signed is None:
        return
    yield Paragraph(plain(f"签收内容 SHA-256 of what was signed: {signed['sha256']}"), _TINY)
    if signed["changed"]:
        said = "注意：签收后处理措施、配件或费用有改动。Measures, parts or charges were changed afterwards."
        yield Paragraph(plain(said), _TINY)
