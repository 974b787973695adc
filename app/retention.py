"""What is let go of, and when. Rows of tickets, visits, episodes and their timelines are kept."""

from service.records.base import Where
from telemetry.clock import Moment
from telemetry.units import DAY

NOTICES_DAYS = 90
ANSWERED = DAY  # how long the answer of an action, or of an idempotent request, can be asked for again

Trim = tuple[str, list[Where]]


def trims(moment: Moment, events_days: int) -> list[Trim]:
    """Tables and the rows of them that are over. (The quarantine bounds itself: `gateway/ingest.py`.)"""
    now, real = moment
    over = Where("state", "in", ("sent", "digested", "failed"))
    return [
        ("events", [Where("at", "<", now - events_days * DAY)]),
        ("notices", [over, Where("at", "<", now - NOTICES_DAYS * DAY)]),
        ("inbox", [Where("state", "=", "done"), Where("at_real", "<", real - ANSWERED)]),
        ("idempotency", [Where("at", "<", real - ANSWERED)]),
        ("sessions", [Where("expires", "<", real)]),
    ]
