"""The record of a ticket: customer, product, service and case (S1 8.1-8.4), from what people wrote down and what the
register of cabinets, the visit's report and telemetry know by themselves.

`extra["recorded"]` holds what people wrote, group by group; `extra["record"]` the whole, as of the last change. What
people wrote comes first. The customer stands in the ticket itself.
"""

from collections.abc import Callable
from typing import Any

from service.after import signoff
from service.cases.kinds import KINDS, MACHINE, lacking
from service.step import SYSTEM, Step
from service.tickets import Ticket

Group = dict[str, Any]
BY_CHANNEL = {"phone": "phone", "sms": "sms", "letter": "letter", "fax": "fax", "on_site": "on_site"}


def by_person(ticket: Ticket) -> bool:
    """Whether a person asked for it; what telemetry opened has the owner of the place for a customer."""
    return ticket.channel != "telemetry"


def record(step: Step, ticket: Ticket) -> dict[str, Group]:
    """The whole record, group by group; a field that nobody knows is absent. A person's data stay in the ticket's own
    `customer`; where nobody called, the customer is the owner of the site, which the register knows."""
    wrote = ticket.extra.get("recorded", {})
    whole = {name: {**derive(step, ticket), **wrote.get(name, {})} for name, derive in _GROUPS.items()}
    return {name: {key: value for key, value in group.items() if value is not None} for name, group in whole.items()}


def missing(step: Step, ticket: Ticket) -> list[str]:
    """The required fields that are empty, as `customer.phone`."""
    groups = {**record(step, ticket), "customer": ticket.customer or {}}
    return lacking(ticket.kind, groups, by_person=by_person(ticket))


def fill(step: Step, ticket: Ticket) -> None:
    """Write down what is known by now."""
    whole = record(step, ticket)
    del whole["case"]["question"]  # the summary, of which one copy is enough
    ticket.extra["record"] = whole
    step.touch(ticket)


def _customer(_: Step, ticket: Ticket) -> Group:
    return {"site": ticket.site} if ticket.customer is None and not by_person(ticket) else {}


def _product(step: Step, ticket: Ticket) -> Group:
    """The cabinet, by the register (S3 3.2(3): model and day of installation); for goods, where they were sold."""
    row = step.fleet.index.get(ticket.cabinet or "")
    facts = (step.desk.cabinet_row(ticket.cabinet) if ticket.cabinet is not None else None) or {}
    model = facts.get("model") or (step.fleet.info[row].get("model") if row is not None else None)
    known = {"cabinet": ticket.cabinet, "model": model, "installed": facts.get("created")}
    if KINDS[ticket.kind].product != MACHINE:
        return {**known, "place": ticket.cabinet}
    parts = (model, ticket.cabinet or ticket.site or _named(ticket))
    return {**known, "name": " ".join(filter(None, parts)) or None}


def _named(ticket: Ticket) -> str | None:
    """What telemetry's ticket about neither a cabinet nor a site is about: a carrier, by its summary."""
    return None if by_person(ticket) else ticket.summary


def _service(step: Step, ticket: Ticket) -> Group:
    """What was done, by the visit's report; without one by whoever resolved it, or by telemetry."""
    if not KINDS[ticket.kind].service:
        return {}
    done = ticket.extra.get("service", {})
    end = next((line for line in reversed(ticket.timeline) if line["to"] == "resolved"), None) or {}
    said = end.get("note") if end.get("actor") != SYSTEM else None
    healed = "cleared_by_itself" if end.get("actor") == SYSTEM and not ticket.repaired else None
    return {
        "unit": step.policy.front.unit,
        "date": done.get("date") or end.get("at"),
        "person": done.get("person") or end.get("actor"),
        "measure": done.get("measure") or said or healed or _last_reply(ticket),
        "situation": done.get("note") or end.get("note") or ticket.extra.get("follow_up", {}).get("answer"),
        "confirmation": _confirmed(ticket, end),
        "mode": "on_site" if done else BY_CHANNEL.get(ticket.channel, "online"),
        "parts": done.get("parts") or None,
    }


def _last_reply(ticket: Ticket) -> str | None:
    return next((line["note"] for line in reversed(ticket.timeline) if line["type"] == "reply"), None)


def _confirmed(ticket: Ticket, end: Group) -> Group | None:
    """The user's confirmation (S1 8.4): the customer's sign-off, telemetry's proof of the repair, or the customer's
    word at the follow-up; or that nobody could be reached, where the guard `followed_up` asks for enough attempts."""
    if signed := signoff.confirmation(ticket):
        return signed
    evidence, call = end.get("evidence") or {}, ticket.extra.get("follow_up", {})
    if evidence.get("type") == "telemetry":
        return {"by": "telemetry", "at": end["at"], "how": "verification"}
    if call.get("solved"):
        return {"by": "customer", "at": call["date"], "how": "follow_up"}
    tries = ticket.extra.get("follow_up_attempts")
    return {"by": "nobody", "at": tries[-1]["at"], "how": "not_reached"} if tries else None


def _case(_: Step, ticket: Ticket) -> Group:
    return {
        "question": ticket.summary, "received": ticket.received, "channel": ticket.channel,
        "received_by": ticket.timeline[0]["actor"] if ticket.timeline else SYSTEM,
        "promised_at": ticket.extra.get("promised_at"),
        "root_cause": ticket.extra.get("decision", {}).get("root_cause"),
        "guidance": len(ticket.extra.get("guides", ())) or None,
    }  # fmt: skip


_GROUPS: dict[str, Callable[[Step, Ticket], Group]] = {
    "customer": _customer, "product": _product, "service": _service, "case": _case,
}  # fmt: skip
