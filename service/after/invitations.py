"""The survey of a ticket (S1 6.4.8, 9): the invitation is made by itself when the ticket of a person is resolved.

The link is a key: whoever has it may answer for this ticket, and nobody else. It is an HMAC of the ticket by the desk's
secret, so it cannot be guessed, and only those who talk to customers are shown it.
"""

import hmac
from typing import Any

from service.after.indicators import SCORES, of_survey
from service.after.state import Invitation
from service.after.tally import count, uncount
from service.bodies import known
from service.checks import Check, optional, text
from service.model import Action, Answer
from service.records.base import Put, Row
from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Conflict, Denied, Invalid, NotFound
from telemetry.units import DAY


def token(secret: bytes, ticket: str) -> str:
    """The secret part of the survey's link: 128 bit, as hex."""
    return hmac.digest(secret, f"survey\x1f{ticket}".encode(), "sha256").hex()[:32]


def invitable(ticket: Ticket) -> bool:
    """Whether there is a person to ask: somebody opened it, or spoke to us about it. What telemetry opened has the
    owner of the place for a customer, who is asked nothing."""
    return ticket.channel != "telemetry" or any(line["type"] == "contact" for line in ticket.timeline)


def invite(step: Step, ticket: Ticket) -> None:
    """Invite whom the ticket concerns. Who has answered is not asked again; who has not gets the full time anew, and
    counts once: an invitation that ran out before is no longer one that nobody answered."""
    before = ticket.extra.get("survey", {})
    if not invitable(ticket) or before.get("state") == "answered":
        return
    if before.get("state") == "expired":
        uncount(step, of_survey({**dict.fromkeys(SCORES), **before}))
    until = step.now + step.policy.survey_days * DAY
    if ticket.id not in step.books.after.invitations:
        step.line(ticket, "survey", note=f"invited until={until}")
    step.books.after.invitations[ticket.id] = Invitation(ticket=ticket.id, invited=step.now, expires=until)
    ticket.extra["survey"] = {"state": "invited", "invited": step.now, "expires": until}
    step.changes.append(Put("surveys", _row(step, ticket, until)))
    step.tell(ticket, "survey_invited", {"until": until})


def _row(step: Step, ticket: Ticket, until: int) -> Row:
    return {
        "id": ticket.id, "state": "invited", "kind": ticket.kind, "channel": ticket.channel, "cabinet": ticket.cabinet,
        "person": ticket.extra.get("service", {}).get("person"), "token": token(step.desk.secret, ticket.id),
        "invited": step.now, "expires": until, "answered": None, "other": None, **dict.fromkeys(SCORES),
    }  # fmt: skip


def missing_invitation(_: Step, ticket: Ticket) -> list[str]:
    """What the guard of closing misses: nothing, since the invitation is made by itself (S1 6.4.8)."""
    return [] if not invitable(ticket) or "survey" in ticket.extra else ["survey"]


def score(value: Any) -> str | None:
    """A whole number from 1 (bad) to 5 (good)."""
    fine = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
    return None if fine else "must be a whole number from 1 to 5"


_ANSWER: dict[str, Check] = {"token": text, **dict.fromkeys(SCORES, optional(score)), "other": optional(text)}


def answer(step: Step, action: Action) -> Answer:
    """The answer of whoever holds the link, once. Raises Denied for a forged link, Conflict `survey_answered` or
    `survey_expired`, Invalid."""
    key = action.target
    forged = not hmac.compare_digest(str(action.body.get("token")).encode(), token(step.desk.secret, key).encode())
    if forged:
        raise Denied("the link is not one of ours")
    invitation = _open(step, key)
    given = known(action.body, _ANSWER, ("token",))
    scores = {item: given.get(item) for item in SCORES}
    other = given.get("other")
    if other is None and not any(scores.values()):
        raise Invalid({"answers": "at least one item must be answered"})
    row = {"id": key, "state": "answered", "answered": step.now, **scores, "other": other}
    _settle(step, invitation, row)
    return Answer(status="ok", body={"ticket": key, "answered": step.now})


def _open(step: Step, key: str) -> Invitation:
    found = step.books.after.invitations.get(key)
    if found is not None and step.now <= found.expires:
        return found
    ticket = step.books.ticket(key) if found is None else None
    if ticket is not None and "survey" not in ticket.extra:
        raise NotFound(key)
    answered = ticket is not None and ticket.extra["survey"]["state"] == "answered"
    raise Conflict("survey_answered" if answered else "survey_expired")


def expire(step: Step) -> None:
    """Invitations whose time is over."""
    for invitation in [i for i in step.books.after.invitations.values() if step.now > i.expires]:
        _settle(step, invitation, {"id": invitation.ticket, "state": "expired", "answered": None})


def _settle(step: Step, invitation: Invitation, row: Row) -> None:
    """The invitation is open no longer; its case counts for the indicators of its months."""
    del step.books.after.invitations[invitation.ticket]
    step.changes.append(Put("surveys", row))
    count(step, of_survey({**dict.fromkeys(SCORES), **row, "expires": invitation.expires}))
    ticket = step.books.tickets.get(invitation.ticket)
    if ticket is None:
        return
    ticket.extra["survey"] = {**ticket.extra["survey"], "state": row["state"], "answered": row["answered"]}
    step.line(ticket, "survey", actor="customer" if row["state"] == "answered" else "system", note=row["state"])
