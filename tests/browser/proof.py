"""Canned answers of reports, registers and privacy."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.browser import rooms
from tests.browser.fleet import HOUR, NOW, Json, iso

DAY = 24 * HOUR
PERSON = "5d865b9179bded9b"


def page(items: list[Json]) -> Json:
    return {"items": items, "next": None, "total": len(items)}


def indicators() -> list[Json]:
    rows = [
        ("reply_in_time", "Replied in time", "按时答复率", 0.98, 50, 0.95, "met"),
        ("arrival_in_time", "Arrived in time", "按时到场率", 0.8, 40, 0.95, "missed"),
        ("refund_in_time", "Refunds paid in time", "按时退款率", None, 0, 1.0, "missing"),
    ]
    return [
        {"id": key, "name_en": en, "name_zh": zh, "clause": "S1 6.4.6", "unit": "share", "value": value, "n": n,
         "target": target, "better": "high", "state": state}
        for key, en, zh, value, n, target, state in rows
    ]  # fmt: skip


def improvement() -> Json:
    return {
        "id": "I-000001", "month": "2026-02", "indicator": "arrival_in_time", "value": 0.8, "n": 40, "target": 0.95,
        "state": "open", "owner": None, "due": None, "result": None, "opened": iso(NOW), "closed": None,
        "closed_by": None, "version": 3,
    }  # fmt: skip


def survey(item: str, en: str, zh: str) -> Json:
    return {
        "id": item, "name_en": en, "name_zh": zh, "n": 20, "too_few": False, "counts": [0, 1, 2, 7, 10], "mean": 4.3,
        "mean_ci": [3.9, 4.7], "good": 0.85, "good_ci": [0.64, 0.948],
    }  # fmt: skip


def figures() -> Json:
    items = [survey("attitude", "Attitude", "服务态度"), survey("quality", "Satisfaction", "服务质量")]
    rate = {"rate": 0.5, "low": 0.35, "high": 0.65, "too_few": False}
    return {"invited": 40, "answered": 20, "open": 3, "response": rate, "items": items, "other": 4}


def results() -> Json:
    methods = {"level": 0.95, "mean": "Student's t", "share": "Wilson score", "few": 5,
               "mean_zh": "学生 t 区间", "share_zh": "Wilson 得分区间"}  # fmt: skip
    span = {"from": iso(NOW - DAY), "to": iso(NOW)}
    return {**span, "methods": methods, "all": figures(), "by_channel": [{"name": "phone", **figures()}], "by_kind": []}


def monthly(month: str) -> Json:
    arrivals = {"visits": 12, "punctual": 9, "early": 0, "late": 1, "provisional": 1, "missing": 0, "no_target": 1,
                "open": 0, "not_made": 2, "share": 0.9}  # fmt: skip
    return {
        "month": month, "from": "2026-01-31T16:00:00.000+00:00", "to": "2026-02-28T16:00:00.000+00:00",
        "made": iso(NOW), "zone": "Asia/Shanghai", "policy": "demo-1", "complete": month < "2026-03",
        "tickets": {
            "carried_over": 4, "opened_in": 21, "closed_in": 18, "open_at_end": 7,
            "by_kind": {"repair": 20, "refund": 1},
            "by_channel": {"telemetry": 18, "phone": 3}, "by_severity": {"major": 11, "minor": 10},
            "by_week": [
                {"week": "2026-W06", "opened": 9, "kinds": {}}, {"week": "2026-W07", "opened": 12, "kinds": {}},
            ],
        },
        "clocks": [{"clock": "REPLY", "kept": 20, "missed": 1, "share": 20 / 21}], "arrivals": arrivals,
        "indicators": indicators(), "surveys": figures(),
        "refunds": {"approved": 1, "approved_cents": 1250, "paid": 1, "paid_cents": 1250},
        "complaints": [], "refund_cases": [
            {"id": "T-000009", "cabinet": "HZ-000005", "cents": 1250, "approved": iso(NOW), "paid": iso(NOW)}
        ],
        "recalls": [], "charged_cents": 0,
        "platform": {"seen_ms": 27 * DAY, "blind_ms": DAY, "total_ms": 28 * DAY, "availability": 27 / 28,
                     "interruptions": 1, "by_cause": {"broker": DAY}},
    }  # fmt: skip


def punctuality() -> Json:
    spread = {"n": 2, "sum": 30, "mean": 15.0, "p90": 20.0}
    return {
        "visits": 12, "punctual": 9, "early": 0, "late": 2, "provisional": 1, "missing": 0, "no_target": 0, "open": 0,
        "not_made": 1, "punctual_share": 0.8182, "provisional_share": 0.0833, "levels": {"0": 0, "4": 9},
        "late_minutes": spread, "distance_m": spread, "corrected": 1, "confirmed": 0,
        "km": {"visits": 9, "sum": 71.25, "unknown": 2},
    }  # fmt: skip


def reliability() -> Json:
    part = {"cabinets": 30, "hours": 20000.0, "down_hours": 20.0, "failures": 4, "mtbf_hours": 5000.0,
            "mttr_hours": 5.0, "availability": 0.999, "kinds": [{"kind": "offline", "faults": 4}]}  # fmt: skip
    span = {"from": iso(NOW - DAY), "to": iso(NOW)}
    return {**span, "whole": part, "models": [{"name": "VC-600", **part}], "firmware": [{"name": None, **part}]}


def assessment() -> Json:
    met = {"id": "staff.register", "en": "Staff with duties", "zh": "人员配置", "clause": "S2 2.1",
           "kind": "qualitative", "source": "staff",
           "points": 60.0, "state": "met", "got": 60.0, "n": 3, "detail": {}}  # fmt: skip
    lack = {**met, "id": "resources.fund", "en": "Special fund", "zh": "专项基金", "source": "document:guarantee_fund",
            "points": 40.0, "state": "missing", "got": None, "n": 0}  # fmt: skip
    group = {"id": "system", "en": "Service system", "zh": "服务体系", "weight": 100.0, "got": 60.0, "applicable": 60.0,
             "missing": 40.0, "items": [met, lack]}  # fmt: skip
    return {
        "from": iso(NOW - 90 * DAY), "to": iso(NOW), "at": iso(NOW), "sheet": "1", "note_en": "The split is our own.",
        "note_zh": "分值为自行设定。", "score": 100.0, "score_low": 60.0, "score_high": 100.0, "stars": None,
        "passed": None, "got_points": 60.0,
        "applicable_points": 60.0, "missing_points": 40.0, "missing_share": 0.4, "deductions": 1, "bonus": 0,
        "groups": [group],
    }  # fmt: skip


def entry(key: str, **more: Any) -> Json:
    head = {"id": key, "version": 2, "created": iso(NOW - DAY), "updated": iso(NOW), "ended": None, "ended_by": None}
    return {**head, "ended_reason": None, "void": False, **more}


def certificate(key: str, expires: int) -> Json:
    return entry(key, person="ST-000001", skill="cooling", number=f"R-{key}", issuer="HZ", attachment=None,
                 issued="2025-03-01T16:00:00.000+00:00", expires=iso(expires))  # fmt: skip


CERTIFICATES = {c["id"]: c for c in (certificate("CE-000001", NOW - 3 * DAY), certificate("CE-000002", NOW + 90 * DAY))}
STAFF = entry("ST-000001", name="王敏", role="hotline", technician=None, account=None)
MANUAL = entry(
    "DO-000002", kind="service_manual", title="Manual, after GB/T 18760-2002", owner=None, until=None, attachment=None,
    body={"text": "How we serve."}, edition=2, first="DO-000001", superseded_by=None, stale_since=iso(NOW - DAY),
    superseded_citations=[{"cites": "GB/T 18760-2002", "replaced_by": "GB/T 18760-2025", "in_force": "2025-05-01"}],
    **{"from": iso(NOW - 400 * DAY)},
)  # fmt: skip
KINDS = [
    {"kind": "service_manual", "en": "service manual", "zh": "服务手册", "clauses": "S2 4.1", "needs": [], "entries": 1,
     "newest": iso(NOW - 400 * DAY)},
    {"kind": "finding", "en": "finding", "zh": "监督发现", "clauses": "S2 5.1", "needs": ["owner"], "entries": 0,
     "newest": None},
]  # fmt: skip


def coverage() -> Json:
    span = {"from": iso(NOW), "to": iso(NOW + 7 * DAY)}
    hole = {"from": iso(NOW + HOUR), "to": iso(NOW + 3 * HOUR), "minutes": 120.0, "day": "2026-03-02"}
    hotline = {"channel": "hotline", "required": "work 08:00-01:00", "rostered": True, "required_minutes": 7140.0,
               "covered_minutes": 7020.0, "holes": [hole]}  # fmt: skip
    return {**span, "channels": [hotline]}


def load() -> Json:
    head = {"person": "ST-000001", "name": "王敏", "role": "hotline", "tickets": 7, "visits": 0}
    other = {"person": "W-0002", "name": "李娜", "role": "field", "tickets": 12, "visits": 9}
    sums = {"tickets": 19, "tickets_per_head": 9.5, "staff": 2, "managers": 0, "managers_needed": 1, "finding": True}
    return {"from": iso(NOW - DAY), "to": iso(NOW), "heads": [head, other], "managers_share": 0.0, **sums}


def matrix() -> Json:
    field = {"field": "tickets.customer.phone", "of": "customer", "name": "Customer's phone", "name_zh": "顾客电话",
             "purpose": "to reach the customer", "purpose_zh": "联系顾客", "basis": "S1 8.2", "term": "record",
             "full": ["agent", "auditor"], "rule": "phone", "others_see": "138****1234",
             "others_see_zh": "138****1234"}  # fmt: skip
    return {
        "version": "demo-1",
        "terms": {"record": {"en": "three years", "zh": "三年", "clause": "S3"}},
        "fields": [field],
    }


def hold() -> Json:
    return {"id": "H-000001", "subject": "ticket:T-000001", "reason": "dispute", "until": None, "at": iso(NOW),
            "actor": "admin", "ended": None, "ended_by": None, "ended_reason": None}  # fmt: skip


def audit() -> Json:
    return {"id": "audit/7", "n": 7, "at": iso(NOW), "at_real": iso(NOW), "actor": "admin", "role": "administrator",
            "action": "person.found", "subject": f"person:{PERSON}", "detail": {"reason": "asked", "cases": 1},
            "prev": "a", "hash": "b"}  # fmt: skip


def acted(path: str) -> Json | None:
    """What a change of these pages answers."""
    if path == "persons/find":
        case = {"id": "T-000009", "kind": "complaint", "state": "closed", "opened": iso(NOW)}
        return {"person": PERSON, "total": 1, "cases": [case], "rows": {"tickets": 1, "contacts": 0}, "audit": 12}
    if path == "persons/erase":
        kept = {"T-000010": "open", "T-000011": "law until 2028-01-01", "T-000012": "hold H-000001"}
        return {"person": PERSON, "at": iso(NOW), "audit": 14, "erased": ["T-000009"], "rows": {"tickets": 1},
                "kept": kept, "hash": "c0ffee"}  # fmt: skip
    if path.split("/", maxsplit=1)[0] in ("staff", "certificates", "documents", "improvements", "holds"):
        return entry("X-000001")
    return None


GET: dict[str, Callable[[Any, str, Mapping[str, str]], Any]] = {
    r"reports/monthly": lambda _, __, params: monthly(params["month"]),
    r"reports/arrivals": lambda *_: {"from": iso(NOW - DAY), "to": iso(NOW), "whole": punctuality(),
                                     "technicians": [{"technician": "W-0001", **punctuality()}]},
    r"reports/reliability": lambda *_: reliability(),
    r"indicators": lambda *_: {"from": iso(NOW - DAY), "to": iso(NOW), "items": indicators()},
    r"improvements": lambda *_: page([improvement()]),
    r"surveys/results": lambda *_: results(),
    r"assessment": lambda *_: assessment(),
    r"staff": lambda *_: page([STAFF]),
    r"certificates": lambda *_: page(list(CERTIFICATES.values())),
    r"certificates/([^/]+)": lambda _, key, __: CERTIFICATES[key],
    r"trainings": lambda *_: page([]),
    r"rosters": lambda *_: page([]),
    r"documents": lambda _, __, params: page(rooms.documents(params.get("q", "")) or [MANUAL]),
    r"documents/kinds": lambda *_: {"items": KINDS},
    r"documents/(DO-[^/]+)": lambda *_: MANUAL,
    r"documents/([^/]+)/receipts": lambda *_: {"document": "DO-000002", "edition": 2, "unread": ["ST-000001"], "read": [
        {"id": "DO-000002/W-0001", "document": "DO-000002", "edition": 2, "person": "W-0001", "at": iso(NOW)}]},
    r"coverage": lambda *_: coverage(),
    r"coverage/map": lambda *_: {"limit_km": 50.0, "points": 3, "cabinets": 20, "nowhere": ["HZ-000009"], "uncovered": [
        {"cabinet": "HZ-000005", "site": "S-0001", "nearest": "W-0001", "km": 71.25}]},
    r"staff-load": lambda *_: load(),
    r"on-duty": lambda *_: {"at": iso(NOW), "items": [
        {"channel": "hotline", "roster": "RO-000001", "person": "ST-000001", "name": "王敏"}]},
    r"privacy/matrix": lambda *_: matrix(),
    r"holds": lambda *_: page([hold()]),
    r"audit": lambda *_: page([audit()]),
    r"audit/verify": lambda stage, _, __: {"rows": 812, "ok": stage.sound, "broken_at": None if stage.sound else 40,
                                           "what": None if stage.sound else "changed", "head": "d"},
}  # fmt: skip
