"""A day plan is put into offers, as far as it still holds: what changed since it was made is left out and named."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from service import dispatch
from service.model import Action, Answer
from service.records.base import Put
from service.step import Step
from service.technicians import Technician
from service.tickets import Ticket
from service.visiting.candidates import job_of, obstacles, scene_of
from service.visiting.place import where
from telemetry.errors import Invalid

STOPS = 2_000


class Stop(msgspec.Struct, frozen=True):
    """One stop of a route: its tickets and when the technician is to be there (ms)."""

    tickets: list[str]
    arrive: int


class Route(msgspec.Struct, frozen=True):
    """What a technician is to do, in this order."""

    technician: str
    stops: list[Stop]


class Routes(msgspec.Struct, frozen=True):
    routes: list[Route]


class LeftOut(NamedTuple):
    """What is not offered, and why: `gone twice accepted technician obstacle window together`, and what it hangs on."""

    ticket: str
    why: str
    detail: str | None = None


class Outcome(NamedTuple):
    """What became of a plan: visits offered anew, offers that stood already, tickets left out."""

    offered: list[str]
    kept: list[str]
    left_out: list[LeftOut]

    def row(self) -> dict[str, Any]:
        return {"offered": self.offered, "kept": self.kept, "left_out": [one._asdict() for one in self.left_out]}


def apply(step: Step, action: Action) -> Answer:
    """Offer the stops of a plan to their technicians, in the plan's order. Raises Invalid.

    An offer to somebody else that nobody took yet is withdrawn, whole: everything open at a place rides on one visit.
    Who accepted keeps the visit. Applying a plan twice changes nothing more.
    """
    try:
        routes = msgspec.convert(action.body, Routes).routes
    except msgspec.ValidationError as error:
        raise Invalid({"routes": str(error)}) from error
    if sum(len(route.stops) for route in routes) > STOPS:
        raise Invalid({"routes": f"must have at most {STOPS} stops"})
    outcome, placed = Outcome([], [], []), set[str]()
    for route in routes:
        for stop in route.stops:
            _place(step, route.technician, stop, outcome, placed)
    done = {"id": action.target, "applied": step.now, "applied_by": action.actor.id, "outcome": outcome.row()}
    step.changes.append(Put("plans", done))
    return Answer(status="ok", body=done)


def _place(step: Step, who: str, stop: Stop, outcome: Outcome, placed: set[str]) -> None:
    """Bring a stop to its technician, as far as it still can be."""
    technician = step.books.technicians.get(who)
    tickets: list[Ticket] = []
    for key in dict.fromkeys(stop.tickets):
        reason = _placed(step, who, key, placed) or _changed(step, technician, who, key, stop.arrive)
        if reason is None:
            tickets.append(step.books.tickets[key])
        else:
            outcome.left_out.append(LeftOut(key, *reason))
    tickets = _whole(step, technician, tickets, stop.arrive, outcome)
    if technician is not None and tickets:
        placed.update(ticket.id for ticket in tickets)
        _offer(step, technician, tickets, stop.arrive, outcome)


def _placed(step: Step, who: str, key: str, placed: set[str]) -> tuple[str, str | None] | None:
    """A ticket that this plan has placed already, by itself or with what is open beside it."""
    ticket = step.books.tickets.get(key)
    visit = dispatch.going_there(step, ticket) if ticket is not None else None
    beside = visit is not None and visit.technician != who and not placed.isdisjoint(visit.tickets)
    return ("twice", visit.id if visit is not None else None) if key in placed or beside else None


def _changed(
    step: Step, technician: Technician | None, who: str, key: str, arrive: int
) -> tuple[str, str | None] | None:  # fmt: skip
    """Why a ticket cannot be offered as planned any more; None: it can."""
    ticket = step.books.tickets.get(key)
    if ticket is None or ticket.state != "dispatching":
        return "gone", ticket.state if ticket is not None else None
    if technician is None:
        return "technician", who
    if ticket.window is not None and not ticket.window[0] <= max(arrive, step.now) <= ticket.window[1]:
        return "window", None
    visit = dispatch.going_there(step, ticket)
    if visit is not None and visit.state != "offered":
        return "accepted", visit.id
    return _hindered(step, technician, ticket, arrive)


def _hindered(step: Step, technician: Technician, ticket: Ticket, arrive: int) -> tuple[str, str | None] | None:
    job = job_of(ticket, where(step, ticket.cabinet, ticket.site))
    then = max(arrive, step.now)
    first = next(obstacles(scene_of(step, where), job, technician, then, then), None)
    return None if first is None else ("obstacle", first.code)


def _whole(
    step: Step, technician: Technician | None, tickets: list[Ticket], arrive: int, outcome: Outcome
) -> list[Ticket]:  # fmt: skip
    """The tickets together with what shares an offer with them; without those whose company cannot come along."""
    found: dict[str, Ticket] = {}
    for ticket in tickets:
        visit = dispatch.going_there(step, ticket)
        others = dispatch.riders(step, visit, "dispatching") if visit is not None else []
        company = {t.id: t for t in (ticket, *others)}
        hindered = [t for t in company.values() if technician and _hindered(step, technician, t, arrive)]
        if hindered:
            outcome.left_out.append(LeftOut(ticket.id, "together", hindered[0].id))
        else:
            found |= company
    return list(found.values())


def _offer(step: Step, technician: Technician, tickets: list[Ticket], arrive: int, outcome: Outcome) -> None:
    """One visit for all of them: the offer that the technician has already, or a new one."""
    visits = {v.id: v for t in tickets if (v := dispatch.going_there(step, t)) is not None}
    own = next((v for v in visits.values() if v.technician == technician.id), None)
    for ticket in tickets:
        if own is None or ticket.visit != own.id:
            dispatch.leave_offer(step, ticket)
    if own is None:
        own = dispatch.offer(step, tickets[0], technician, max(arrive, step.now))
        outcome.offered.append(own.id)
    else:
        own.planned = max(arrive, own.offered)
        step.touch_visit(own)
        outcome.kept.append(own.id)
    for ticket in tickets:
        if ticket.visit != own.id:
            dispatch.join(step, ticket, own)


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"plan.apply": apply}
