"""What is let go of, and when. Rows of tickets, visits, episodes and their timelines are kept."""

from app.sections import Retention
from service.records.base import Where
from telemetry.clock import Moment
from telemetry.series.base import Summaries
from telemetry.units import DAY, HOUR

NOTICES_DAYS = 90
ANSWERED = DAY  # how long the answer of an action, or of an idempotent request, can be asked for again

COMPLETE = HOUR  # after its end a day is summarised: until then most of what was late has come

Trim = tuple[str, list[Where]]


def trims(moment: Moment, events_days: int) -> list[Trim]:
    """Tables and the rows of them that are over. (The quarantine bounds itself: `gateway/decide.py`.)"""
    now, real = moment
    over = Where("state", "in", ("sent", "digested", "failed"))
    return [
        ("events", [Where("at", "<", now - events_days * DAY)]),
        ("sales", [Where("at", "<", now - events_days * DAY)]),
        ("notices", [over, Where("at", "<", now - NOTICES_DAYS * DAY)]),
        ("inbox", [Where("state", "=", "done"), Where("at_real", "<", real - ANSWERED)]),
        ("idempotency", [Where("at", "<", real - ANSWERED)]),
        ("sessions", [Where("expires", "<", real)]),
    ]


def series_kept(now: int, kept: Retention) -> tuple[int, Summaries]:
    """From which time on (product ms) readings are kept, and their summaries."""
    raw, five, hour = (now - days * DAY for days in (kept.raw_days, kept.five_minute_days, kept.hour_days))
    return raw, Summaries(five, hour)
