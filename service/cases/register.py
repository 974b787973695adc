"""The register of contacts: every call and letter, in and out, under a number without holes (S1 6.4.9).

A row is written in the same step as what it tells of, and only once nothing can refuse that any more.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.bodies import known, one_of, said
from service.cases.record import fill
from service.checks import Check, optional, text, truth
from service.model import Actor
from service.records.base import Put, Row
from service.staff.documents import in_force
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
_PAPERS = {"template": "reply_template", "guide": "guide"}
"""Field of a contact → the kind of document that it names: the wording used (S1 5.2.3), the guide sent (S1 7.4)."""
PAPERS: dict[str, Check] = dict.fromkeys(_PAPERS, optional(text))
TOLD = (
    "solved", "promised_at", "source", "unverified", "read_back", "flag",
    *(column for field in _PAPERS for column in (field, f"{field}_edition")),
)  # fmt: skip


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
    if row["guide"] is not None:
        _log_guide(step, ticket, row)
    return row


def _log_guide(step: Step, ticket: Ticket, row: Row) -> None:
    """The case says which guides the customer got, and the record counts them (S1 7.4)."""
    sent = {"guide": row["guide"], "edition": row["guide_edition"], "contact": row["id"], "at": step.now}
    ticket.extra["guides"] = [*ticket.extra.get("guides", []), sent]
    fill(step, ticket)
    note = f"sent guide={row['guide']} edition={row['guide_edition']} contact={row['id']}"
    step.line(ticket, "guide", actor=row["actor"], note=note)


def papers(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """The documents that a contact names, with the edition that is in force now. Raises Invalid, Conflict as
    `service.staff.documents.in_force`."""
    found: dict[str, Any] = {}
    for field, kind in _PAPERS.items():
        if given.get(field) is not None:
            document = in_force(step, given[field], kind, field)
            found |= {field: document.id, f"{field}_edition": document.edition}
    return found


def opened(step: Step, ticket: Ticket, actor: Actor) -> None:
    """The contact with which a ticket was opened; telemetry calls nobody."""
    if ticket.channel != "telemetry":
        write(step, ticket, actor, "in", ticket.channel, ticket.summary, "opened")


def told(step: Step, verb: str, body: dict[str, Any]) -> Told | None:
    """What a move will tell the customer; None for one that tells nothing. Raises as `papers`, and Invalid."""
    if verb not in _OUT or body.get("reached") is False:
        return None
    words = body.get("answer") if verb == "follow-up" else said(body)
    fields = known(body, {**_TOLD, **PAPERS})
    return Told(verb, words, {**fields, **papers(step, fields)})


def note(step: Step, ticket: Ticket, actor: Actor, told: Told | None) -> None:
    """Register what a move told the customer. An answer for which nobody named a source is not verified (S1 7.1)."""
    if told is None:
        return
    usual = ticket.channel if ticket.channel in CHANNELS else "phone"
    fields = {key: value for key, value in told.fields.items() if key != "channel"}
    if told.verb == "reply" and not fields.get("source") and not fields.get("guide"):
        fields["unverified"] = True
    if told.verb == "promise":
        fields |= {"promised_at": ticket.extra.get("promised_at"), "solved": False}
    if told.verb == "follow-up":
        fields["solved"] = ticket.extra["follow_up"]["solved"]
    write(step, ticket, actor, "out", told.fields.get("channel") or usual, told.words, "named", **fields)
