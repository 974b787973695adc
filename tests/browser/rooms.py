"""Canned answers of problems, knowledge, channels, money, what was agreed, models and backups."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.browser.fleet import HOUR, MINUTE, NOW, Json, iso

DAY = 24 * HOUR
SHA = "ab" * 32


def page(items: list[Json]) -> Json:
    return {"items": items, "next": None, "total": len(items)}


def problem() -> Json:
    return {
        "id": "PR-000001", "kind": "payment_down", "model": "VC-600", "firmware": None, "state": "open",
        "opened": iso(NOW - 5 * DAY), "latest": iso(NOW - HOUR), "repeats": 4, "tickets": ["T-000001", "T-000004"],
        "owner": None, "maker": None, "maker_told": None, "result": None, "closed": None, "closed_by": None,
        "updated": iso(NOW), "version": 5,
    }  # fmt: skip


def view() -> Json:
    case = {"id": "T-000001", "state": "closed", "cabinet": "HZ-000005", "summary": "Terminal does not answer"}
    return {**problem(), "cases": [{**case, "opened": iso(NOW - DAY)}]}


def gaps() -> Json:
    lack = {"kind": "door_left_open", "en": "Door left open", "zh": "柜门未关", "faults": 12}
    known = {"kind": "payment_down", "en": "Payment terminal down", "zh": "支付终端故障", "faults": 7}
    return {"from": iso(NOW - 90 * DAY), "to": iso(NOW), "items": [lack], "explained": [known]}


def units() -> Json:
    unit = {"id": "DO-000009", "title": "Field service", "edition": 1, "owner": "王敏"}
    owned = {"kind": "repair", "units": [unit], "finding": False}
    return {"items": [owned, {"kind": "refund", "units": [], "finding": True}], "findings": ["refund"]}


def contact(key: str, by: str) -> Json:
    return {
        "id": key, "at": iso(NOW - HOUR), "direction": "out", "channel": "phone", "text": "您的退款已支付", "by": by,
        "customer": None, "cabinet": None, "ticket": "T-000001", "kind": "refund", "rule": "named", "solved": True,
        "promised_at": None, "source": "price list 7", "unverified": None, "read_back": None, "flag": None,
        "masked": True, "template": "DO-000005", "template_edition": 2, "guide": None, "guide_edition": None,
    }  # fmt: skip


def sample(month: str) -> Json:
    papers = {"template_title": "Refund paid", "guide_title": None}
    verdict = {"id": "CR-000001", "ok": False, "note": "no name given", "at": iso(NOW), "actor": "dora"}
    return {
        "month": month, "from": iso(NOW - 30 * DAY), "to": iso(NOW), "complete": True, "share": 0.05, "contacts": 40,
        "reviewed": 1, "well": 0, "items": [
            {"contact": contact("C-000007", "lily"), **papers, "reviews": []},
            {"contact": contact("C-000008", "admin"), **papers, "reviews": [verdict]},
        ],
    }  # fmt: skip


def compensation() -> Json:
    return {
        "id": "CM-000001", "ticket": "T-000001", "cents": 2000, "reason": "waited twice", "basis": None,
        "fund": "DO-000003", "fund_edition": 1, "receipt": "R-9", "at": iso(NOW - HOUR), "actor": "admin",
        "masked": False,
    }  # fmt: skip


def ledger() -> Json:
    fund = {"fund": "DO-000003", "title": "Guarantee fund", "n": 1, "cents": 2000}
    return {"from": iso(NOW - DAY), "to": iso(NOW), "n": 1, "cents": 2000, "funds": [fund]}


def deviations() -> list[Json]:
    late = {"what": "clock", "about": "ARRIVAL", "why": "late", "minutes": 95, "agreed": {"due": iso(NOW - HOUR)},
            "actual": {"at": iso(NOW + 35 * MINUTE)}}  # fmt: skip
    fee = {"what": "fee", "about": "1", "why": "less", "agreed": {"cents": 32_100}, "actual": {"cents": 30_000}}
    price = {"what": "price", "about": "P-7", "why": "other_price", "agreed": {"listed_cents": [4500]}}
    return [late, {**fee, "minutes": None}, {**price, "actual": {"cents": 5000}, "minutes": None}]


def deviating(name: str) -> Json:
    return {"ticket": name, "kind": "repair", "state": "closed", "cabinet": "HZ-000005", "deviations": deviations()}


def report() -> Json:
    counts = {"window": 0, "clock": 1, "place": 0, "fee": 1, "price": 1, "part": 0, "content": 0}
    return {"from": iso(NOW - DAY), "to": iso(NOW), "tickets": 21, "deviating": 1, "counts": counts,
            "items": [deviating("T-000001")], "left_out": 0}  # fmt: skip


def charges() -> Json:
    item = {"what": "fan", "code": "P-7", "cents": 5000, "quantity": 1, "flag": "other_price", "listed": [4500]}
    off = {"id": "Q-000002", "ticket": "T-000001", "cents": 5000, "quote": 1, "receipt": "R-1", "at": iso(NOW)}
    sums = {"cents": 9500, "listed_cents": 4500, "unlisted_cents": 5000, "no_list_cents": 0}
    return {"from": iso(NOW - DAY), "to": iso(NOW), "charges": 2, **sums,
            "items": [{**off, "actor": "admin", "items": [item]}], "left_out": 0}  # fmt: skip


def channels(*, down: bool) -> Json:
    outage = {
        "id": "CO-000001", "channel": "hotline", "reason": "线路检修", "by": "admin", "by_probe": False,
        "since": iso(NOW - HOUR), "alarmed": iso(NOW), "ended": None, "ended_by": None, "note": None,
    }  # fmt: skip
    hotline = {"channel": "hotline", "en": "hotline", "zh": "服务热线", "address": "400-800-1234"}
    email = {"channel": "email", "en": "e-mail", "zh": "电子邮箱", "address": None, "outage": None}
    return {"items": [{**hotline, "outage": outage if down else None}, email]}


def promises() -> Json:
    promise = {"id": "DO-000011", "edition": 2, "title": "Returns", "from": iso(NOW - DAY), "sha256": SHA}
    old = {"id": "DO-000012", "kind": "advertisement", "title": "Leaflet", "promise_sha256": SHA, "state": "outdated"}
    return {"consistent": False, "promises": [promise], "documents": [old], "unmarked": ["DO-000013"]}


def document(key: str, kind: str, title: str) -> Json:
    return {
        "id": key, "kind": kind, "title": title, "owner": None, "from": iso(NOW - DAY), "until": None, "body": None,
        "edition": 1, "first": key, "superseded_by": None, "ended": None, "stale_since": None, "version": 1,
        "superseded_citations": [],
    }  # fmt: skip


def documents(q: str) -> list[Json] | None:
    """Papers that forms offer; None: another search."""
    if q == "kind:guarantee_fund":
        return [document("DO-000003", "guarantee_fund", "Guarantee fund")]
    if q == "kind:reply_template,guide":
        return [document("DO-000005", "reply_template", "Refund paid"), document("DO-000006", "guide", "Door")]
    return None


def told() -> Json:
    """What a ticket's case says beside its record."""
    one = {"id": "N-1", "kind": "refund_paid", "title": "Your refund is paid", "title_zh": "退款已支付", "attempts": 1}
    sent = {**one, "at": iso(NOW), "state": "sent", "delivered": iso(NOW), "error": None, "why": None, "why_zh": None}
    dropped = {
        **one, "id": "N-2", "at": iso(NOW), "state": "dropped", "delivered": None, "error": "no_phone",
        "why": "the case has no phone number", "why_zh": "工单无顾客电话",
    }  # fmt: skip
    article = {"id": "DO-000008", "title": "Terminal does not answer", "edition": 3}
    return {"prices": [], "articles": [article], "messages": [sent, dropped]}


def backups(*, sound: bool, running: bool = False) -> Json:
    newest = {"at": iso(NOW - 5 * DAY), "name": "backup-20260225T020000Z", "bytes": 900_000_000}
    doing = {"to": "/backups/x", "since": iso(NOW), "doing": "records", "bytes_done": 10_485_760}
    last = {"to": "/backups/y", "at": iso(NOW - HOUR), "bytes": None, "error": "No space left on device"}
    return {
        "dir": "/backups", "every_h": 24.0, "keep": 7, "newest": newest, "overdue": not sound,
        "running": {**doing, "bytes_total": 52_428_800} if running else None, "last": None if sound else last,
    }  # fmt: skip


Answer = Callable[[Any, str, Mapping[str, str]], Any]
GET: dict[str, Answer] = {
    r"problems": lambda *_: page([problem()]),
    r"problems/([^/]+)": lambda *_: view(),
    r"knowledge/gaps": lambda *_: gaps(),
    r"units": lambda *_: units(),
    r"roles": lambda *_: {"roles": ["viewer", "administrator"], "items": [
        {"permission": "backup.create", "roles": ["administrator"]}]},
    r"contacts/sample": lambda _, __, params: sample(params["month"]),
    r"compensations": lambda *_: page([compensation()]),
    r"compensations/ledger": lambda *_: ledger(),
    r"reports/deviations": lambda *_: report(),
    r"reports/charges": lambda *_: charges(),
    r"tickets/([^/]+)/deviations": lambda _, name, __: deviating(name),
    r"price-list": lambda *_: {"lists": [], "items": [
        {"document": "DO-000010", "code": "P-7", "what_zh": "风扇", "what_en": "fan", "cents": 4500}]},
    r"channels": lambda stage, _, __: channels(down=stage.down),
    r"models": lambda *_: {"items": [{"model": "VC-600", "cabinets": 30, "document": None, "missing": [
        "specification", "price", "service", "papers"], "url_path": "/m/VC-600"}]},
    r"promises/consistency": lambda *_: promises(),
}  # fmt: skip
