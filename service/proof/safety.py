"""What a report of work must hold where the policy asks for it: the safety checklist, since staff are not to be put at
risk (S4 5.7), and photos of the work (S1 8.4). The contract's reports hold neither: by default neither is asked for."""

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


def check(step: Step, tickets: Sequence[Ticket], report: dict[str, Any]) -> None:
    """Raises Conflict `checklist` with the items that are missing or not true, `photos` with how many are needed."""
    _listed(step, tickets, report.get("checklist"))
    needed = step.policy.proof.photos_required
    if any(t.cabinet for t in tickets) and len(set(report.get("photos") or ())) < needed:
        raise Conflict("photos", [f"photos={needed}"])


def _listed(step: Step, tickets: Sequence[Ticket], given: dict[str, bool] | None) -> None:
    """Work on what carries mains voltage needs its checklist."""
    figures = step.policy.proof
    if not figures.checklist_required or not any(t.fault_kind in figures.mains_kinds for t in tickets):
        return
    seen = given or {}
    wanted = figures.checklist_items or tuple(seen) or ("checklist",)
    missing = [item for item in wanted if not seen.get(item)]
    if missing:
        raise Conflict("checklist", missing)
