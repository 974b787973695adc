"""The look from afar before somebody is sent (S3 3.3): what was tried, or why nothing was.

An attempt is a command sent for the ticket, or what a person writes down; where neither is there and nobody gave a
reason, the desk looks by itself and says so, so that no dispatch is without one.
"""

from typing import Any

from service.bodies import NOTE, known, said
from service.checks import Check, optional, text
from service.intake import remote_check
from service.model import Actor
from service.moves import move
from service.step import SYSTEM, Step
from service.tickets import Ticket
from telemetry.units import DAY

ATTEMPTS = ("self_test", "reboot", "look")
_SENT_OUT = frozenset({"repair", "incident"})


def _attempts(value: Any) -> str | None:
    fine = isinstance(value, list) and all(attempt in ATTEMPTS for attempt in value)
    return None if fine else f"must be a list of {', '.join(ATTEMPTS)}"


_BODY: dict[str, Check] = {"attempts": optional(_attempts), "outcome": optional(text), **NOTE}


def attempt(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """The move `remote` {"attempts": [...]?, "outcome"?, "note"?}. Raises Invalid."""
    given = known(body, _BODY)
    tried = list(dict.fromkeys(given.get("attempts") or ()))
    if tried or given.get("outcome"):
        _log(step, ticket, by=actor.id, attempts=tried, outcome=given.get("outcome"))
    words = [f"attempts={','.join(tried)}"] if tried else []
    words += filter(None, (given.get("outcome"), said(given)))
    move(step, ticket, "remote", actor=actor.id, note=" ".join(words) or None)


def before_dispatch(step: Step, ticket: Ticket, actor: Actor, reason: str | None) -> None:
    """Somebody is to be sent: note the reason if there was no attempt since it was triaged, or look at the cabinet."""
    if ticket.kind not in _SENT_OUT or attempted(ticket):
        return
    if reason is not None:
        _log(step, ticket, by=actor.id, attempts=[], reason=reason)
        return
    look(step, ticket)


def attempted(ticket: Ticket) -> bool:
    """Whether something was tried from afar since the ticket was last triaged."""
    last = max((line["n"] for line in ticket.timeline if line["to"] == "triaged"), default=0)
    logged = ticket.extra.get("remote", {})
    if logged.get("attempts") and logged.get("line", 0) >= last:
        return True
    since = [line for line in ticket.timeline if line["n"] >= last]
    return any(line["type"] == "command" or (line["note"] or "").startswith("remote_check") for line in since)


def look(step: Step, ticket: Ticket) -> None:
    """The desk's own attempt: the last values, and the faults and tickets of the last 24 h that are known."""
    found = [remote_check(step, ticket.cabinet)]
    if faults := _faults(step, ticket):
        found.append(f"faults_24h={','.join(faults)}")
    if before := _tickets(step, ticket):
        found.append(f"tickets_24h={','.join(before)}")
    _log(step, ticket, by=SYSTEM, attempts=["look"], outcome=" ".join(found))
    step.line(ticket, "remote", note=" ".join([*found, "reason=none_given"]))


def _log(step: Step, ticket: Ticket, **what: Any) -> None:
    """Keep it for the service record; `line`: how long the timeline was then."""
    ticket.extra["remote"] = {"at": step.now, "line": len(ticket.timeline), **what}
    step.touch(ticket)


def _faults(step: Step, ticket: Ticket) -> list[str]:
    open_now = step.faults.open.values() if step.faults is not None else ()
    here = [e for e in open_now if e.cabinet is not None and e.cabinet == ticket.cabinet and e.state != "pending"]
    return sorted({e.kind for e in here})


def _tickets(step: Step, ticket: Ticket) -> list[str]:
    """Others about the same cabinet that were opened or changed within a day: what has cleared shows there."""
    if ticket.cabinet is None:
        return []
    others = (t for t in step.books.tickets.values() if t.cabinet == ticket.cabinet and t is not ticket)
    return [f"{t.id}:{t.fault_kind or t.kind}" for t in others if step.now - max(t.opened, t.updated) <= DAY]
