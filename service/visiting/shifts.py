"""The stretches of time in which a technician works."""

from datetime import date, timedelta

from service.calendars import Calendar
from service.technicians import Technician
from telemetry.units import DAY, MINUTE

Stretch = tuple[int, int]


def begun_on(technician: Technician, day: date, calendar: Calendar, otherwise: Stretch) -> list[Stretch]:
    """The stretches [begin, end) in ms that begin on the day, in order and apart; one may end on the next day.

    `otherwise`: when somebody works who has no shift, ms after 00:00.
    """
    weekday = day.isoweekday()
    own = [(_minutes(b), _minutes(e)) for d, b, e in technician.shift if (d or 7) == weekday]
    marks = [(b * MINUTE, (e if e > b else e + 24 * 60) * MINUTE) for b, e in own]
    if not technician.shift:
        marks = [otherwise]
    return _joined(sorted((calendar.at(day, b), calendar.at(day, e)) for b, e in marks))


def on_duty(technician: Technician, begin: int, end: int, calendar: Calendar) -> bool:
    """Whether some instant of [begin, end] lies in a shift; who has none is always on duty."""
    if not technician.shift or technician.on_shift(begin, calendar):
        return True
    day, last = calendar.local(begin).date(), min(end, begin + 8 * DAY)
    while calendar.at(day, 0) <= last:
        if any(begin < e and b <= end for b, e in begun_on(technician, day, calendar, (0, DAY))):
            return True
        day += timedelta(days=1)
    return False


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for begin, end in stretches:
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
