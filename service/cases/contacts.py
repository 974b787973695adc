"""A contact that somebody writes down: it joins a case or opens one, and is never left without an answer or a time."""

from typing import Any, NamedTuple

from service import actions, deadlines
from service.bodies import instant, one_of, when
from service.cases import customers, register
from service.cases.record import fill
from service.checks import Check, demand, json_object, optional, text, truth
from service.model import Action, Actor, Answer
from service.moves import MOVES, SAME, move
from service.step import Step
from service.telling import stopping
from service.tickets import AT_REST, KINDS, Ticket
from telemetry.errors import Conflict, Invalid

OWNER = "owner"
_BODY: dict[str, Check] = {
    "channel": one_of(*register.CHANNELS), "direction": one_of("in", "out"), "text": text,
    "customer": optional(json_object), "cabinet": optional(text), "ticket": optional(text),
    "kind": optional(one_of(*KINDS)), "solved": optional(truth), "promised_at": optional(when),
    "source": optional(text), "unverified": optional(truth), "read_back": optional(truth),
    "flag": optional(one_of(*register.FLAGS)), **register.PAPERS,
}  # fmt: skip


class Case(NamedTuple):
    """The case a contact belongs to, and by which rule; None: it opens one."""

    ticket: Ticket | None
    rule: str


def create(step: Step, action: Action) -> Answer:
    """Register a contact. It joins the ticket that is named (`named`), or the newest open one of the same customer's
    phone and cabinet (`same_customer`), or opens a case (`opened`).

    Raises Invalid; Conflict `promise` for what is unsolved without a time (S1 3.8, 7.1.2), `source` for an answer that
    rests on nothing (S1 7.1), `state` for a promise on a ticket that is at rest. No number is used up then.
    """
    given = _checked(step, action.body)
    case = _case(step, given)
    _check_answer(step, given)
    papers = register.papers(step, given)
    if case.ticket is not None and case.ticket.state in AT_REST and given.get("promised_at") is not None:
        raise Conflict("state", sorted(MOVES["promise"].sources))
    ticket = case.ticket or _open(step, action.actor, given)
    caller = _caller(ticket, given.get("customer"))
    fill(step, ticket)
    told = {key: given.get(key) for key in register.TOLD} | {"promised_at": _promised_at(given), "customer": caller}
    told |= papers
    row = register.write(
        step, ticket, action.actor, given["direction"], given["channel"], given["text"], case.rule, **told
    )  # fmt: skip
    step.line(ticket, "contact", actor=action.actor.id, note=note(row))
    _act_on(step, ticket, action.actor, given)
    if stopping.stops(given):
        stopping.stop(step, ticket, given)
    if row["flag"] is not None:
        params = {"flag": row["flag"], "contact": row["id"], "ticket": ticket.id, "text": row["text"]}
        step.notice(OWNER, "customer_said", params, ticket=ticket.id)
    return Answer(status="created", body=row)


def _checked(step: Step, body: dict[str, Any]) -> dict[str, Any]:
    demand(body, _BODY, ("channel", "direction", "text"))
    given = {key: value for key, value in body.items() if value is not None}
    if stopping.stops(given):  # answered by being heeded
        given = {"solved": True, "source": "no_messages", **given}
    if given.get("cabinet") is not None and given["cabinet"] not in step.fleet.index:
        raise Invalid({"cabinet": "no such cabinet"})
    if given.get("customer") is not None:
        customers.check(given["customer"])
    return given


def _promised_at(given: dict[str, Any]) -> int | None:
    return instant(given["promised_at"]) if given.get("promised_at") is not None else None


def _check_answer(step: Step, given: dict[str, Any]) -> None:
    asks, at = given["direction"] == "in", _promised_at(given)
    unsolved = given.get("solved") is not True if asks else given.get("solved") is False
    if unsolved and at is None:
        raise Conflict("promise", ["promised_at"])
    if asks and any(given.get(key) is not None for key in register.PAPERS):
        raise Invalid({"direction": "a template or a guide goes out"})
    if at is not None and at <= step.now:
        raise Invalid({"promised_at": "must be in the future"})
    answers = given.get("solved") is True or not asks
    if answers and not any(given.get(key) for key in ("source", "guide", "unverified")):
        raise Conflict("source", ["source"])


def _case(step: Step, given: dict[str, Any]) -> Case:
    if given.get("ticket") is not None:
        return Case(_named(step, given["ticket"]), "named")
    found = same_customer(step, given)
    return Case(found, "same_customer" if found is not None else "opened")


def _named(step: Step, key: str) -> Ticket:
    """The ticket, or the one it was merged into. Raises NotFound, Conflict `archived`."""
    ticket = step.books.ticket(key)
    while ticket.state == "merged":
        ticket = step.books.ticket(ticket.extra["merged_into"])
    return ticket


def same_customer(step: Step, given: dict[str, Any]) -> Ticket | None:
    """The newest ticket that is not at rest, of the same phone; of the same cabinet and kind, where they are named."""
    phone = customers.phone_of(given.get("customer"))
    if phone is None:
        return None
    for ticket in (step.books.tickets[key] for key in reversed(step.books.live)):
        alike = all(given.get(key) in (None, getattr(ticket, key)) for key in ("cabinet", "kind"))
        if alike and customers.phone_of(ticket.customer) == phone:
            return ticket
    return None


def _open(step: Step, actor: Actor, given: dict[str, Any]) -> Ticket:
    body: dict[str, Any] = {"kind": given.get("kind") or "consultation", "summary": given["text"]}
    body |= {key: value for key, value in given.items() if key in ("cabinet", "customer")}
    return actions.create(step, actor, body, channel=given["channel"])


def _caller(ticket: Ticket, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Who called, where that is not the ticket's customer; one without a customer, or with gaps, learns from it."""
    if not given:
        return None
    known = ticket.customer or {}
    same_phone = customers.phone_of(known) == customers.phone_of(given) is not None
    if not same_phone and any(known.get(key) not in (None, value) for key, value in given.items()):
        return given
    ticket.customer = customers.completed(ticket, given)
    return None


def note(row: dict[str, Any]) -> str:
    return f"contact number={row['id']} direction={row['direction']} channel={row['channel']} rule={row['rule']}"


def _act_on(step: Step, ticket: Ticket, actor: Actor, given: dict[str, Any]) -> None:
    """What was told the customer counts for the clocks: a time is a promise, anything else an answer."""
    at = _promised_at(given)
    if at is not None:
        deadlines.promised(step, ticket, at)
        ticket.extra["promised_at"] = at
        verb = "promise"
    elif (given["direction"] == "out" or given.get("solved") is True) and not stopping.stops(given):
        verb = "reply"
    else:
        return
    if ticket.state in MOVES[verb].sources:
        move(step, ticket, verb, to=SAME, actor=actor.id, note=given["text"])
