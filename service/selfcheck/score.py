"""The score: points of each item by what was found, what is missing told beside it, and the band. Pure.

GB/T 27922 as told by secondary sources: an unmet qualitative item loses all its points, a sampled one pro rata; deleted
items leave both sides (score = got / applicable × 100); special deductions count outside the score, one each; one bonus
of one point at most. S2 4.1-4.3 (p. 4): below 70 or five deductions fail. S2 prints 五四星级 for the band from 90: read
as four stars.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.selfcheck.sheet import Group, Item, Sheet

Json = dict[str, Any]
BANDS: tuple[tuple[float, int], ...] = ((95, 5), (90, 4), (80, 3), (70, 2))
"""From this score on, so many stars."""
DEDUCTIONS = 5  # from so many on nothing is passed, whatever the score


class Found(NamedTuple):
    """What was found for an item: the share of it that is met (0…1; qualitative: 0 or 1), None when there is no input;
    from how many cases, and in words what."""

    share: float | None
    n: int
    detail: Json


def stars(score: float, deductions: int) -> int:
    """The band of a score: 0 (failed), or 2 … 5 stars."""
    if deductions >= DEDUCTIONS:
        return 0
    return next((found for least, found in BANDS if score >= least), 0)


def assess(sheet: Sheet, found: Mapping[str, Found], *, deductions: int = 0, bonus: bool = False) -> Json:
    """The assessment of a sheet. `found`: source → what was found; a source that is not there is missing.

    `score` is None when nothing can be scored. `missing_points` of `applicable_points + missing_points` had no input:
    they are neither won nor lost, but a band is only said that holds whether they are won or lost (`score_low`,
    `score_high`): a good score over a few items is no proof of the others.
    """
    groups = [_group(group, found) for group in sheet.groups]
    got, applicable, missing = (sum(g[k] for g in groups) for k in ("got", "applicable", "missing"))
    score = _of(got, applicable, bonus=bonus)
    low, high = (_of(got + more, applicable + missing, bonus=bonus) for more in (0.0, missing))
    bands = {stars(s, deductions) for s in (low, high) if s is not None}
    band = bands.pop() if len(bands) == 1 else None
    return {
        "sheet": sheet.version, "note_en": sheet.note_en, "note_zh": sheet.note_zh,
        "score": score, "score_low": low, "score_high": high,
        "stars": band, "passed": band > 0 if band is not None else None,
        "got_points": round(got, 2), "applicable_points": applicable, "missing_points": missing,
        "missing_share": round(missing / (applicable + missing), 4) if applicable + missing else 0.0,
        "deductions": deductions, "bonus": int(bonus), "groups": groups,
    }  # fmt: skip


def _of(got: float, applicable: float, *, bonus: bool) -> float | None:
    """Points of a hundred. Rounded where the arithmetic of floats ends, never to what is shown."""
    return min(100.0, round(got / applicable * 100 + bonus, 6)) if applicable else None


def _group(group: Group, found: Mapping[str, Found]) -> Json:
    items = [_item(item, found.get(item.source, Found(None, 0, {}))) for item in group.items]
    scored = [i for i in items if i["state"] in ("met", "partly", "unmet")]
    return {
        "id": group.id, "en": group.en, "zh": group.zh, "weight": group.weight,
        "got": sum(i["got"] for i in scored), "applicable": sum(i["points"] for i in scored),
        "missing": sum(i["points"] for i in items if i["state"] == "missing"), "items": items,
    }  # fmt: skip


def _item(item: Item, found: Found) -> Json:
    """An item with its points; of one without input it is not said that it was lost."""
    state, got = "missing", None
    if not item.applies:
        state = "deleted"
    elif found.share is not None:
        share = float(found.share >= 1) if item.kind == "qualitative" else min(1.0, max(0.0, found.share))
        got = item.points * share
        state = "met" if share == 1 else "partly" if share > 0 else "unmet"
    return {
        "id": item.id, "en": item.en, "zh": item.zh, "clause": item.clause, "kind": item.kind, "source": item.source,
        "points": item.points, "state": state, "got": got, "n": found.n, "detail": found.detail,
    }  # fmt: skip
