"""Canned food safety, in the shapes that the API serves."""

from typing import Any

from tests.browser.fleet import HOUR, MINUTE, NOW, Json, iso

RULE: Json = {
    "name": "chilled", "en": "Food that needs chilling", "zh": "需冷藏的食品", "signals": ["product_c", "air_c"],
    "figures": {"max_c": 8.0, "allow_min": 240.0, "once": True}, "sources": {"max_c": "SI 2013/2996"},
}  # fmt: skip
FROZEN: Json = RULE | {"name": "frozen", "en": "Frozen food", "zh": "冷冻食品"}


def packs() -> list[Json]:
    names = [
        ("cn-cold-chain", "China: cold chain", "中国冷链", [RULE, FROZEN]),
        ("uk-8c", "UK: 8 °C", "英国：8 °C", [RULE]),
    ]
    same = {"version": 1, "note_en": "-", "note_zh": "-"}
    return [{"id": key, "en": en, "zh": zh, "classes": classes, **same} for key, en, zh, classes in names]


def state(cabinet: str, how: str) -> Json:
    held = how in ("breach", "lock_requested", "locked")
    clock = {
        "at": iso(NOW - 30 * MINUTE), "since": iso(NOW - 3 * HOUR), "signal": "product_c", "value_c": 9.1,
        "peak_c": 9.4, "limit_c": 8.0, "spent_s": 7200, "allowed_s": 14400,
    }  # fmt: skip
    breach = {
        "at": iso(NOW - HOUR), "known_at": iso(NOW - HOUR), "why": {"signal": "product_c"}, "attempts": 1,
        "command": None, "locked_at": iso(NOW - 58 * MINUTE) if how == "locked" else None, "release": None,
    }  # fmt: skip
    return {
        "cabinet": cabinet, "state": how, "profile": {"pack": "uk-8c", "version": 1, "class": "chilled"}, "rule": RULE,
        "clock": clock if how == "building" else None, "breach": breach if held else None,
        "log": {"rows": 1204, "head": "ab" * 32}, "updated": iso(NOW),
    }  # fmt: skip


def report(sound: bool) -> Json:
    rows: list[tuple[str, Any]] = [
        ("temperature", {"n": 60, "min_c": 8.4, "max_c": 9.4}), ("breach", {"signal": "product_c", "peak_c": 9.4}),
        ("lock_requested", {"command": "C-000007", "attempt": 1}), ("locked", {"command": "C-000007"}),
    ]  # fmt: skip
    log = [
        {"n": 1200 + i, "at": iso(NOW - HOUR), "ts": iso(NOW - HOUR + i * MINUTE), "type": kind, "data": data}
        for i, (kind, data) in enumerate(rows)
    ]
    broken = None if sound else {"n": 1201, "why": "hash"}
    return {"check": {"sound": sound, "rows": 1204, "head": "ab" * 32, "broken": broken}, "log": log}
