"""What cannot be answered goes to a superior in time (S1 6.4.4, 7.5.8): by a person's word, or by the clock."""

from typing import Any

from service.bodies import known
from service.checks import text
from service.model import Actor
from service.moves import SAME, move
from service.records.base import Row
from service.step import SYSTEM, Step
from service.tickets import Ticket
from telemetry.units import MINUTE

SUPERVISOR, NEXT = "supervisor", "administrator"
_ANSWERS = frozenset({"reply", "promise", "decide"})


def escalate(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Pass it to the supervisor, with the reason."""
    reason = known(body, {"reason": text}, ("reason",))["reason"]
    move(step, ticket, "escalate", to=SAME, actor=actor.id, note=reason)
    _tell(step, ticket, actor.id, {"reason": reason})


def _tell(step: Step, ticket: Ticket, by: str, reason: dict[str, Any]) -> None:
    """Begin the superior's time, and say so; an escalation that is open already begins anew."""
    due = step.now + step.policy.front.escalation_ms
    ticket.extra["escalation"] = {
        "at": step.now, "by": by, "due": due, "line": len(ticket.timeline), "state": "open", **reason,
    }  # fmt: skip
    step.touch(ticket)
    step.notice(SUPERVISOR, "escalated", {**_about(ticket), "by": by, "due": due, **reason}, ticket=ticket.id)


def _about(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket.id, "summary": ticket.summary, "summary_zh": ticket.extra.get("summary_zh") or ticket.summary,
        "severity": ticket.severity,
    }  # fmt: skip


def watch(step: Step) -> None:
    """Once a minute: what nobody answers goes up, and once more when the superior does not answer either."""
    if step.now - step.books.escalations_seen < MINUTE:
        return
    step.books.escalations_seen = step.now
    for ticket in [step.books.tickets[key] for key in step.books.live]:
        escalation = ticket.extra.get("escalation")
        if escalation is None:
            _unanswered(step, ticket)
        elif escalation["state"] == "open":
            _settle(step, ticket, escalation)


def _unanswered(step: Step, ticket: Ticket) -> None:
    """REPLY is nearly over, and nobody has answered."""
    clock = ticket.clock("REPLY")
    share = step.policy.front.escalate_share
    if clock is None or clock.stopped is not None or step.now < clock.started + share * (clock.due - clock.started):
        return
    percent = round(100 * share)
    step.line(ticket, "escalate", note=f"reply_unanswered percent={percent}")
    reason = {
        "reason": f"{percent} % of the time to reply has passed without an answer.",
        "reason_zh": f"答复时限已过 {percent} %，尚无答复。",
    }
    _tell(step, ticket, SYSTEM, reason)


def _settle(step: Step, ticket: Ticket, escalation: dict[str, Any]) -> None:
    lines = ticket.timeline[escalation["line"] :]
    if any(_answers(line, escalation["by"]) for line in lines):
        ticket.extra["escalation"] = {**escalation, "state": "answered"}
        step.touch(ticket)
    elif step.now >= escalation["due"]:
        ticket.extra["escalation"] = {**escalation, "state": "unanswered"}
        step.line(ticket, "escalate", note=f"escalation_unanswered to={NEXT}")
        step.notice(NEXT, "escalation_unanswered", {**_about(ticket), "since": escalation["at"]}, ticket=ticket.id)


def _answers(line: Row, by: str) -> bool:
    """Whether the line is somebody's word on it: another person's, or the customer's answer by whoever asked."""
    if line["actor"] == SYSTEM:
        return False
    return line["actor"] != by or line["type"] in _ANSWERS or line["to"] == "resolved"
