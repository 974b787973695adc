"""Months of the policy's time zone, as `2026-10`; they begin at 00:00 there."""

from datetime import date

from service.calendars import Calendar


def month_of(calendar: Calendar, ms: int) -> str:
    """The month in which the instant lies."""
    return f"{calendar.local(ms):%Y-%m}"


def bounds(calendar: Calendar, month: str) -> tuple[int, int]:
    """When a month begins and when the next one does (ms). Raises ValueError for what is no month."""
    first = date.fromisoformat(f"{month}-01")
    return calendar.at(first, 0), calendar.at(_next(first), 0)


def following(month: str) -> str:
    """The month after this one. Raises ValueError."""
    return f"{_next(date.fromisoformat(f'{month}-01')):%Y-%m}"


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
