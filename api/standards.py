"""The clauses that are served, in one table, each with live evidence from the records. Few, and true.

S1: smart cabinet after-sales service specification; S3, S4: the service standards it rests on.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from service.records.base import RecordStore, Row, Where

NEWEST = 1_000
EXAMPLES = 3
Json = dict[str, Any]


class Seen(NamedTuple):
    """The records that evidence is drawn from: the newest tickets, and the timelines of them."""

    tickets: list[Row]
    lines: list[Row]


class Clause(NamedTuple):
    """A clause, what it asks, how the product serves it, and the figures that show it."""

    standard: str
    clause: str
    en: str
    zh: str
    how_en: str
    how_zh: str
    evidence: Callable[[Seen], Json]


def _clock(name: str) -> Callable[[Seen], Json]:
    """Clocks of one name by state; breached ones are named."""

    def evidence(seen: Seen) -> Json:
        clocks = [(t["id"], c["state"]) for t in seen.tickets for c in t["clocks"] or () if c["name"] == name]
        states = Counter(state for _, state in clocks)
        breached = [ticket for ticket, state in clocks if state == "breached"][:EXAMPLES]
        figures = {state: states[state] for state in ("running", "paused", "met", "breached")}
        return {"clock": name, **figures, "breached_tickets": breached}

    return evidence


def _reached(*states: str) -> Callable[[Seen], Json]:
    """Tickets whose timeline shows one of the states."""

    def evidence(seen: Seen) -> Json:
        tickets = list(dict.fromkeys(line["ticket"] for line in seen.lines if line["to"] in states))
        return {"reached": list(states), "tickets": len(tickets), "examples": tickets[:EXAMPLES]}

    return evidence


def _arrivals(seen: Seen) -> Json:
    """ARRIVAL clocks, and recorded arrivals by level of evidence."""
    levels = Counter(
        str(line["evidence"]["level"])
        for line in seen.lines
        if line["to"] == "on_site" and line["evidence"] and line["evidence"].get("level") is not None
    )
    return {**_clock("ARRIVAL")(seen), "arrivals_by_level": dict(sorted(levels.items()))}


def _recorded(seen: Seen) -> Json:
    """Closed tickets and how many of them have each group of the service record."""
    closed = [t for t in seen.tickets if t["state"] in ("closed", "archived")]
    with_lines = {line["ticket"] for line in seen.lines}
    groups = {
        "customer": sum(bool(t["customer"]) for t in closed),
        "cabinet": sum(bool(t["cabinet"]) for t in closed),
        "staff": sum(bool(t["visit"] or t["assignee"]) for t in closed),
        "course": sum(t["id"] in with_lines for t in closed),
    }
    return {"closed": len(closed), "with": groups}


CLAUSES = (
    Clause("S1", "6.4.6", "Reply within one day; be on site within the time agreed", "一日内答复，按约定时间到场",
           "REPLY (24 h) and ARRIVAL clocks; arrival graded 0–4 by its evidence",
           "REPLY（24 小时）与 ARRIVAL 时钟；到场证据分 0–4 级",
           lambda s: {**_clock("REPLY")(s), "arrival": _arrivals(s)}),
    Clause("S1", "7.3.2", "Tell the result of a complaint within 5 working days", "5 个工作日内告知投诉处理结果",
           "COMPLAINT clock on the working calendar with make-up workdays",
           "COMPLAINT 时钟按含调休的工作日历计算", _clock("COMPLAINT")),
    Clause("S1", "7.7", "Follow up after the service", "服务后回访",
           "FOLLOWUP clock; a ticket closes only after its follow-up", "FOLLOWUP 时钟；回访后方可关闭工单",
           lambda s: {**_clock("FOLLOWUP")(s), **_reached("follow_up")(s)}),
    Clause("S1", "8.1–8.4", "Keep a record of customer, product and service", "保存顾客、产品和服务记录",
           "Every move of a ticket is a row with actor, time and evidence", "工单的每一步均记录操作人、时间与证据",
           _recorded),
    Clause("S3", "3.2(2)", "Respond within 24 hours", "24 小时内响应",
           "REPLY clock, exactly 24 h, never paused", "REPLY 时钟，恰为 24 小时，从不暂停", _clock("REPLY")),
    Clause("S3", "3.3", "Try a remote fix first, then visit", "先远程处理，再上门",
           "A remote check comes before dispatch and is in the timeline", "派单前先经远程处理，并记入时间线",
           _reached("remote")),
    Clause("S4", "4.1.2", "Finish inside the promised time", "在承诺时间内完成",
           "RESTORE clock from the fault to the repair verified by telemetry", "RESTORE 时钟：自故障起至遥测验证修复",
           _clock("RESTORE")),
)  # fmt: skip


def served(records: RecordStore) -> list[Json]:
    """Every clause with its evidence over the newest 1,000 tickets; counts of lines are of the same tickets."""
    tickets = records.find("tickets", order=["-opened"], limit=NEWEST)
    ids = [ticket["id"] for ticket in tickets]
    moved = [Where("ticket", "in", ids), Where("type", "=", "state")]
    seen = Seen(tickets, records.find("timeline", moved, ["ticket", "n"], 100 * NEWEST) if ids else [])
    return [
        {
            "clause": c.clause, "standard": c.standard, "title": c.en, "title_zh": c.zh, "how": c.how_en,
            "how_zh": c.how_zh, "evidence": {"of_newest_tickets": len(tickets), **c.evidence(seen)},
        }
        for c in CLAUSES
    ]  # fmt: skip
