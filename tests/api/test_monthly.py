"""The monthly report at the borders of its month: nothing falls between two months."""

from typing import Any

from api import monthly
from api.indicatorrows import period
from service.policy import Policy
from service.records.base import Put
from service.records.memory import MemoryRecords
from telemetry.units import DAY, HOUR
from tests.api.fake import BARE
from tests.service.monthly.month import SINCE, UNTIL

NOW = UNTIL + 20 * DAY


def late() -> MemoryRecords:
    """A complaint that came on the last day of October and was written down in November, when its reply was overdue."""
    records = MemoryRecords()
    clocks = [{"name": "REPLY", "due": UNTIL - HOUR, "state": "breached", "why": "", "provisional": False}]
    row: dict[str, Any] = {**BARE["tickets"], "id": "T-1", "n": 1, "kind": "complaint", "clocks": clocks}
    records.write([Put("tickets", {**row, "received": UNTIL - 25 * HOUR, "opened": UNTIL + HOUR})])
    return records


def test_what_came_in_one_month_and_was_written_down_in_the_next_counts_in_one_of_them() -> None:
    october, november = (monthly.collect(late(), Policy(), name, NOW) for name in ("2026-10", "2026-11"))
    missed = [next(c for c in m["clocks"] if c["clock"] == "REPLY")["missed"] for m in (october, november)]
    assert missed == [1, 0]
    assert [len(m["complaints"]) for m in (october, november)] == [1, 0]
    assert [m["tickets"]["opened_in"] for m in (october, november)] == [0, 1]
    (reply,) = (i for i in period(late(), Policy(), SINCE, UNTIL) if i["id"] == "reply_in_time")
    assert (reply["n"], reply["value"]) == (1, 0.0)
