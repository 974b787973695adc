"""Reliability of cabinets by model and firmware (S0 4.1.8), from the rows of their faults. Pure.

A failure is a stretch in which at least one fault of severity `critical`, `major` or `minor`, and not folded into a
parent's (a site's mains is no fault of the model), stood on the cabinet. MTBF = up time / failures and MTTR = down time
/ failures, so that availability = MTBF / (MTBF + MTTR); without a failure both are unknown, never infinite or 0.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from service.records.base import Row
from service.staff.coverage import Stretch, joined
from telemetry.units import HOUR

Json = dict[str, Any]
FAILING = frozenset({"critical", "major", "minor"})


class Life(NamedTuple):
    """What a cabinet went through in the period: ms in use, the stretches of failure, the fault kinds."""

    used: int
    down: list[Stretch]
    kinds: Counter[str]


def lives(cabinets: Sequence[Row], episodes: Sequence[Row], since: int, until: int) -> dict[str, Life]:
    """The life of each cabinet in [since, until): from its registration, and to its retirement."""
    mine: defaultdict[str, list[Row]] = defaultdict(list)
    for row in episodes:
        if row["cabinet"] is not None and row["severity"] in FAILING and row["parent"] is None:
            mine[row["cabinet"]].append(row)
    return {c["id"]: _life(c, mine[c["id"]], since, until) for c in cabinets}


def _life(cabinet: Row, episodes: Sequence[Row], since: int, until: int) -> Life:
    begin = max(since, cabinet["created"] or since)
    end = min(until, cabinet["updated"]) if cabinet["retired"] and cabinet["updated"] else until
    stood = [
        (max(e["onset"], begin), min(end if e["cleared"] is None else e["cleared"], end), e["kind"]) for e in episodes
    ]
    real = [(a, b, kind) for a, b, kind in stood if a < b]
    return Life(max(0, end - begin), joined([(a, b) for a, b, _ in real]), Counter(kind for *_, kind in real))


def figures(some: Sequence[Life]) -> Json:
    """The figures of some cabinets together; those of parts add up to those of the whole."""
    used = sum(life.used for life in some)
    down = sum(b - a for life in some for a, b in life.down)
    failures = sum(len(life.down) for life in some)
    kinds = sum((life.kinds for life in some), Counter[str]())
    return {
        "cabinets": len(some), "hours": used / HOUR, "down_hours": down / HOUR, "failures": failures,
        "mtbf_hours": (used - down) / failures / HOUR if failures else None,
        "mttr_hours": down / failures / HOUR if failures else None,
        "availability": (used - down) / used if used else None,
        "kinds": [{"kind": kind, "faults": n} for kind, n in sorted(kinds.items(), key=lambda k: (-k[1], k[0]))],
    }  # fmt: skip


def report(cabinets: Sequence[Row], episodes: Sequence[Row], since: int, until: int) -> Json:
    """The whole fleet, then by model and by firmware (`null`: not known)."""
    found = lives(cabinets, episodes, since, until)
    return {
        "whole": figures(list(found.values())),
        "models": _by(cabinets, found, "model"),
        "firmware": _by(cabinets, found, "firmware"),
    }


def _by(cabinets: Sequence[Row], found: Mapping[str, Life], column: str) -> list[Json]:
    groups: defaultdict[str | None, list[Life]] = defaultdict(list)
    for c in cabinets:
        groups[c[column]].append(found[c["id"]])
    return [{"name": name, **figures(groups[name])} for name in sorted(groups, key=lambda n: (n is None, n or ""))]
