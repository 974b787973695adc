"""The follow-up visit or call (S1 7.7.1-7.7.3): an answer, or an attempt that reached nobody."""

from typing import Any

from service import intake
from service.after.attempts import attempts, exhausted
from service.after.invitations import invite
from service.bodies import NOTE, known, one_of, said
from service.checks import Check, optional, text, truth
from service.model import Actor
from service.moves import move
from service.step import Step
from service.tickets import CHANNELS, Ticket

_LONGEST = 20  # attempts kept with the ticket; the timeline has every one
_HOW = (*(c for c in CHANNELS if c != "telemetry"), "on_site")
_COMMON: dict[str, Check] = {"channel": optional(one_of(*_HOW)), "reached": optional(truth), **NOTE}
_REACHED: dict[str, Check] = {"answer": text, "solved": truth, "recurrence": optional(truth), **_COMMON}


def follow_up(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Take an answer, or with `"reached": false` an attempt. What was not solved, or came back, goes to work again, and
    somebody is sent. Raises Conflict, Invalid."""
    if body.get("reached") is False:
        _attempt(step, ticket, actor, known(body, _COMMON))
        return
    given = known(body, _REACHED, ("answer", "solved"))
    again = bool(given.get("recurrence"))
    solved = given["solved"] and not again
    ticket.extra["follow_up"] = {
        "answer": given["answer"], "solved": given["solved"], "recurrence": again, "date": step.now,
        "person": actor.id, "channel": given.get("channel") or "phone",
    }  # fmt: skip
    invite_late(step, ticket)
    move(step, ticket, "follow-up", actor=actor.id, note=given["answer"])
    if not solved:
        move(step, ticket, "reopen", note=f"follow_up solved={_word(given['solved'])} recurrence={_word(again)}")
        intake.send_out(step, ticket)


def _attempt(step: Step, ticket: Ticket, actor: Actor, given: dict[str, Any]) -> None:
    """Nobody was reached. That is no contact, so the clock runs on, until enough attempts were made."""
    made = ticket.extra.get("follow_up_attempts") or []
    attempt = {"at": step.now, "person": actor.id, "channel": given.get("channel") or "phone", "note": said(given)}
    ticket.extra["follow_up_attempts"] = [*made, attempt][-max(_LONGEST, step.policy.follow_up_attempts) :]
    note = f"follow_up reached=false attempt={attempts(ticket)} channel={attempt['channel']}"
    step.line(ticket, "follow-up", actor=actor.id, note=note)
    if ticket.state == "resolved" and exhausted(ticket, step.policy):
        invite_late(step, ticket)
        move(step, ticket, "follow-up", note=f"follow_up attempts={attempts(ticket)}")


def invite_late(step: Step, ticket: Ticket) -> None:
    """Tickets resolved before there was a survey are invited now."""
    if "survey" not in ticket.extra:
        invite(step, ticket)


def _word(value: bool) -> str:
    return str(value).lower()
