"""What technicians wrote on a visit goes with the ticket, whichever visit of it that was, unless somebody holds it."""

from service.calendars import Calendar
from service.policy import Policy
from service.privacy.due import Look, item_of
from service.records.base import Put
from service.records.memory import MemoryRecords

NOW = 1_900_000_000_000
TICKET = {
    "id": "T-1", "kind": "repair", "state": "archived", "cabinet": "C-1", "site": None, "visit": "V-2", "opened": 1000,
    "updated": 9000, "channel": "phone", "summary": "s", "fields": {}, "customer": {"phone": "13812345678"},
}  # fmt: skip


def emptied(*held: str) -> list[str]:
    records, policy = MemoryRecords(), Policy()
    notes = {"V-1": ["T-1", "T-2"], "V-2": ["T-1"], "V-3": ["T-3"]}
    for n, (visit, tickets) in enumerate(notes.items(), 1):
        report = {"items": [], "report": {"note": "Zhang, 13812345678"}}
        row = {"id": visit, "cabinet": "C-1", "tickets": tickets, "offered": 1000 * n, "evidence": report}
        records.write([Put("visits", row)])
    records.write([Put("holds", {"id": h, "subject": h, "until": None, "ended": None}) for h in held])
    look = Look(records, policy, Calendar.china(policy.zone), b"secret", NOW)
    item = item_of(look, {**dict.fromkeys(("closed", "clocks")), **TICKET}, ("record",))
    gone = [row for table, row in item.rows if table == "visits"]
    assert "13812345678" not in str(gone)
    return [row["id"] for row in gone]


def test_every_visit_of_a_ticket_is_emptied_and_none_of_others() -> None:
    assert emptied() == ["V-1", "V-2"]


def test_a_visit_that_a_held_ticket_shares_stays() -> None:
    assert emptied("ticket:T-2") == ["V-2"]
