"""What time does to visits: a lateness that can be foreseen is told once, and work that nobody takes goes up."""

from service.step import Step
from service.tickets import Ticket
from service.visiting.candidates import scene_of, whereabouts
from service.visiting.place import where
from service.visiting.travel import way_ms
from service.visits import Visit

_COMING = frozenset({"accepted", "en_route"})
_RIDING = frozenset({"scheduled", "en_route"})


def expect(step: Step, visit: Visit) -> None:
    """When the technician should be there who sets out now: kept with the visit, as far as both places are known."""
    start = whereabouts(scene_of(step, where), visit.id).get(visit.technician)
    visit.way = way_ms(step.policy.dispatch, start, where(step, visit.cabinet, visit.site).point)
    visit.eta = _arrival(visit, visit.way, step.now)
    step.touch_visit(visit)


def _arrival(visit: Visit, way: int | None, since: int) -> int | None:
    """Who is early waits for the window."""
    if way is None:
        return None
    return max(since + way, visit.window[0]) if visit.window is not None else since + way


def foresee(step: Step) -> None:
    """Tell of visits that will miss an arrival that is owed: once, and again when the lateness grew by a step."""
    for visit in step.unfinished():
        if visit.state in _COMING:
            eta = _present_eta(step, visit)
            owed = _owed(step, visit) if eta is not None else []
            if eta is not None and owed:
                _slipped(step, visit, eta, owed)


def _present_eta(step: Step, visit: Visit) -> int | None:
    """Who has departed comes as was foreseen then, or later; who has not, not before the way is done from now on."""
    if visit.state == "accepted" or visit.eta is None:
        return _arrival(visit, visit.way, step.now)
    return max(visit.eta, step.now)


def _owed(step: Step, visit: Visit) -> list[tuple[int, Ticket]]:
    """(due, ticket) of the arrivals that this visit owes."""
    riding = [step.books.tickets[key] for key in visit.tickets if key in step.books.tickets]
    found = []
    for ticket in riding:
        clock = ticket.clock("ARRIVAL")
        running = clock is not None and clock.stopped is None and clock.paused is None
        if ticket.visit == visit.id and ticket.state in _RIDING and clock is not None and running:
            found.append((clock.due, ticket))
    return found


def _slipped(step: Step, visit: Visit, eta: int, owed: list[tuple[int, Ticket]]) -> None:
    first = min(due for due, _ in owed)
    slip = eta - first
    if slip <= 0 or (visit.slip is not None and slip < visit.slip + step.policy.dispatch.eta_step_ms):
        return
    visit.slip, visit.eta = slip, eta
    step.touch_visit(visit)
    late = [ticket for due, ticket in owed if due < eta]
    for ticket in late:
        step.line(ticket, "visit", note=f"eta_slipped visit={visit.id} eta={eta} late_s={slip // 1000}")
    params = {
        "technician": visit.technician, "cabinet": visit.cabinet, "site": visit.site, "eta": eta, "due": first,
        "minutes": -(-slip // 60_000), "severity": late[0].severity,
    }  # fmt: skip
    step.notice("dispatcher", "eta_slipped", params, ticket=late[0].id, visit=visit.id)


def escalate(step: Step, ticket: Ticket) -> None:
    """Work that nobody took for long is the supervisor's; logged and told once (S1 6.4.4)."""
    waited = step.now - ticket.unserved_since
    if ticket.state != "dispatching" or not ticket.unserved or ticket.escalated:
        return
    if waited >= step.policy.dispatch.escalate_ms:
        ticket.escalated = True
        step.line(ticket, "dispatch", note=f"escalated to=supervisor minutes={waited // 60_000}")
        params = {
            "cabinet": ticket.cabinet, "site": ticket.site, "severity": ticket.severity, "summary": ticket.summary,
            "summary_zh": ticket.extra.get("summary_zh", ticket.summary), "since": ticket.unserved_since,
        }  # fmt: skip
        step.notice("supervisor", "unserved_long", params, ticket=ticket.id)
