"""The rows behind the indicators of a period, read from the records."""

from typing import Any

from api.whole import whole
from service.after.indicators import indicators
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from telemetry.units import DAY

Json = dict[str, Any]
LATEST = 400 * DAY  # how long after a ticket was closed one of its clocks may still have had time to run


def period(records: RecordStore, policy: Policy, since: int, until: int) -> list[Json]:
    """The indicators (`service/after/indicators.py`) of the time from `since` up to `until` (ms), from the records."""
    tickets = _tickets(records, since, until)
    earliest = min((row["opened"] for row in tickets), default=until)
    visits = whole(records, "visits", [Where("arrived", ">=", earliest), Where("arrived", "<", until)])
    return indicators(tickets, visits, _surveys(records, since, until), policy, since, until)


def _tickets(records: RecordStore, since: int, until: int) -> list[Row]:
    """Tickets that may have a clock due, or a resolution, in the period."""
    came = Where("received", "<", until)
    open_ones = whole(records, "tickets", [came, Where("closed", "null")])
    return open_ones + whole(records, "tickets", [came, Where("closed", ">=", since - LATEST)])


def _surveys(records: RecordStore, since: int, until: int) -> list[Row]:
    """Invitations that ran out in the period, and those that were answered in it."""
    found: dict[str, Row] = {}
    for column in ("expires", "answered"):
        for row in whole(records, "surveys", [Where(column, ">=", since), Where(column, "<", until)]):
            found[row["id"]] = row
    return list(found.values())
