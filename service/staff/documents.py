"""Documents: a new edition supersedes the one before, which stays; and who has read which (S1 4.2)."""

from collections.abc import Callable
from typing import Any

import msgspec

from service.bodies import instant
from service.checks import demand
from service.model import Action, Actor, Answer
from service.records.base import Put, Row
from service.staff.model import Document
from service.staff.nouns import NOUNS
from service.staff.registers import add, find, keep
from service.step import Step
from telemetry.errors import Conflict, Invalid, NotFound

_NOUN = NOUNS["document"]
_FIELDS = {key: check for key, check in _NOUN.fields.items() if key != "kind"}


def _current(step: Step, key: str) -> Document:
    """The document, if no later edition or end stands against it. Raises NotFound, Conflict."""
    found = find(step, _NOUN, key)
    if not isinstance(found, Document):
        raise NotFound(key)
    if found.superseded_by is not None:
        raise Conflict("superseded", [found.superseded_by])
    if found.ended is not None:
        raise Conflict("ended")
    return found


def in_force(step: Step, key: str, kind: str, field: str) -> Document:
    """The entry of a kind that somebody names in `field`, as of now.

    Raises Invalid for none of that kind or one that does not hold now, Conflict (`superseded` with the next edition,
    `ended`, `archived`).
    """
    try:
        document = _current(step, key)
    except NotFound:
        raise Invalid({field: f"no entry of kind {kind}"}) from None
    if document.kind != kind:
        raise Invalid({field: f"no entry of kind {kind}"})
    if document.from_ > step.now or (document.until is not None and document.until <= step.now):
        raise Invalid({field: "is not in force now"})
    return document


def supersede(step: Step, actor: Actor, key: str, body: dict[str, Any], version: int | None) -> Row:
    """A new edition: what the body does not say is as before, but its content and attachment are its own.

    Raises NotFound, Invalid, Conflict (`superseded`, `ended`, `stale`, guards of the kind).
    """
    old = _current(step, key)
    if version is not None and version != old.version:
        raise Conflict("stale")
    demand(body, _FIELDS, ("from",))
    new = msgspec.structs.replace(
        old, id="", version=1, edition=old.edition + 1, created=step.now, updated=step.now, from_=instant(body["from"]),
        until=instant(body["until"]) if body.get("until") is not None else None, attachment=body.get("attachment"),
        title=body.get("title", old.title), owner=body.get("owner", old.owner), readers={},
    )  # fmt: skip
    if new.from_ < old.from_:
        raise Conflict("edition_order", ["from"])
    aside = {"body": body.get("body")}
    _NOUN.settle(step, new)
    _NOUN.beside(step, new, aside)
    row = add(step, actor, "document", new, aside)
    old.superseded_by, old.until = new.id, new.from_
    old.version, old.updated = old.version + 1, step.now
    keep(step, actor, "document", "superseded", old, {})
    return row


def receipt(step: Step, actor: Actor, key: str) -> Row:
    """Whoever asks has read this edition; the first time counts. Raises NotFound, Conflict."""
    document = _current(step, key)
    at = document.readers.setdefault(actor.id, step.now)
    row = {"id": f"{key}/{actor.id}", "document": key, "edition": document.edition, "person": actor.id, "at": at}
    step.changes.append(Put("read_receipts", row))
    return row


def _supersede(step: Step, action: Action) -> Answer:
    return Answer(status="created", body=supersede(step, action.actor, action.target, action.body, action.version))


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "document.supersede": _supersede,
    "document.receipt": lambda s, a: Answer(status="ok", body=receipt(s, a.actor, a.target)),
}
