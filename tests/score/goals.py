"""Every goal with its floor, what was measured, and whether that is enough."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.score.figures import KindScore
from tests.score.report import Report
from tests.score.tables import Grid


class Goal(NamedTuple):
    """`value` None: not measured. `more`: more is better."""

    what: str
    value: float | None
    unit: str
    goal: float
    floor: float | None
    more: bool

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self._reaches(self.goal):
            return "met"
        return "missed, above the floor" if self.floor is not None and self._reaches(self.floor) else "missed"

    def _reaches(self, bound: float) -> bool:
        value = self.value or 0.0
        return value >= bound if self.more else value <= bound


def goals(report: Report) -> Grid:
    """The table of all goals."""
    rows = []
    for g in _goals(report):
        sign = "≥" if g.more else "≤"
        bounds = [f"{sign} {bound:g} {g.unit}".strip() if bound is not None else "" for bound in (g.goal, g.floor)]
        value = "" if g.value is None else f"{g.value:.4g} {g.unit}".strip()
        rows.append([g.what, value, *bounds, g.verdict])
    return Grid("All goals", ["figure", "measured", "goal", "floor", "verdict"], rows)


def _goals(report: Report) -> Iterator[Goal]:
    found, well, cost, nab = report.injected, report.healthy, report.cost, report.nab
    classes = {c.kind: c for c in (found.total, *found.classes)} if found else {}
    yield Goal("injected faults found", _share(classes.get("all"), "found"), "%", 98, 95, True)
    yield Goal("hard faults, median delay", _delay(classes.get("hard"), "median_h", 60), "min", 15, 60, False)
    yield Goal("hard faults, 90 % within", _delay(classes.get("hard"), "p90_h", 60), "min", 15, 60, False)
    yield Goal("sudden faults, median delay", _delay(classes.get("sudden"), "median_h"), "h", 3, 6, False)
    yield Goal("degrading faults, median delay", _delay(classes.get("degrading"), "median_h"), "h", 18, 24, False)
    yield Goal("right kind first", _share(classes.get("all"), "right_first"), "%", 85, 60, True)
    yield Goal("false alarms per healthy cabinet-year", well.per_year if well else None, "", 0.1, 1, False)
    yield Goal("healthy cabinet-years behind it", well.years if well else None, "", 1000, None, True)
    named = report.named or []
    stray = float(sum(t.false for t in named)) if named else None
    yield Goal("false tickets in the named fleets", stray, "", 0, 0, False)
    most = float(max(t.most for t in named)) if named else None
    yield Goal("tickets of an outage of a site or carrier, at most", most, "", 1, 1, False)
    yield Goal("CPU per value at 100,000 cabinets x 8 signals", cost.us_per_value if cost else None, "us", 1, 5, False)
    yield Goal("bytes per cabinet", cost.bytes_per_cabinet if cost else None, "", 4096, 16384, False)
    yield Goal("NAB, standard profile", nab["nab"]["full"]["standard"] if nab else None, "", 60, 51.7, True)


def _share(score: KindScore | None, field: str) -> float | None:
    return None if score is None or not score.true else 100 * float(getattr(score, field))


def _delay(score: KindScore | None, field: str, unit: float = 1) -> float | None:
    hours = None if score is None else getattr(score, field)
    return None if hours is None else unit * float(hours)
