"""What customers are paid in compensation, out of the guarantee fund or not (S1 5.1.3): a row each, whole cents."""

from collections.abc import Callable, Iterable
from typing import Any

from service.asked import answered, asked
from service.bodies import known
from service.checks import Check, optional, text
from service.model import Action, Answer
from service.proof.quotes import whole
from service.records.base import Put, Row
from service.staff.documents import in_force
from service.step import Step, name
from service.tickets import AFTER_RESOLVED, BEFORE_RESOLVED

FUND = "guarantee_fund"
_STATES = BEFORE_RESOLVED | AFTER_RESOLVED
_BODY: dict[str, Check] = {
    "cents": whole(1, 1_000_000_000), "reason": text, "basis": optional(text), "fund": optional(text),
    "receipt": optional(text),
}  # fmt: skip


def compensate(step: Step, action: Action) -> Answer:
    """`ticket.compensate` {"cents", "reason", "basis"?, "fund"?, "receipt"?}: money for the customer beside what is
    refunded. `fund`: an entry of kind `guarantee_fund` that is in force.

    Raises NotFound, Denied, Conflict (`state`, `superseded`, `ended`), Invalid.
    """
    ticket = asked(step, action, states=_STATES)
    given = known(action.body, _BODY, ("cents", "reason"))
    fund = in_force(step, given["fund"], FUND, "fund") if given.get("fund") is not None else None
    row: Row = {
        "id": name("CM", step.books.number("CM")), "cents": given["cents"], "reason": given["reason"],
        "basis": given.get("basis"), "fund": fund.id if fund else None, "fund_edition": fund.edition if fund else None,
        "receipt": given.get("receipt"), "at": step.now, "actor": action.actor.id,
    }  # fmt: skip
    ticket.extra.setdefault("compensations", []).append(row)
    step.changes.append(Put("compensations", {**row, "ticket": ticket.id}))
    source = f" fund={fund.id}" if fund else ""
    step.line(ticket, "compensation", actor=action.actor.id, note=f"paid id={row['id']} cents={row['cents']}{source}")
    return answered(step, ticket)


def ledger(rows: Iterable[Row]) -> dict[str, Any]:
    """`{"n", "cents", "funds": [{"fund", "n", "cents"}]}`: the sum of all compensations, and by fund (None: none was
    named), the largest first."""
    paid: dict[str | None, list[int]] = {}
    for row in rows:
        paid.setdefault(row["fund"], []).append(row["cents"])
    order = sorted(paid, key=lambda fund: (-sum(paid[fund]), fund or ""))
    funds = [{"fund": fund, "n": len(paid[fund]), "cents": sum(paid[fund])} for fund in order]
    every = [cents for part in paid.values() for cents in part]
    return {"n": len(every), "cents": sum(every), "funds": funds}


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"ticket.compensate": compensate}
