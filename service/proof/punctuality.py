"""Punctuality, lateness and distance of visits (S1 6.4.6), from the rows of the records. Pure.

A time without evidence of the policy's level is never punctual: it is provisional, or missing.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from service.records.base import Row
from telemetry.units import MINUTE

Outcome = Literal["punctual", "early", "late", "provisional", "missing", "no_target", "open"]
OUTCOMES: tuple[Outcome, ...] = ("punctual", "early", "late", "provisional", "missing", "no_target", "open")
NOT_MADE = frozenset({"offered", "declined", "expired", "called_off"})


class Judged(NamedTuple):
    """One visit: how punctual, by how much late (ms, 0 unless `late`), how far away at its check-in (m, where a
    position was given), how long the way was (`km`, if known), and what people said of it."""

    technician: str
    outcome: Outcome
    level: int | None
    late_ms: int
    distance_m: float | None
    km: float | None
    corrected: bool
    confirmed: bool


def judge(visit: Row, tickets: Mapping[str, Row], now: int, km: float | None = None) -> Judged:
    """The row of an accepted visit, with the rows of its tickets as far as they are there."""
    begin, due = _target(visit, tickets)
    outcome, late = _outcome(visit, begin, due, now)
    evidence = visit.get("evidence") or {}
    away = [item["distance_m"] for item in evidence.get("items") or () if item.get("distance_m") is not None]
    return Judged(
        technician=visit["technician"], outcome=outcome, level=visit["level"] if visit["arrived"] is not None else None,
        late_ms=late, distance_m=away[0] if away else None, km=km, corrected=bool(evidence.get("corrections")),
        confirmed=evidence.get("confirmed") is not None,
    )  # fmt: skip


def _outcome(visit: Row, begin: int | None, due: int | None, now: int) -> tuple[Outcome, int]:
    arrived = visit["arrived"]
    if arrived is None:
        return ("missing" if due is not None and now > due else "open"), 0
    if visit["provisional"]:
        return "provisional", 0
    if due is None:
        return "no_target", 0
    if arrived > due:
        return "late", arrived - due
    return ("early" if begin is not None and arrived < begin else "punctual"), 0


def _target(visit: Row, tickets: Mapping[str, Row]) -> tuple[int | None, int | None]:
    """(begin of the window, when the arrival was due): the strictest of all that the visit owed."""
    window = visit.get("window")
    owed = [_owed(visit, tickets[key]) for key in visit["tickets"] or () if key in tickets]
    owed += [(window["from"], window["to"])] if window else []
    begins = [begin for begin, _ in owed if begin is not None]
    dues = [due for _, due in owed if due is not None]
    return max(begins, default=None), min(dues, default=None)


def _owed(visit: Row, ticket: Row) -> tuple[int | None, int | None]:
    """What a ticket's customer was told: the window that this visit answered, else the due time of the last ARRIVAL
    clock that began before the visit was over."""
    kept = [a for a in (ticket.get("fields") or {}).get("appointments") or () if a.get("visit") == visit["id"]]
    if kept:
        return kept[-1]["from"], kept[-1]["to"]
    until = visit["finished"] or math.inf
    mine = [c for c in ticket["clocks"] or () if c["name"] == "ARRIVAL" and c["started"] <= until]
    return None, mine[-1]["due"] if mine else None


def report(
    visits: Sequence[Row], tickets: Mapping[str, Row], now: int, km: Mapping[str, float | None] | None = None
) -> dict[str, Any]:
    """`{whole, technicians: [{technician, …}]}`; each part is summed up like the whole, and the parts add up to it.
    `km`: the way to each visit (`service/proof/distance.py`)."""
    ways = km or {}
    made = [judge(visit, tickets, now, ways.get(visit["id"])) for visit in visits if visit["state"] not in NOT_MADE]
    apart = Counter(visit["technician"] for visit in visits if visit["state"] in NOT_MADE)
    names = sorted({j.technician for j in made} | set(apart))
    parts = [
        {"technician": name, **summed([j for j in made if j.technician == name], apart[name])} for name in names
    ]  # fmt: skip
    return {"whole": summed(made, sum(apart.values())), "technicians": parts}


def summed(judged: Sequence[Judged], not_made: int) -> dict[str, Any]:
    """The figures of some visits. Every visit is in exactly one of OUTCOMES; `not_made` (declined, called off) in none.

    `punctual_share`: of those with evidence and a target; shares, means and percentiles of nothing are null.
    `km`: of the visits that arrived; `unknown` counts those whose way is not known.
    """
    of = Counter(j.outcome for j in judged)
    arrived = [j for j in judged if j.level is not None]
    timed = of["punctual"] + of["early"] + of["late"]
    return {
        "visits": len(judged),
        **{outcome: of[outcome] for outcome in OUTCOMES},
        "not_made": not_made,
        "punctual_share": _share(of["punctual"], timed),
        "provisional_share": _share(of["provisional"], len(arrived)),
        "levels": {str(level): sum(j.level == level for j in arrived) for level in range(5)},
        "late_minutes": _spread([j.late_ms / MINUTE for j in judged if j.outcome == "late"]),
        "distance_m": _spread([j.distance_m for j in judged if j.distance_m is not None]),
        "km": _ways(arrived),
        "corrected": sum(j.corrected for j in judged),
        "confirmed": sum(j.confirmed for j in judged),
    }


def _ways(arrived: Sequence[Judged]) -> dict[str, Any]:
    known = [j.km for j in arrived if j.km is not None]
    return {"visits": len(known), "sum": round(math.fsum(known), 3), "unknown": len(arrived) - len(known)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _spread(values: Sequence[float]) -> dict[str, Any]:
    """`p90`: the smallest value that at least nine tenths of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    n, total = len(ordered), math.fsum(ordered)
    p90 = ordered[math.ceil(0.9 * n) - 1] if n else None
    return {
        "n": n, "sum": round(total, 3), "mean": round(total / n, 3) if n else None,
        "p90": None if p90 is None else round(p90, 3),
    }  # fmt: skip
