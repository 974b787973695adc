"""The figures of a month, all of them sums over its raw rows (`raw.rows`). Pure.

Tickets add up: carried over + opened = closed + still open at the end, by the state in which the records have them.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from service.after.indicators import DEFINITIONS, Sum, told
from service.after.results import group
from service.monthly.raw import CLOCKS, FLAGS, SURVEY
from service.policy import Policy

Json = dict[str, Any]
ARRIVALS = ("punctual", "early", "late", "provisional", "missing", "no_target", "open", "not_made")


def figures(rows: Sequence[Json], policy: Policy) -> Json:
    """`tickets`, `clocks`, `arrivals`, `indicators`, `surveys` and `refunds` of a month."""
    tickets = [r for r in rows if r["record"] == "ticket"]
    visits = [r for r in rows if r["record"] == "visit"]
    surveys = [r for r in rows if r["record"] == "survey"]
    return {
        "tickets": _tickets(tickets), "clocks": _clocks(tickets), "arrivals": _arrivals(visits),
        "indicators": told(_sums(rows), policy), "surveys": _surveys(surveys), "refunds": _refunds(tickets),
    }  # fmt: skip


def _tickets(tickets: Sequence[Json]) -> Json:
    opened = [t for t in tickets if t["opened_in"]]
    weeks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for t in opened:
        weeks[t["week"]][t["kind"]] += 1
    return {
        **{flag: sum(t[flag] for t in tickets) for flag in FLAGS},
        "by_kind": _count(opened, "kind"), "by_channel": _count(opened, "channel"),
        "by_severity": _count(opened, "severity"),
        "by_week": [_week(week, weeks[week]) for week in sorted(weeks)],
    }  # fmt: skip


def _week(week: str, kinds: Counter[str]) -> Json:
    return {"week": week, "opened": kinds.total(), "kinds": dict(sorted(kinds.items()))}


def _count(rows: Sequence[Json], column: str) -> dict[str, int]:
    return dict(sorted(Counter(str(r[column]) for r in rows).items()))


def _clocks(tickets: Sequence[Json]) -> list[Json]:
    """Promises that fell due in the month, by clock."""
    found = []
    for clock in CLOCKS:
        kept, missed = (sum(t[f"{clock}_{state}"] or 0 for t in tickets) for state in ("met", "breached"))
        share = kept / (kept + missed) if kept + missed else None
        found.append({"clock": clock, "kept": kept, "missed": missed, "share": share})
    return found


def _arrivals(visits: Sequence[Json]) -> Json:
    """Visits offered in the month by how punctual they were; `share`: punctual of those with evidence and a target."""
    of = Counter(v["arrival"] for v in visits)
    timed = of["punctual"] + of["early"] + of["late"]
    return {
        "visits": len(visits), **{outcome: of[outcome] for outcome in ARRIVALS},
        "share": of["punctual"] / timed if timed else None,
    }  # fmt: skip


def _sums(rows: Sequence[Json]) -> dict[str, Sum]:
    """The cases of each indicator."""
    added = {d.id: [(r[f"{d.id}_n"], r[f"{d.id}_sum"]) for r in rows if r[f"{d.id}_n"]] for d in DEFINITIONS}
    return {name: Sum(sum(n for n, _ in found), sum(s for _, s in found)) for name, found in added.items()}


def _surveys(surveys: Sequence[Json]) -> Json:
    """The response rate of invitations that ran out in the month, and the scores given in it, with 95 % intervals."""
    ran_out = [s for s in surveys if s["invited"]]
    blank = dict.fromkeys(SURVEY) | {"other": None}
    whole = group([{**blank, "state": "answered" if s["answered"] else "expired"} for s in ran_out])
    scored = [{**s, "state": "answered", "other": None} for s in surveys if any(s[k] is not None for k in SURVEY)]
    return {
        "invited": whole["invited"], "answered": whole["answered"], "response": whole["response"],
        "items": group(scored)["items"],
    }  # fmt: skip


def _refunds(tickets: Sequence[Json]) -> Json:
    approved = [t["refund_approved_cents"] for t in tickets if t["refund_approved_cents"] is not None]
    paid = [t["refund_paid_cents"] for t in tickets if t["refund_paid_cents"] is not None]
    return {"approved": len(approved), "approved_cents": sum(approved), "paid": len(paid), "paid_cents": sum(paid)}
