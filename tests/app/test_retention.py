"""What is over goes; what somebody still needs stays."""

import pytest

from app.retention import series_kept, trims
from app.sections import Retention
from app.settings import load
from service.records.base import Put
from service.records.memory import MemoryRecords
from telemetry.clock import Moment
from telemetry.errors import ConfigError
from telemetry.series.base import Summaries
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


def test_what_is_held_stays():
    records, old = MemoryRecords(), NOW - 400 * DAY
    held = {"T-1": "T-1", "T-2": "T-2", "none": None}
    rows = [Put("notices", {"id": key, "state": "sent", "at": old, "ticket": of}) for key, of in held.items()]
    rows += [Put("events", {"id": c, "cabinet": c, "at": old}) for c in ("C-1", "C-2")]
    records.write(rows)
    for name, where in trims(Moment(NOW, REAL), 30, {"ticket:T-1", "cabinet:C-2", "person:00ff"}):
        records.trim(name, where)
    assert [row["id"] for row in records.find("notices")] == ["T-1"]
    assert [row["id"] for row in records.find("events")] == ["C-2"]


def test_readings_go_before_their_summaries():
    assert series_kept(NOW, Retention()) == (NOW - 90 * DAY, Summaries(five=NOW - 400 * DAY, hour=NOW - 3650 * DAY))


def test_summaries_that_go_before_the_readings_stop_the_start():
    kept = {"VENDWATCH_RETENTION__RAW_DAYS": "500"}
    with pytest.raises(ConfigError, match=r"retention: .*five_minute_days"):
        load({}, None, kept)
    assert load({}, None, kept | {"VENDWATCH_RETENTION__FIVE_MINUTE_DAYS": "500"}).retention.raw_days == 500
