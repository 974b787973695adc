"""Conformance vectors of deadlines: cases with the only right answer, as data that anyone can run (`vendwatch clocks`).

The shipped ones (`service/data/clock_vectors.json`) come from the clauses and the State Council's calendar; a file of
an operator's own has the same form (`docs/clocks.md`).
"""

from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import msgspec

from service import clocks
from service.calendars import Calendar
from service.clocks import Target
from service.hours import held, hours
from telemetry.errors import ConfigError, Invalid
from telemetry.units import MINUTE

SHIPPED = files("service.data").joinpath("clock_vectors.json")


class Vector(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock that starts at `start` and counts `workdays`, calendar `days` or `minutes`: of service time, where there
    are `hours`; `rest_minutes` where it starts on a day that is not worked. `pauses` are [from, to]; `then_minutes` is
    the target that replaces it afterwards. `due` and `provisional` are the answer. With `inside` instead of a target:
    the day to whose hours the instant `start` belongs, empty for none."""

    name: str
    source: str
    start: datetime
    workdays: int | None = None
    days: int | None = None
    minutes: int | None = None
    rest_minutes: int | None = None
    then_minutes: int | None = None
    hours: dict[str, list[str]] | None = None
    pauses: list[tuple[datetime, datetime]] = []
    due: datetime | None = None
    provisional: bool = False
    inside: str | None = None


class Checked(NamedTuple):
    """What was asked, what should come out, and what did."""

    vector: Vector
    wanted: str
    got: str

    @property
    def right(self) -> bool:
        return self.wanted == self.got


def load(path: Path | None = None) -> list[Vector]:
    """The vectors of a file; the shipped ones without. Raises ConfigError for a file that holds none."""
    try:
        raw = SHIPPED.read_bytes() if path is None else path.read_bytes()
        return msgspec.json.decode(raw, type=list[Vector])
    except OSError as error:
        raise ConfigError("vectors", f"cannot read {path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise ConfigError("vectors", f"{path}: {error}") from error


def check(vectors: list[Vector], calendar: Calendar) -> Iterator[Checked]:
    """Run each. Raises ConfigError for one that asks for nothing, or for hours that are none."""
    for vector in vectors:
        try:
            yield _check(vector, calendar)
        except Invalid as error:
            raise ConfigError("vectors", f"{vector.name}: {'; '.join(error.fields.values())}") from error


def _check(vector: Vector, calendar: Calendar) -> Checked:
    start = _ms(vector.start)
    if vector.inside is not None:
        if vector.hours is None:
            raise Invalid({"inside": "needs hours"})
        day: date | None = held(calendar, hours(vector.hours), start)
        return Checked(vector, vector.inside, day.isoformat() if day else "")
    if vector.due is None:
        raise Invalid({"due": "needs the right answer: due, or inside"})
    pauses = [(_ms(a), _ms(b)) for a, b in vector.pauses]
    found = clocks.due(start, _target(vector, calendar), calendar, pauses)
    return Checked(
        vector, _shown(_ms(vector.due), vector.provisional, calendar), _shown(found.at, found.provisional, calendar)
    )


def _target(vector: Vector, calendar: Calendar) -> Target:
    said = vector.source
    if vector.workdays is not None:
        return Target(amount=vector.workdays, unit="workdays", basis=said, basis_zh=said)
    if vector.days is not None:
        return Target(amount=vector.days, unit="days", basis=said, basis_zh=said)
    minutes = vector.minutes if vector.then_minutes is None else vector.then_minutes
    if vector.rest_minutes is not None and not calendar.is_workday(vector.start.astimezone(calendar.zone).date()):
        minutes = vector.rest_minutes
    if minutes is None:
        raise Invalid({"minutes": "needs a target: workdays, days or minutes"})
    served = None if vector.hours is None else hours(vector.hours)
    return Target(amount=minutes * MINUTE, unit="ms", hours=served, basis=said, basis_zh=said)


def _ms(at: datetime) -> int:
    if at.tzinfo is None:
        raise Invalid({"time": f"{at.isoformat()} needs its offset, as in +08:00"})
    return round(at.timestamp() * 1000)


def _shown(ms: int, provisional: bool, calendar: Calendar) -> str:
    return calendar.local(ms).isoformat() + (" provisional" if provisional else "")
