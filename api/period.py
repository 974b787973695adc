"""The period of a request, `?from=…&to=…`: one way to name it, one way to refuse it."""

from typing import Annotated

from fastapi import Query

from api.query import time
from telemetry.errors import Invalid
from telemetry.units import DAY

From = Annotated[str | None, Query(alias="from")]
To = Annotated[str | None, Query(alias="to")]
LONGEST = 400 * DAY
FOREVER = 1 << 60


def period(start: str | None, end: str | None, *, until: int, back: int, longest: int = LONGEST) -> tuple[int, int]:
    """(first, last) in ms: what is named, else `until`, and `back` before that. Raises Invalid as `ordered` does."""
    last = time("to", end) if end else until
    return ordered(time("from", start) if start else last - back, last, longest=longest)


def span(now: int, start: str | None, end: str | None, ahead: int) -> tuple[int, int]:
    """Like `period`; where times are not named, `ahead` ms from now (before now, if negative), and not empty."""
    first = time("from", start) if start else min(now, now + ahead)
    return ordered(first, time("to", end) if end else first + abs(ahead), least=1)


def ordered(first: int, last: int, *, least: int = 0, longest: int = LONGEST) -> tuple[int, int]:
    """(first, last). Raises Invalid for a period shorter than `least` or longer than `longest`, in ms."""
    if last - first < least:
        raise Invalid({"from": "must lie before `to`"})
    if last - first > longest:
        raise Invalid({"from": f"must lie before `to`, by at most {longest // DAY} days"})
    return first, last
