"""The self-assessment over what the records say now; and the reliability of the fleet."""

from typing import Any

from api import coverview, indicatorrows, monthly
from api.staffing import Papers
from api.views import iso
from api.whole import whole
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
        certificates=whole(records, "certificates", real),
        trainings=whole(records, "trainings", [*real, Where("ended", "null")]),
        receipts=whole(records, "read_receipts"), improvements=whole(records, "improvements"),
        tickets=whole(records, "tickets", coverview.within("received", since, until)),
        indicators=indicatorrows.period(records, policy, since, until),
        coverage=_coverage(records, policy, since, until, now), reach=_reach(records, policy),
        available=availability(monthly.blind(records, since, until), since, until, now)["availability"],
        managers_share=policy.managers_share, now=now,
    )  # fmt: skip


def _documents(records: RecordStore, policy: Policy, now: int) -> list[Json]:
    """Current editions, and findings also when they are settled, as they are shown; times stay as they are."""
    papers = Papers(records, policy, now)
    rows = whole(records, "documents", [Where("void", "=", False), Where("superseded_by", "null")])
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
    cabinets = whole(records, "cabinets", [Where("created", "<", until)], ["id"])
    episodes = whole(records, "episodes", [Where("onset", "<", until), Where("cleared", "null")])
    ended = [Where("onset", "<", until), Where("cleared", ">", since)]
    episodes += whole(records, "episodes", ended)
    return {"from": iso(since), "to": iso(until), **report(cabinets, episodes, since, until)}
