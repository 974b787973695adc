"""A whole product without processes: simulated cabinets speak straight into the journal and the fold."""

from functools import partial
from typing import Any

import msgspec
import numpy as np

from faults.faults import Faults
from gateway.fold import Fold, Outcome
from gateway.ingest import Ingest
from service.commands import Commands
from service.desk import Desk
from service.model import Action, Actor, Answer
from service.policy import Policy
from service.records.memory import MemoryRecords
from service.registry import Registry
from simulator.cabinet import CabinetClient, Identity
from simulator.fleet import first_boot, readings
from simulator.models import CAPABILITIES, signals_of
from simulator.orders import execute
from simulator.outages import carrier_name
from simulator.scenario import Scenario
from simulator.trips import Trips
from simulator.world import World, cabinet_ids
from telemetry.clock import ManualClock
from telemetry.fleet import Fleet
from telemetry.journal import Blind, Entry, MemoryJournal
from telemetry.units import HOUR, MINUTE, SECOND

NINE = 1_795_136_400_000  # 2026-11-20 09:00 in China, a Friday
CLERK = Actor("clerk", "administrator")
STEP = 30 * SECOND
SHIFT = [[day, "00:00", "24:00"] for day in range(1, 8)]


def new_fold() -> Fold:
    fleet, registry = Fleet(), Registry()
    desk = Desk(Policy(), b"scenario", registry.place, registry.coordinates, cabinet_row=registry.cabinet)
    ingest = Ingest(fleet, registry, open_enrolment=True)
    return Fold(fleet, registry, ingest, Faults(), desk, Commands(60))


class Life:
    """`advance` moves the world on; `records` holds what the fold committed, `labels` what truly happened."""

    def __init__(
        self, cabinets: int, scenario: Scenario, *, seed: int = 1, people: bool = True, step: int = STEP
    ) -> None:
        self._step = step
        self.clock = ManualClock(NINE, speed=60)
        self.fold, self.journal, self.records = new_fold(), MemoryJournal(), MemoryRecords()
        self.world = World(cabinet_ids(cabinets), seed, NINE, scenario=scenario)
        self.clients = [self._client(row) for row in range(cabinets)]
        self.labels: list[Any] = []
        self.outcomes: list[Outcome] = []
        self._linked = np.zeros(cabinets, bool)
        self._outbox: list[tuple[str, bytes]] = []
        self._number = 0
        self._trips = Trips(self.world, np.random.default_rng(5)) if people else None
        if people:
            for n in range(4):
                self.act("technician.create", "", {"id": f"tech-{n}", "name": f"T{n}", "shift": SHIFT})

    def advance(self, product_ms: int) -> "Life":
        """Live on for a while."""
        for _ in range(product_ms // self._step):
            moment = self.clock.advance(self._step)
            for tick in self.world.step(moment.now):
                self._speak(tick)
            self._follow_links()
            for client in self.clients:
                self._send(client.due(moment))
            self._commit(Entry(number=0, now=moment.now, real=moment.real, tick=True, messages=self._taken()))
            if self._trips:
                self._work()
        return self

    def act(self, name: str, target: str, body: dict[str, Any], actor: Actor = CLERK) -> Answer:
        """An action of a person, answered."""
        moment = self.clock.moment()
        action = Action(id=f"{name}-{self._number}", actor=actor, name=name, target=target, body=body)
        entry = Entry(number=0, now=moment.now, real=moment.real, actions=[msgspec.msgpack.encode(action)])
        return self._commit(entry).answers[action.id]

    def blind(self, product_ms: int) -> "Life":
        """The broker is away for a while: cabinets go on living, nothing reaches us."""
        start = self.clock.moment()
        for client in self.clients:
            client.down()
        for _ in range(product_ms // self._step):
            moment = self.clock.advance(self._step)
            for tick in self.world.step(moment.now):
                self._speak(tick)
            blinds = [Blind("broker", start)] if moment.now == start.now + self._step else []
            self._commit(Entry(number=0, now=moment.now, real=moment.real, tick=True, blinds=blinds))
        end = self.clock.moment()
        self._outbox.clear()
        self._linked[:] = False
        self._commit(Entry(number=0, now=end.now, real=end.real, blinds=[Blind("broker", start, end)]))
        return self

    def tickets(self) -> list[dict[str, Any]]:
        return self.records.find("tickets", order=["n"], limit=1000)

    def timeline(self, ticket: str) -> list[dict[str, Any]]:
        rows = self.records.find("timeline", order=["n"], limit=10_000)
        return [r for r in rows if r["ticket"] == ticket]

    # halves

    def _client(self, row: int) -> CabinetClient:
        model = self.world.model(row)
        carrier = carrier_name(int(self.world.traits.carrier[row]))
        identity = Identity(model.name, model.firmware, 60, signals_of(model), CAPABILITIES, carrier)
        order = partial(execute, self.world, row)
        return CabinetClient(self.world.ids[row], first_boot(NINE), identity, order)

    def _speak(self, tick: Any) -> None:
        moment = self.clock.moment()
        self.labels += tick.labels
        for row in tick.restarted:
            self._linked[row] = False
            self.clients[row].restart(tick.now)
        for said in tick.said:
            self._send(self.clients[said.row].event(said.ts, said.name, said.data, moment))
        for row, ts, values in readings(tick.samples):
            self._send(self.clients[row].sample(ts, values, moment))

    def _follow_links(self) -> None:
        linked = self.world.linked()
        for row in np.flatnonzero(linked != self._linked):
            client = self.clients[row]
            if linked[row]:
                client.dial()
                self._send(client.up(self.clock.moment()))
            else:
                client.down()
        self._linked = linked

    def _send(self, outs: Any) -> None:
        self._outbox += [(out.topic, out.payload) for out in outs]

    def _taken(self) -> list[tuple[str, bytes]]:
        messages, self._outbox = self._outbox, []
        return messages

    def _commit(self, entry: Entry) -> Outcome:
        self._number += 1
        entry.number = self._number
        self.journal.append(entry)
        outcome = self.fold.step(entry)
        self.records.commit(outcome.number, outcome.changes)
        self.outcomes.append(outcome)
        moment = self.clock.moment()
        for (cabinet, _), ack in outcome.acks.items():
            row = self.fold.fleet.index[cabinet]
            self._send(self.clients[row].receive("ack", msgspec.json.encode(ack), moment))
        for message in outcome.publish:
            cabinet, leaf = message.topic.split("/")[1], message.topic.split("/")[3]
            self._send(self.clients[self.fold.fleet.index[cabinet]].receive(leaf, message.payload, moment))
        return outcome

    def _work(self) -> None:
        """Technicians and the clerk do what the simulated people of the demo do over HTTP."""
        assert self._trips
        under_way = ("offered", "accepted", "en_route", "arrived", "working")
        visits = [v for v in self.records.find("visits", limit=1000) if v["state"] in under_way]
        shown = [v | {"code": (v["evidence"] or {}).get("code")} for v in visits]
        for move in self._trips.due(shown, self.clock.moment()):
            answer = self.act(f"visit.{move.verb}", move.visit, move.body)
            if answer.status not in ("ok", "created"):
                self._trips.refused(move)
        for ticket in self.tickets():
            if ticket["state"] == "resolved":
                self.act("ticket.follow-up", ticket["id"], {"answer": "works", "solved": True})
                self.act("ticket.close", ticket["id"], {})


__all__ = ["HOUR", "MINUTE", "NINE", "Life", "new_fold"]
