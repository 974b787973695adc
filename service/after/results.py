"""The survey's results (S1 9, S4 9.1.1-9.1.3), counted from the raw rows of table `surveys`. Pure."""

from collections.abc import Sequence
from typing import Any

from service.after.indicators import SCORES
from service.after.stats import FEW, LEVEL, Interval, mean, wilson
from service.records.base import Row

Json = dict[str, Any]
LOW, HIGH, GOOD = 1.0, 5.0, 4
ITEMS: dict[str, tuple[str, str]] = {
    "attitude": ("Attitude", "服务态度"),
    "quality": ("Satisfaction with the service", "服务质量（满意度）"),
    "timeliness": ("Timeliness of feedback", "反馈及时性"),
    "effectiveness": ("Effectiveness", "处理有效性"),
    "other": ("Other", "其他"),
}
METHODS = {
    "level": LEVEL, "mean": "Student's t", "share": "Wilson score", "few": FEW,
    "mean_zh": "学生 t 区间", "share_zh": "Wilson 得分区间",
}  # fmt: skip


def results(rows: Sequence[Row]) -> Json:
    """What the invitations of these rows brought: all of them, and by channel and kind of ticket."""
    return {
        "methods": METHODS,
        "all": group(rows),
        "by_channel": _groups(rows, "channel"),
        "by_kind": _groups(rows, "kind"),
    }


def _groups(rows: Sequence[Row], column: str) -> list[Json]:
    names = sorted({row[column] for row in rows if row[column] is not None})
    return [{"name": name, **group([row for row in rows if row[column] == name])} for name in names]


def group(rows: Sequence[Row]) -> Json:
    """Response rate and items of some invitations; `rate` and `mean` are null where the cases are too few."""
    answered = [row for row in rows if row["state"] == "answered"]
    rate: Json = {"rate": None, "low": None, "high": None, "too_few": True}
    if len(rows) >= FEW:
        interval = wilson(len(answered), len(rows))
        rate = {"rate": len(answered) / len(rows), **interval._asdict(), "too_few": False}
    items = [_item(name, [row[name] for row in answered if row[name] is not None]) for name in SCORES]
    return {
        "invited": len(rows), "answered": len(answered), "open": sum(row["state"] == "invited" for row in rows),
        "response": rate, "items": items, "other": sum(bool(row["other"]) for row in answered),
    }  # fmt: skip


def _item(name: str, scores: Sequence[int]) -> Json:
    """An item's mean and its interval, and the share of those who gave 4 or 5."""
    en, zh = ITEMS[name]
    told: Json = {"id": name, "name_en": en, "name_zh": zh, "n": len(scores), "too_few": len(scores) < FEW}
    told["counts"] = [scores.count(n) for n in range(1, 6)]
    if len(scores) < FEW:
        return told | {"mean": None, "mean_ci": None, "good": None, "good_ci": None}
    middle, around = mean(scores, LOW, HIGH)
    good = sum(score >= GOOD for score in scores)
    share = {"good": good / len(scores), "good_ci": _pair(wilson(good, len(scores)))}
    return told | {"mean": middle, "mean_ci": _pair(around)} | share


def _pair(interval: Interval) -> list[float]:
    return [interval.low, interval.high]
