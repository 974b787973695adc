"""What people write into the record of a ticket (S1 8.2-8.4), and what they decide about it."""

from typing import Any

from service.bodies import instant, known, one_of, parts, texts, when
from service.cases import customers
from service.cases.kinds import ABOUT, MODES
from service.cases.record import fill
from service.checks import Check, demand, json_object, optional, text, within
from service.deadlines import refund_owed, refund_paid, refund_withdrawn
from service.model import Actor
from service.moves import SAME, move
from service.returns.paid import payers
from service.step import Step
from service.telling import results
from service.tickets import Ticket
from telemetry.errors import Conflict, Invalid

CENTS = within(0, 10**11)
BASES = ("law", "contract", "promise", "agreement")
ROUTES = ("mediation", "authority", "court")

_GROUPS: dict[str, dict[str, Check]] = {
    "product": {
        "name": text, "price_cents": CENTS, "validity": text, "purchased": when, "place": text, "model": text,
        "serial": text, "sku": text, "lot": text,
    },
    "service": {
        "unit": text, "date": when, "person": text, "measure": text, "situation": text, "confirmation": text,
        "mode": one_of(*MODES), "parts": parts, "charge_cents": CENTS, "receipt": text,
    },
    "case": {"about": one_of(*ABOUT), "root_cause": text, "note": text},
}  # fmt: skip
_TIMES = ("purchased", "date")
_RECORD: dict[str, Check] = dict.fromkeys(("customer", *_GROUPS), optional(json_object))
_BASIS: dict[str, Check] = {"type": one_of(*BASES), "reference": text}


def record(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Write fields down; null takes one back. The timeline tells which, not what they say: it is for more eyes."""
    given = {name: group for name, group in known(body, _RECORD).items() if group is not None}
    if not given:
        raise Invalid({"body": f"one of {', '.join(_RECORD)} is needed"})
    wrote = {name: _group(name, group) for name, group in given.items() if name != "customer"}
    if "customer" in given:
        demand_of("customer", given["customer"], customers.FIELDS)
        ticket.customer = _over(ticket.customer or {}, given["customer"]) or None
    before = ticket.extra.get("recorded", {})
    ticket.extra["recorded"] = {**before, **{name: _over(before.get(name, {}), new) for name, new in wrote.items()}}
    fields = sorted(f"{name}.{field}" for name, group in given.items() for field in group)
    move(step, ticket, "record", to=SAME, actor=actor.id, note=f"record fields={','.join(fields)}")
    fill(step, ticket)


def demand_of(name: str, group: dict[str, Any], fields: dict[str, Check]) -> None:
    """`demand`, with fields named as `product.name`. Raises Invalid."""
    try:
        demand(group, fields)
    except Invalid as error:
        raise Invalid({f"{name}.{field}": message for field, message in error.fields.items()}) from None


def _group(name: str, group: dict[str, Any]) -> dict[str, Any]:
    demand_of(name, group, {field: optional(check) for field, check in _GROUPS[name].items()})
    return {key: instant(v) if key in _TIMES and v is not None else v for key, v in group.items()}


def _over(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**old, **new}.items() if value is not None}


def decide(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """A decision and what it rests on (S1 7.3.1): without a basis that can be cited it is none. `conduct`: the person
    whose conduct was complained of (S1 6.4.2). A later decision replaces it; the timeline has both."""
    fields: dict[str, Check] = {
        "decision": text, "basis": optional(json_object), "root_cause": optional(text), "conduct": optional(text),
    }  # fmt: skip
    given = known(body, fields, ("decision",))
    basis = given.get("basis") or {}
    if lacking := [f"basis.{field}" for field in _BASIS if not basis.get(field)]:
        raise Conflict("basis", lacking)
    demand_of("basis", basis, _BASIS)
    before = ticket.extra.get("decision", {})
    ticket.extra["decision"] = {
        "decision": given["decision"], "basis": dict(basis), "by": actor.id, "at": step.now,
        "root_cause": given.get("root_cause") or before.get("root_cause"),
        "conduct": given.get("conduct") or before.get("conduct"),
    }  # fmt: skip
    note = f"basis={basis['type']}: {given['decision']}"
    move(step, ticket, "decide", to=SAME, actor=actor.id, note=note)
    fill(step, ticket)


def dispute(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """The customer goes further: the route, and once there is one the outcome, which closes the dispute (S1 7.3.3).
    `documents`: ids of attachments, or where papers lie."""
    fields: dict[str, Check] = {
        "route": one_of(*ROUTES), "outcome": optional(text), "documents": optional(texts),
    }  # fmt: skip
    given = known(body, fields, ("route",))
    before = ticket.extra.get("dispute") or {}
    outcome = given.get("outcome")
    ticket.extra["dispute"] = {
        "route": given["route"], "outcome": outcome, "by": actor.id,
        "documents": list(dict.fromkeys([*before.get("documents", []), *(given.get("documents") or [])])),
        "opened": before.get("opened", step.now), "closed": step.now if outcome is not None else None,
    }  # fmt: skip
    state = "closed" if outcome is not None else "open"
    move(step, ticket, "dispute", to=SAME, actor=actor.id, note=f"dispute route={given['route']} state={state}")


def approve(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """Money is to be paid back: from here on it is owed. Raises Conflict `state` for one that is paid already,
    `claim_refused` while no superior overrules the rules, `paid_once` when another ticket has the sale's money."""
    _check_claim(step, ticket)
    given = known(body, {"amount_cents": within(1, 10**11), "basis": text}, ("amount_cents", "basis"))
    if (ticket.extra.get("refund") or {}).get("paid") is not None:
        raise Conflict("state", ["an unpaid refund"])
    approved = {"amount_cents": int(given["amount_cents"]), "basis": given["basis"], "by": actor.id, "at": step.now}
    ticket.extra["refund"] = {"approved": approved, "paid": None}
    refund_owed(step, ticket)
    note = f"refund approved amount_cents={approved['amount_cents']} basis={given['basis']}"
    move(step, ticket, "approve", to=SAME, actor=actor.id, note=note)
    results.approved(step, ticket, approved["amount_cents"])


def _check_claim(step: Step, ticket: Ticket) -> None:
    """What the rules refuse takes a superior's word (S1 7.5.8); one sale is paid back once."""
    claim = ticket.extra.get("claim")
    if claim is None:
        return
    allowed = claim["override"]["allowed"] if claim["override"] is not None else claim["ruling"]["allowed"]
    if allowed is False:
        raise Conflict("claim_refused", ["rule"])
    if others := payers(step, ticket):
        raise Conflict("paid_once", others)


def withdraw_approval(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """A superior takes an approval back, with a `reason`, while nothing is paid: nothing is owed any more, and another
    approval may follow. Raises Conflict `approved` for what nobody approved, `state` for what is paid, Invalid."""
    due = ticket.extra.get("refund")
    if due is None:
        raise Conflict("approved", ["approve"])
    if due["paid"] is not None:
        raise Conflict("state", ["an unpaid refund"])
    given = known(body, {"reason": text}, ("reason",))
    del ticket.extra["refund"]
    refund_withdrawn(step, ticket)
    cents = due["approved"]["amount_cents"]
    note = f"refund approval_withdrawn amount_cents={cents} by={due['approved']['by']} reason={given['reason']}"
    step.line(ticket, "withdraw-approval", actor=actor.id, note=note)


def refund(step: Step, ticket: Ticket, actor: Actor, body: dict[str, Any]) -> None:
    """It was paid back; the clock stops. Raises Conflict `approved` for what nobody approved, or that is paid."""
    due = ticket.extra.get("refund")
    if due is None or due["paid"] is not None:
        raise Conflict("approved", ["approve"])
    given = known(body, {"receipt": text}, ("receipt",))
    ticket.extra["refund"] = {**due, "paid": {"receipt": given["receipt"], "by": actor.id, "at": step.now}}
    refund_paid(step, ticket)
    move(step, ticket, "refund", to=SAME, actor=actor.id, note=f"refund paid receipt={given['receipt']}")
    results.paid(step, ticket, due["approved"]["amount_cents"])
