"""What the customer signs (S3 3.4(4), S1 8.4): the result as it was shown, kept with its SHA-256: a change shows."""

import hashlib
from typing import Any

import msgspec

from service.after.invitations import invitable, score
from service.asked import answered, asked
from service.bodies import known, one_of
from service.checks import Check, like, optional, text, truth
from service.model import Action, Answer
from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Invalid

SIGNABLE = frozenset({"work_done", "verifying", "resolved", "follow_up"})
HOWS = ("signature", "phone", "cabinet_screen", "declined")
_SIGN: dict[str, Check] = {
    "by": text, "content_ok": truth, "quality": optional(score), "attitude": optional(score), "note": optional(text),
    "how": optional(one_of(*HOWS)), "reason": optional(text), "signature": optional(text),
    "signature_sha256": optional(like("[0-9a-f]{64}")),
}  # fmt: skip
_KEPT = ("by", "content_ok", "quality", "attitude", "note", "reason", "signature", "signature_sha256")


def shown(ticket: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What is shown for signing: measure, parts and charges, out of a ticket's `fields`."""
    service = fields.get("service") or {}
    return {
        "ticket": ticket, "measure": service.get("measure"), "parts": service.get("parts") or [],
        "charges": fields.get("charges") or [],
    }  # fmt: skip


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def changed(ticket: str, fields: dict[str, Any]) -> bool:
    """Whether what was signed is not what the record says now. False without a sign-off."""
    signed = fields.get("sign_off")
    return signed is not None and signed["sha256"] != digest(shown(ticket, fields))


def demanded(ticket: Ticket) -> bool:
    """Whether a customer is asked to sign: work was done, and a person wanted it. A cabinet of one's own that told of
    its fault itself proves the repair by telemetry."""
    return bool(ticket.extra.get("service")) and invitable(ticket)


def confirmation(ticket: Ticket) -> dict[str, Any] | None:
    """The customer's confirmation for the record (S1 8.4): that the content is right, or that the customer declined to
    sign, with the reason kept. None without one, and when the customer did not agree."""
    signed = ticket.extra.get("sign_off")
    if signed is None or not (signed["content_ok"] or signed["how"] == "declined"):
        return None
    return {"by": "customer", "at": signed["at"], "how": signed["how"]}


def sign(step: Step, action: Action) -> Answer:
    """Take a sign-off; a later one replaces it. Raises NotFound, Denied, Conflict `stale` or `state`, Invalid."""
    ticket = asked(step, action, technicians=True, states=SIGNABLE)
    given = known(action.body, _SIGN, ("by", "content_ok"))
    how = _how(given)
    content = shown(ticket.id, ticket.extra)
    ticket.extra["sign_off"] = {
        **{name: given.get(name) for name in _KEPT}, "how": how, "at": step.now, "person": action.actor.id,
        "shown": content, "sha256": digest(content),
    }  # fmt: skip
    note = f"how={how} content_ok={str(given['content_ok']).lower()} sha256={digest(content)}"
    step.line(ticket, "sign-off", actor=action.actor.id, note=note)
    return answered(step, ticket)


def _how(given: dict[str, Any]) -> str:
    """A drawn signature speaks for itself; without one it is said how the customer agreed, or why not."""
    how: str = given.get("how") or "signature"
    if how == "signature" and given.get("signature") is None:
        raise Invalid({"signature": "the id of an attached PNG, or say `how` without one"})
    if how == "declined" and given.get("reason") is None:
        raise Invalid({"reason": "is required when the customer declined to sign"})
    return how
