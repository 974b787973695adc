"""The raw rows of a month: one for each ticket, visit and invitation that counts in it, flat as in a table. Pure.

The report is made of sums over these rows and nothing else, so that whoever has them can recompute every number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from service.after.indicators import DEFINITIONS, Fact, of_survey, of_ticket
from service.calendars import Calendar
from service.proof.punctuality import NOT_MADE, judge
from service.records.base import Row

Json = dict[str, Any]
CLOCKS = ("REPLY", "SAFETY", "PROMISE", "ARRIVAL", "RESTORE", "COMPLAINT", "REFUND", "FOLLOWUP")
FLAGS = ("carried_over", "opened_in", "closed_in", "open_at_end")
SURVEY = ("attitude", "quality", "timeliness", "effectiveness")
COLUMNS: tuple[str, ...] = (
    "record", "id", "kind", "channel", "severity", "state", "cabinet", "week", "received", "opened", "closed", *FLAGS,
    *(f"{clock}_{state}" for clock in CLOCKS for state in ("met", "breached")),
    "refund_approved_cents", "refund_paid_cents", "technician", "arrival", "late_ms", "level",
    "invited", "answered", *SURVEY, *(f"{d.id}_{part}" for d in DEFINITIONS for part in ("n", "sum")),
)  # fmt: skip


class Month(NamedTuple):
    """A month [since, until), ms, in the policy's time zone, looked at `now`."""

    since: int
    until: int
    now: int
    calendar: Calendar

    def holds(self, at: int | None) -> bool:
        return at is not None and self.since <= at < self.until


def rows(month: Month, tickets: Sequence[Row], visits: Sequence[Row], surveys: Sequence[Row]) -> list[Json]:
    """Every row of the month, tickets first, each kind in order of its ids. All columns are there; None is nothing."""
    arrivals: dict[str, int] = {}
    for visit in visits:
        if visit["arrived"] is not None and visit["arrived"] < month.until:
            for key in visit["tickets"] or ():
                arrivals[key] = arrivals.get(key, 0) + 1
    by_id = {t["id"]: t for t in tickets}
    parts: Iterable[Iterator[Json]] = (
        (_ticket(month, t, arrivals.get(t["id"], 0)) for t in tickets),
        (_visit(month, v, by_id) for v in visits if month.holds(v["offered"])),
        (_survey(month, s) for s in surveys),
    )
    blank = dict.fromkeys(COLUMNS)
    return [{**blank, **r} for part in parts for r in sorted(filter(_counts, part), key=lambda r: str(r["id"]))]


def _counts(row: Json) -> bool:
    """Whether a row says anything of the month."""
    said = (v for k, v in row.items() if k in FLAGS or k.endswith(("_met", "_breached", "_n", "_cents")))
    return row["record"] == "visit" or any(said) or bool(row.get("invited"))


def _ticket(month: Month, ticket: Row, arrivals: int) -> Json:
    opened, closed = ticket["opened"], ticket["closed"]
    ends_later = closed is None or closed >= month.until
    before = opened < month.since and (closed is None or closed >= month.since)
    flags = (before, month.holds(opened), month.holds(closed), opened < month.until and ends_later)
    same = ("id", "kind", "channel", "severity", "state", "cabinet", "received", "opened", "closed")
    return {
        "record": "ticket", **{name: ticket[name] for name in same}, "week": _week(month, opened),
        **{name: int(flag) for name, flag in zip(FLAGS, flags, strict=True)},
        **_clocks(month, ticket), **_refund(month, ticket), **_facts(month, of_ticket(ticket, arrivals)),
    }  # fmt: skip


def _week(month: Month, at: int) -> str:
    """The ISO week of a day, as in 2026-W40."""
    year, week, _ = month.calendar.local(at).isocalendar()
    return f"{year}-W{week:02d}"


def _clocks(month: Month, ticket: Row) -> Json:
    """Promises that fell due in the month, kept and missed."""
    decided = [(c["name"], c["state"]) for c in ticket["clocks"] or () if month.holds(c["due"])]
    return {f"{n}_{s}": decided.count((n, s)) for n in CLOCKS for s in ("met", "breached") if (n, s) in decided}


def _refund(month: Month, ticket: Row) -> Json:
    refund = (ticket["fields"] or {}).get("refund") or {}
    approved, paid = refund.get("approved") or {}, refund.get("paid") or {}
    cents = approved.get("amount_cents")
    return {
        "refund_approved_cents": cents if month.holds(approved.get("at")) else None,
        "refund_paid_cents": cents if month.holds(paid.get("at")) else None,
    }


def _facts(month: Month, facts: Iterable[Fact]) -> Json:
    found: Json = {}
    for fact in facts:
        if month.holds(fact.at):
            found[f"{fact.indicator}_n"] = found.get(f"{fact.indicator}_n", 0) + 1
            found[f"{fact.indicator}_sum"] = found.get(f"{fact.indicator}_sum", 0.0) + fact.value
    return found


def _visit(month: Month, visit: Row, tickets: Mapping[str, Row]) -> Json:
    """A visit offered in the month; `arrival`: how punctual, or `not_made`."""
    same = {"record": "visit", **{k: visit[k] for k in ("id", "state", "cabinet", "technician", "level")}}
    if visit["state"] in NOT_MADE:
        return {**same, "arrival": "not_made"}
    judged = judge(visit, tickets, month.now)
    return {**same, "arrival": judged.outcome, "late_ms": judged.late_ms, "level": judged.level}


def _survey(month: Month, survey: Row) -> Json:
    """An invitation that ran out in the month, or an answer given in it."""
    told = {k: survey[k] for k in SURVEY} if month.holds(survey["answered"]) else {}
    decided = survey["state"] in ("answered", "expired") and month.holds(survey["expires"])
    return {
        "record": "survey", "id": survey["id"], "kind": survey["kind"], "channel": survey["channel"],
        "invited": int(decided), "answered": int(decided and survey["state"] == "answered"), **told,
        **_facts(month, of_survey(survey)),
    }  # fmt: skip
