"""What is let go of, and when. Rows of tickets, visits, episodes and their timelines are kept."""

from collections.abc import Collection

from app.sections import Retention
from service.records.base import Where
from telemetry.clock import Moment
from telemetry.series.base import Summaries
from telemetry.units import DAY, HOUR

NOTICES_DAYS = 90
ANSWERED = DAY  # how long the answer of an action, or of an idempotent request, can be asked for again

COMPLETE = HOUR  # after its end a day is summarised: until then most of what was late has come

Trim = tuple[str, list[Where]]


def trims(moment: Moment, events_days: int, held: Collection[str] = ()) -> list[Trim]:
    """Tables and the rows of them that are over. (The quarantine bounds itself: `gateway/decide.py`.) `held`: what
    legal holds in force name; what a held cabinet said and what was written of a held ticket stays."""
    now, real = moment
    tickets, cabinets = (_but(held, noun) for noun in ("ticket", "cabinet"))
    before = Where("at", "<", now - events_days * DAY)
    over = Where("state", "in", ("sent", "digested", "dropped", "failed"))
    notices = [over, Where("at", "<", now - NOTICES_DAYS * DAY)]
    return [
        ("events", [before, *cabinets]),
        ("sales", [before, *cabinets]),
        ("notices", [*notices, Where("ticket", "null")]),
        ("notices", [*notices, Where("ticket", "notnull"), *tickets]),
        ("inbox", [Where("state", "=", "done"), Where("at_real", "<", real - ANSWERED)]),
        ("idempotency", [Where("at", "<", real - ANSWERED)]),
        ("sessions", [Where("expires", "<", real)]),
    ]


def _but(held: Collection[str], noun: str) -> list[Where]:
    """Conditions that leave out what is held; the column is named as the noun."""
    return [Where(noun, "!=", one.partition(":")[2]) for one in sorted(held) if one.startswith(f"{noun}:")]


def series_kept(now: int, kept: Retention) -> tuple[int, Summaries]:
    """From which time on (product ms) readings are kept, and their summaries."""
    raw, five, hour = (now - days * DAY for days in (kept.raw_days, kept.five_minute_days, kept.hour_days))
    return raw, Summaries(five, hour)
