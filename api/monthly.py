"""The monthly report, drawn from the records: figures, tables of complaints, refunds and recalls, and the raw rows."""

from typing import Any

from api import csvtext
from api.coverview import within
from api.indicatorrows import LATEST
from api.views import iso
from api.whole import whole
from service.after.months import bounds
from service.calendars import Calendar
from service.monthly.raw import COLUMNS, Month, rows
from service.monthly.report import figures
from service.monthly.uptime import availability
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid

Json = dict[str, Any]
_TIMES = ("received", "opened", "closed")


def month_of(policy: Policy, name: str, now: int) -> Month:
    """The month as in 2026-10. Raises Invalid for what is none, or has not begun."""
    calendar = Calendar.china(policy.zone)
    try:
        since, until = bounds(calendar, name)
    except ValueError:
        raise Invalid({"month": "must be a month, as in 2026-10"}) from None
    if since > now:
        raise Invalid({"month": "has not begun"})
    return Month(since, until, now, calendar)


def collect(records: RecordStore, policy: Policy, name: str, now: int) -> Json:
    """The report of a month; `complete` false: the month is not over, and its figures go on changing."""
    month = month_of(policy, name, now)
    tickets, raw = _raw(records, month)
    return {
        "month": name, "from": iso(month.since), "to": iso(month.until), "made": iso(now), "zone": policy.zone,
        "policy": policy.version, "complete": now >= month.until, **figures(raw, policy),
        "complaints": [_complaint(t) for t in tickets if t["kind"] == "complaint" and month.holds(t["received"])],
        "refund_cases": [_refund(t) for t in tickets if _refunded(month, t)],
        "recalls": _recalls(records, month), "charged_cents": _paid(records, "charges", month),
        "compensated_cents": _paid(records, "compensations", month),
        "platform": _platform(records, month),
    }  # fmt: skip


def table(records: RecordStore, policy: Policy, name: str, now: int) -> str:
    """The raw rows of a month as CSV; times as ISO 8601, nothing as an empty cell."""
    _, raw = _raw(records, month_of(policy, name, now))
    told = ({**row, **{k: iso(row[k]) for k in _TIMES}} for row in raw)
    return csvtext.text([COLUMNS, *([row.get(column) for column in COLUMNS] for row in told)])


def _raw(records: RecordStore, month: Month) -> tuple[list[Row], list[Json]]:
    """(the tickets that may count in the month, its raw rows)."""
    before = Where("received", "<", month.until)  # some are written down after the month in which they came
    tickets = whole(records, "tickets", [before, Where("closed", "null")], ["n"])
    closed = [before, Where("closed", ">=", month.since - LATEST)]
    tickets += whole(records, "tickets", closed, ["n"])
    earliest = min((t["opened"] for t in tickets), default=month.since)
    visits = whole(records, "visits", within("offered", min(earliest, month.since), month.until))
    return tickets, rows(month, tickets, visits, _surveys(records, month))


def _surveys(records: RecordStore, month: Month) -> list[Row]:
    found: dict[str, Row] = {}
    for column in ("expires", "answered"):
        for row in whole(records, "surveys", within(column, month.since, month.until)):
            found[row["id"]] = row
    return list(found.values())


def _complaint(ticket: Row) -> Json:
    """A complaint without the words of anybody."""
    fields = ticket["fields"] or {}
    clock = next((c for c in reversed(ticket["clocks"] or ()) if c["name"] == "COMPLAINT"), None)
    decision = fields.get("decision") or {}
    return {
        **{k: ticket[k] for k in ("id", "channel", "cabinet", "state")}, "received": iso(ticket["received"]),
        "clock": clock["state"] if clock else None, "due": iso(clock["due"]) if clock else None,
        "decided": iso(decision.get("at")), "basis": (decision.get("basis") or {}).get("type"),
        "route": (fields.get("dispute") or {}).get("route"),
    }  # fmt: skip


def _refunded(month: Month, ticket: Row) -> bool:
    refund = (ticket["fields"] or {}).get("refund") or {}
    return any(month.holds((refund.get(part) or {}).get("at")) for part in ("approved", "paid"))


def _refund(ticket: Row) -> Json:
    refund = ticket["fields"]["refund"]
    return {
        "id": ticket["id"], "cabinet": ticket["cabinet"], "cents": refund["approved"]["amount_cents"],
        "approved": iso(refund["approved"]["at"]), "paid": iso((refund.get("paid") or {}).get("at")),
    }  # fmt: skip


def _recalls(records: RecordStore, month: Month) -> list[Json]:
    """Recalls that ran in the month, with how many of their cabinets are done now."""
    found = whole(records, "recalls", [Where("created", "<", month.until)], ["n"])
    return [_recall(records, r) for r in found if r["closed"] is None or r["closed"] >= month.since]


def _recall(records: RecordStore, recall: Row) -> Json:
    mine = [Where("recall", "=", recall["id"])]
    return {
        **{k: recall[k] for k in ("id", "sku", "lots", "state")}, "created": iso(recall["created"]),
        "closed": iso(recall["closed"]), "cabinets": records.count("recall_tasks", mine),
        "done": records.count("recall_tasks", [*mine, Where("done", "notnull")]),
        "sold": records.count("recall_sales", mine),
        "reachable": records.count("recall_sales", [*mine, Where("reachable", "=", True)]),
    }  # fmt: skip


def _paid(records: RecordStore, table: str, month: Month) -> int:
    """What a ledger's rows of the month add up to, in cents."""
    return sum(r["cents"] for r in whole(records, table, within("at", month.since, month.until)))


def _platform(records: RecordStore, month: Month) -> Json:
    return availability(blind(records, month.since, month.until), month.since, month.until, month.now)


def blind(records: RecordStore, since: int, until: int) -> list[Row]:
    """The intervals in which the platform saw nothing that reach into the period."""
    found = whole(records, "blind", [Where("from", "<", until)], ["from"])
    return [row for row in found if row["to"] is None or row["to"] > since]
