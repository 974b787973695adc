"""Who goes: an offer to the best technician, then to the next; all open work of a place rides on one visit."""

from collections.abc import Sequence
from typing import Any

from faults.causes import STANDING
from service import deadlines
from service.moves import move
from service.staff import fitness
from service.step import Step, name
from service.technicians import Technician
from service.tickets import Ticket
from service.visiting import appointments, stock
from service.visiting.candidates import Candidate, job_of, scene_of, unskilled, weigh
from service.visiting.place import where
from service.visits import BEFORE_ARRIVAL, UNFINISHED, Visit
from telemetry.errors import Conflict

_RANK = {"critical": 0, "major": 1, "minor": 2, "warning": 3}
# How a ticket that joins a visit under way gets to where the visit is.
_CATCH_UP = ("accept", "depart", "arrive")
_NEED = ("dispatching", "scheduled", "en_route", "on_site", "wait_customer", "wait_access", "wait_parts")
_LEGS = {"offered": 0, "accepted": 1, "en_route": 2, "arrived": 3, "working": 3}


def serve(step: Step, ticket: Ticket, wish: str | None = None) -> None:
    """Find a visit for a ticket in `dispatching`: one that goes there anyway, else an offer.

    `wish`: the technician to ask first, whatever the shift and the zone: whoever asks for somebody knows why, so that
    somebody else who goes to the same site is no answer (to the same cabinet: see `unclaimed`).
    """
    visit = going_there(step, ticket)
    if visit is not None and wish in (None, visit.technician):
        join(step, ticket, visit)
        return
    chosen = step.books.technicians[wish] if wish is not None else _best(step, ticket)
    if chosen is None:
        _nobody(step, ticket)
        return
    offer(step, ticket, chosen)


def _best(step: Step, ticket: Ticket) -> Technician | None:
    first = next(iter(candidates(step, ticket)), None)
    return first.technician if first is not None and not first.obstacles else None


def qualified(step: Step, ticket: Ticket, who: str) -> None:
    """Whether somebody may be named for the ticket. Raises Conflict `certificate_expired`, `certificate_missing` (S1
    5.2.1.2) or `not_trained` (S1 5.2.2)."""
    if courses := fitness.missing_courses(step.books, who, step.now, step.policy):
        raise Conflict(fitness.NOT_TRAINED, [f"training.{course}" for course in courses])
    for skill in step.policy.dispatch.skills_for(ticket.kind, ticket.fault_kind):
        if reason := fitness.unfit(step.books, who, skill, step.now, step.policy):
            raise Conflict(reason, [f"certificate.{skill}"])


def unclaimed(step: Step, ticket: Ticket, who: str) -> None:
    """Whether this technician may be sent. Raises Conflict `going_there` with the visit of somebody else that goes to
    the very place: two do not go to one cabinet."""
    for visit in step.unfinished():
        whole_site = visit.cabinet is None and visit.site == ticket.site
        if (ticket.cabinet in visit.cabinets if ticket.cabinet else whole_site) and visit.technician != who:
            raise Conflict("going_there", [visit.id])


def going_there(step: Step, ticket: Ticket) -> Visit | None:
    """The unfinished visit that goes to the ticket's cabinet anyway, or to its site with somebody who may do this work
    too; never one that comes at another time than was agreed."""
    fits = [v for v in step.unfinished() if _in_time(step, ticket, v)]
    at_cabinet = (v for v in fits if ticket.cabinet is not None and ticket.cabinet in v.cabinets)
    at_site = (v for v in fits if ticket.site is not None and v.site == ticket.site and _able(step, ticket, v))
    return next(at_cabinet, None) or next(at_site, None)


def _in_time(step: Step, ticket: Ticket, visit: Visit) -> bool:
    """Whether the visit comes within the window agreed for the ticket, as far as it is known when it comes."""
    if ticket.window is None:
        return True
    begin, end = ticket.window
    if visit.window is not None:
        return visit.window[0] <= end and begin <= visit.window[1]
    comes = step.now if visit.arrived is not None else visit.eta or visit.planned or step.now
    return begin <= comes <= end


def _able(step: Step, ticket: Ticket, visit: Visit) -> bool:
    who = step.books.technicians.get(visit.technician)
    job = job_of(ticket, where(step, ticket.cabinet, ticket.site))
    return who is None or not any(unskilled(scene_of(step, where), job, who, step.now))


def candidates(step: Step, ticket: Ticket) -> list[Candidate]:
    """Every technician as judged for the ticket: who may go first, the cheapest in front."""
    return weigh(scene_of(step, where), job_of(ticket, where(step, ticket.cabinet, ticket.site)))


def _nobody(step: Step, ticket: Ticket) -> None:
    """Nobody is left: dispatchers are told once, and everybody is asked again later."""
    ticket.tried = []
    ticket.retry_at = step.now + step.policy.retry_ms
    if not ticket.unserved:
        ticket.unserved, ticket.unserved_since, ticket.escalated = True, step.now, False
        step.line(ticket, "dispatch", note="no_technician")
        step.notice("dispatcher", "no_technician", _matter(ticket), ticket=ticket.id)
    step.touch(ticket)


def offer(step: Step, ticket: Ticket, technician: Technician, planned: int | None = None) -> Visit:
    """A visit of this technician for the ticket, to be accepted. `planned`: when a day plan has it (ms)."""
    visit = Visit(
        id=name("V", step.books.number("V")), technician=technician.id, cabinet=ticket.cabinet, site=ticket.site,
        offered=step.now, offered_real=step.moment.real, expires=step.now + step.policy.offer_ms,
        planned=planned,
    )  # fmt: skip
    step.books.visits[visit.id] = visit
    step.books.unfinished.append(visit.id)
    join(step, ticket, visit)
    params = {**_matter(ticket), "expires": visit.expires}
    step.notice(technician.id, "visit_offered", params, ticket=ticket.id, visit=visit.id)
    stock.propose_wait(step, ticket, technician.id)
    return visit


def _matter(ticket: Ticket) -> dict[str, Any]:
    """What a notice says of a ticket."""
    return {
        "cabinet": ticket.cabinet, "site": ticket.site, "severity": ticket.severity, "summary": ticket.summary,
        "summary_zh": ticket.extra.get("summary_zh", ticket.summary),
    }  # fmt: skip


def join(step: Step, ticket: Ticket, visit: Visit) -> None:
    """Put the ticket on the visit, and bring it to where the visit is."""
    if ticket.id not in visit.tickets:
        visit.tickets.append(ticket.id)
    ticket.visit = visit.id
    for cabinet in (ticket.cabinet, *_locked(step, ticket)):
        cover(step, ticket, cabinet)
    step.touch_visit(visit)
    step.line(ticket, "dispatch", note=f"visit={visit.id} technician={visit.technician}")
    for action in _CATCH_UP[: _LEGS[visit.state]]:
        proof = visit.proof() if action == "arrive" else None
        move(step, ticket, action, evidence=proof.evidence() if proof else None, note=f"joined visit={visit.id}")
        ticket.assignee = visit.technician
    if visit.state != "offered":  # an offer is read as a whole before it is accepted
        step.notice(visit.technician, "visit_joined", _matter(ticket), ticket=ticket.id, visit=visit.id)
    if visit.arrived is not None and not visit.provisional:
        deadlines.on_arrival(step, ticket, visit.arrived)
    appointments.hold(step, visit)


def _locked(step: Step, ticket: Ticket) -> list[str | None]:
    """The cabinets of a group's ticket that somebody must see to one by one."""
    faults = step.faults.open.values() if step.faults is not None else ()
    return [e.cabinet for e in faults if e.kind in STANDING and step.books.by_fault.get(e.id) == ticket.id]


def cover(step: Step, ticket: Ticket, cabinet: str | None) -> None:
    """The visit the ticket rides on goes to this cabinet too: what it says there proves the arrival."""
    visit = step.books.visits.get(ticket.visit or "")
    if visit is None or visit.state not in UNFINISHED or cabinet is None or cabinet in visit.cabinets:
        return
    visit.cabinets.append(cabinet)
    step.touch_visit(visit)


def riders(step: Step, visit: Visit, *states: str) -> list[Ticket]:
    """The tickets that still ride on this visit, in one of the states."""
    found = [step.books.tickets[t] for t in visit.tickets if t in step.books.tickets]
    return [t for t in found if t.visit == visit.id and t.state in states]


def leave(step: Step, ticket: Ticket) -> None:
    """The ticket needs its visit no more; a visit that nobody needs is called off while nobody has arrived."""
    visit = step.books.visits.get(ticket.visit or "")
    if visit is not None and visit.state in BEFORE_ARRIVAL and not riders(step, visit, *_NEED):
        _call_off(step, visit, ticket)


def leave_offer(step: Step, ticket: Ticket) -> None:
    """The ticket waits: an offer that nobody took yet is not for it any more; who accepted keeps the visit."""
    visit = step.books.visits.get(ticket.visit or "")
    if visit is None or visit.state != "offered":
        return
    ticket.visit = None
    if not riders(step, visit, *_NEED):
        _call_off(step, visit, ticket)


def _call_off(step: Step, visit: Visit, ticket: Ticket) -> None:
    step.set_visit_state(visit, "called_off")
    step.notice(visit.technician, "visit_called_off", _matter(ticket), ticket=ticket.id, visit=visit.id)


def drop(step: Step, visit: Visit, state: str, actor: str) -> None:
    """An offer passed or a visit was declined: its tickets go to the next technician."""
    step.set_visit_state(visit, state)
    waiting = riders(step, visit, "dispatching", "scheduled", "en_route")
    for ticket in waiting:
        ticket.tried.append(visit.technician)
        note = f"visit_{state} visit={visit.id} technician={visit.technician}"
        if ticket.state == "dispatching":
            step.line(ticket, "dispatch", actor=actor, note=note)
        else:
            ticket.assignee = None
            move(step, ticket, "give-back", note=note)
    for ticket in sorted(waiting, key=urgency):
        serve(step, ticket)


def urgency(ticket: Ticket) -> tuple[int, int]:
    """The order of service: severity, then age."""
    return _RANK[ticket.severity], ticket.n


def expire(step: Step) -> None:
    """Offers that nobody took within the offer time of the product and of real time pass to the next."""
    for visit in step.unfinished():
        real = step.moment.real - visit.offered_real
        if visit.state == "offered" and step.now >= visit.expires and real >= step.policy.offer_real_ms:
            params = {"cabinet": visit.cabinet, "site": visit.site}
            step.notice(visit.technician, "visit_expired", params, visit=visit.id)
            drop(step, visit, "expired", "system")


def remind(step: Step) -> None:
    """Tell dispatchers, once, of a technician who arrived long ago and has reported nothing since."""
    for visit in step.unfinished():
        if visit.arrived is None or visit.overdue or step.now - visit.arrived < step.policy.stay_ms:
            continue
        visit.overdue = True
        params = {"technician": visit.technician, "cabinet": visit.cabinet, "site": visit.site, "since": visit.arrived}
        step.notice("dispatcher", "visit_unfinished", params, visit=visit.id)


def retry(step: Step, tickets: Sequence[Ticket]) -> None:
    """Ask again for those of the tickets that nobody could take."""
    idle = [t for t in tickets if _idle(step, t)]
    for ticket in sorted(idle, key=urgency):
        serve(step, ticket)


def ask_again(step: Step) -> None:
    """Somebody new may go, or may go elsewhere: work that nobody could take is offered with the next tick."""
    for ticket in (step.books.tickets[key] for key in step.books.live):
        if ticket.unserved and ticket.state == "dispatching":
            ticket.retry_at = step.now
            step.touch(ticket)


def _idle(step: Step, ticket: Ticket) -> bool:
    if ticket.state != "dispatching" or step.now < ticket.retry_at:
        return False
    visit = step.books.visits.get(ticket.visit or "")
    return visit is None or visit.state not in UNFINISHED
