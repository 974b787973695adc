"""Compensations, quality checks, owning units, gaps of knowledge and problems, drawn from the records."""

from collections.abc import Sequence
from typing import Any

from api import casework, read, views
from api.coverview import within
from api.identity import Caller
from api.staffing import MANY
from api.whole import whole
from faults.kinds import KINDS
from service.after.months import bounds
from service.calendars import Calendar
from service.knowledge import gaps
from service.knowledge.compensations import ledger
from service.knowledge.reviews import drawn
from service.knowledge.suppliers import SUPPLIER, repairs, scorecard
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from telemetry.errors import Invalid

Json = dict[str, Any]


def compensations(records: RecordStore, rows: Sequence[Row], caller: Caller) -> list[Json]:
    """Compensations; what was written about a customer as the caller may see it."""
    return _seen(records, "compensations", rows, caller)


def _seen(records: RecordStore, table: str, rows: Sequence[Row], caller: Caller) -> list[Json]:
    """Rows that go with a ticket, whose customer is taken out of their words."""
    tickets = read.grouped(records, "tickets", "id", sorted({row["ticket"] for row in rows}))
    people = {key: found[0]["customer"] for key, found in tickets.items()}
    full = read.personal(caller)
    return [
        views.times(views.seen(table, row, personal=full, person=people.get(row["ticket"]) or None)) for row in rows
    ]


def compensated(records: RecordStore, since: int, until: int) -> Json:
    """The ledger of [since, until), ms."""
    told = ledger(whole(records, "compensations", within("at", since, until)))
    titles = _papers(records, [part["fund"] for part in told["funds"]])
    funds = [{**part, "title": (titles.get(part["fund"]) or {}).get("title")} for part in told["funds"]]
    return {"from": views.iso(since), "to": views.iso(until), **told, "funds": funds}


def _papers(records: RecordStore, ids: Sequence[str | None]) -> dict[str, Row]:
    """Documents by id, whatever became of them since."""
    wanted = sorted({key for key in ids if key})
    return {row["id"]: row for row in records.find("documents", [Where("id", "in", wanted)], limit=MANY)}


def sample(records: RecordStore, policy: Policy, caller: Caller, month: str, now: int) -> Json:
    """The contacts of a month that are drawn for a quality check (S1 5.2.3), with the editions they name and what
    reviewers said. Raises Invalid for a month that is none, or has not begun."""
    try:
        since, until = bounds(Calendar.china(policy.zone), month)
    except (ValueError, OverflowError):
        raise Invalid({"month": "must be a month, as in 2026-10"}) from None
    if since > now:
        raise Invalid({"month": "has not begun"})
    rows = whole(records, "contacts", within("at", since, until), ["n"])
    items = _sampled(records, drawn(rows, month, policy.learning.sample_share), caller)
    verdicts = [item["reviews"][-1]["ok"] for item in items if item["reviews"]]
    return {
        "month": month, "from": views.iso(since), "to": views.iso(until), "complete": now >= until,
        "share": policy.learning.sample_share, "contacts": len(rows), "reviewed": len(verdicts), "well": sum(verdicts),
        "items": items,
    }  # fmt: skip


def _sampled(records: RecordStore, rows: Sequence[Row], caller: Caller) -> list[Json]:
    papers = _papers(records, [row[field] for row in rows for field in ("template", "guide")])
    titles = {key: row["title"] for key, row in papers.items()}
    said = read.grouped(records, "contact_reviews", "contact", [row["id"] for row in rows], ["at", "id"])
    return [
        {
            "contact": shown, "template_title": titles.get(row["template"]), "guide_title": titles.get(row["guide"]),
            "reviews": reviews(records, said[row["id"]], caller),
        }
        for row, shown in zip(rows, casework.contacts(records, rows, caller), strict=True)
    ]  # fmt: skip


def reviews(records: RecordStore, rows: Sequence[Row], caller: Caller) -> list[Json]:
    """Verdicts on contacts."""
    return _seen(records, "contact_reviews", rows, caller)


def current(records: RecordStore, kind: str, now: int) -> list[Row]:
    """The entries of a kind of document that are in force."""
    where = [Where("kind", "=", kind), Where("ended", "null"), Where("superseded_by", "null")]
    return gaps.current(records.find("documents", where, limit=MANY), kind, now)


def units(records: RecordStore, now: int) -> Json:
    """Every kind of ticket with the units that own it; one without is a finding (S1 4.1.1, 4.1.2)."""
    owners = gaps.owners(current(records, gaps.UNIT, now))
    items = [
        {"kind": kind, "units": [_unit(row) for row in found], "finding": not found} for kind, found in owners.items()
    ]
    return {"items": items, "findings": [item["kind"] for item in items if item["finding"]]}


def _unit(row: Row) -> Json:
    return {key: row[key] for key in ("id", "title", "edition", "owner")}


def missing(records: RecordStore, since: int, until: int, now: int) -> Json:
    """Kinds of fault that began in [since, until) without an article that is in force now (S4 7.3)."""
    counts = {kind: records.count("episodes", [Where("kind", "=", kind), *within("onset", since, until)])
              for kind in KINDS}  # fmt: skip
    articles = current(records, gaps.ARTICLE, now)
    without = gaps.unexplained(counts, articles)
    known = [kind for kind in gaps.explained(articles) if counts.get(kind)]
    return {
        "from": views.iso(since), "to": views.iso(until), "items": [_gap(kind, counts) for kind in without],
        "explained": [_gap(kind, counts) for kind in sorted(known, key=lambda k: (-counts[k], k))],
    }  # fmt: skip


def _gap(kind: str, counts: dict[str, int]) -> Json:
    return {"kind": kind, "en": KINDS[kind].en, "zh": KINDS[kind].zh, "faults": counts[kind]}


def suppliers(records: RecordStore, since: int, until: int, now: int) -> Json:
    """How the parts of each supplier held in the repairs closed in [since, until) (S4 5.7)."""
    done = whole(records, "tickets", within("closed", since, until))
    repeats = whole(records, "tickets", within("opened", since, now + 1))
    cards = scorecard(repairs(done, repeats), current(records, SUPPLIER, now))
    return {"from": views.iso(since), "to": views.iso(until), "items": cards}


def articles(records: RecordStore, fault_kind: str | None, now: int) -> list[Json]:
    """The articles that name the fault kind of a ticket."""
    if fault_kind is None:
        return []
    found = gaps.explained(current(records, gaps.ARTICLE, now)).get(fault_kind, [])
    return [{key: row[key] for key in ("id", "title", "edition")} for row in found]


def problem(records: RecordStore, row: Row, caller: Caller) -> Json:
    """A problem with the tickets of its repeats, as far as the caller may see them."""
    ids = row["tickets"] or []
    own = read.own_tickets(records, caller)
    rows = records.find("tickets", [Where("id", "in", ids), *own], ["n"], MANY) if ids else []
    shown = read.tickets(records, rows, caller, timeline=False)
    cases = [{key: one[key] for key in ("id", "state", "cabinet", "summary", "opened")} for one in shown]
    return {**views.times(row), "cases": cases}
