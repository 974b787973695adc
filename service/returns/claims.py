"""A customer's claim on a ticket: the facts that are known, the sale that proves it, and what the rules say (S1 7.5).

The ruling is computed here, in the fold, from the facts of the body; whoever claims cannot bring a ruling along. The
sale is a row of the cabinet's events, which the API looks up and puts into the body. Facts may come in several calls.
"""

from typing import Any

import msgspec

from service.asked import answered, asked
from service.bodies import known, one_of, texts
from service.cases import escalation
from service.checks import Check, json_object, optional, text, truth
from service.model import Action, Actor, Answer
from service.moves import SAME, check, move
from service.recalls.sales import claimed, key_of
from service.recalls.stock import told
from service.records.base import Put, Row
from service.returns.rules import CATEGORIES, SUPERIOR, Claim, Ruling, eligible
from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Conflict, Invalid

KINDS = ("return", "refund", "complaint")
_TRUTHS = (
    "defective", "intact", "opened", "told", "misuse", "receipt", "altered", "disclosed", "force_majeure",
)  # fmt: skip
_FACTS: dict[str, Check] = {
    **dict.fromkeys(_TRUTHS, optional(truth)), "category": optional(one_of(*CATEGORIES)), "notice": optional(text),
    "no_sale": optional(truth),
}  # fmt: skip
_BODY: dict[str, Check] = {**_FACTS, "vend": optional(json_object), "others": optional(texts)}
_RULE: dict[str, Check] = {"override": one_of("allow", "deny"), "reason": text}


def claim(step: Step, action: Action) -> Answer:
    """Take the facts of a body {fact: true | false | null, "category"?, "notice"?, "vend"?: a row of `events`} and rule
    on all that are known. `no_sale`: the records were searched, and no sale fits; `others`: tickets that claim the same
    sale (from the API, as the sale is). Raises NotFound, Denied, Conflict `state`, `kind`, Invalid."""
    ticket = _ticket(step, action, "claim")
    if ticket.kind not in KINDS:
        raise Conflict("kind", sorted(KINDS))
    given = known(action.body, _BODY)
    sale = _sale(given.get("vend"))
    before = ticket.extra.get("claim") or {}
    facts = {**before.get("facts", {}), **{name: given[name] for name in _FACTS if name in given}}
    sold = sale or before.get("sale")
    ruling = eligible(_claim(facts, sold))
    ticket.extra["claim"] = {
        "facts": facts, "sale": sold, "ruling": _shown(ruling), "at": step.now, "by": action.actor.id,
        "override": None, "others": given["others"] or [] if "others" in given else before.get("others", []),
    }  # fmt: skip
    move(step, ticket, "claim", to=SAME, actor=action.actor.id, note=_note(ruling, sold))
    if sale is not None:
        claimed(step, ticket, sale)
    if ruling.escalated:
        _escalate(step, ticket, action.actor, ruling)
    return _answer(step, ticket)


def rule(step: Step, action: Action) -> Answer:
    """A superior decides, as the rules say or otherwise: `override` "allow" or "deny", with a `reason` (S1 7.5.8).
    Raises NotFound, Conflict `state`, `claim` when there is none, Invalid."""
    ticket = _ticket(step, action, "rule")
    if "claim" not in ticket.extra:
        raise Conflict("claim", ["claim"])
    given = known(action.body, _RULE, ("override", "reason"))
    decided = {
        "allowed": given["override"] == "allow", "reason": given["reason"], "by": action.actor.id, "at": step.now,
        "clause": SUPERIOR,
    }  # fmt: skip
    ticket.extra["claim"] = {**ticket.extra["claim"], "override": decided}
    move(step, ticket, "rule", to=SAME, actor=action.actor.id, note=given["reason"])
    return _answer(step, ticket)


def _ticket(step: Step, action: Action, verb: str) -> Ticket:
    """Judged as the contract's moves are: the object, who asks, the version, the move."""
    ticket = asked(step, action)
    check(step, ticket, verb)
    return ticket


def _sale(event: Row | None) -> Row | None:
    """The sale of a row of `events`, as the table `sales` has it. Raises Invalid for what is none."""
    if event is None:
        return None
    try:
        read = msgspec.convert(event, _Vend)
    except msgspec.ValidationError as error:
        raise Invalid({"vend": str(error)}) from error
    said = told(read.data)
    return {
        "id": key_of(read.cabinet, read.boot, read.seq, read.ts), "event": read.id, "cabinet": read.cabinet,
        "at": read.ts, "sku": said.sku, "lot": said.lot, "lane": said.lane, "price_cents": said.price_cents,
        "vend_id": said.vend_id,
    }  # fmt: skip


class _Vend(msgspec.Struct):
    """What is needed of an event's row."""

    id: str
    cabinet: str
    ts: int
    boot: int
    seq: int
    data: dict[str, Any]


def _claim(facts: dict[str, Any], sale: Row | None) -> Claim:
    """A sale found proves the purchase; searched for in vain, it is no proof; else nobody knows."""
    vend = True if sale is not None else False if facts.get("no_sale") else None
    return Claim(vend=vend, **{name: value for name, value in facts.items() if name != "no_sale"})


def _shown(ruling: Ruling) -> dict[str, Any]:
    return {**ruling._asdict(), "needs": list(ruling.needs), "escalated": ruling.escalated}


def _note(ruling: Ruling, sale: Row | None) -> str:
    verdict = "undecided" if ruling.allowed is None else "allowed" if ruling.allowed else "refused"
    needs = [f"needs={','.join(ruling.needs)}"] if ruling.needs else []
    proof = [f"sale={sale['event']}"] if sale is not None else []
    clause = ruling.clause.replace(", ", ",").replace(" ", "_")
    return " ".join([f"claim {verdict} rule={ruling.rule} clause={clause}", *needs, *proof])


def _escalate(step: Step, ticket: Ticket, actor: Actor, ruling: Ruling) -> None:
    """No rule decides: never a silent no (S1 7.5.8). One that is open already stays as it is."""
    if ticket.extra.get("escalation", {}).get("state") != "open":
        escalation.escalate(step, ticket, actor, {"reason": f"{ruling.reason_zh} {ruling.reason_en}"})


def _answer(step: Step, ticket: Ticket) -> Answer:
    step.changes.append(Put("claims", _row(ticket)))
    return answered(step, ticket)


def _row(ticket: Ticket) -> Row:
    """The row of table `claims`: a register of what was claimed and decided, by ticket."""
    kept, sale = ticket.extra["claim"], ticket.extra["claim"]["sale"] or {}
    override = kept["override"]
    allowed = kept["ruling"]["allowed"] if override is None else override["allowed"]
    return {
        "id": ticket.id, "cabinet": sale.get("cabinet") or ticket.cabinet, "sale": sale.get("id"),
        "sku": sale.get("sku"), "lot": sale.get("lot"), "allowed": allowed, "rule": kept["ruling"]["rule"],
        "clause": kept["ruling"]["clause"] if override is None else override["clause"], "facts": kept["facts"],
        "override": override, "by": kept["by"], "at": kept["at"],
    }  # fmt: skip
