"""Evidence of an arrival, put together in whatever order it comes: the arrival, its contradictions, its clocks."""

import math

from service import clocks, deadlines, dispatch
from service.arrival import arrived_at
from service.moves import move
from service.proof.conflicts import Known, conflicts, key, note
from service.step import SYSTEM, Step
from service.tickets import Ticket
from service.visits import THERE, UNFINISHED, Proof, Visit


def since(visit: Visit) -> int:
    """From when on (ms) something can have happened on this visit."""
    return visit.accepted if visit.accepted is not None else visit.offered


def plausible(step: Step, visit: Visit, claimed: int, otherwise: int) -> int:
    """A device's time, if it lies between acceptance and now; else the time we heard of it."""
    return claimed if since(visit) <= claimed <= step.now else otherwise


def prove(step: Step, visit: Visit, proof: Proof, actor: str) -> None:
    """Take a proof of arrival: the visit has arrived, or what is known of the arrival gets better.

    A proof that comes after the visit has ended changes what is known, and opens nothing again.
    """
    was = None if visit.provisional else visit.arrived
    visit.proofs.append(proof)
    late = visit.state not in UNFINISHED
    settle(step, visit)
    if not late and visit.state not in THERE:
        step.set_visit_state(visit, "arrived")
    if late:
        _tell_late(step, visit, proof, actor)
    else:
        _tell(step, visit, proof, actor)
    contradict(step, visit)
    if was is None and not late:
        _arrive(step, visit)
    elif was != visit.arrived:
        restate(step, visit)


def settle(step: Step, visit: Visit) -> None:
    """What follows from all that is known of the arrival, whatever came first.

    A correction stands until the next one. A confirmed time counts as if evidence of the policy's level gave it.
    """
    visit.level = max(p.level for p in visit.proofs)
    at, visit.provisional = arrived_at(visit.proofs, step.policy.arrival_level)
    if visit.confirmed is not None:
        confirmed = visit.confirmed["arrived_at"]
        at, visit.provisional = (confirmed if visit.provisional else min(at, confirmed)), False
    visit.arrived = visit.corrections[-1]["arrived_at"] if visit.corrections else at
    step.touch_visit(visit)


def _tell(step: Step, visit: Visit, proof: Proof, actor: str) -> None:
    note = f"arrived visit={visit.id} provisional={str(visit.provisional).lower()}"
    for ticket in dispatch.riders(step, visit, "scheduled", "en_route", "on_site"):
        if ticket.state == "on_site":
            step.line(ticket, "evidence", actor=actor, evidence=proof.evidence(), note=note)
        else:
            move(step, ticket, "arrive", actor=actor, evidence=proof.evidence(), note=note)


def _tell_late(step: Step, visit: Visit, proof: Proof, actor: str) -> None:
    note = f"late_evidence visit={visit.id} provisional={str(visit.provisional).lower()}"
    for ticket in served(step, visit):
        step.line(ticket, "evidence", actor=actor, evidence=proof.evidence(), note=note)


def contradict(step: Step, visit: Visit) -> None:
    """List the contradictions as they are now; a new one is a line in the timeline of each ticket."""
    corrected = visit.corrections[-1]["arrived_at"] if visit.corrections else None
    known = {key(conflict) for conflict in visit.conflicts}
    visit.conflicts = conflicts(Known(visit.proofs, _places(step, visit), corrected), step.policy)
    for conflict in visit.conflicts:
        if key(conflict) in known:
            continue
        for ticket in served(step, visit):
            step.line(ticket, "evidence", actor=SYSTEM, note=note(visit.id, conflict))


def _places(step: Step, visit: Visit) -> dict[str, tuple[float, float]]:
    """Where its cabinets stand, as far as each one's own coordinates are known."""
    own = ((cabinet, step.desk.cabinet_at(cabinet)) for cabinet in visit.cabinets)
    return {c: (at[0], at[1]) for c, at in own if at is not None and at[0] is not None and at[1] is not None}


def served(step: Step, visit: Visit) -> list[Ticket]:
    """The tickets, while in memory, that this visit arrived for, wherever they ride by now."""
    until = visit.finished or step.now
    tickets = (step.books.tickets[t] for t in visit.tickets if t in step.books.tickets)
    return [t for t in tickets if _was_there(t, since(visit), until)]


def _was_there(ticket: Ticket, begin: int, end: int) -> bool:
    return any(line["to"] == "on_site" and begin <= line["at"] <= end for line in ticket.timeline)


def _arrive(step: Step, visit: Visit) -> None:
    if visit.arrived is not None and not visit.provisional:
        for ticket in served(step, visit):
            deadlines.on_arrival(step, ticket, visit.arrived)


def restate(step: Step, visit: Visit) -> None:
    """What is known of an arrival changed: count the ARRIVAL clocks of its tickets anew.

    Each clock stops at the earliest proven arrival of the visits that could answer it: those that had not ended when it
    began, and arrived before the next one did.
    """
    for ticket in served(step, visit):
        mine = [c for c in ticket.clocks if c.name == "ARRIVAL"]
        proven = [v for v in step.books.visits.values() if ticket.id in v.tickets and not v.provisional]
        for n, clock in enumerate(mine):
            before = mine[n + 1].started if n + 1 < len(mine) else math.inf
            ends = [v.arrived for v in proven if v.arrived is not None and (v.finished or step.now) >= clock.started]
            at = min((a for a in ends if a < before), default=None)
            if at is not None:
                _stop(step, clock, at)
        step.touch(ticket)


def _stop(step: Step, clock: clocks.Clock, at: int) -> None:
    if clock.stopped is None:
        clocks.stop(clock, at, step.calendar)
    else:
        clock.stopped = max(at, clock.started)
