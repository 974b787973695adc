"""Quality checks of contacts (S1 5.2.3): which of a month's contacts are drawn, and what a reviewer said of one."""

import hashlib
import math
from collections.abc import Callable, Sequence

from service.checks import Check, demand, optional, text, truth
from service.model import Action, Answer
from service.records.base import Put, Row
from service.step import Step, name
from telemetry.errors import Conflict, NotFound

_BODY: dict[str, Check] = {"ok": truth, "note": optional(text), "ticket": text, "by": optional(text)}


def drawn(rows: Sequence[Row], month: str, share: float) -> list[Row]:
    """The sample of a month's contacts: `share` of them, rounded up, the same whenever it is drawn again. The month is
    the seed: a contact's place follows from it and the contact's number alone."""
    size = math.ceil(share * len(rows) - 1e-9)
    return sorted(sorted(rows, key=lambda row: _place(row["id"], month))[:size], key=lambda row: row["n"])


def _place(contact: str, month: str) -> bytes:
    return hashlib.sha256(f"{month}/{contact}".encode()).digest()


def review(step: Step, action: Action) -> Answer:
    """`contact.review` {"ok", "note"?, "ticket", "by"}: a verdict; each is kept. `ticket` and `by`, whose contact it
    was, come with the contact's row, which the desk does not keep. What is not well needs a note.

    Raises NotFound, Conflict (`second_person`, `review`), Invalid.
    """
    _check_number(step, action.target)
    demand(action.body, _BODY, ("ok", "ticket"))
    if action.body.get("by") == action.actor.id:
        raise Conflict("second_person", ["another person"])
    if not action.body["ok"] and action.body.get("note") is None:
        raise Conflict("review", ["note"])
    row = {
        "id": name("CR", step.books.number("CR")), "contact": action.target, "ticket": action.body["ticket"],
        "ok": action.body["ok"], "note": action.body.get("note"), "at": step.now, "actor": action.actor.id,
    }  # fmt: skip
    step.changes.append(Put("contact_reviews", row))
    return Answer(status="created", body=row)


def _check_number(step: Step, key: str) -> None:
    if not step.books.given_out("C", key):
        raise NotFound(key)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"contact.review": review}
