"""The register of contacts: every call and letter, in and out, under a number without holes (S1 6.4.9).

A row is written in the same step as what it tells of, and only once nothing can refuse that any more.
"""

from typing import Any, NamedTuple

from service.bodies import known, one_of, said
from service.checks import Check, optional, text, truth
from service.model import Actor
from service.records.base import Put, Row
from service.step import Step, name
from service.tickets import CHANNELS as OF_TICKETS
from service.tickets import Ticket

CHANNELS = (*(c for c in OF_TICKETS if c != "telemetry"), "letter", "fax", "on_site")
"""S1 6.2 names letters, S4 4.2.2 fax and service on site beside the channels of tickets."""
FLAGS = ("suggestion", "criticism")

_TOLD: dict[str, Check] = {
    "channel": optional(one_of(*CHANNELS)), "source": optional(text), "unverified": optional(truth),
    "read_back": optional(truth),
}  # fmt: skip
_OUT = frozenset({"reply", "promise", "follow-up"})
TOLD = ("solved", "promised_at", "source", "unverified", "read_back", "flag")


class Told(NamedTuple):
    """What a move of a ticket told the customer, and how."""

    verb: str
    words: str | None
    fields: dict[str, Any]


def write(
    step: Step, ticket: Ticket, actor: Actor, direction: str, channel: str, words: str | None, rule: str, **told: Any
) -> Row:
    """The row of a contact, with the next number. `rule`: why it belongs to this ticket; `told`: see `TOLD`, and
    `customer` where the caller is somebody else than the ticket's customer. Raises nothing."""
    n = step.books.number("C")
    row = {
        "id": name("C", n), "n": n, "at": step.now, "actor": actor.id, "direction": direction, "channel": channel,
        "text": words, "customer": told.get("customer"), "cabinet": ticket.cabinet, "ticket": ticket.id,
        "kind": ticket.kind, "rule": rule, **{key: told.get(key) for key in TOLD},
    }  # fmt: skip
    step.changes.append(Put("contacts", row))
    return row


def opened(step: Step, ticket: Ticket, actor: Actor) -> None:
    """The contact with which a ticket was opened; telemetry calls nobody."""
    if ticket.channel != "telemetry":
        write(step, ticket, actor, "in", ticket.channel, ticket.summary, "opened")


def told(verb: str, body: dict[str, Any]) -> Told | None:
    """What a move will tell the customer; None for one that tells nothing. Raises Invalid."""
    if verb not in _OUT or body.get("reached") is False:
        return None
    words = body.get("answer") if verb == "follow-up" else said(body)
    return Told(verb, words, known(body, _TOLD))


def note(step: Step, ticket: Ticket, actor: Actor, told: Told | None) -> None:
    """Register what a move told the customer. An answer for which nobody named a source is not verified (S1 7.1)."""
    if told is None:
        return
    usual = ticket.channel if ticket.channel in CHANNELS else "phone"
    fields = {key: value for key, value in told.fields.items() if key != "channel"}
    if told.verb == "reply" and not fields.get("source"):
        fields["unverified"] = True
    if told.verb == "promise":
        fields |= {"promised_at": ticket.extra.get("promised_at"), "solved": False}
    if told.verb == "follow-up":
        fields["solved"] = ticket.extra["follow_up"]["solved"]
    write(step, ticket, actor, "out", told.fields.get("channel") or usual, told.words, "named", **fields)
