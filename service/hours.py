"""Service hours: when people serve, by the type of the day, over midnight if need be; time counted only inside them.

A window belongs to the day on which it begins: the hotline's 08:00-01:00 (S1 6.3) holds 00:30, which is the day
before's, and not 01:00:00 itself.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from service.calendars import Calendar, DayType
from telemetry.errors import Invalid
from telemetry.units import DAY, MINUTE

_WINDOW = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
Window = tuple[int, int]


class Hours(msgspec.Struct, frozen=True):
    """Windows by type of day: from and to in ms since its 00:00, `to` at most a day after `from`. A make-up workday
    without windows of its own is a workday, a holiday a day of rest. `text` is how they are written."""

    windows: dict[DayType, tuple[Window, ...]]
    text: str

    def of(self, kind: DayType) -> tuple[Window, ...]:
        """The windows that begin on a day of this type."""
        like: dict[DayType, DayType] = {"make_up": "work", "holiday": "rest"}
        return self.windows.get(kind, self.windows.get(like.get(kind, kind), ()))


class Span(NamedTuple):
    """A stretch of service [begin, end) in ms, and the day to which it belongs."""

    begin: int
    end: int
    day: date


def hours(windows: dict[str, list[str]]) -> Hours:
    """Hours from `{"work": ["09:00-12:00", "13:00-18:00"], "rest": ["09:00-18:00"]}`; an end at or before the start is
    the next day's. Raises Invalid for a type or a window that is none, and when no workday has a window."""
    kinds: tuple[DayType, ...] = ("work", "make_up", "rest", "holiday")
    if unknown := sorted(set(windows) - set(kinds)):
        raise Invalid({"hours": f"no type of day: {', '.join(unknown)}; there are {', '.join(kinds)}"})
    if not windows.get("work"):
        raise Invalid({"hours": 'a working day needs a window, as in "work": ["09:00-18:00"]'})
    read = {kind: tuple(sorted(_window(w) for w in windows[kind])) for kind in kinds if kind in windows}
    return Hours(read, "; ".join(f"{kind} {' '.join(windows[kind]) or '-'}" for kind in read))


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    times = [int(part) for part in found.groups()] if found else []
    begin, end = (times[0] * 60 + times[1], times[2] * 60 + times[3]) if times else (24 * 60, 0)
    if begin >= 24 * 60 or end > 24 * 60:
        raise Invalid({"hours": f"{text!r} is no window: write it as 09:00-18:00, or 20:00-02:00 over midnight"})
    return begin * MINUTE, end * MINUTE + (DAY if end <= begin else 0)


def spans(calendar: Calendar, served: Hours, since: int) -> Iterator[Span]:
    """The stretches of service that end after `since`, in order, each instant in one of them. Endless."""
    day, covered = calendar.local(since).date() - timedelta(days=2), 0
    while True:
        for begin, end in served.of(calendar.day_type(day)):
            span = Span(max(calendar.at(day, begin), covered), calendar.at(day, end), day)
            if span.begin < span.end:
                covered = span.end
                if covered > since:
                    yield span
        day += timedelta(days=1)


def held(calendar: Calendar, served: Hours, ms: int) -> date | None:
    """The day whose window holds the instant `ms`; None outside all of them."""
    today = calendar.local(ms).date()
    for day in (today, today - timedelta(days=1)):
        for begin, end in served.of(calendar.day_type(day)):
            if calendar.at(day, begin) <= ms < calendar.at(day, end):
                return day
    return None


def worked(calendar: Calendar, served: Hours, since: int, until: int) -> int:
    """How much of [since, until) is service time (ms)."""
    total = 0
    for span in spans(calendar, served, since):
        if span.begin >= until:
            return total
        total += min(span.end, until) - max(span.begin, since)
    return total


def after(calendar: Calendar, served: Hours, since: int, amount: int) -> int:
    """The first instant at which `amount` ms of service time have passed since `since`; `since` itself for none."""
    left = amount
    for span in spans(calendar, served, since):
        if left <= 0:
            break
        begin = max(span.begin, since)
        if left <= span.end - begin:
            return begin + left
        left -= span.end - begin
    return since
