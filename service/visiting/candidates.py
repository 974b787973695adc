"""Who may go to a job, and at which cost: the same judgement for an offer, for its explanation and for a day's plan."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from service.calendars import Calendar
from service.policy import Policy
from service.staff import fitness
from service.step import Books, Step
from service.technicians import Technician
from service.tickets import Ticket
from service.visiting import stock
from service.visiting.shifts import on_duty
from service.visiting.travel import Place, Point, way_ms
from service.visiting.windows import Window
from service.visits import THERE, UNFINISHED


class Scene(NamedTuple):
    """What is looked at: the books, what is in force, and where things are. Of the books only technicians, unfinished
    visits, stock and registers count, so that a reader can make them from rows. `now` in product ms."""

    now: int
    policy: Policy
    calendar: Calendar
    books: Books
    place: Callable[[str | None, str | None], Place]


class Job(NamedTuple):
    """What is to be done. `due`: when the arrival is owed, `window`: agreed with the customer (ms). `tried`: who let it
    pass in this round."""

    kind: str
    fault_kind: str | None
    severity: str
    place: Place
    due: int | None = None
    window: Window | None = None
    tried: Sequence[str] = ()


class Obstacle(NamedTuple):
    """Why somebody cannot go: `inactive off_shift zone passed skill certificate_expired certificate_missing
    not_trained`, and what is missing."""

    code: str
    detail: str | None = None


class Candidate(NamedTuple):
    """A technician as judged for a job. Costs are ms of travel and what weighs as much; None: nothing asks for it."""

    technician: Technician
    obstacles: tuple[Obstacle, ...]
    travel: int | None
    late: int
    late_cost: int
    load: int
    overload: int
    part: str | None
    part_where: str | None
    part_cost: int
    travel_cost: int

    @property
    def cost(self) -> int:
        return self.travel_cost + self.late_cost + self.overload + self.part_cost


def scene_of(step: Step, place: Callable[[Step, str | None, str | None], Place]) -> Scene:
    """The scene of a step of the desk."""
    return Scene(step.now, step.policy, step.calendar, step.books, lambda c, s: place(step, c, s))


def job_of(ticket: Ticket, place: Place) -> Job:
    """What a ticket asks for."""
    clock = ticket.clock("ARRIVAL")
    return Job(
        ticket.kind, ticket.fault_kind, ticket.severity, place,
        clock.due if clock is not None and clock.stopped is None else None,
        ticket.window, tuple(ticket.tried),
    )  # fmt: skip


def obstacles(scene: Scene, job: Job, technician: Technician, begin: int, end: int) -> Iterator[Obstacle]:
    """Why this technician cannot do the job somewhen in [begin, end] (ms); nothing: it can be done."""
    if not technician.active:
        yield Obstacle("inactive")
    if technician.id in job.tried:
        yield Obstacle("passed")
    if job.place.zone is not None and technician.zones and job.place.zone not in technician.zones:
        yield Obstacle("zone", job.place.zone)
    if not on_duty(technician, begin, end, scene.calendar):
        yield Obstacle("off_shift")
    yield from unskilled(scene, job, technician, begin)


def unskilled(scene: Scene, job: Job, technician: Technician, at: int) -> Iterator[Obstacle]:
    """Who lists no skills is a generalist. A certificate that ran out stops everybody (S1 5.2.1.2)."""
    asked = scene.policy.dispatch.skills_for(job.kind, job.fault_kind)
    for skill in asked:
        if technician.skills and skill not in technician.skills:
            yield Obstacle("skill", skill)
        elif reason := fitness.unfit(scene.books, technician.id, skill, at, scene.policy):
            yield Obstacle(reason, skill)
    if not asked and (courses := fitness.missing_courses(scene.books, technician.id, at, scene.policy)):
        yield Obstacle(fitness.NOT_TRAINED, ", ".join(courses))


def weigh(scene: Scene, job: Job) -> list[Candidate]:
    """Every technician: first who may go, the cheapest in front, then the others by id. The same for the same scene."""
    load = dict.fromkeys(scene.books.technicians, 0)
    for key in scene.books.unfinished:
        load[scene.books.visits[key].technician] = load.get(scene.books.visits[key].technician, 0) + 1
    where = whereabouts(scene)
    judged = [_judged(scene, job, t, load[t.id], where[t.id]) for t in scene.books.technicians.values()]
    return sorted(judged, key=lambda c: (bool(c.obstacles), 0 if c.obstacles else c.cost, c.technician.id))


def _judged(scene: Scene, job: Job, technician: Technician, load: int, start: Point | None) -> Candidate:
    figures = scene.policy.dispatch
    begin, end = job.window or (scene.now, scene.now)
    reasons = tuple(obstacles(scene, job, technician, max(begin, scene.now), max(end, scene.now)))
    travel = way_ms(figures, start, job.place.point)
    way = figures.unknown_ms if travel is None else travel
    there = max(scene.now + load * figures.visit_ms + way, begin)
    due = job.window[1] if job.window is not None else job.due
    late = max(0, there - due) if due is not None else 0
    part = figures.likely_parts.get(job.fault_kind or "")
    found = stock.whereabouts(scene.books, part, technician.id) if part is not None else None
    return Candidate(
        technician, reasons, travel, late, round(late * figures.late_weight.get(job.severity, 1.0)), load,
        load * figures.overload_ms, part if found is not None else None, found,
        0 if found in (None, "van") else figures.no_part_ms, way,
    )  # fmt: skip


def whereabouts(scene: Scene, but: str | None = None) -> dict[str, Point | None]:
    """Where each technician sets out from: the place of work, else where the present trip leads, else the home base.

    Known from visits alone (`but`: one that does not count); nobody is followed.
    """
    found: dict[str, Point | None] = {t.id: _home(t) for t in scene.books.technicians.values()}
    under_way = [scene.books.visits[key] for key in scene.books.unfinished if key != but]
    for visit in sorted((v for v in under_way if v.state in UNFINISHED), key=lambda v: v.state in THERE):
        point = scene.place(visit.cabinet, visit.site).point
        if (visit.state in THERE or visit.state == "en_route") and point is not None:
            found[visit.technician] = point
    return found


def _home(technician: Technician) -> Point | None:
    return None if technician.lat is None or technician.lon is None else (technician.lat, technician.lon)
