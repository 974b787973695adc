"""A world whose desk can send commands: they go through the real `Commands`, food safety may bar them."""

from typing import Any

import msgspec

from service.commands import CommandReply, Commands
from service.model import Action, Actor, Answer, Effects, Publish
from service.policy import Policy
from service.records.base import Put
from telemetry.fleet import OFFLINE, ONLINE
from tests.service.desk.world import DISPATCHER, World

CABINETS = ("C-0", "C-1", "C-2", "C-3")
BODY = {"sku": "milk-250", "lots": ["L1"], "reason": "glass found", "instructions_zh": "立即下架", "party": "maker"}
Lock = tuple[str, str, dict[str, Any]]


class Shop(World):
    """`sent`: (cabinet, name, args) of every command that went out; `barred`: cabinets food safety keeps locked."""

    def __init__(self, policy: Policy | None = None, capable: tuple[str, ...] = (), **more: Any) -> None:
        able = {"capabilities": ["lock_sales", "unlock_sales", "lock_lane"]}
        super().__init__(policy, cabinet_row=lambda c: able if c in capable else None, **more)
        self.commands, self.barred = Commands(60.0), set[str]()
        self.sent: list[Lock] = []
        self.pending: dict[str, str] = {}
        self.fleet.status[: len(self.fleet)] = ONLINE
        self.fleet.boot[: len(self.fleet)] = 1

    # the fold's part

    def apply(self, effects: Effects) -> None:
        orders = [(action, self._order(action, effects)) for action in effects.commands]
        rows = [c.row for c in effects.changes if isinstance(c, Put) and c.table == "commands"]
        super().apply(effects)
        self._publish(effects.publish)
        if orders or rows:
            super().apply(self.desk.on_orders(orders, rows, self.fleet, self.clock.moment()))
        super().apply(self.desk.on_commands(self.commands.remarks(), self.fleet, self.clock.moment()))

    def _order(self, action: Action, effects: Effects) -> Answer:
        if action.body["name"] == "unlock_sales" and action.target in self.barred:
            return Answer(status="conflict", body={"guard": "food_safety", "missing": ["food-safety/release"]})
        answer, wanted = self.commands.act(action, self.fleet, self.clock.moment())
        effects.extend(wanted)
        return answer

    def _publish(self, messages: list[Publish]) -> None:
        for message in messages:
            command, cabinet = msgspec.json.decode(message.payload), message.topic.split("/")[1]
            self.sent.append((cabinet, command["name"], command["args"]))
            self.pending[command["id"]] = cabinet

    def run(self, minutes: int) -> None:
        for _ in range(minutes):
            super().run(1)
            self.apply(self.commands.on_tick(self.fleet, self.clock.moment()))

    # what cabinets and people do

    def obey(self, status: str = "done", only: str | None = None) -> None:
        """The cabinets answer what they were sent."""
        for key, cabinet in list(self.pending.items()):
            if only in (None, cabinet):
                del self.pending[key]
                reply = CommandReply(cabinet, key, status, "", self.now)
                self.apply(self.commands.on_replies([reply], self.clock.moment())[0])

    def by_hand(self, cabinet: str, name: str, who: Actor = DISPATCHER) -> Answer:
        """A person sends a command."""
        body = {"name": name, "reason": "by hand"}
        action = Action(id="p", actor=who, name="command.create", target=cabinet, body=body)
        refused = self.desk.forbids(action, self.fleet)
        if refused is not None:
            return refused
        answer, effects = self.commands.act(action, self.fleet, self.clock.moment())
        self.apply(effects)
        return answer

    def online(self, cabinet: str, *, on: bool = True) -> None:
        self.fleet.status[self.fleet.index[cabinet]] = ONLINE if on else OFFLINE
        (self.silent.discard if on else self.silent.add)(cabinet)

    def load(self, cabinet: str, lane: int, lot: str | None = "L1", sku: str = "milk-250", **more: Any) -> None:
        data = {"lane": lane, "sku": sku, "units": 10} | ({} if lot is None else {"lot": lot}) | more
        self.event(cabinet, "lot_loaded", **data)

    def vend(self, cabinet: str, lane: int, lot: str | None = "L1", sku: str = "milk-250", **more: Any) -> str:
        """A sale; its id in `sales`."""
        data = {"lane": lane, "sku": sku, "lot": lot, "price_cents": 580, "vend_id": f"v{self.seq}"}
        self.event(cabinet, "vend", **{**data, **more})
        return list(self.tables["sales"])[-1]

    def pull(self, cabinet: str, lane: int, lot: str = "L1", *, door: bool = True, units: int = 10) -> None:
        if door:
            self.event(cabinet, "door_opened")
        self.event(cabinet, "lot_removed", lane=lane, sku="milk-250", lot=lot, units=units)

    def told_all(self) -> None:
        """Every cabinet has told of something else that lies in it."""
        for cabinet in self.fleet.ids:
            self.load(cabinet, 9, "W1", "water-550")

    def recall(self, **more: Any) -> dict[str, Any]:
        answer = self.act("recall.create", **{**BODY, **more})
        assert answer.status == "created", answer
        return answer.body

    def task(self, cabinet: str, recall: str = "RC-000001") -> dict[str, Any]:
        return self.tables["recall_tasks"][f"{recall}/{cabinet}"]

    def states(self, recall: str = "RC-000001") -> dict[str, str]:
        return {t["cabinet"]: t["state"] for t in self.rows("recall_tasks") if t["recall"] == recall}

    def sold(self, recall: str = "RC-000001") -> set[str]:
        return {s["sale"] for s in self.rows("recall_sales") if s["recall"] == recall}
