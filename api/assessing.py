"""The self-assessment over what the records say now; and the reliability of the fleet."""

from typing import Any

from api import coverview, indicatorrows, monthly
from api.staffing import MANY, Papers
from api.views import iso
from service.monthly.reliability import report
from service.monthly.uptime import availability
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from service.selfcheck.inputs import Inputs, found
from service.selfcheck.score import assess
from service.selfcheck.sheet import shipped

Json = dict[str, Any]


def assessment(records: RecordStore, policy: Policy, since: int, until: int, now: int) -> Json:
    """The sheet, computed from the registers as they are now and from what happened in [since, until)."""
    sheet, inputs = shipped(), _inputs(records, policy, since, until, now)
    sources = [item.source for group in sheet.groups for item in group.items]
    kinds = [d["kind"] for d in inputs.documents if d["ended"] is None]
    deductions, bonus = kinds.count("special_deduction"), "assessment_bonus" in kinds
    result = assess(sheet, found(inputs, sources), deductions=deductions, bonus=bonus)
    return {"from": iso(since), "to": iso(until), "at": iso(now), **result}


def _inputs(records: RecordStore, policy: Policy, since: int, until: int, now: int) -> Inputs:
    real = [Where("void", "=", False)]
    return Inputs(
        documents=_documents(records, policy, now), staff=coverview.staff(records),
        certificates=records.find("certificates", real, limit=MANY),
        trainings=records.find("trainings", [*real, Where("ended", "null")], limit=MANY),
        receipts=records.find("read_receipts", limit=MANY), improvements=records.find("improvements", limit=MANY),
        tickets=records.find("tickets", coverview.within("received", since, until), limit=MANY),
        indicators=indicatorrows.period(records, policy, since, until),
        coverage=_coverage(records, policy, since, until, now), reach=_reach(records, policy),
        available=availability(monthly.blind(records, since, until), since, until, now)["availability"],
        managers_share=policy.managers_share, now=now,
    )  # fmt: skip


def _documents(records: RecordStore, policy: Policy, now: int) -> list[Json]:
    """Current editions, and findings also when they are settled, as they are shown; times stay as they are."""
    papers = Papers(records, policy, now)
    rows = records.find("documents", [Where("void", "=", False), Where("superseded_by", "null")], limit=MANY)
    kept = [row for row in rows if row["ended"] is None or row["kind"] == "finding"]
    return [{**row, **_judged(papers, row)} for row in kept]


def _judged(papers: Papers, row: Row) -> Json:
    shown = papers.show(row)
    return {key: shown[key] for key in ("stale_since", "superseded_citations")}


def _coverage(records: RecordStore, policy: Policy, since: int, until: int, now: int) -> dict[str, float | None]:
    told = coverview.coverage(records, policy, since, until, now)
    return {
        c["channel"]: c["covered_minutes"] / c["required_minutes"] if c["rostered"] and c["required_minutes"] else None
        for c in told["channels"]
    }


def _reach(records: RecordStore, policy: Policy) -> tuple[int, int] | None:
    told = coverview.uncovered(records, policy)
    placed = told["cabinets"] - len(told["nowhere"])
    return (placed - len(told["uncovered"]), placed) if told["points"] and placed else None


def reliability(records: RecordStore, since: int, until: int) -> Json:
    """MTBF, MTTR and availability of the fleet, by model and by firmware."""
    cabinets = records.find("cabinets", [Where("created", "<", until)], ["id"], MANY)
    episodes = records.find("episodes", [Where("onset", "<", until), Where("cleared", "null")], limit=MANY)
    ended = [Where("onset", "<", until), Where("cleared", ">", since)]
    episodes += records.find("episodes", ended, limit=MANY)
    return {"from": iso(since), "to": iso(until), **report(cabinets, episodes, since, until)}
