"""The monthly report as PDF: what an operator shows to a client."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from api import monthlycharts as charts
from api.monthlywords import Language, label, value
from api.pdf import HEAD, TEXT, TITLE, cell, pages, plain, table
from service.monthly.report import ARRIVALS

Json = dict[str, Any]
Told = Callable[[str | None], str]
MOST = 200  # rows of a table; the CSV has all
_DASH = "–"


def draw(report: Json, language: Language) -> bytes:
    """A4 pages of what `monthly.collect` found. The same input gives the same bytes."""
    told = _reader(report["zone"])
    title = f"{label('title', language)} {report['month']}"
    story: list[Flowable] = [Paragraph(plain(title), TITLE), _facts(report, language, told), Spacer(1, 6)]
    story += [_balance(report["tickets"], language)]
    for part in (_weeks, _clocks, _arrivals, _surveys, _indicators):
        story += part(report, language)
    story += _cases(report, language, told) + _platform(report, language)
    return pages(title, story, f"{report['month']}  {label('source', language)}")


def _reader(zone: str) -> Told:
    """An ISO time as people read it in the policy's time zone."""
    place = ZoneInfo(zone)

    def told(at: str | None) -> str:
        return _DASH if at is None else datetime.fromisoformat(at).astimezone(place).strftime("%Y-%m-%d %H:%M")

    return told


def _facts(report: Json, language: Language, told: Told) -> Table:
    rows = [
        (label("period", language), f"{told(report['from'])} – {told(report['to'])}  {report['zone']}"),
        (label("made", language), told(report["made"])),
        (label("policy", language), report["policy"]),
    ]
    if not report["complete"]:
        rows.append(("", label("running", language)))
    return table(rows, (44, 130), heading=False)


def _balance(tickets: Json, language: Language) -> Table:
    """The four figures that add up, large: carried over + opened = closed + still open."""
    names = ("carried_over", "opened_in", "closed_in", "open_at_end")
    big = TEXT.clone("big", fontSize=20, leading=26, alignment=1)
    small = TEXT.clone("small", alignment=1, textColor=colors.HexColor("#555555"))
    signs = ("+", "=", "+")
    numbers: list[Any] = [cell(str(tickets[names[0]]), big)]
    words: list[Any] = [cell(label(names[0], language), small)]
    for sign, name in zip(signs, names[1:], strict=True):
        numbers += [cell(sign, big), cell(str(tickets[name]), big)]
        words += ["", cell(label(name, language), small)]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#eef3f7")), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, 0), 8), ("BOTTOMPADDING", (0, 1), (-1, 1), 8),
    ]  # fmt: skip
    return Table([numbers, words], [w * mm for w in (36, 10, 36, 10, 36, 10, 36)], style=style)


def _part(name: str, language: Language, *body: Flowable) -> list[Flowable]:
    """A heading with what belongs to it, on one page."""
    return [KeepTogether([Paragraph(plain(label(name, language)), HEAD), *body])]


def _none(language: Language) -> Flowable:
    return cell(label("none", language))


def _weeks(report: Json, language: Language) -> list[Flowable]:
    found = report["tickets"]["by_week"]
    return _part("weeks", language, charts.weeks(found, language) if found else _none(language))


def _clocks(report: Json, language: Language) -> list[Flowable]:
    found = [c for c in report["clocks"] if c["kept"] + c["missed"]]
    if not found:
        return _part("clocks", language, _none(language))
    rows = [[label(n, language) for n in ("clock", "kept", "missed", "share")]]
    rows += [[value(c["clock"], language), str(c["kept"]), str(c["missed"]), _percent(c["share"])] for c in found]
    return _part("clocks", language, charts.clocks(found, language), table(rows, (60, 38, 38, 38), heading=True))


def _percent(share: float | None) -> str:
    return _DASH if share is None else f"{share:.1%}"


def _arrivals(report: Json, language: Language) -> list[Flowable]:
    of = report["arrivals"]
    parts = [(name, of[name]) for name in ARRIVALS if of[name]]
    if not parts:
        return _part("arrivals", language, _none(language))
    rows = [(label("visits", language), str(of["visits"])), (label("punctual_share", language), _percent(of["share"]))]
    return _part("arrivals", language, charts.shares(parts, language), table(rows, (100, 74), heading=False))


def _surveys(report: Json, language: Language) -> list[Flowable]:
    of = report["surveys"]
    rate = of["response"]
    few = label("too_few", language)
    told = few if rate["too_few"] else f"{_percent(rate['rate'])}  ({_percent(rate['low'])} – {_percent(rate['high'])})"
    rows = [[label("response", language), f"{of['answered']} / {of['invited']}", told]]
    names = {i["id"]: i["name_en"] if language == "en" else f"{i['name_zh']} {i['name_en']}" for i in of["items"]}
    rows += [[names[i["id"]], f"n = {i['n']}", few] for i in of["items"] if i["too_few"]]
    means = [(names[i["id"]], i["mean"], i["mean_ci"]) for i in of["items"] if not i["too_few"]]
    body: list[Flowable] = [table(rows, (70, 34, 70), heading=False)]
    if means:
        body += [Spacer(1, 4), cell(f"{label('mean', language)}, {label('interval', language)}"), charts.scores(means)]
    return _part("surveys", language, *body)


def _indicators(report: Json, language: Language) -> list[Flowable]:
    rows = [[label(n, language) for n in ("indicator", "clause", "value", "cases", "target", "state")]]
    for i in report["indicators"]:
        name = i["name_en"] if language == "en" else f"{i['name_zh']} {i['name_en']}"
        figures = [_figure(i["value"], i["unit"]), str(i["n"]), _figure(i["target"], i["unit"])]
        rows.append([name, i["clause"], *figures, value(i["state"], language)])
    return [Paragraph(plain(label("indicators", language)), HEAD), table(rows, (58, 31, 21, 24, 22, 18), heading=True)]


def _figure(found: float | None, unit: str) -> str:
    if found is None:
        return _DASH
    return f"{found:.1%}" if unit == "share" else f"{found:.2f}"


def _yuan(cents: int) -> str:
    return f"{cents / 100:,.2f}"


def _cases(report: Json, language: Language, told: Told) -> list[Flowable]:
    """Complaints, refunds and recalls, one row each."""
    complaints = [
        [c["id"], told(c["received"]), value(c["channel"] or "", language), value(c["clock"] or _DASH, language),
         told(c["due"]), told(c["decided"])] for c in report["complaints"]
    ]  # fmt: skip
    refunds = [[r["id"], _yuan(r["cents"]), told(r["approved"]), told(r["paid"])] for r in report["refund_cases"]]
    recalls = [
        [r["id"], r["sku"] or _DASH, ", ".join(r["lots"] or []), value(r["state"] or _DASH, language),
         f"{r['done']} / {r['cabinets']}", f"{r['reachable']} / {r['sold']}"] for r in report["recalls"]
    ]  # fmt: skip
    sums = report["refunds"]
    total = [
        [
            "Σ",
            "",
            f"({sums['approved']}) {_yuan(sums['approved_cents'])}",
            f"({sums['paid']}) {_yuan(sums['paid_cents'])}",
        ]
    ]
    return [
        *_listed("complaints", ("ticket", "received", "channel", "state", "due", "decided"),
                 (26, 34, 24, 22, 34, 34), complaints, language),
        *_listed("refunds", ("ticket", "amount", "approved", "paid"), (40, 40, 47, 47),
                 refunds + total if refunds else [], language),
        *_listed("recalls", ("recall", "sku", "lots", "state", "cabinets", "reachable"),
                 (22, 28, 34, 22, 37, 31), recalls, language),
    ]  # fmt: skip


def _listed(
    name: str, columns: Sequence[str], widths: Sequence[float], rows: Sequence[list[str]], language: Language
) -> list[Flowable]:
    if not rows:
        return _part(name, language, _none(language))
    heading = [label(column, language) for column in columns]
    more = len(rows) - MOST
    shown = rows if more <= 0 else [*rows[: MOST - 1], rows[-1]]  # a last row may be the sum
    told = [Paragraph(plain(label("more", language).format(n=more)), TEXT)] if more > 0 else []
    return [Paragraph(plain(label(name, language)), HEAD), table([heading, *shown], widths, heading=True), *told]


def _platform(report: Json, language: Language) -> list[Flowable]:
    of = report["platform"]
    rows = [
        (label("availability", language), _DASH if of["availability"] is None else f"{of['availability']:.4%}"),
        (label("interruptions", language), str(of["interruptions"])),
        (label("lost", language), _length(of["blind_ms"])),
        *((value(cause, language), _length(ms)) for cause, ms in of["by_cause"].items()),
        (label("charged", language), _yuan(report["charged_cents"])),
        (label("compensated", language), _yuan(report["compensated_cents"])),
    ]
    return _part("platform", language, table(rows, (70, 104), heading=False))


def _length(ms: int) -> str:
    return str(timedelta(seconds=ms // 1000))
