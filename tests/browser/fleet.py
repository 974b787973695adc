"""A canned fleet for the pages to show: deterministic, as large as one likes, in the shapes of the contract."""

import math
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
NOW = 1_772_416_800_000  # 2026-03-02 10:00 in Shanghai, a Monday
MINUTE = 60_000
HOUR = 60 * MINUTE
TOTAL = 100_000


def iso(ms: int | None) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def cabinet(i: int, tick: int = 0) -> Json:
    """Cabinet number i; now and then one is too warm or silent; `tick` moves its temperature."""
    bad, silent = i % 37 == 5, i % 53 == 7
    health = {0: "critical", 1: "major", 2: "minor"}.get(i % 3) if bad else ("warning" if i % 41 == 3 else None)
    air = (11.4 if bad else 3.9) + math.sin(i) * 0.6 + (tick % 5) * 0.1
    seen = NOW - (47 * MINUTE if silent else 20_000 + i % 40_000)
    latest = {
        "air_c": air, "evap_c": -8.2, "cond_c": 38.5, "product_c": 4.6, "ambient_c": 26.1, "humidity_pct": 58,
        "set_c": 4, "comp_on": 1, "comp_a": 1.4, "power_w": 310, "fan_rpm": 1420, "defrost_on": 0,
        "door_open": int(i % 29 == 4), "lock_closed": 1, "mains_v": 231 if not bad else 191, "rsrp_dbm": -84,
        "payment_ok": 1, "payment_success_pct": 99.4, "mdb_ok": 1, "uptime_s": 86_400,
    }  # fmt: skip
    return {
        "id": f"HZ-{i:06d}", "site": f"S-{i // 4:04d}", "model": "VC-600", "lat": 30.27, "lon": 120.15,
        "firmware": "2.4.1", "interval_s": 60, "status": "offline" if silent else "online", "health": health,
        "retired": False, "last_seen": iso(seen), "latest": {k: {"value": v, "ts": seen} for k, v in latest.items()},
    }  # fmt: skip


KINDS = [
    ("air_too_warm", "major", "Air too warm", "柜内温度过高"),
    ("compressor_not_starting", "critical", "Compressor does not start", "压缩机不启动"),
    ("door_left_open", "minor", "Door left open", "柜门未关"),
    ("payment_down", "minor", "Payment terminal down", "支付终端故障"),
    ("offline", "major", "Cabinet offline", "货柜离线"),
]


def kinds() -> list[Json]:
    return [
        {
            "name": name, "severity": severity, "en": en, "zh": zh, "parts": ["relay", "start_capacitor"],
            "advice_en": "Check that the door shuts and the evaporator is free of ice; measure the start relay.",
            "advice_zh": "检查门是否关严、蒸发器是否结冰；测量启动继电器。",
        }
        for name, severity, en, zh in KINDS
    ]  # fmt: skip


def fault(i: int) -> Json:
    name, severity, _, _ = KINDS[i % len(KINDS)]
    cleared = NOW - i * MINUTE if i % 3 == 2 else None
    onset = NOW - (i + 1) * 17 * MINUTE
    return {
        "id": f"F-{i:04d}", "kind": name, "severity": severity, "state": "cleared" if cleared else "active",
        "cabinet": f"HZ-{5 + 37 * i:06d}", "site": f"S-{i:04d}", "onset": iso(onset), "detected": iso(onset + MINUTE),
        "cleared": iso(cleared), "score": 0.93, "cause": None, "children": [], "ticket": f"T-{i + 1:06d}",
        "why": {"observed": {"air_c": 11.4, "for_minutes": 18}, "expected": {"below": 7.0}, "threshold": 3.0},
        "acknowledged": None, "snoozed_until": None,
        "comments": [{"by": "li.wei", "at": iso(NOW - 5 * MINUTE), "text": "Asked the shop to shut the door."}],
    }  # fmt: skip


STATES = ["dispatching", "scheduled", "en_route", "on_site", "verifying", "follow_up", "closed", "wait_parts"]


def clocks(i: int) -> list[Json]:
    opened = NOW - (i + 1) * 11 * MINUTE
    return [
        {
            "name": "REPLY", "started": iso(opened), "due": iso(opened + 24 * HOUR), "state": "met",
            "why": "24 h from receipt (S1 6.4.6)", "why_zh": "收到后 24 小时 (S1 6.4.6)", "provisional": False,
        },
        {
            "name": "ARRIVAL", "started": iso(opened), "due": iso(opened + 2 * HOUR), "state": "running",
            "why": "2 h from dispatch on a working day (major)", "why_zh": "工作日派单后 2 小时 (严重)",
            "provisional": i % 5 == 4,
        },
        {
            "name": "RESTORE", "started": iso(opened), "due": iso(opened + 24 * HOUR), "state": "running",
            "why": "24 h from onset (major)", "why_zh": "故障起 24 小时 (严重)", "provisional": False,
        },
    ]  # fmt: skip


def timeline(i: int) -> list[Json]:
    at = NOW - (i + 1) * 11 * MINUTE
    code: Json = {
        "type": "service_code",
        "level": 4,
        "source": "cabinet",
        "at": iso(at + 42 * MINUTE),
        "uncertainty_s": 3,
    }
    rows: list[tuple[str, str | None, str | None, str | None, Json | None, str]] = [
        ("system", None, "new", f"opened fault=F-{i:04d} kind=air_too_warm", None, "state"),
        ("system", "new", "triaged", "policy version=demo-1 severity=major", None, "state"),
        ("system", "triaged", "remote", "remote_check air_c=11.4 comp_a=0.2 silent_s=31", None, "state"),
        ("system", "remote", "dispatching", None, None, "state"),
        ("system", None, None, "visit=V-000003 technician=W-0001", None, "dispatch"),
        ("W-0001", "dispatching", "scheduled", "visit=V-000003", None, "state"),
        ("W-0001", "scheduled", "en_route", "visit=V-000003", None, "state"),
        ("W-0001", "en_route", "on_site", "arrived visit=V-000003 provisional=false", code, "state"),
        ("admin", None, None, "Told the shop owner that the technician is there.", None, "comment"),
    ]
    return [
        {"n": n, "at": iso(at + n * 6 * MINUTE), "actor": actor, "type": kind, "from": was, "to": to, "evidence": proof,
         "note": note}
        for n, (actor, was, to, note, proof, kind) in enumerate(rows)
    ]  # fmt: skip


def asked(key: str, name: str) -> list[Json]:
    """What a timeline says of a command: sent, answered, and what was seen."""
    notes = [f"command_sent command={key} name={name}", f"command_failed command={key} name={name} detail=not_ok:_fan"]
    if name == "reboot":
        done = f"command={key} name={name}"
        notes[1:] = [f"command_done {done}", f"command_observed {done} boot=4 matches=true"]
    same = {"type": "command", "from": None, "to": None, "evidence": None, "at": iso(NOW)}
    return [{**same, "n": 10 + n, "actor": "system" if n else "admin", "note": note} for n, note in enumerate(notes)]


def ticket(i: int, *, full: bool = False) -> Json:
    place = f"HZ-{5 + 37 * i:06d}"
    row: Json = {
        "id": f"T-{i + 1:06d}", "kind": "repair", "state": STATES[i % len(STATES)],
        "severity": KINDS[i % len(KINDS)][1], "cabinet": place, "site": f"S-{i:04d}", "fault": f"F-{i:04d}",
        "visit": "V-000003", "summary": f"{KINDS[i % len(KINDS)][2]}: {place}", "channel": "telemetry",
        "customer": None, "opened": iso(NOW - (i + 1) * 11 * MINUTE), "clocks": clocks(i),
        "fields": {"summary_zh": f"{KINDS[i % len(KINDS)][3]}:{place}"}, "version": 9,
    }  # fmt: skip
    return row | {"timeline": timeline(i)} if full else row


def visit(i: int, state: str | None = None) -> Json:
    state = state or ["offered", "accepted", "en_route", "arrived", "left"][i % 5]
    there = state in ("arrived", "left")
    return {
        "id": f"V-{i + 1:06d}", "state": state, "technician": f"W-{i % 3 + 1:04d}", "cabinet": f"HZ-{5 + 37 * i:06d}",
        "site": f"S-{i:04d}", "tickets": [f"T-{i + 1:06d}"], "offered": iso(NOW - 30 * MINUTE),
        "expires": iso(NOW + 9 * MINUTE), "accepted": iso(NOW - 25 * MINUTE) if state != "offered" else None,
        "departed": None, "arrived": iso(NOW - 2 * MINUTE) if there else None,
        "finished": iso(NOW) if state == "left" else None, "level": 4 if there else None, "provisional": False,
        "code": "482913" if state not in ("offered", "left") else None,
    }  # fmt: skip


def series(signal: str, start: int, end: int) -> list[list[float]]:
    """A day of a cabinet with a door left open in the middle, and a hole where it was silent."""
    points: list[list[float]] = []
    for ts in range(start, end, 5 * MINUTE):
        part = (ts - start) / max(1, end - start)
        if 0.30 < part < 0.36:
            continue
        warm = max(0.0, 7 - abs(part - 0.72) * 60)
        running = 1.0 if (ts // (20 * MINUTE)) % 2 else 0.0
        value = {
            "air_c": 4 + math.sin(ts / HOUR * 9) * 0.8 + warm, "evap_c": -8 + 3 * math.sin(ts / HOUR * 9) + warm,
            "product_c": 4.4 + warm / 3, "ambient_c": 25 + 2 * math.sin(ts / HOUR / 4), "set_c": 4.0,
            "comp_on": running, "door_open": 1.0 if 0.68 < part < 0.74 else 0.0, "defrost_on": float(0.1 < part < 0.13),
        }.get(signal)  # fmt: skip
        if value is not None:
            points.append([ts, value - 0.2, value, value + 0.2])
    return points


def ingest() -> Json:
    return {
        "boot": 3, "seq": 1840, "received": 1852, "stored": 1838, "duplicate": 12, "quarantined": 2, "deferred": 0,
        "late": 4, "gaps": [[3, 1201, 1203]],
    }  # fmt: skip


def totals() -> Json:
    blind = {"from": iso(NOW - HOUR), "to": iso(NOW - 59 * MINUTE), "cause": "gateway"}
    full_at = iso(NOW + 30 * 24 * HOUR)
    return {
        "received": 1_204_118, "stored": 1_203_990, "duplicate": 121, "quarantined": 7, "deferred": 0, "late": 33,
        "refused_by_broker": 1,
        "platform": {
            "blind": [blind], "lag_s": 0.2, "journal_bytes": 81_000_000,
            "disk": {"total": 100 * 2**30, "free": 52 * 2**30, "share": 0.48, "state": "ok", "full_at": full_at},
            "broker": {"connected": True, "embedded": True, "restarts": 0, "refused": 1},
            "series": {"readings": 8_412_000, "bytes": 10_100_000},
            "detectors": [{"kind": "light_failed", "since": iso(NOW - HOUR), "error": "ZeroDivisionError()"}],
        },
    }  # fmt: skip


def window(key: str, state: str = "running", **whose: Any) -> Json:
    """A maintenance window of three hours around now, or of tomorrow."""
    start = NOW - HOUR if state == "running" else NOW + 24 * HOUR
    return {
        "id": key, "cabinet": None, "site": None, **whose, "from": iso(start), "to": iso(start + 3 * HOUR),
        "reason": "new compressors", "by": "dora", "state": state, "created": iso(NOW), "ended": None, "ended_by": None,
    }  # fmt: skip


def clause() -> Json:
    return {
        "standard": "S1", "clause": "6.4.6", "title": "Reply within one day; be on site within the time agreed",
        "title_zh": "一日内答复，按约定时间到场", "how": "REPLY (24 h) and ARRIVAL clocks",
        "how_zh": "REPLY 与 ARRIVAL 时钟", "state": "served", "lacks": "", "lacks_zh": "", "tests": [],
        "evidence": {"of_newest_tickets": 45, "figures": [
            {"clock": "REPLY", "running": 3, "met": 41, "breached": 1, "breached_tickets": ["T-000009"]},
        ]},
    }  # fmt: skip


def events() -> list[Json]:
    names = ["door_opened", "vend", "door_closed", "service_code_entered"]
    return [{"id": str(i), "ts": iso(NOW - i * 90_000), "name": n, "data": {"lane": i}} for i, n in enumerate(names)]


def sites() -> list[Json]:
    return [{"id": f"S-{i:04d}", "name": f"武林广场 {i}", "lat": 30.27, "lon": 120.16} for i in range(40)]


def technicians() -> list[Json]:
    return [
        {"id": f"W-000{i}", "name": n, "phone": "138****1234", "zones": ["hz"], "skills": ["cooling"], "active": True}
        for i, n in enumerate(["王强", "Li Na", "Zhao Lei"], 1)
    ]
