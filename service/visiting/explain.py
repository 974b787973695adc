"""A candidate in words: why this cost, why not at all."""

from typing import Any

from service.visiting.candidates import Candidate, Obstacle
from telemetry.units import MINUTE

_OBSTACLES: dict[str, tuple[str, str]] = {
    "inactive": ("is not active", "已停用"),
    "passed": ("let an offer for it pass in this round", "本轮已放弃该任务"),
    "zone": ("does not work in zone {0}", "不服务区域 {0}"),
    "off_shift": ("is not on shift then", "当时不在班"),
    "skill": ("lacks the skill {0}", "不具备技能 {0}"),
    "certificate_expired": ("the certificate for {0} has run out", "{0} 的证书已过期"),
    "certificate_missing": ("there is no certificate for {0}", "没有 {0} 的证书"),
    "not_trained": ("has not passed what duty asks for: {0}", "未通过上岗所需培训：{0}"),
}
_UNKNOWN = ("{code} {0}", "{code} {0}")
_PARTS: dict[str, tuple[str, str]] = {
    "van": ("the van carries {0}", "车上备有 {0}"),
    "depot": ("{0} must be fetched from a depot", "{0} 须到仓库领取"),
    "nowhere": ("neither van nor depot has {0}", "车上和仓库均无 {0}"),
}


def obstacle(found: Obstacle) -> dict[str, Any]:
    """An obstacle with its words."""
    en, zh = _OBSTACLES.get(found.code, _UNKNOWN)
    detail = found.detail or ""
    return {
        "code": found.code, "detail": found.detail,
        "en": en.format(detail, code=found.code), "zh": zh.format(detail, code=found.code),
    }  # fmt: skip


def candidate(found: Candidate, rank: int | None) -> dict[str, Any]:
    """A candidate as people read it; minutes are rounded, `cost_s` is exact. `rank`: 1 is asked first."""
    feasible = not found.obstacles
    en, zh = _reasons(found)
    return {
        "technician": found.technician.id, "name": found.technician.name, "feasible": feasible, "rank": rank,
        "obstacles": [obstacle(o) for o in found.obstacles], "cost_s": found.cost / 1000,
        "travel_s": None if found.travel is None else found.travel / 1000, "late_s": found.late / 1000,
        "load": found.load, "part": found.part, "part_where": found.part_where,
        "why": "; ".join(en), "why_zh": "；".join(zh),
    }  # fmt: skip


def _reasons(found: Candidate) -> tuple[list[str], list[str]]:
    way = round(found.travel_cost / MINUTE)
    known = found.travel is not None
    en = [f"travel {way} min" if known else f"travel unknown, counted as {way} min"]
    zh = [f"路程 {way} 分钟" if known else f"路程未知，按 {way} 分钟计"]
    if found.late:
        late, cost = round(found.late / MINUTE), round(found.late_cost / MINUTE)
        en.append(f"{late} min late, weighs {cost} min by severity")
        zh.append(f"迟到 {late} 分钟，按级别计 {cost} 分钟")
    if found.load:
        en.append(f"{found.load} open visits, weigh {round(found.overload / MINUTE)} min")
        zh.append(f"未完成任务 {found.load} 个，计 {round(found.overload / MINUTE)} 分钟")
    if found.part is not None and found.part_where is not None:
        words = _PARTS[found.part_where]
        extra = round(found.part_cost / MINUTE)
        en.append(words[0].format(found.part) + (f", weighs {extra} min" if extra else ""))
        zh.append(words[1].format(found.part) + (f"，计 {extra} 分钟" if extra else ""))
    return en, zh
