"""Proof of purchase by the cabinet's own records (S1 7.5.9, "other proof"): sales that fit what a customer remembers.

Pure: rows of the table `events` in, candidates out. Nobody is taken at their word: a candidate shows how far it lies
from what was said, and what the door and the payment terminal said around it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from service.records.base import Row
from telemetry.units import MINUTE

AROUND = 2 * MINUTE
WITNESSES = ("door_opened", "door_closed", "payment_error", "vend_failed")
_DOOR = 0.15  # a door that moved around the sale makes it likelier
_TROUBLE = 0.15  # a payment error or a failed vend around it makes it less likely to be what was taken


class Asked(NamedTuple):
    """What the customer says: about when (`at`, ms; at most `within` ms off), and the goods or what they cost."""

    at: int
    within: int
    sku: str | None = None
    price_cents: int | None = None


class Candidate(NamedTuple):
    """A sale that fits. `away_ms`: after (or, negative, before) the time named; `score` 0 to 1, best first."""

    event: str
    at: int
    away_ms: int
    score: float
    sku: str | None
    lot: str | None
    price_cents: int | None
    vend_id: str | None
    witnesses: list[dict[str, Any]]


def candidates(asked: Asked, vends: Sequence[Row], around: Sequence[Row]) -> list[Candidate]:
    """The sales that fit, best first. `vends`: events `vend` of the cabinet; `around`: its WITNESSES."""
    fitting = [row for row in vends if abs(row["ts"] - asked.at) <= asked.within and _fits(asked, row["data"] or {})]
    found = [_candidate(asked, row, around) for row in fitting]
    return sorted(found, key=lambda c: (-c.score, abs(c.away_ms), c.event))


def _fits(asked: Asked, data: dict[str, Any]) -> bool:
    """What the sale says against it: another article, or another price."""
    told_sku, told_price = data.get("sku"), data.get("price_cents")
    other = asked.sku is not None and told_sku is not None and told_sku != asked.sku
    dearer = asked.price_cents is not None and told_price is not None and told_price != asked.price_cents
    return not other and not dearer


def _candidate(asked: Asked, row: Row, around: Sequence[Row]) -> Candidate:
    data = row["data"] or {}
    near = sorted((w for w in around if abs(w["ts"] - row["ts"]) <= AROUND), key=lambda w: (w["ts"], w["id"]))
    away = row["ts"] - asked.at
    return Candidate(
        row["id"], row["ts"], away, _score(asked, away, data, {w["name"] for w in near}), _text(data.get("sku")),
        _text(data.get("lot")), price(data.get("price_cents")), _text(data.get("vend_id")),
        [{"name": w["name"], "ts": w["ts"], "event": w["id"]} for w in near],
    )  # fmt: skip


def _score(asked: Asked, away: int, data: dict[str, Any], names: set[str]) -> float:
    """1: at that very time, with the door moving; half as much at the edge of the window. What was asked for and is not
    told by the sale halves it."""
    untold = sum(
        wanted is not None and data.get(name) is None
        for name, wanted in (("sku", asked.sku), ("price_cents", asked.price_cents))
    )
    near = 1 - 0.5 * abs(away) / max(asked.within, 1)
    door = _DOOR * (not names & {"door_opened", "door_closed"})
    trouble = _TROUBLE * bool(names & {"payment_error", "vend_failed"})
    return round(max(0.0, near - door - trouble) * 0.5**untold, 3)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def price(value: Any) -> int | None:
    """A price in cents that a column can keep."""
    whole = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53
    return int(value) if whole else None
