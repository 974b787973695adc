"""What becomes of the notices that are due: sent one by one, joined, or kept waiting. Pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from service.records.base import Row
from telemetry.clock import Moment
from telemetry.units import MINUTE, SECOND

PER_PERSON = 5  # messages to one person per WINDOW (P9: a storm of faults is no storm of messages)
WINDOW = 10 * MINUTE  # real
URGENT = 20  # safety-critical ones, which have places of their own; what is more comes together
URGENT_WAIT = 30 * SECOND  # real: how long those wait for each other
_LISTED = 20  # items a digest spells out


class Plan(NamedTuple):
    """What to do with one person's due notices: send each, join into a digest, or wait until a real time (ms)."""

    send: list[Row]
    digest: list[Row]
    wait: list[Row]
    until: int = 0


def plan(due: Sequence[Row], recent: Sequence[int], real: int) -> Plan:
    """Keep one person at PER_PERSON usual messages per WINDOW; what is more becomes one digest, in the last free place.

    `recent`: real times (ms) of the messages that hold a place, those that are tried again included: further tries are
    free of the limit, since they hold their place already.
    """
    again, fresh = _tries(due)
    places = PER_PERSON - len(recent)
    if len(fresh) <= places:
        return Plan(list(due), [], [])
    if places <= 0:
        return Plan(again, [], fresh, min(recent, default=real) + WINDOW)
    return Plan(again + fresh[: places - 1], fresh[places - 1 :], [])


def plan_urgent(due: Sequence[Row], recent: Sequence[int], real: int) -> Plan:
    """The same for safety-critical notices: URGENT of them at once, one by one; then a digest every URGENT_WAIT."""
    again, fresh = _tries(due)
    places = URGENT - len(recent)
    if fresh and places <= 0 and real < max(recent) + URGENT_WAIT:
        return Plan(again, [], fresh, max(recent) + URGENT_WAIT)
    if len(fresh) <= max(1, places):
        return Plan(list(due), [], [])
    singly = max(0, places - 1)
    return Plan(again + fresh[:singly], fresh[singly:], [])


def plan_singly(due: Sequence[Row], recent: Sequence[int], real: int) -> Plan:
    """The limit of `plan` for customers, whose messages are not joined: what is more waits, oldest first."""
    again, fresh = _tries(due)
    places = max(0, PER_PERSON - len(recent))
    return Plan(again + fresh[:places], [], fresh[places:], min(recent, default=real) + WINDOW)


def _tries(due: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Those tried before, and those that were not."""
    return [n for n in due if n["attempts"]], [n for n in due if not n["attempts"]]


def critical(notice: Row) -> bool:
    """Whether safety hangs on it: such a notice has places of its own, and hardly waits."""
    return (notice["params"] or {}).get("severity") == "critical"


def _items(notice: Row) -> tuple[list[dict[str, Any]], int]:
    """What a notice says, as items of a digest, and how many more it only counts; a digest is taken apart."""
    params = notice["params"] or {}
    if notice["kind"] == "digest":
        return params["items"], params["more"]
    return [{"kind": notice["kind"], "params": spoken(notice)}], 0


def spoken(notice: Row) -> dict[str, Any]:
    """The parameters of a notice's text: its own, and what it refers to."""
    return {"ticket": notice["ticket"], "visit": notice["visit"], **(notice["params"] or {})}


def alarm(notice: Row) -> bool:
    """Whether it tells that another notice was not delivered: such a notice is never given up."""
    return any(item["kind"] == "undelivered" for item in _items(notice)[0])


def _notice(key: str, to: str, kind: str, params: dict[str, Any], moment: Moment) -> Row:
    return {
        "id": key, "at": moment.now, "to": to, "kind": kind, "params": params, "ticket": None, "visit": None,
        "state": "queued", "attempts": 0, "next_real": None, "delivered": None, "error": None,
    }  # fmt: skip


def digest(notices: list[Row], moment: Moment) -> Row:
    """One notice for many. Alarms come first, so that the listed items tell whether it may be given up."""
    parts = [_items(notice) for notice in notices]
    items = sorted((item for listed, _ in parts for item in listed), key=lambda item: item["kind"] != "undelivered")
    more = sum(count for _, count in parts) + len(items[_LISTED:])
    severity = "critical" if all(critical(notice) for notice in notices) else None
    params = {"items": items[:_LISTED], "more": more, "severity": severity}
    return _notice(f"{notices[0]['id']}:digest", notices[0]["to"], "digest", params, moment)


def undelivered(notice: Row, error: str, moment: Moment) -> Row:
    """What tells the operators of a notice that was given up; one per notice, by its id."""
    params = {"person": notice["to"], "notice": notice["kind"], "error": error}
    refs = {"ticket": notice["ticket"], "visit": notice["visit"]}
    return {**_notice(f"{notice['id']}:failed", "operators", "undelivered", params, moment), **refs}
