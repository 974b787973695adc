"""A day's plan: which stops there are, who may make them and when; what the solver finds is put into routes. Pure.

Windows, skills, certificates, zones and shifts are hard limits; who accepted a visit keeps it. What cannot be placed is
left out and named.
"""

from datetime import date
from typing import Any, NamedTuple

from service.technicians import Technician
from service.visiting.candidates import Job, Scene, obstacles, whereabouts
from service.visiting.routing import Job as RoutedJob
from service.visiting.routing import Leg, Problem, Solution, Van
from service.visiting.shifts import begun_on
from service.visiting.travel import Point, matrix_s, way_ms
from service.visiting.windows import Window
from service.visits import THERE
from telemetry.units import DAY

_PRIORITY = {"critical": 100, "major": 60, "minor": 30, "warning": 10}
LEFT_OUT: dict[str, tuple[str, str]] = {
    "window_over": ("its window is over", "预约时段已过"),
    "other_day": ("its window lies on another day", "预约时段在其他日期"),
    "too_many": ("the plan has as many stops as it may have", "计划站点数已达上限"),
    "nobody": ("nobody may do it on that day", "当天无合适人员"),
    "no_room": ("it fits into nobody's day", "当天排不进任何人的行程"),
}


class Stop(NamedTuple):
    """Work at one place: its tickets, what they ask for together (each a `Job`), and who accepted it already."""

    tickets: tuple[str, ...]
    jobs: tuple[Job, ...]
    cabinet: str | None
    site: str | None
    window: Window | None
    visit: str | None = None
    pinned: str | None = None

    @property
    def severity(self) -> str:
        return max((job.severity for job in self.jobs), key=lambda s: _PRIORITY[s])

    @property
    def due(self) -> int | None:
        return min((job.due for job in self.jobs if job.due is not None), default=None)


class Shift(NamedTuple):
    """A stretch [begin, end] (ms) of a technician's day, and where it starts."""

    technician: Technician
    begin: int
    end: int
    start: Point | None


class Sheet(NamedTuple):
    """A problem together with what its indices mean, and what could not even be asked."""

    day: date
    base: int
    problem: Problem
    stops: list[Stop]
    shifts: list[Shift]
    left_out: list[tuple[Stop, str]]


def sheet(scene: Scene, day: date, stops: list[Stop], matrix: list[list[int]] | None = None) -> Sheet:
    """The problem of a day. `matrix`: seconds between the starts of the shifts (see `shifts_of`), then the stops, from
    a map service for example; None: by the policy's figures."""
    shifts = shifts_of(scene, day)
    first = scene.calendar.at(day, 0)
    kept, left = _plannable(scene, first, stops)
    places = [s.start for s in shifts] + [_point(s) for s in kept]
    if matrix is None:
        matrix = matrix_s(scene.policy.dispatch, places)
    may = [[_able(scene, stop, shift) for stop in kept] for shift in shifts]
    for n, stop in enumerate(kept):
        if not any(row[n] for row in may):
            left.append((stop, "nobody"))
    vans = [
        Van(n, (s.begin - first) // 1000, (s.end - first) // 1000, [j for j, able in enumerate(may[n]) if able])
        for n, s in enumerate(shifts)
    ]
    jobs = [_routed(scene, stop, len(shifts) + n, first) for n, stop in enumerate(kept)]
    problem = Problem(matrix=matrix, vans=vans, jobs=jobs, seconds=scene.policy.dispatch.plan_seconds)
    return Sheet(day, first, problem, kept, shifts, left)


def shifts_of(scene: Scene, day: date) -> list[Shift]:
    """The stretches of work that begin on the day and are not over; who is on a visit now starts when it should end."""
    where, found = whereabouts(scene), []
    for technician in sorted(scene.books.technicians.values(), key=lambda t: t.id):
        free = _free(scene, technician.id)
        for begin, end in begun_on(technician, day, scene.calendar, scene.policy.dispatch.plan_hours):
            begin = -(-max(begin, free) // 1000) * 1000  # noqa: PLW2901 - the rest of the stretch
            if technician.active and begin < end:
                found.append(Shift(technician, begin, end, where[technician.id]))
    return found


def _free(scene: Scene, technician: str) -> int:
    """When the visits are over, as far as can be told, to which the technician is on the way or at which."""
    free, work = scene.now, scene.policy.dispatch.visit_ms
    for key in scene.books.unfinished:
        visit = scene.books.visits[key]
        if visit.technician == technician and visit.state in THERE:
            free = max(free, (visit.arrived or scene.now) + work)
        elif visit.technician == technician and visit.state == "en_route":
            free = max(free, max(visit.eta or scene.now, scene.now) + work)
    return free


def _plannable(scene: Scene, first: int, stops: list[Stop]) -> tuple[list[Stop], list[tuple[Stop, str]]]:
    """What may stand in the plan, the most urgent first, and what may not."""
    kept: list[Stop] = []
    left: list[tuple[Stop, str]] = []
    for stop in sorted(stops, key=_urgency):
        if stop.window is not None and stop.window[1] < scene.now:
            left.append((stop, "window_over"))
        elif stop.window is not None and not (stop.window[0] < first + 2 * DAY and first <= stop.window[1]):
            left.append((stop, "other_day"))
        elif len(kept) >= scene.policy.dispatch.plan_stops:
            left.append((stop, "too_many"))
        else:
            kept.append(stop)
    return kept, left


def _urgency(stop: Stop) -> tuple[bool, int, int, tuple[str, ...]]:
    due = stop.window[1] if stop.window is not None else stop.due
    return stop.window is None, -_PRIORITY[stop.severity], due if due is not None else 1 << 60, stop.tickets


def _able(scene: Scene, stop: Stop, shift: Shift) -> bool:
    """Whether the technician of a shift may do every ticket of the stop. The shift itself is the solver's business."""
    if stop.pinned is not None:
        return stop.pinned == shift.technician.id
    found = (o for job in stop.jobs for o in obstacles(scene, job, shift.technician, shift.begin, shift.end))
    return all(o.code == "off_shift" for o in found)


def _point(stop: Stop) -> Point | None:
    return stop.jobs[0].place.point


def _routed(scene: Scene, stop: Stop, place: int, first: int) -> RoutedJob:
    begin, end = stop.window or (first, first + 2 * DAY)
    window = max(0, -(-(begin - first) // 1000)), max(0, (end - first) // 1000)
    work = scene.policy.dispatch.work_ms(len(stop.tickets)) // 1000
    promised = stop.window is not None or stop.pinned is not None
    return RoutedJob(place, work, window, 100 if promised else _PRIORITY[stop.severity])


def routes(scene: Scene, asked: Sheet, found: Solution) -> dict[str, Any]:
    """The plan as people read it: per technician the stops with their times (ms), and what was left out and why."""
    by_technician: dict[str, list[tuple[Shift, list[Leg]]]] = {}
    for n, shift in enumerate(asked.shifts):
        legs = [leg for leg in found.legs if leg.van == n]
        if legs:
            by_technician.setdefault(shift.technician.id, []).append((shift, legs))
    unasked = {id(stop) for stop, _ in asked.left_out}
    left = [*asked.left_out]
    left += [(asked.stops[n], "no_room") for n in found.unassigned if id(asked.stops[n]) not in unasked]
    return {
        "day": asked.day.isoformat(),
        "routes": [_route(scene, asked, key, parts) for key, parts in sorted(by_technician.items())],
        "left_out": [_left(stop, why) for stop, why in left],
    }


def _route(scene: Scene, asked: Sheet, key: str, parts: list[tuple[Shift, list[Leg]]]) -> dict[str, Any]:
    stops: list[dict[str, Any]] = []
    for shift, legs in parts:
        here = shift.start
        for leg in legs:
            stop = asked.stops[leg.job]
            stops.append(_stop(scene, asked, stop, leg, here))
            here = _point(stop)
    name = parts[0][0].technician.name
    return {"technician": key, "name": name, "stops": stops, "travel_s": sum(s["travel_s"] for s in stops)}


def _stop(scene: Scene, asked: Sheet, stop: Stop, leg: Leg, here: Point | None) -> dict[str, Any]:
    figures = scene.policy.dispatch
    way = way_ms(figures, here, _point(stop))
    arrive = asked.base + (leg.arrival + leg.waits) * 1000
    late = max(0, arrive - stop.due) if stop.due is not None else 0
    return {
        "tickets": list(stop.tickets), "visit": stop.visit, "accepted": stop.pinned is not None,
        "cabinet": stop.cabinet, "site": stop.site, "severity": stop.severity, "arrive": arrive,
        "leave": arrive + figures.work_ms(len(stop.tickets)) // 1000 * 1000, "waits_s": leg.waits,
        "travel_s": (figures.unknown_ms if way is None else way) // 1000, "late_s": late // 1000,
        "window": None if stop.window is None else {"from": stop.window[0], "to": stop.window[1]},
    }  # fmt: skip


def _left(stop: Stop, why: str) -> dict[str, Any]:
    en, zh = LEFT_OUT[why]
    return {
        "tickets": list(stop.tickets), "visit": stop.visit, "cabinet": stop.cabinet, "site": stop.site, "why": why,
        "en": en, "zh": zh,
    }  # fmt: skip
