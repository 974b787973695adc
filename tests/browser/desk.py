"""Canned cases: what a ticket page and the technician's phone page show beside the fleet's plain tickets."""

from typing import Any

from tests.browser import rooms
from tests.browser.fleet import HOUR, MINUTE, NOW, iso

Json = dict[str, Any]
MASKED = {"name": "张**", "phone": "138****1234"}
FULL = {"name": "张三丰", "phone": "13800001234", "address": "杭州市西湖区 1 号"}
BY_PERSON: Json = {"channel": "phone", "fault": None, "customer": MASKED, "masked": True, "state": "triaged"}


def complaint(**fields: Any) -> Json:
    return {**BY_PERSON, "kind": "complaint", "fields": fields, "visit": None}


def repair(**fields: Any) -> Json:
    return {**BY_PERSON, "kind": "repair", "fields": fields, "visit": None}


def goods(**fields: Any) -> Json:
    return {**BY_PERSON, "kind": "return", "fields": fields, "visit": None}


def quote() -> Json:
    items = [{"what": "hinge", "cents": 12_050, "quantity": 2}, {"what": "work", "cents": 8_000, "quantity": 1}]
    told = {"note": None, "by": "admin", "at": iso(NOW), "accepted": None}
    return {"version": 1, "items": items, "cents": 32_100, **told}


def window() -> Json:
    return {
        "n": 1, "from": iso(NOW + 20 * HOUR), "to": iso(NOW + 22 * HOUR), "at": iso(NOW), "actor": "admin",
        "agreed_with": "张**", "consent": None, "without_consent": None, "reason": None, "missed": False,
        "arrived": None, "kept": None, "visit": None,
    }  # fmt: skip


def claim() -> Json:
    ruling = {
        "allowed": None, "rule": "ask", "clause": "S1 7.5.4, S1 7.5.6",
        "reason_en": "Not decided yet; please find out: defective",
        "reason_zh": "尚不能判定，请先核实：是否有质量问题", "needs": ["defective"], "escalated": False,
    }  # fmt: skip
    facts = {"category": "food", "told": True}
    told = {"override": None, "others": [], "at": iso(NOW), "by": "admin"}
    return {"facts": facts, "sale": None, "ruling": ruling, **told}


def doubtful() -> Json:
    """A provisional arrival with evidence that contradicts."""
    items = [
        {"type": "button", "level": 0, "source": "technician", "at": iso(NOW - HOUR), "uncertainty_s": 0},
        {"type": "gps", "level": 0, "source": "technician", "at": iso(NOW - 2 * MINUTE), "uncertainty_s": 1,
         "reason": "too_far", "distance_m": 812.4, "accuracy_m": 9},
    ]  # fmt: skip
    conflicts = [{"between": ["button", "gps"], "what": "earlier", "seconds": 3480}]
    return {
        "state": "arrived", "arrived": iso(NOW - HOUR), "level": 0, "provisional": True, "technician": "W-0001",
        "evidence": {"items": items, "corrections": []}, "conflicts": conflicts,
    }  # fmt: skip


def record(name: str) -> Json:
    return {
        "ticket": name, "kind": "complaint", "clauses": ["S1 8.2", "S1 7.2"],
        "required": ["customer.name", "customer.address", "customer.phone", "case.question", "case.about"],
        "missing": ["customer.address", "case.about"],
        "record": {"customer": MASKED, "case": {"channel": "phone", "received": iso(NOW)}},
        "steps": [{"step": "communicated", "at": iso(NOW)}, {"step": "decided", "at": None}],
        "decision": None, "dispute": None, "refund": None, "escalation": None, **rooms.told(),
    }  # fmt: skip


def candidates(name: str) -> Json:
    able = {
        "technician": "W-0002", "name": "Li Na", "feasible": True, "rank": 1, "obstacles": [], "cost_s": 720.0,
        "why": "travel 12 min; the van carries compressor", "why_zh": "路程 12 分钟；车上备有 compressor",
    }  # fmt: skip
    obstacle = {"code": "off_shift", "detail": None, "en": "is not on shift then", "zh": "当时不在班"}
    other = {"technician": "W-0003", "name": "Zhao Lei", "feasible": False, "rank": None, "obstacles": [obstacle]}
    unable = {**able, **other}
    return {"ticket": name, "items": [able, unable]}


def dispute() -> Json:
    """One that is open, with a paper in a folder and one that was attached."""
    papers = ["folder 7", "A-0123456789abcdef"]
    told = {"by": "admin", "opened": iso(NOW), "closed": None}
    return {"route": "mediation", "outcome": None, "documents": papers, **told}


def owed() -> Json:
    """A refund that was approved and waits to be paid."""
    return {"approved": {"amount_cents": 650, "basis": "law", "by": "admin", "at": iso(NOW)}, "paid": None}


def invited() -> Json:
    return {"state": "invited", "invited": iso(NOW), "expires": iso(NOW + 24 * HOUR)}


def sales() -> Json:
    at = iso(NOW - 50 * MINUTE)
    found = {
        "event": "E-7", "at": at, "away_ms": 2 * MINUTE, "score": 0.9, "sku": "yoghurt", "lot": "L7",
        "price_cents": 650, "vend_id": "v1", "witnesses": [{"name": "door_opened", "ts": at}], "claimed_by": [],
    }  # fmt: skip
    return {"cabinet": "HZ-000116", "items": [found]}


GET: dict[str, Any] = {
    r"tickets/([^/]+)/case": lambda _, name, __: record(name),
    r"tickets/([^/]+)/candidates": lambda _, name, __: candidates(name),
    r"tickets/[^/]+/purchase-candidates": lambda *_: sales(),
    r"tickets/[^/]+/service-record": lambda *_: {"survey_link": "https://service.example/s/abc"},
}


def revealed(path: str, ticket: Json) -> Json | None:
    """What a reveal answers with, and under which number it was recorded."""
    if path.endswith("/reveal") and path.startswith("technicians"):
        return {"id": path.split("/")[1], "name": "王强", "phone": "13900005678", "masked": False, "audit": 42}
    return {**ticket, "customer": FULL, "masked": False, "audit": 41} if path.endswith("/reveal") else None
