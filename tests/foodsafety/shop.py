"""The real fold with one cabinet that is held to a rule: what it says, what it is told, and who comes."""

from typing import Any

import msgspec

from faults.faults import Faults
from gateway.fold import Fold, Outcome
from gateway.ingest import Ingest
from service.commands import Commands
from service.desk import Desk
from service.model import Action, Actor, Answer
from service.policy import Policy
from service.records.memory import MemoryRecords
from service.registry import Registry
from telemetry.fleet import Fleet
from telemetry.journal import Entry
from telemetry.units import MINUTE
from tests.gateway.rig import CABINET, birth, event, telemetry, up

T0 = 1_795_136_400_000  # 2026-11-20 09:00 in China
CLERK = Actor("clerk", "administrator")
TECH = Actor("tech-1", "technician")
SHIFT = [[day, "00:00", "24:00"] for day in range(1, 8)]


def new_fold() -> Fold:
    fleet, registry = Fleet(), Registry()
    desk = Desk(Policy(), b"secret", registry.place, registry.coordinates)
    ingest = Ingest(fleet, registry, open_enrolment=True)
    return Fold(fleet, registry, ingest, Faults(), desk, Commands(60))


def image(outcome: Outcome) -> bytes:
    """What an outcome changes, sends and answers, as bytes."""
    answers = [(key, msgspec.to_builtins(answer)) for key, answer in outcome.answers.items()]
    return msgspec.msgpack.encode((outcome.changes, outcome.publish, answers))


class Shop:
    """Minutes pass by `live`; `obeys`: the cabinet carries commands out and its bolt shows it."""

    def __init__(self, pack: str | None = "nama") -> None:
        self.fold, self.records = new_fold(), MemoryRecords()
        self.now, self.number, self.seq, self.boot = T0, 0, 0, 1
        self.obeys, self.bolt = True, 1.0
        self.entries: list[Entry] = []
        self.outcomes: list[Outcome] = []
        self.told: list[dict[str, Any]] = []
        self.inbox: list[tuple[str, bytes]] = []
        self.birth()
        self.act("technician.create", "", {"id": "tech-1", "name": "Li", "shift": SHIFT})
        if pack:
            assert self.act("food.profile", CABINET, {"pack": pack}).status == "ok"

    def birth(self) -> None:
        self.step(birth(self.boot, self.next(), self.boot, ts=self.now, holds=[]))

    def next(self) -> int:
        self.seq += 1
        return self.seq

    def step(self, *messages: tuple[str, bytes], tick: bool = True, **more: Any) -> Any:
        self.number += 1
        waiting, self.inbox = self.inbox, []
        entry = Entry(
            number=self.number, now=self.now, real=self.now, tick=tick, messages=[*messages, *waiting], **more
        )  # fmt: skip
        outcome = self.fold.step(entry)
        self.entries.append(entry)
        self.outcomes.append(outcome)
        self.records.commit(outcome.number, outcome.changes)
        for message in outcome.publish:
            if message.topic.endswith("/command"):
                self.hear(msgspec.json.decode(message.payload))
        return outcome

    def hear(self, command: dict[str, Any]) -> None:
        """The cabinet answers with the next entry, if it obeys."""
        self.told.append(command)
        if self.obeys:
            reply = {"boot": self.boot, "seq": self.next(), "ts": self.now, "id": command["id"], "status": "done"}
            self.inbox.append(up("reply", **reply))

    def live(self, minutes: int, air: float = 4.0, **values: float) -> "Shop":
        """A reading a minute."""
        for _ in range(minutes):
            self.now += MINUTE
            said = {"air_c": air, "lock_closed": self.bolt, "door_open": 0.0, "defrost_on": 0.0} | values
            self.step(telemetry(self.boot, self.next(), ts=self.now, **said))
        return self

    def say(self, name: str, **data: Any) -> Any:
        return self.step(event(self.boot, self.next(), name, ts=self.now, **data))

    def act(self, name: str, target: str, body: dict[str, Any], actor: Actor = CLERK) -> Answer:
        action = Action(id=f"{name}-{self.number}", actor=actor, name=name, target=target, body=body)
        return self.step(tick=False, actions=[msgspec.msgpack.encode(action)]).answers[action.id]

    def visit(self, evidence: str = "rotating") -> str:
        """The technician takes the visit and comes; the id of the visit."""
        while not (offers := [v for v in self.records.find("visits") if v["state"] == "offered"]):
            self.live(1)
        (visit,) = offers
        self.act("visit.accept", visit["id"], {}, TECH)
        self.act("visit.depart", visit["id"], {}, TECH)
        if evidence == "button":
            self.act("visit.check-in", visit["id"], {"evidence": {"type": "button"}}, TECH)
        else:
            code = self.records.get("visits", visit["id"])["evidence"]["code"]
            self.say("service_code_entered", code=code)
        return str(visit["id"])

    def release(self, actor: Actor = TECH, **body: Any) -> Answer:
        return self.act("food.release", CABINET, body, actor)

    # what is seen

    def state(self) -> dict[str, Any]:
        found = self.records.get("food_safety", CABINET)
        assert found is not None
        return found

    def log(self, *without: str) -> list[str]:
        rows = self.records.find("food_log", order=["n"], limit=100_000)
        return [r["type"] for r in rows if r["type"] not in ("temperature", *without)]

    def rows(self) -> list[dict[str, Any]]:
        return self.records.find("food_log", order=["n"], limit=100_000)

    def tickets(self) -> list[dict[str, Any]]:
        return [t for t in self.records.find("tickets", order=["n"]) if t["fields"]["fault_kind"] == KIND]

    def timeline(self) -> list[str]:
        (ticket,) = self.tickets()
        lines = self.records.find("timeline", order=["n"], limit=1000)
        return [line["note"] for line in lines if line["ticket"] == ticket["id"] and line["note"]]

    def commands(self) -> list[str]:
        return [command["name"] for command in self.told]


KIND = "food_safety_breach"
SAFE = {"inspection": {"result": "safe", "text": "all at 4 °C"}, "nothing_because": "sealed drinks only"}
UNSAFE = {
    "inspection": {"result": "unsafe", "text": "milk at 14 °C", "measured_c": 14.0},
    "discarded": [{"sku": "milk", "lot": "L7", "count": 12}],
}  # fmt: skip
__all__ = ["CABINET", "CLERK", "KIND", "MINUTE", "SAFE", "T0", "TECH", "UNSAFE", "Shop", "image", "new_fold"]
