"""The working calendar: which days are worked, with make-up workdays, and up to when that is official."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from telemetry.units import DAY

# China has kept +08:00 all year since 1992; a fixed offset needs no time-zone database on the machine.
_FIXED: dict[str, tzinfo] = {"Asia/Shanghai": timezone(timedelta(hours=8)), "UTC": UTC}

DayType = Literal["work", "make_up", "rest", "holiday"]


class _Table(msgspec.Struct, frozen=True):
    version: str
    official_from: date
    official_until: date
    rest: frozenset[date]
    work: frozenset[date]
    weekend: frozenset[date] = frozenset()


class Calendar:
    """Working days in one time zone. Outside `official_from` … `official_until` days are Mon-Fri, and provisional."""

    def __init__(self, table: _Table, zone: tzinfo) -> None:
        self.table = table
        self.zone = zone

    @classmethod
    def china(cls, zone: str = "Asia/Shanghai") -> "Calendar":
        """The State Council's days, in the policy's time zone. Raises ZoneInfoNotFoundError for an unknown zone."""
        raw = files("service.data").joinpath("workdays_cn.json").read_bytes()
        return cls(msgspec.json.decode(raw, type=_Table), _FIXED.get(zone) or ZoneInfo(zone))

    @property
    def version(self) -> str:
        return self.table.version

    def local(self, ms: int) -> datetime:
        """The wall clock in the calendar's zone at `ms`."""
        return datetime.fromtimestamp(ms / 1000, self.zone)

    def is_workday(self, day: date) -> bool:
        if day in self.table.work:
            return True
        return day.weekday() < 5 and day not in self.table.rest

    def day_type(self, day: date) -> DayType:
        """A make-up workday is a weekend day that is worked, a holiday a day off by the State Council's notice."""
        if day in self.table.work:
            return "make_up"
        if day in self.table.rest or day in self.table.weekend:
            return "holiday"
        return "work" if day.weekday() < 5 else "rest"

    def at(self, day: date, ms: int) -> int:
        """The instant (ms) at which the wall clock shows `ms` after 00:00 of the day; past 24:00 on the next day."""
        days, rest = divmod(ms, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(), self.zone) + timedelta(milliseconds=rest)
        return round(wall.timestamp() * 1000)

    def official(self, days: Iterable[date]) -> bool:
        """Whether every one of the days lies inside the published calendar."""
        return all(self.table.official_from <= d <= self.table.official_until for d in days)

    def after_workdays(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself is not counted (S1 7.3.2, civil-law counting)."""
        while n > 0:
            day += timedelta(days=1)
            n -= self.is_workday(day)
        return day

    def end_of(self, day: date) -> int:
        """24:00 of the day, in ms."""
        return self.at(day, DAY)
