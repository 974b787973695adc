"""The inspector's report as PDF."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from api.foodreport import temperatures
from api.foodwords import BROKEN, KEYS, LABELS, LOG, STATE, VALUES, Language, word
from api.localtime import Told, reader
from api.pdf import FONT, HEAD, TEXT, TITLE, WIDTH, cell, pages, table
from api.views import TIMES

HEIGHT = 62 * mm
MOST = 3_000  # rows of what happened
Json = dict[str, Any]


def draw(report: Json, language: Language, zone: str, now: int) -> bytes:
    """A4 pages of what `foodreport.collect` found; `now` (ms) is printed as the time of making. The same input gives
    the same bytes."""
    when = reader(zone)
    title = f"{word(LABELS, 'title', language)} {report['cabinet']}"
    story: list[Flowable] = [Paragraph(escape(title), TITLE), _facts(report, language, when, zone, now)]
    story += [Paragraph(word(LABELS, "chart", language), HEAD), *_chart(report, language, when)]
    story += [Paragraph(word(LABELS, "actions", language), HEAD), *_actions(report, language, when)]
    story += [Paragraph(word(LABELS, "days", language), HEAD), _days(report, language, zone)]
    return pages(title, story, f"{report['cabinet']}  {report['check']['rows']}  {report['check']['head']}")


def _facts(report: Json, language: Language, when: Told, zone: str, now: int) -> Table:
    state, sums, check = report["state"], report["summary"], report["check"]
    rule = state["rule"] or {"en": "–", "zh": "–", "figures": {}, "sources": {}}
    profile = state["profile"] or {"pack": "–", "version": "–"}
    figures = described(rule["figures"], language, when)
    facts = [
        ("cabinet", report["cabinet"]),
        ("period", f"{when(report['from'])} – {when(report['to'])}"),
        ("made", f"{when(now)}  {word(LABELS, 'zone', language, zone=zone)}"),
        ("rule", f"{profile['pack']} {profile['version']}: {rule[language]}  ({figures})"),
        (
            "sources",
            "; ".join(f"{word(KEYS, name, language)}: {text}" for name, text in rule["sources"].items()) or "–",
        ),
        ("state", word(STATE, state["state"], language)),
        ("readings", str(sums["readings"])),
        ("lowest", _celsius(sums["min_c"])),
        ("highest", _celsius(sums["max_c"])),
        ("beyond", _length(sums["beyond_s"])),
        ("gaps", f"{sums['gaps']}, {_length(sums['gaps_s'])}"),
        ("breaches", str(sums["breaches"])),
        ("releases", str(sums["releases"])),
        ("check", _verdict(check, language)),
        ("head", f"{check['rows']}  {check['head']}"),
    ]
    return table([(word(LABELS, name, language), text) for name, text in facts], (42, 132), heading=False)


def _verdict(check: Json, language: Language) -> str:
    broken = check["broken"]
    if broken is None:
        return word(LABELS, "sound", language)
    what = BROKEN.get(broken["what"], broken["what"]) if language == "zh" else broken["what"]
    return word(LABELS, "broken", language, n=broken["n"], what=what)


def _celsius(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} °C"


def _length(seconds: int) -> str:
    return str(timedelta(seconds=seconds))


def _actions(report: Json, language: Language, when: Told) -> list[Flowable]:
    """What happened, oldest first; the temperatures have a table of their own."""
    happened = [row for row in report["log"] if row["type"] != "temperature"]
    told, more = happened[-MOST:], len(happened) - MOST
    rows = [[word(LABELS, name, language) for name in ("at", "what", "detail")]]
    rows += [[when(r["ts"]), word(LOG, r["type"], language), described(r["data"] or {}, language, when)] for r in told]
    left = [Paragraph(word(LABELS, "more", language, n=more), TEXT)] if more > 0 else []
    return [*left, table(rows, (38, 42, 94), heading=True)]


def described(data: Any, language: Language, when: Told) -> str:
    """The data of a log row as words; what says nothing is left out."""
    parts: list[str] = []
    if not isinstance(data, dict):
        return str(data)
    for key, value in data.items():
        if value is None or value is False or value == []:
            continue
        label = word(KEYS, key, language)
        if isinstance(value, dict):
            parts.append(f"{label}: {described(value, language, when)}")
        elif isinstance(value, list):
            parts.append(f"{label}: " + " / ".join(described(each, language, when) for each in value))
        elif key in TIMES and type(value) is int:
            parts.append(f"{label} {when(value)}")
        else:
            shown = f"{value:g}" if isinstance(value, float) else word(VALUES, str(value), language)
            parts.append(f"{label} {shown}")
    return ", ".join(parts)


def _days(report: Json, language: Language, zone: str) -> Table:
    days: defaultdict[str, list[Json]] = defaultdict(list)
    for told in temperatures(report["log"], report["running"]):
        days[datetime.fromtimestamp(told["from"] / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d")].append(told)
    rows = [[word(LABELS, name, language) for name in ("day", "readings", "lowest", "highest", "beyond")]]
    for day, sums in days.items():
        low, high = min(s["min_c"] for s in sums), max(s["max_c"] for s in sums)
        count, beyond = sum(s["n"] for s in sums), sum(s["warm_s"] for s in sums)
        rows.append([day, str(count), _celsius(low), _celsius(high), _length(beyond)])
    return table(rows, (34, 30, 30, 30, 50), heading=True)


def unbroken(points: Sequence[Sequence[float]]) -> list[Sequence[Sequence[float]]]:
    """The points in pieces without a gap: no line is drawn where nothing is known."""
    steps = [b[0] - a[0] for a, b in pairwise(points)]
    usual = median(steps) if steps else 0
    cuts = [0, *(i + 1 for i, step in enumerate(steps) if step > 3 * usual), len(points)]
    return [points[a:b] for a, b in pairwise(cuts)]


def _chart(report: Json, language: Language, when: Told) -> list[Any]:
    """Readings (the band from lowest to highest), the limit, and when it was broken and released."""
    points = report["readings"]["points"]
    if not points:
        return [cell(word(LABELS, "nothing", language))]
    rule = report["state"]["rule"]
    limit = None if rule is None else rule["figures"].get("max_c", rule["figures"].get("min_c"))
    values = [p[1] for p in points] + [p[3] for p in points] + ([] if limit is None else [limit])
    low, high = min(values) - 1, max(values) + 1
    start, end = report["from"], max(report["to"], report["from"] + 1)

    def at(ms: float, value: float) -> tuple[float, float]:
        return 30 + (WIDTH - 36) * (ms - start) / (end - start), 16 + (HEIGHT - 22) * (value - low) / (high - low)

    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(Rect(30, 16, WIDTH - 36, HEIGHT - 22, fillColor=None, strokeColor=colors.grey, strokeWidth=0.5))
    for value in (low + 1, (low + high) / 2, high - 1):
        drawing.add(String(2, at(start, value)[1] - 3, f"{value:.1f}", fontName=FONT, fontSize=7))
    for column, colour in ((1, colors.lightblue), (3, colors.lightblue), (2, colors.darkblue)):
        for piece in unbroken(points):
            flat = [xy for point in piece for xy in at(point[0], point[column])]
            drawing.add(PolyLine(flat, strokeColor=colour, strokeWidth=0.6))
    if limit is not None:
        drawing.add(Line(*at(start, limit), *at(end, limit), strokeColor=colors.red, strokeDashArray=[3, 2]))
        text = f"{word(LABELS, 'limit', language)} {limit:g} ℃"
        drawing.add(String(34, at(start, limit)[1] + 2, text, fontName=FONT, fontSize=7, fillColor=colors.red))
    for row in report["log"]:
        colour = {"breach": colors.red, "locked_itself": colors.red, "released": colors.green}.get(row["type"])
        if colour is not None:
            drawing.add(Line(*at(row["ts"], low), *at(row["ts"], high), strokeColor=colour, strokeWidth=0.8))
    drawing.add(String(30, 5, when(start), fontName=FONT, fontSize=7))
    drawing.add(String(WIDTH - 6, 5, when(end), fontName=FONT, fontSize=7, textAnchor="end"))
    return [drawing, Spacer(1, 4)]
