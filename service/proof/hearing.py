"""What a cabinet says about a visit to it: the one-time code proves the arrival, the door that work began."""

import hmac

from service import dispatch
from service.proof.merging import plausible, prove, since
from service.step import Step
from service.visits import Proof, Visit
from telemetry.batch import CabinetEvent

# States of a visit in which its code counts as it is typed.
UNDER_WAY = frozenset({"accepted", "en_route", "arrived", "working"})


def hear(step: Step, event: CabinetEvent) -> None:
    """An event of a cabinet: the one-time code of a visit proves its arrival, the door that work began."""
    here = [v for v in step.unfinished() if v.state in UNDER_WAY and event.cabinet in v.cabinets]
    if event.name == "service_code_entered":
        _code(step, here, event)
        return
    for visit in here:
        if visit.state == "arrived" and event.ts >= (visit.arrived or 0):
            _door(step, visit, event)


def _code(step: Step, here: list[Visit], event: CabinetEvent) -> None:
    """Six digits can be guessed, so after some wrong ones the visit's code is no proof any more.

    A code that a cabinet held back while it was offline may be that of a visit which has ended since.
    """
    visit = next((v for v in here if _fits(step, v, event)), None)
    if visit is not None:
        heard = min(event.at, step.now)
        _typed(step, visit, event, plausible(step, visit, event.ts, heard))
        return
    ended = next((v for v in step.books.visits.values() if _while_there(v, event) and _fits(step, v, event)), None)
    if ended is not None:
        _typed(step, ended, event, event.ts)
        return
    for wrong in here:
        wrong.wrong_codes += 1
        step.touch_visit(wrong)


def _while_there(visit: Visit, event: CabinetEvent) -> bool:
    """Whether the cabinet says that it happened during this visit, which has ended."""
    if visit.state != "left" or visit.finished is None or event.cabinet not in visit.cabinets:
        return False
    return since(visit) <= event.ts <= visit.finished


def _fits(step: Step, visit: Visit, event: CabinetEvent) -> bool:
    typed = str(event.data.get("code", ""))
    same = hmac.compare_digest(typed.encode(), (visit.code or "").encode())
    return same and visit.wrong_codes < step.policy.wrong_codes


def _typed(step: Step, visit: Visit, event: CabinetEvent, at: int) -> None:
    proof = Proof(type="service_code", level=4, source="cabinet", at=at, received=max(at, min(event.at, step.now)))
    proof.detail = {"cabinet": event.cabinet, "boot": event.boot, "seq": event.seq}
    if not any(p.level >= 4 and p.at <= at for p in visit.proofs):  # a repetition adds nothing
        prove(step, visit, proof, visit.technician)


def _door(step: Step, visit: Visit, event: CabinetEvent) -> None:
    step.set_visit_state(visit, "working")
    evidence = {
        "type": "door", "level": 0, "source": "cabinet", "at": event.ts,
        "uncertainty_s": abs(event.at - event.ts) // 1000,
    }  # fmt: skip
    for ticket in dispatch.riders(step, visit, "on_site"):
        step.line(ticket, "evidence", evidence=evidence, note=f"working visit={visit.id}")
