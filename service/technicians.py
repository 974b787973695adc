"""Technicians: who they are, where and when they work."""

import re
from typing import Any

import msgspec

from service.calendars import Calendar
from service.checks import Check, like, optional, text, truth, within
from service.records.base import Row

Shift = tuple[int, str, str]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


def _shift(value: Any) -> str | None:
    """`[[weekday, "HH:MM", "HH:MM"], …]`; 1 is Monday, 7 (or 0) Sunday; an end at or before the start is next day."""
    wrong = "must be a list of [weekday 0…7, start HH:MM, end HH:MM]"
    if not isinstance(value, list):
        return wrong
    return None if all(_window(w) for w in value) else wrong


def _window(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 3:
        return False
    day, *times = value
    whole = isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 7
    return whole and all(isinstance(t, str) and _TIME.fullmatch(t) for t in times)


def _texts(value: Any) -> str | None:
    fine = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
    return None if fine else "must be a list of texts"


FIELDS: dict[str, Check] = {
    "name": text, "phone": optional(text), "lat": optional(within(-90, 90)), "lon": optional(within(-180, 180)),
    "zones": optional(_texts), "skills": optional(_texts), "shift": optional(_shift), "channels": optional(_texts),
    "active": optional(truth),
}  # fmt: skip
NEW: dict[str, Check] = {"id": optional(like(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")), **FIELDS}


_NEVER_NULL = frozenset({"id", "zones", "skills", "shift", "channels", "active"})


def given(body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a checked body that say something: null leaves a list, or whether somebody is active, as it is."""
    return {key: value for key, value in body.items() if value is not None or key not in _NEVER_NULL}


class Technician(msgspec.Struct, kw_only=True):
    """The row of table `technicians`. No zones: works anywhere; no shift: always on duty."""

    id: str
    name: str
    phone: str | None = None
    zones: list[str] = msgspec.field(default_factory=list)
    skills: list[str] = msgspec.field(default_factory=list)
    shift: list[Shift] = msgspec.field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    channels: list[str] = msgspec.field(default_factory=list)
    active: bool = True
    version: int = 1
    created: int
    updated: int

    def row(self) -> Row:
        return {**msgspec.structs.asdict(self), "shift": [list(w) for w in self.shift]}

    def on_shift(self, now: int, calendar: Calendar) -> bool:
        """Whether a shift window holds `now`, in the calendar's zone; windows may cross midnight."""
        at = calendar.local(now)
        today, minute = at.isoweekday(), at.hour * 60 + at.minute
        return not self.shift or any(_covers(w, today, minute) for w in self.shift)


def _covers(window: Shift, today: int, minute: int) -> bool:
    day, begin, end = window[0] or 7, _minutes(window[1]), _minutes(window[2])
    if begin < end:
        return day == today and begin <= minute < end
    yesterday = today - 1 or 7
    return (day == today and minute >= begin) or (day == yesterday and minute < end)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
