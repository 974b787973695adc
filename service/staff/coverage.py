"""Coverage: whether somebody is on duty whenever the service must be reachable (S1 6.3). Pure, exact to the ms."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from service.calendars import Calendar
from service.hours import Hours

Stretch = tuple[int, int]


class Duty(NamedTuple):
    """A person's duty on a channel: windows that begin on the days `first` … `last` (None: without end), and not at or
    after `until` (ms; None: no such limit)."""

    roster: str
    channel: str
    person: str
    hours: Hours
    first: date
    last: date | None = None
    until: int | None = None


class Gap(NamedTuple):
    """Nobody serves in [begin, end), ms; `day`: the day to whose required window it belongs."""

    begin: int
    end: int
    day: date


def served(duty: Duty, calendar: Calendar, since: int, until: int) -> list[Stretch]:
    """When the person is on duty within [since, until)."""
    end = until if duty.until is None else min(until, duty.until)
    days = _days(calendar, since, end)
    found = [
        (max(begin, since), min(finish, end))
        for day in days
        if duty.first <= day and (duty.last is None or day <= duty.last)
        for begin, finish in _windows(duty.hours, calendar, day)
    ]
    return [s for s in found if s[0] < s[1]]


def _windows(hours: Hours, calendar: Calendar, day: date) -> list[Stretch]:
    """The windows that begin on the day, as instants."""
    return [(calendar.at(day, a), calendar.at(day, b)) for a, b in hours.of(calendar.day_type(day))]


def _days(calendar: Calendar, since: int, until: int) -> list[date]:
    """The days of which a window may reach into [since, until): one may go on into the next day."""
    first, last = calendar.local(since).date() - timedelta(days=2), calendar.local(max(since, until)).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def gaps(duties: Iterable[Duty], required: Hours, calendar: Calendar, since: int, until: int) -> list[Gap]:
    """The parts of the required hours within [since, until) in which nobody of `duties` serves, in order."""
    covered = joined([s for duty in duties for s in served(duty, calendar, since, until)])
    return [
        Gap(begin, end, day)
        for day in _days(calendar, since, until)
        for window in joined(_windows(required, calendar, day))
        for begin, end in without((max(window[0], since), min(window[1], until)), covered)
    ]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The union of stretches, in order and apart."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def without(whole: Stretch, taken: Sequence[Stretch]) -> list[Stretch]:
    """What is left of a stretch; `taken` are in order and apart."""
    at, left = whole[0], []
    for begin, end in taken:
        if begin > at:
            left.append((at, min(begin, whole[1])))
        at = max(at, end)
        if at >= whole[1]:
            break
    left.append((at, whole[1]))
    return [(a, b) for a, b in left if a < b]


def on_duty(duties: Iterable[Duty], calendar: Calendar, at: int) -> list[Duty]:
    """Who serves at the instant."""
    return [d for d in duties if served(d, calendar, at, at + 1)]
