"""The hourly job: what is due goes through the journal, piece by piece, files included; once more changes nothing."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.product import Product
from service.calendars import Calendar
from service.model import Action, Actor, Answer
from service.privacy.due import MOST, Look
from service.records.base import Put
from service.records.memory import MemoryRecords
from service.step import name
from tests.service.desk.world import SECRET, World

CASES = MOST + 20


class Job:
    """A product of which only the job runs: a desk, its records, a folder of attachments."""

    def __init__(self, folder: Path) -> None:
        self.world, self.records = World(), MemoryRecords()
        self.home = SimpleNamespace(root=folder)
        self.asked: list[Action] = []
        self._look = self.look

    def look(self) -> Look:
        return Look(self.records, self.world.policy, Calendar.china(), SECRET, self.world.now)

    async def submit(self, action: Action) -> Answer:
        self.asked.append(action)
        answer = self.world.act(action.name, action.target, action.actor, **action.body)
        self.keep()
        return answer

    def keep(self) -> None:
        self.records.write([Put(t, row) for t, rows in self.world.tables.items() for row in rows.values()])

    def run(self) -> None:
        asyncio.run(Product.purge(self))  # type: ignore[arg-type]


def case(job: Job, n: int) -> None:
    body: dict[str, Any] = {"kind": "consultation", "summary": "asks", "customer": {"phone": f"138{n:08d}"}}
    assert job.world.act("ticket.create", **body).status == "created"
    assert job.world.act("ticket.cancel", name("T", n), reason="done").status == "ok"


def test_everything_due_goes_in_pieces_with_its_files_and_once(tmp_path: Path) -> None:
    job = Job(tmp_path)
    for n in range(1, CASES + 1):
        case(job, n)
    job.keep()
    sha = "ab" * 32
    path = tmp_path / "attachments" / sha[:2] / sha
    path.parent.mkdir(parents=True)
    path.write_bytes(b"photo")
    row = {"id": "A-1", "name": "face.png", "ticket": "T-000001", "sha256": sha, "size": 5}
    job.records.write([Put("attachments", row)])
    job.run()
    assert job.asked == [], "nothing is due yet"
    assert path.exists()
    job.world.clock.advance(job.world.ticket()["retain_until"] - job.world.now)
    assert job.world.act("hold.place", "", Actor("root", "administrator"), subject="ticket:T-000007", reason="x").body
    job.keep()
    job.run()
    assert len(job.asked) == 2
    left = [t["id"] for t in job.records.find("tickets", limit=1000) if "phone" in t["customer"]]
    assert left == ["T-000007"]
    assert not path.exists()
    kept = job.records.get("attachments", "A-1")
    assert kept is not None
    assert (kept["name"], kept["sha256"], kept["size"]) == (None, None, 5)
    again = len(job.asked)
    job.run()
    assert len(job.asked) == again
