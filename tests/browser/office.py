"""Canned answers of the desk's own pages: contacts, recalls, day plans, parts, the public page of a cabinet."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.browser.fleet import HOUR, MINUTE, NOW, Json, iso

RECALL, PLAN = "RC-000001", "P-0000000001"


def page(items: list[Json]) -> Json:
    return {"items": items, "next": None, "total": len(items)}


def contact(i: int, **more: Any) -> Json:
    inward = i % 3 != 2
    return {
        "id": f"C-{i + 1:06d}", "at": iso(NOW - i * 7 * MINUTE), "direction": "in" if inward else "out",
        "channel": ["phone", "qr", "letter"][i % 3], "text": "冰箱门关不严 / the door does not shut",
        "customer": {"name": "张**", "phone": "138****1234", "address": {"declined": "did not want to"}},
        "cabinet": f"HZ-{i:06d}", "ticket": f"T-{i + 1:06d}", "kind": "consultation", "rule": "opened",
        "solved": False if inward else None, "promised_at": iso(NOW + 24 * HOUR) if inward else None,
        "source": None if inward else "price list 7", "unverified": None, "read_back": inward or None,
        "flag": "suggestion" if i == 1 else None, "by": "admin", "masked": True, **more,
    }  # fmt: skip


def digest() -> Json:
    counts = {"direction": {"in": 4, "out": 2}, "channel": {"phone": 6}, "kind": {}, "flag": {"suggestion": 1}}
    return {
        "from": iso(NOW - 24 * HOUR), "to": iso(NOW), "total": 6, "counts": counts, "unsolved": 2, "unverified": 0,
        "not_read_back": 1, "flagged": [], "complaints": [],
    }  # fmt: skip


def recall(state: str = "open") -> Json:
    by_state = {"todo": 1, "stopped": 1, "pulled": 1, "confirmed": 0, "unknown": 1}
    return {
        "id": RECALL, "n": 1, "sku": "milk-250", "lots": ["L1", "L2"], "reason": "Listeria", "party": "maker",
        "instructions_zh": "立即取出并封存", "instructions_en": "Take out at once and lock away",
        "notice_zh": None, "notice_en": None, "state": state, "created": iso(NOW - HOUR), "by": "dora",
        "closed": iso(NOW) if state == "closed" else None, "closed_by": "dora" if state == "closed" else None,
        "close_reason": None, "updated": iso(NOW), "version": 3,
        "units": {
            "dispatcher": {"by": "dora", "at": iso(NOW - 30 * MINUTE), "note": None}, "operators": None, "W-0001": None,
        },
        "progress": {"total": 4, "complete": 1, "by_state": by_state},
        "sold": {"certain": 2, "possible": 1, "reachable": 1},
    }  # fmt: skip


def task(i: int) -> Json:
    state = ["todo", "stopped", "pulled", "unknown"][i]
    at = iso(NOW - 10 * MINUTE)
    return {
        "id": f"{RECALL}/HZ-{i:06d}", "recall": RECALL, "cabinet": f"HZ-{i:06d}", "state": state,
        "why": "offline" if state == "unknown" else "holds",
        "lanes": [{"lane": 3, "lot": "L1", "units": 5}] if i < 2 else [],
        "lock": "none" if state == "unknown" else "whole", "stop": ["sent", "stopped", "stopped", "none"][i],
        "command": None if state == "unknown" else f"C-{i}", "ticket": f"T-{i + 1:06d}",
        "door": {"at": at, "boot": 1, "seq": 9} if i == 2 else None,
        "proof": {"type": "lot_removed", "level": 4, "source": "cabinet", "at": at} if i == 2 else None,
        "online": None, "created": iso(NOW - HOUR), "updated": at, "done": at if i == 2 else None,
    }  # fmt: skip


def tasks(params: Mapping[str, str]) -> Json:
    found, q = [task(i) for i in range(4)], params.get("q", "")
    if q.startswith("cabinet:"):
        found = [each for each in found if each["cabinet"] == q.partition(":")[2].strip('"')]
    if q.startswith("state:"):
        found = [each for each in found if each["state"] == q.partition(":")[2]]
    if q.startswith("-state"):
        found = [each for each in found if each["state"] not in ("pulled", "confirmed")]
    return page(found)


def sales() -> Json:
    same = {"recall": RECALL, "cabinet": "HZ-000001", "at": iso(NOW - HOUR), "vend_id": None, "price_cents": 650}
    known = {"reachable": True, "ticket": "T-000009", "customer": {"phone": "138****1234"}}
    unknown = {"reachable": False, "ticket": None, "customer": None}
    return page([
        {"id": "s1", "sale": "s1", "lot": "L1", "certain": True, **same, **known},
        {"id": "s2", "sale": "s2", "lot": None, "certain": False, **same, **unknown},
    ])  # fmt: skip


def stop(i: int) -> Json:
    at = NOW + (1 + i) * HOUR
    return {
        "tickets": [f"T-{i + 1:06d}"], "visit": None, "accepted": i == 1, "cabinet": f"HZ-{i:06d}", "site": "S-0001",
        "severity": "major", "arrive": iso(at), "leave": iso(at + 40 * MINUTE), "waits_s": 0, "travel_s": 900,
        "late_s": 600 if i == 1 else 0, "window": None,
    }  # fmt: skip


def plan(state: str = "done", *, applied: bool = False) -> Json:
    left = {"tickets": ["T-000007"], "visit": None, "cabinet": "HZ-000007", "site": None, "why": "no_room"}
    left |= {"en": "it fits into nobody's day", "zh": "当天排不进任何人的行程"}
    route = {"technician": "W-0001", "name": "王强", "stops": [stop(0), stop(1)], "travel_s": 1800}
    changed = {"ticket": "T-000002", "why": "gone", "detail": "closed"}
    done = {"day": "2026-03-02", "routes": [route], "left_out": [left]}
    return {
        "id": PLAN, "day": "2026-03-02", "state": state, "progress": 0.4 if state == "running" else 1.0, "by": "dora",
        "created": iso(NOW), "finished": None, "result": done if state == "done" else None, "error": None,
        "applied": iso(NOW) if applied else None, "applied_by": "dora" if applied else None,
        "outcome": {"offered": ["V-000031"], "kept": [], "left_out": [changed]} if applied else None,
    }  # fmt: skip


def stock(holder: str = "W-0001", part: str = "compressor", quantity: int = 1, minimum: int | None = 2) -> Json:
    kind = "van" if holder.startswith("W-") else "depot"
    return {
        "id": f"{holder}/{part}", "holder": holder, "kind": kind, "part": part, "quantity": quantity,
        "minimum": minimum, "order": max(0, (minimum or 0) - quantity), "updated": iso(NOW),
    }  # fmt: skip


def acted(path: str, body: Json) -> Json | None:
    """What the desk answers to an action of these pages; None: it is none of theirs."""
    if path == "contacts":
        return contact(0, text=body["text"])
    if path == "plans":
        return plan("running")
    if path == "stock":
        return stock(body["holder"], body["part"], body["quantity"], body["minimum"])
    if path.endswith("/apply"):
        return plan(applied=True)
    if path == "recalls/preview":
        return {"holds": 3, "offline": 1, "contents": 12, "sold": {"certain": 2, "possible": 1, "reachable": 1}}
    return recall("closed" if path.endswith("/close") else "open") if path.startswith("recalls") else None


Answer = Callable[[Any, str, Mapping[str, str]], Any]
GET: dict[str, Answer] = {
    r"contacts": lambda *_: page([contact(i) for i in range(4)]),
    r"contacts/digest": lambda *_: digest(),
    r"recalls": lambda *_: page([recall()]),
    r"recalls/([^/]+)": lambda *_: recall(),
    r"recalls/[^/]+/tasks": lambda _, __, params: tasks(params),
    r"recalls/[^/]+/sales": lambda *_: sales(),
    r"recalls/[^/]+/notice": lambda *_: {"zh": "召回公告（RC-000001）\n商品：milk-250", "en": "Recall notice\nGoods"},
    r"plans": lambda *_: page([plan()]),
    r"plans/([^/]+)": lambda *_: plan(),
    r"stock": lambda *_: page([stock(), stock("Depot East", "fuse", 12, None)]),
    r"cabinets/([^/]+)/page-link": lambda _, name, __: {
        "cabinet": name, "url_path": f"/c/{name}", "url": f"https://service.example/c/{name}",
    },
}  # fmt: skip
