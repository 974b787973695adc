"""The safety checklist of a job: staff are not to be put at risk (S4 5.7)."""

from collections.abc import Sequence
from typing import Any

from service.step import Step
from service.tickets import Ticket
from telemetry.errors import Conflict

_LONGEST = 50


def checklist(value: Any) -> str | None:
    """Item → whether it was seen to."""
    fine = isinstance(value, dict) and len(value) <= _LONGEST
    fine = fine and all(isinstance(k, str) and 0 < len(k) <= 100 and isinstance(v, bool) for k, v in value.items())
    return None if fine else f"must be an object of at most {_LONGEST} items, each true or false"


def check(step: Step, tickets: Sequence[Ticket], given: dict[str, bool] | None) -> None:
    """Work on what carries mains voltage needs its checklist, where the policy asks for one (the contract's reports
    carry none, so it does not by itself). Raises Conflict `checklist` with the items that are missing or not true."""
    figures = step.policy.proof
    if not figures.checklist_required or not any(t.fault_kind in figures.mains_kinds for t in tickets):
        return
    seen = given or {}
    wanted = figures.checklist_items or tuple(seen) or ("checklist",)
    missing = [item for item in wanted if not seen.get(item)]
    if missing:
        raise Conflict("checklist", missing)
