"""What is over goes; what somebody still needs stays."""

import pytest

from app.retention import trims
from service.records.base import Put
from service.records.memory import MemoryRecords
from telemetry.clock import Moment
from telemetry.units import DAY

NOW, REAL = 1_900_000_000_000, 1_800_000_000_000
KEY = {"sessions": "hash", "idempotency": "key"}


@pytest.mark.parametrize(
    ("table", "row", "goes"),
    [
        ("events", {"at": NOW - 31 * DAY}, True),
        ("events", {"at": NOW - 29 * DAY}, False),
        ("notices", {"state": "sent", "at": NOW - 91 * DAY}, True),
        ("notices", {"state": "digested", "at": NOW - 91 * DAY}, True),
        ("notices", {"state": "queued", "at": NOW - 91 * DAY}, False),
        ("notices", {"state": "sent", "at": NOW - 89 * DAY}, False),
        ("inbox", {"state": "done", "at_real": REAL - DAY - 1}, True),
        ("inbox", {"state": "done", "at_real": REAL - DAY + 1}, False),
        ("inbox", {"state": "new", "at_real": REAL - 9 * DAY}, False),
        ("idempotency", {"at": REAL - DAY - 1}, True),
        ("idempotency", {"at": REAL - 1}, False),
        ("sessions", {"expires": REAL - 1}, True),
        ("sessions", {"expires": REAL + 1}, False),
    ],
)
def test_only_what_is_over_goes(table, row, goes):
    records = MemoryRecords()
    records.write([Put(table, {KEY.get(table, "id"): "x", **row})])
    for name, where in trims(Moment(NOW, REAL), events_days=30):
        records.trim(name, where)
    assert records.count(table) == (0 if goes else 1)
