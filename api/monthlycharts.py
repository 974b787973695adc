"""The charts of the monthly report."""

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors

from api.monthlywords import Language, value
from api.pdf import FONT
from api.pdf import WIDTH as PAGE

Json = dict[str, Any]
PALETTE = tuple(
    colors.HexColor(c)
    for c in ("#2f6690", "#e07a3f", "#81a684", "#b23a48", "#8d6a9f", "#d9ae3c", "#5fa8d3", "#7a7a7a", "#4b8f8c")
)
GOOD, BAD = colors.HexColor("#3a7d44"), colors.HexColor("#b23a48")
_TALL = 150
WIDTH = PAGE - 12  # a page's frame has an edge of 6 pt on both sides


def weeks(by_week: Sequence[Json], language: Language) -> Drawing:
    """Tickets opened by week, stacked by kind."""
    kinds = sorted({kind for week in by_week for kind in week["kinds"]})
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 28, 22, WIDTH - 150, _TALL - 34
    chart.data = [tuple(week["kinds"].get(kind, 0) for week in by_week) for kind in kinds]
    chart.categoryAxis.categoryNames = [week["week"] for week in by_week]
    chart.categoryAxis.style = "stacked"
    chart.valueAxis.valueMin = 0
    top = max(week["opened"] for week in by_week)
    chart.valueAxis.valueMax, chart.valueAxis.valueStep = _round_up(top)
    _quiet(chart)
    for n, _ in enumerate(kinds):
        chart.bars[n].fillColor = PALETTE[n % len(PALETTE)]
        chart.bars[n].strokeColor = None
    return _drawing(chart, _legend([(PALETTE[n % len(PALETTE)], value(k, language)) for n, k in enumerate(kinds)]))


def clocks(found: Sequence[Json], language: Language) -> Drawing:
    """Promises kept and missed, one bar for each clock."""
    chart = HorizontalBarChart()
    tall = 18 * len(found) + 26
    chart.x, chart.y, chart.width, chart.height = 74, 18, WIDTH - 190, tall - 24
    drawn = list(reversed(found))
    chart.data = [tuple(c["kept"] for c in drawn), tuple(c["missed"] for c in drawn)]
    chart.categoryAxis.categoryNames = [value(c["clock"], language) for c in drawn]
    chart.categoryAxis.style = "stacked"
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax, chart.valueAxis.valueStep = _round_up(max(c["kept"] + c["missed"] for c in found))
    _quiet(chart)
    for n, colour in enumerate((GOOD, BAD)):
        chart.bars[n].fillColor, chart.bars[n].strokeColor = colour, None
    names = [(GOOD, value("met", language)), (BAD, value("breached", language))]
    return _drawing(chart, _legend(names, tall), tall)


def shares(parts: Sequence[tuple[str, int]], language: Language) -> Drawing:
    """One bar cut into parts, each with its count."""
    drawing, total, x = Drawing(WIDTH, 44), sum(n for _, n in parts), 0.0
    for n, (_, count) in enumerate(parts):
        wide = WIDTH * count / total
        drawing.add(Rect(x, 22, wide, 16, fillColor=PALETTE[n % len(PALETTE)], strokeColor=colors.white))
        x += wide
    for n, (name, count) in enumerate(parts):
        at = n * WIDTH / len(parts)
        drawing.add(Rect(at, 6, 7, 7, fillColor=PALETTE[n % len(PALETTE)], strokeColor=None))
        drawing.add(String(at + 10, 6, f"{value(name, language)} {count}", fontName=FONT, fontSize=8))
    return drawing


def scores(items: Sequence[tuple[str, float, Sequence[float]]]) -> Drawing:
    """Mean scores on the scale from 1 to 5, each with its interval."""
    tall = 20 * len(items) + 18
    drawing, left, wide = Drawing(WIDTH, tall), 210.0, WIDTH - 255

    def at(score: float) -> float:
        return float(left + wide * (score - 1) / 4)

    for score in range(1, 6):
        drawing.add(Line(at(score), 14, at(score), tall - 4, strokeColor=colors.lightgrey, strokeWidth=0.5))
        drawing.add(String(at(score), 3, str(score), fontName=FONT, fontSize=8, textAnchor="middle"))
    for n, (name, mean, (low, high)) in enumerate(items):
        y = tall - 18 - 20 * n
        drawing.add(String(0, y - 1, name, fontName=FONT, fontSize=9))
        drawing.add(Rect(left, y - 2, at(mean) - left, 8, fillColor=PALETTE[0], strokeColor=None))
        drawing.add(Line(at(low), y + 2, at(high), y + 2, strokeColor=colors.black, strokeWidth=1.2))
        for end in (low, high):
            drawing.add(Line(at(end), y - 1, at(end), y + 5, strokeColor=colors.black, strokeWidth=1.2))
        drawing.add(String(WIDTH - 38, y - 1, f"{mean:.2f}", fontName=FONT, fontSize=9))
    return drawing


def _round_up(top: int) -> tuple[int, int]:
    """(end, step) of an axis for whole numbers up to `top`."""
    step = next(s for e in range(9) for s in (10**e, 2 * 10**e, 5 * 10**e) if top <= 5 * s)
    return max(step, -(-top // step) * step), step


def _quiet(chart: Any) -> None:
    """Small type, thin lines, no frame."""
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = FONT, 8
        axis.strokeColor, axis.strokeWidth = colors.grey, 0.5
    chart.valueAxis.visibleGrid = 1
    chart.valueAxis.gridStrokeColor, chart.valueAxis.gridStrokeWidth = colors.lightgrey, 0.4
    chart.barSpacing, chart.groupSpacing = 0, 6


def _legend(names: Sequence[tuple[Any, str]], tall: float = _TALL) -> Legend:
    legend = Legend()
    legend.x, legend.y, legend.boxAnchor = WIDTH - 108, tall - 6, "nw"
    legend.fontName, legend.fontSize, legend.alignment = FONT, 8, "right"
    legend.dx = legend.dy = 7
    legend.deltay, legend.dxTextSpace, legend.columnMaximum = 11, 5, 12
    legend.colorNamePairs = list(names)
    legend.strokeWidth = 0
    return legend


def _drawing(chart: Any, legend: Legend, tall: float = _TALL) -> Drawing:
    drawing = Drawing(WIDTH, tall)
    drawing.add(chart)
    drawing.add(legend)
    return drawing
