"""No money without consent (S1 6.4.7, S3 3.4(2), S4 4.2.3): quotes in versions, who agreed to which, and charges.

A quote's total is the sum of its items, in whole cents. Extra work is a new version and needs a new consent; charges
never exceed the newest accepted version. Under the repair warranty nothing is charged (S3 3.4(3)).
"""

import math
from collections.abc import Callable
from typing import Any

from service.asked import answered, asked
from service.bodies import NOTE, known, one_of, said
from service.checks import Check, demand, optional, text
from service.model import Action, Answer
from service.records.base import Put
from service.step import Step, name
from service.tickets import BEFORE_RESOLVED, Ticket
from telemetry.errors import Conflict, Invalid

HOW = ("signature", "phone", "online", "cabinet_screen")
_MOST_ITEMS, _MOST_CENTS, _MOST_UNITS = 100, 1_000_000_000, 10_000
_PAYABLE = BEFORE_RESOLVED | {"resolved", "follow_up"}


def whole(low: int, high: int) -> Check:
    """A whole number between two limits, both allowed."""

    def check(value: Any) -> str | None:
        fine = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if fine else f"must be a whole number from {low} to {high}"

    return check


_ITEM: dict[str, Check] = {
    "what": text, "cents": whole(0, _MOST_CENTS), "quantity": whole(1, _MOST_UNITS), "code": optional(text),
}  # fmt: skip


def _items(value: Any) -> str | None:
    """`[{what, cents, quantity, code?}]`: the price of one, how many, and under which code of the price list."""
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_ITEMS or not all(isinstance(v, dict) for v in value):
        return f"must be a list of 1 to {_MOST_ITEMS} items"
    try:
        for item in value:
            demand(item, _ITEM, ("what", "cents", "quantity"))
    except Invalid as error:
        return f"each item: {error}"
    return None


_QUOTE: dict[str, Check] = {"items": _items, **NOTE}
_CONSENT: dict[str, Check] = {
    "version": whole(1, 10_000), "by": text, "how": one_of(*HOW), "attachment": optional(text), **NOTE,
}  # fmt: skip
_CHARGE: dict[str, Check] = {
    "version": whole(1, 10_000), "cents": optional(whole(1, 10**15)), "receipt": optional(text), **NOTE,
}  # fmt: skip


def total(items: list[dict[str, Any]]) -> int:
    """Cents."""
    return sum(item["cents"] * item["quantity"] for item in items)


def quotes(ticket: Ticket) -> list[dict[str, Any]]:
    """Every version, oldest first: `{version, items, cents, note, by, at, accepted}`."""
    found: list[dict[str, Any]] = ticket.extra.setdefault("quotes", [])
    return found


def agreed(ticket: Ticket) -> dict[str, Any] | None:
    """The newest version somebody agreed to."""
    return next((q for q in reversed(ticket.extra.get("quotes", ())) if q["accepted"] is not None), None)


def charged(ticket: Ticket) -> int:
    """Cents charged so far."""
    return sum(charge["cents"] for charge in ticket.extra.get("charges", ()))


def quote(step: Step, action: Action) -> Answer:
    """`ticket.quote` {"items", "note"?}: a new version. Raises NotFound, Denied, Conflict, Invalid."""
    ticket = asked(step, action, technicians=True, states=BEFORE_RESOLVED)
    given = known(action.body, _QUOTE, ("items",))
    made = {
        "version": len(quotes(ticket)) + 1, "items": given["items"], "cents": total(given["items"]),
        "note": said(given), "by": action.actor.id, "at": step.now, "accepted": None,
    }  # fmt: skip
    quotes(ticket).append(made)
    return _told(step, ticket, action, f"quoted version={made['version']} cents={made['cents']}")


def accept(step: Step, action: Action) -> Answer:
    """`ticket.accept-quote` {"version", "by", "how", "attachment"?}: who agreed to the newest version, and how.

    Raises NotFound, Denied, Conflict (`quote` when that version is not the newest or has an answer), Invalid.
    """
    ticket = asked(step, action, technicians=True, states=BEFORE_RESOLVED)
    given = known(action.body, _CONSENT, ("version", "by", "how"))
    versions = ticket.extra.get("quotes", [])
    if not versions or given["version"] != len(versions):
        raise Conflict("quote", [f"quote.version={len(versions)}"] if versions else ["quote"])
    if versions[-1]["accepted"] is not None:
        raise Conflict("quote", ["quote"])
    versions[-1]["accepted"] = {
        "by": given["by"], "how": given["how"], "attachment": given.get("attachment"), "at": step.now,
        "recorded_by": action.actor.id,
    }  # fmt: skip
    return _told(step, ticket, action, f"quote_accepted version={given['version']} how={given['how']}")


def charge(step: Step, action: Action) -> Answer:
    """`ticket.charge` {"version", "cents"?, "receipt"?}: take what was agreed, all of what is left by default.

    Raises NotFound, Denied, Conflict (`warranty`, `quote`), Invalid.
    """
    ticket = asked(step, action, technicians=True, states=_PAYABLE)
    if ticket.extra.get("free"):
        raise Conflict("warranty", [ticket.extra["warranty_of"]["ticket"]])
    accepted = agreed(ticket)
    if accepted is None:
        raise Conflict("quote", ["accept-quote"] if ticket.extra.get("quotes") else ["quote", "accept-quote"])
    if accepted["at"] >= ticket.extra.get("free_since", math.inf):
        raise Conflict("warranty", [ticket.id])
    given = known(action.body, _CHARGE, ("version",))
    left = accepted["cents"] - charged(ticket)
    cents = given["cents"] if given.get("cents") is not None else left
    if given["version"] != accepted["version"]:
        raise Conflict("quote", [f"accept-quote.version={given['version']}"])
    if not 0 < cents <= left:
        raise Conflict("quote", [f"quote.cents={max(left, 0)}"])
    return _take(step, ticket, action, {"cents": cents, "quote": given["version"], "receipt": given.get("receipt")})


def _take(step: Step, ticket: Ticket, action: Action, what: dict[str, Any]) -> Answer:
    row = {"id": name("Q", step.books.number("Q")), **what, "at": step.now, "actor": action.actor.id}
    ticket.extra.setdefault("charges", []).append(row)
    step.changes.append(Put("charges", {**row, "ticket": ticket.id}))
    receipt = f" receipt={'_'.join(what['receipt'].split())}" if what["receipt"] else ""
    return _told(step, ticket, action, f"charged id={row['id']} cents={what['cents']} version={what['quote']}{receipt}")


def _told(step: Step, ticket: Ticket, action: Action, what: str) -> Answer:
    step.line(ticket, "quote", actor=action.actor.id, note=what)
    return answered(step, ticket)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "ticket.quote": quote, "ticket.accept-quote": accept, "ticket.charge": charge,
}  # fmt: skip
