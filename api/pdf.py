"""What our PDFs share: paper, font, cells and tables. Chinese comes from the reader's own Song font (Adobe-GB1,
STSong-Light), so that no font is shipped."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))  # a paragraph asks for it as soon as it is made
WIDTH, MARGIN = 174 * mm, 18 * mm
LONGEST = 900  # characters of one cell: a row must fit on a page; the JSON has everything
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=9, leading=12, wordWrap="CJK")
HEAD = ParagraphStyle("head", parent=TEXT, fontSize=12, leading=18, spaceBefore=8)
TITLE = ParagraphStyle("title", parent=TEXT, fontSize=18, leading=26)
GRID = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]  # fmt: skip


def pages(title: str, story: Sequence[Flowable], foot: str, edge: float = MARGIN) -> bytes:
    """A4 pages of the story, with a line at the foot of each; `edge`: the margin above and below.

    The same input gives the same bytes.
    """
    out = BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=edge, bottomMargin=edge, title=title,
        author="Vendwatch", invariant=1,
    )  # fmt: skip
    drawn = footer(foot)
    page.build(list(story), onFirstPage=drawn, onLaterPages=drawn)
    return out.getvalue()


def footer(text: str) -> Callable[[Any, Any], None]:
    """What is drawn at the foot of each page: the text, and the number of the page."""

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawString(MARGIN, 10 * mm, text)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(page.page))

    return foot


def plain(text: str) -> str:
    """The text as the font can show it, escaped for a paragraph; a very long one is cut."""
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    shown = shown.replace("°C", "℃")  # the font has the degree sign at full width
    return escape("".join(c if c.isprintable() and ord(c) < 0x10000 else "?" for c in shown))


def cell(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(plain(text), style)


def table(rows: Sequence[Sequence[str]], widths: Sequence[float], *, heading: bool) -> Table:
    """Rows of texts; `widths` in mm; a heading is repeated on every page."""
    cells = [[cell(text) for text in row] for row in rows]
    return Table(cells, [w * mm for w in widths], style=GRID, repeatRows=1 if heading else 0)
