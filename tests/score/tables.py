"""The figures as tables of text: the same for the screen and for the page."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from faults.model import Kind
from tests.score.cost import Cost
from tests.score.figures import Healthy, Injected, KindScore
from tests.score.load import Load
from tests.score.named import Told
from tests.score.plan import LEARNING


class Grid(NamedTuple):
    """A table of text."""

    title: str
    head: list[str]
    rows: list[list[str]]


def kinds(title: str, scores: Sequence[KindScore], catalogue: Mapping[str, Kind]) -> Grid:
    """Of each kind: how many, found, named, delays, and what was told first."""
    head = ["kind", "true", "found", "own kind", "right first", "median h", "p90 h", "told first"]
    rows = []
    for s in scores:
        name = s.kind if s.kind in catalogue or s.kind in CLASSES else f"{s.kind} (no such kind yet)"
        firsts = ", ".join(f"{kind} {n}" for kind, n in list(s.firsts.items())[:4])
        shares = [f"{100 * share:.1f} %" for share in (s.found, s.named, s.right_first)]
        rows.append([name, str(s.true), *shares, hours(s.median_h), hours(s.p90_h), firsts])
    return Grid(title, head, rows)


CLASSES = ("all", "hard", "sudden", "degrading")


def hours(h: float | None) -> str:
    return "" if h is None else f"{h:.2f}"


def confusion(scores: Sequence[KindScore]) -> Grid:
    """True kinds in rows, what was told first in columns; empty: never."""
    told = sorted({kind for s in scores for kind in s.firsts}, key=lambda k: (k == "nothing", k))
    numbers = {kind: str(i + 1) for i, kind in enumerate(told)}
    rows = [[s.kind, *(str(s.firsts.get(kind, "")) for kind in told)] for s in scores]
    legend = "; ".join(f"{n} {kind}" for kind, n in numbers.items())
    return Grid(f"True kind (rows) and what was told first (columns: {legend})", ["true", *numbers.values()], rows)


def counts(title: str, by_kind: Mapping[str, int], years: float) -> Grid:
    """Alarms by kind, and per cabinet-year."""
    rows = [[kind, str(n), f"{n / years:.4f}"] for kind, n in by_kind.items()]
    return Grid(title, ["kind", "alarms", "per cabinet-year"], rows or [["none", "0", "0"]])


def early(by_kind: Mapping[str, int]) -> Grid:
    """False alarms while the cabinets were learned."""
    rows = [[kind, str(n)] for kind, n in by_kind.items()]
    return Grid(f"False alarms of new cabinets, in their first {LEARNING} days", ["kind", "alarms"], rows)


def alarms(load: Load) -> Grid:
    """The alarm-management table."""
    rows = []
    for r in load.rows:
        measured = f"{r.value:,.2f} {r.unit}".strip()
        rows.append([r.metric, measured, _bound(r.target, r.unit), _bound(r.maximum, r.unit)])
    return Grid("Alarms of one operator of 100,000 cabinets", ["metric", "measured", "target", "maximum"], rows)


def _bound(text: str, unit: str) -> str:
    return f"{text} {unit}" if text and unit else text


def of_injected(found: Injected, catalogue: Mapping[str, Kind]) -> list[Grid]:
    return [
        kinds("Classes", [found.total, *found.classes], catalogue),
        kinds("Kinds", found.kinds, catalogue),
        kinds("Kinds that are never more than a warning (warnings count)", found.hints, catalogue),
        confusion(found.kinds),
        counts("False alarms in the same fleets", found.false, found.years),
        early(found.early),
    ]


def of_healthy(found: Healthy) -> list[Grid]:
    return [
        counts("False alarms", found.false, found.years),
        early(found.early),
        counts("False warnings (no tickets)", found.false_hints, found.years),
    ]


def of_cost(cost: Cost) -> Grid:
    rows = [
        ["CPU per sample of a cabinet", f"{cost.us_per_line:.2f} us", f"{cost.carried:.1f} signals"],
        ["CPU per value, eight signals a sample", f"{cost.us_per_value:.3f} us", ""],
        ["bytes of judging per cabinet", f"{cost.bytes_per_cabinet:,.0f}", "its whole snapshot"],
    ]
    return Grid(f"Cost at {cost.cabinets:,} cabinets", ["what", "measured", ""], rows)


def of_nab(nab: Mapping[str, Any]) -> Grid:
    """The generic detector on the labelled files, and with configuration and threshold chosen on other files."""
    profiles = [key for key, value in next(iter(nab["nab"].values())).items() if isinstance(value, float)]
    rows = [
        [form, *(str(got[key]) for key in profiles), f"{got['hits']} of {got['windows']}", str(got["false_rows"])]
        for form, got in nab["nab"].items()
    ]
    rows += [["two-fold: " + name, str(value)] for name, value in nab.get("two_fold", {}).items()]
    title = f"NAB, the {nab['files']} files at hand, one configuration, no look-ahead"
    return Grid(title, ["form", *profiles, "hits", "false rows"], rows)


def of_named(found: Sequence[Told]) -> Grid:
    """The named fleets, one a row."""
    head = ["fleet", "cabinets", "hours", "true faults", "their tickets", "outages", "tickets of one", "false"]
    rows = [
        [
            t.name,
            str(t.cabinets),
            f"{t.hours:g}",
            str(t.true),
            str(t.tickets),
            str(t.outages),
            str(t.most or ""),
            str(t.false),
        ]
        for t in found
    ]
    return Grid("Named fleets", head, rows)
