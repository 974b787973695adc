"""Callers on the desk and what is kept of them: for the tests of privacy."""

from datetime import datetime
from typing import Any

import msgspec

from service.calendars import Calendar
from service.model import Actor
from service.privacy import due
from service.privacy.due import Look
from service.records.base import Put
from service.records.memory import MemoryRecords
from tests.service.desk.world import SECRET, World

ADMIN = Actor(id="root", role="administrator")
PERSON = {"name": "张三丰", "phone": "138 1234 5678", "address": "杭州市西湖区文三路 1 号"}
WORDS = (PERSON["name"], PERSON["phone"], PERSON["address"], "13812345678")
ZONE = Calendar.china().zone


def called(world: World, **fields: Any) -> str:
    """A call of a person; the ticket's id."""
    body = {"kind": "consultation", "summary": "张三丰 (13812345678) asks", "customer": PERSON, **fields}
    answer = world.act("ticket.create", **body)
    assert answer.status == "created", answer
    return str(answer.body["id"])


def cancelled(world: World, **fields: Any) -> str:
    key = called(world, **fields)
    assert world.act("ticket.comment", key, text="张三丰 called again from 13812345678").status == "ok"
    assert world.act("ticket.cancel", key, reason="a duplicate").status == "ok"
    return key


def store(world: World) -> MemoryRecords:
    """The rows of the world, as the records keep them."""
    records = MemoryRecords()
    rows = [Put(table, row) for table, kept in world.tables.items() for row in kept.values()]
    records.write(rows)
    return records


def look(world: World, now: int | None = None, records: MemoryRecords | None = None) -> Look:
    at = world.now if now is None else now
    return Look(records or store(world), world.policy, Calendar.china(), SECRET, at)


def purge(world: World, found: due.Due) -> dict[str, Any]:
    body = {"class": "record", "items": msgspec.to_builtins(found.items), "renewed": found.renewed}
    answer = world.act("privacy.purge", "", Actor("system", "system"), **body)
    assert answer.status == "ok", answer
    return answer.body


def text_of(world: World, *tables: str) -> str:
    return msgspec.json.encode([world.rows(table) for table in tables]).decode()


def retention(world: World, key: str = "T-000001") -> int:
    return int(world.clock_of("RETENTION", key)["due"])


def day(text: str, hour: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(hour=hour, tzinfo=ZONE).timestamp() * 1000)


# -- the chain ----------------------------------------------------------------------------------------------------
