"""The temperatures that the log does not have yet: its open hour, summed up from the stored readings for the report."""

from itertools import pairwise
from statistics import median
from typing import Any

from faults.foodsafety.rules import PACKS, Profile, Rule, rule_of
from service.records.base import Row
from telemetry.series.base import SeriesStore
from telemetry.signals import SIGNAL
from telemetry.units import SECOND

MOST = 100_000  # readings: every one its own point
Json = dict[str, Any]


def rule_named(kept: Any) -> Rule | None:
    """The rule of a profile as rows have it, None without one, or with one that there is not."""
    if not isinstance(kept, dict):
        return None
    pack = PACKS.get((kept.get("pack", ""), kept.get("version", 0)))
    if pack is None or kept.get("class") not in {rule.name for rule in pack.classes}:
        return None
    return rule_of(Profile(pack.id, pack.version, kept["class"]))


class Rest:
    """Watches a log go by, oldest row first, and knows what came after its newest temperatures up to `end` (ms)."""

    def __init__(self, start: int, end: int) -> None:
        self._since, self._end = start, end
        self._rule: Rule | None = None

    def note(self, row: Row) -> None:
        if type(row["ts"]) is not int or row["ts"] > self._end or not isinstance(row["data"], dict):
            return
        if row["type"] == "profile":
            self._rule = rule_named(row["data"].get("profile"))
            self._since = max(self._since, row["ts"])
        elif row["type"] == "temperature" and type(row["data"].get("to")) is int:
            self._since = max(self._since, row["data"]["to"])

    def summed(self, series: SeriesStore, cabinet: str) -> Json | None:
        """As the data of a temperature row, None when there is nothing. Raises Unavailable."""
        for signal in self._rule.signals if self._rule is not None and self._since <= self._end else ():
            low, high = SIGNAL[signal].low, SIGNAL[signal].high
            found = series.read(cabinet, signal, self._since, self._end + 1, MOST)
            points = [(int(point[0]), float(point[2])) for point in found if low <= point[2] <= high]
            if points and self._rule is not None:
                return _sum(points, self._rule)
        return None


def _sum(points: list[tuple[int, float]], rule: Rule) -> Json:
    values = [value for _, value in points]
    return {
        "from": points[0][0], "to": points[-1][0], "n": len(values), "min_c": round(min(values), 2),
        "max_c": round(max(values), 2), "mean_c": round(sum(values) / len(values), 3),
        "warm_s": _beyond(points, rule) // SECOND,
    }  # fmt: skip


def _beyond(points: list[tuple[int, float]], rule: Rule) -> int:
    """Time (ms) between neighbours that are both beyond the limit, with no gap between them. What the interval of the
    cabinet was at the time is not kept: the usual step stands for it."""
    steps = [b - a for (a, _), (b, _) in pairwise(points)]
    gap = max(3 * median(steps), 180 * SECOND) if steps else 0
    warm = [value > rule.max_c if rule.max_c is not None else value < rule.limit_c for _, value in points]
    return sum(step for step, (a, b) in zip(steps, pairwise(warm), strict=True) if a and b and step <= gap)
