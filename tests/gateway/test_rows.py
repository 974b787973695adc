"""Rows that follow from messages: every store must be able to keep them, whatever a machine says."""

from gateway.rows import event_row, quarantine_row
from service.records.base import Put
from service.records.memory import MemoryRecords
from telemetry.ledger import Account
from telemetry.wire import Event, Reject


def test_a_text_that_no_server_takes_is_written_visibly() -> None:
    account = Account(cabinet="HZ-01")
    event = Event(boot=1, seq=2, ts=1_790_000_000_000, event="vend\0", data={"sku": "a\0b"})
    rows = [
        Put("events", event_row(account, event, event.ts, late=False)),
        Put("quarantine", quarantine_row("Q1", "HZ-01", "a\0", b"{\0\xff", Reject("key \0"), event.ts)),
    ]
    records = MemoryRecords()
    records.commit(1, rows)
    (kept,), (held,) = records.find("events"), records.find("quarantine")
    assert (kept["name"], kept["data"]) == ("vend\\x00", {"sku": "a\0b"})
    assert (held["head"], held["topic"], held["reason"]) == ("{\\x00\\xff", "a\\x00", "key \\x00")
