"""One person: found, erased, and what stays; and what old snapshots hold of it."""

from datetime import timedelta
from typing import Any

import msgspec

from service.calendars import Calendar
from service.policy import Policy
from service.privacy import due
from service.privacy.persons import erasure, find
from service.privacy.state import person_key
from service.records.base import Drop
from tests.service.desk.callers import ADMIN, PERSON, WORDS, called, cancelled, look, retention, store
from tests.service.desk.world import SECRET, World


def test_a_person_is_found_however_the_number_is_written() -> None:
    world = World()
    keys = [cancelled(world), called(world, customer={"name": "张", "phone": "+8613812345678"})]
    called(world, customer={"name": "李四", "phone": "13900000000"})
    called(world, customer={"name": "王五"})
    for phone in ("13812345678", "138-1234-5678", "+86 138 1234 5678"):
        assert [row["id"] for row in find(store(world), phone)["tickets"]] == keys
    assert find(store(world), "1381234567")["tickets"] == []


def erase(world: World) -> tuple[dict[str, Any], dict[str, str]]:
    items, stays = erasure(look(world), find(store(world), "13812345678"))
    target = f"person:{person_key(SECRET, '13812345678')}"
    answer = world.act("privacy.erase", target, ADMIN, items=msgspec.to_builtins(items), reason="asked")
    assert answer.status == "ok", answer
    return answer.body, stays


def test_erasing_a_person_leaves_the_counts_and_names_what_stays() -> None:
    world = World()
    gone, open_case, other = (
        cancelled(world),
        called(world),
        called(world, customer={"name": "李四", "phone": "13900000000"}),
    )
    held = cancelled(world)
    world.act("hold.place", "", ADMIN, subject=f"ticket:{held}", reason="a lawsuit")
    counts = {table: len(rows) for table, rows in world.tables.items() if table != "audit"}
    answer, stays = erase(world)
    assert (answer["done"], answer["kept"], stays) == ([gone], {held: "hold H-000001"}, {open_case: "open"})
    assert {table: len(rows) for table, rows in world.tables.items() if table != "audit"} == counts
    assert world.ticket(gone)["customer"].keys() == {"purged"}
    assert world.ticket(held)["customer"] == PERSON
    assert world.ticket(other)["customer"]["name"] == "李四"
    mine = [world.ticket(gone), *world.lines(gone), *(c for c in world.rows("contacts") if c["ticket"] == gone)]
    assert not any(word in msgspec.json.encode(mine).decode() for word in WORDS)
    books = world.desk._books.tickets[gone]
    assert not any(word in msgspec.json.encode(books).decode() for word in WORDS), "nor in snapshots"
    assert erase(world)[0]["done"] == [], "twice changes nothing"


def test_who_only_called_about_anothers_case_is_found_and_erased_too() -> None:
    world = World()
    key = called(world, customer={"name": "李四", "phone": "13900000000"})
    told = {"direction": "in", "text": "张三丰 here", "solved": True, "unverified": True}
    answer = world.act("contact.create", channel="phone", ticket=key, customer=PERSON, **told)
    contact = answer.body["id"]
    assert erase(world)[1] == {contact: "open"}
    world.act("ticket.cancel", key, reason="done")
    assert erase(world)[0]["done"] == [contact]
    assert world.tables["contacts"][contact]["customer"].keys() == {"purged"}
    assert world.ticket(key)["customer"]["name"] == "李四"
    assert world.tables["contacts"][contact]["solved"] is True


def test_a_case_that_a_law_keeps_says_until_when() -> None:
    world = World(Policy(law_days={"consultation": 100}))
    key = cancelled(world)
    _, stays = erase(world)
    end = Calendar.china().local(world.now) + timedelta(days=100)
    assert stays == {key: f"law until {end.date().isoformat()}"}


def test_old_snapshots_load_without_any_of_it() -> None:
    world = World()
    called(world)
    state = msgspec.msgpack.decode(world.desk.dump())
    for name in ("audit", "privacy"):
        del state[name]
    world.desk.load(msgspec.msgpack.encode(state))
    assert world.act("privacy.reveal", "ticket:T-000001", ADMIN, reason="x").body == {"audit": 1}


def test_a_dropped_row_is_not_asked_for() -> None:
    """What the records lost is no reason to stop."""
    world = World()
    key = cancelled(world)
    records = store(world)
    records.write([Drop("tickets", key)])
    assert due.records_due(look(world, retention(world), records)).items == []
