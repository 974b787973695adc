"""Availability of the platform itself (S1 5.1.2), from the intervals in which it saw nothing. Pure."""

from collections.abc import Sequence
from typing import Any

from service.records.base import Row
from service.staff.coverage import Stretch, joined

Json = dict[str, Any]


def availability(blind: Sequence[Row], since: int, until: int, now: int) -> Json:
    """How long the platform saw in [since, until), as far as that is over at `now`.

    `availability` is None where nothing of it is over. `by_cause` may overlap; `blind_ms` counts every instant once.
    """
    end = min(until, now)
    found = [(cause, s) for row in blind for cause, s in [(row["cause"], _within(row, since, end))] if s[0] < s[1]]
    lost = _length([s for _, s in found])
    causes = sorted({cause for cause, _ in found})
    return {
        "seen_ms": max(0, end - since) - lost, "blind_ms": lost, "total_ms": max(0, end - since),
        "availability": 1 - lost / (end - since) if end > since else None, "interruptions": len(found),
        "by_cause": {c: _length([s for cause, s in found if cause == c]) for c in causes},
    }  # fmt: skip


def _within(row: Row, since: int, end: int) -> Stretch:
    """The part of a blindness in the period; one that lasts has no end yet."""
    return max(row["from"], since), end if row["to"] is None else min(row["to"], end)


def _length(stretches: Sequence[Stretch]) -> int:
    return sum(b - a for a, b in joined(stretches))
