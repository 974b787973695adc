"""The fold over the journal: one entry in, one outcome out. Deterministic; no I/O, no clock.

Live running, restart and replay all go through `Fold.step`; the whole state is in `dump`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

from faults.faults import Faults
from faults.model import RANK
from gateway.docket import Docket
from gateway.ingest import Ingest
from service.commands import Commands
from service.desk import Desk
from service.foodlock import Around
from service.foodsafety import FoodSafety
from service.model import Action, Answer, Effects, Publish
from service.records.base import Change, Put
from service.registry import Registry
from telemetry import wire
from telemetry.batch import Readings
from telemetry.clock import Moment
from telemetry.fleet import NEVER, Fleet
from telemetry.journal import Blind, Entry
from telemetry.units import MINUTE


class Outcome(msgspec.Struct):
    """What one entry leads to. `changes` are committed under `number`; after that `acks` and `publish` are sent and
    `answers` given; `topics` tells watchers what moved."""

    number: int
    moment: Moment
    changes: list[Change]
    readings: Readings
    acks: dict[tuple[str, int], wire.Ack]
    publish: list[Publish]
    answers: dict[str, Answer]
    topics: set[str]


class Fold:
    """Every piece of state that follows from the journal."""

    def __init__(
        self,
        fleet: Fleet,
        registry: Registry,
        ingest: Ingest,
        faults: Faults,
        desk: Desk,
        commands: Commands,
    ) -> None:
        self.fleet, self.registry, self.ingest = fleet, registry, ingest
        self.faults, self.desk, self.commands = faults, desk, commands
        self.food = FoodSafety()
        self.docket = Docket()
        self.number = 0

    def step(self, entry: Entry) -> Outcome:
        """Fold one entry. Entries come in order, each once."""
        moment = entry.moment
        took = self.ingest.take(entry)
        effects = Effects(changes=took.changes)
        for blind in entry.blinds:
            effects.extend(self._blind(blind, moment))
        self.fleet.apply(took.judged.frames)
        self.docket.add(took.judged)
        if entry.tick or entry.blinds:
            self.fleet.presence(moment)  # who speaks is present at once; silence is judged twice a second
        if entry.tick or entry.blinds or self.docket.due(entry.real):
            effects.extend(self._judge_faults(moment))
        effects.extend(self.desk.on_events(took.judged.events, self.fleet, moment))
        effects.extend(self.commands.on_births(took.born, self.fleet, moment, self.food.bars))
        replied, _ = self.commands.on_replies(took.replies, moment)
        effects.extend(replied)
        if entry.tick:
            effects.extend(self.desk.on_tick(self.faults, self.fleet, moment))
            effects.extend(self.commands.on_tick(self.fleet, moment))
        answers = self._act(entry.actions, effects, moment) | _refuse(entry.refused, effects)
        self._carry_out(effects, moment)
        effects.extend(self.desk.on_commands(self.commands.remarks(), self.fleet, moment))
        effects.extend(self.food.enforce(self._around(moment), took.born))
        if any(change.table == "episodes" for change in effects.changes):
            self._health()
        self.number = entry.number
        return Outcome(
            entry.number, moment, effects.changes, took.readings, took.acks, effects.publish, answers,
            topics(effects.changes, took.spoke),
        )  # fmt: skip

    def dump(self) -> dict[str, bytes]:
        """The state after `number`, part by part."""
        return {
            "number": msgspec.msgpack.encode(self.number),
            "registry": self.registry.dump(),
            "fleet": dump_fleet(self.fleet),
            "ingest": self.ingest.dump(),
            "faults": self.faults.dump(),
            "desk": self.desk.dump(),
            "commands": self.commands.dump(),
            "food": self.food.dump(),
            "docket": self.docket.dump(),
        }

    def load(self, parts: dict[str, bytes]) -> None:
        """Take over a dump made by `dump`."""
        self.number = msgspec.msgpack.decode(parts["number"], type=int)
        load_fleet(self.fleet, parts["fleet"])
        self.registry.load(parts["registry"], self.fleet)
        self.ingest.load(parts["ingest"])
        self.faults.load(parts["faults"])
        self.desk.load(parts["desk"])
        self.commands.load(parts["commands"])
        self.food = FoodSafety()
        if "food" in parts:  # snapshots of versions before it know nothing of it
            self.food.load(parts["food"])
        self.docket = Docket()
        if "docket" in parts:
            self.docket.load(parts["docket"])

    def _judge_faults(self, moment: Moment) -> Effects:
        """What waits for it, at once."""
        judged = self.docket.take(moment.real)
        judged.marks = [mark for mark in judged.marks if not self.fleet.retired[mark.row]]
        marks, effects = self.food.judge(judged, self.fleet, moment)
        judged.marks += marks
        transitions = self.faults.step(judged, self.fleet, moment)
        effects.extend(self.desk.on_transitions(transitions, self.faults, self.fleet, moment))
        return effects

    def _act(self, actions: Iterable[bytes], effects: Effects, moment: Moment) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for raw in actions:
            action = msgspec.msgpack.decode(raw, type=Action)
            answer, wanted = self._judge(action, moment)
            effects.extend(wanted)
            answers[action.id] = answer
            effects.changes.append(_answered(action, answer))
        return answers

    def _judge(self, action: Action, moment: Moment) -> tuple[Answer, Effects]:
        noun = action.name.split(".")[0]
        if action.name == "cabinet.replace-controller":
            return self._replace(action, moment)
        if noun in ("cabinet", "site"):
            known = self.registry.known(action.target)
            answer, effects = self.registry.act(self.food.completed(action), self.fleet, moment)
            self.ingest.recheck(action.target)  # it may be known no more
            if known and not self.registry.known(action.target):
                gone = self.faults.clear_for(action.target, moment.now)
                effects.extend(self.desk.on_transitions(gone, self.faults, self.fleet, moment))
                effects.extend(self.food.retire(action.target, self.fleet, moment))
            elif action.name == "cabinet.patch" and not known and self.registry.known(action.target):
                effects.extend(self.desk.on_return(action.target, self.fleet, moment))
            return answer, effects
        if noun == "command":
            refused = self.food.forbids(action) or self.desk.forbids(action, self.fleet)
            return (refused, Effects()) if refused else self.commands.act(action, self.fleet, moment)
        if noun == "food":
            return self.food.act(action, self._around(moment))
        return self.desk.act(action, self.faults, self.fleet, moment)

    def _carry_out(self, effects: Effects, moment: Moment) -> None:
        """Send what the desk asks of cabinets, unless food safety forbids it, and tell it what became of commands."""
        orders: list[tuple[Action, Answer]] = []
        for action in effects.commands:
            refused = self.food.forbids(action)
            answer, wanted = (refused, Effects()) if refused else self.commands.act(action, self.fleet, moment)
            effects.extend(wanted)
            orders.append((action, answer))
        rows = [c.row for c in effects.changes if isinstance(c, Put) and c.table == "commands"]
        if orders or rows:
            effects.extend(self.desk.on_orders(orders, rows, self.fleet, moment))

    def _around(self, moment: Moment) -> Around:
        return Around(self.fleet, self.registry, self.commands, self.desk, moment)

    def _replace(self, action: Action, moment: Moment) -> tuple[Answer, Effects]:
        """A board swap: identities start anew (contract, *Identity*)."""
        if not self.registry.known(action.target):
            return Answer(status="not_found"), Effects()
        epoch, changes = self.ingest.replace(action.target, moment)
        row = self.fleet.index[action.target]
        self.fleet.boot[row] = self.fleet.conn[row] = self.fleet.will_at[row] = NEVER
        return Answer(status="ok", body={"id": action.target, "epoch": epoch}), Effects(changes=changes)

    def _blind(self, blind: Blind, moment: Moment) -> Effects:
        """While we are blind silence says nothing; when it ends the time of grace begins, and what cabinets may not
        have got meanwhile is sent again."""
        if blind.end is None:
            self.fleet.blind_since = blind.start.now
        else:
            self.fleet.sees_again(blind.start, moment)
        end = blind.end or Moment(NEVER, NEVER)
        row: dict[str, Any] = {
            "id": f"{blind.cause}-{blind.start.real}",
            "cause": blind.cause,
            "from": blind.start.now,
            "from_real": blind.start.real,
            "to": None if blind.end is None else end.now,
            "to_real": None if blind.end is None else end.real,
        }
        effects = Effects(changes=[Put("blind", row)])
        if blind.end is not None:
            effects.extend(self.commands.on_start(self.fleet, moment, self.food.bars))
            effects.publish += self.registry.configs(blind.start.now - MINUTE)
        return effects

    def _health(self) -> None:
        """Each cabinet's worst open severity."""
        health = np.zeros(len(self.fleet.health), np.int8)
        for episode in self.faults.open.values():
            if episode.cabinet is not None and episode.state != "pending":
                row = self.fleet.index[episode.cabinet]
                health[row] = max(health[row], RANK[episode.severity])
        self.fleet.health = health


def _refuse(actions: Iterable[bytes], effects: Effects) -> dict[str, Answer]:
    """Actions on which the fold died."""
    answers: dict[str, Answer] = {}
    for raw in actions:
        action = msgspec.msgpack.decode(raw, type=Action)
        answers[action.id] = Answer(status="conflict", body={"guard": "poison", "missing": []})
        effects.changes.append(_answered(action, answers[action.id]))
    return answers


def _answered(action: Action, answer: Answer) -> Put:
    return Put("inbox", {"id": action.id, "state": "done", "status": answer.status, "answer": answer.body})


_TOPICS = {"episodes": "faults", "tickets": "tickets", "visits": "visits", "cabinets": "cabinets"}


def topics(changes: Iterable[Change], spoke: bool) -> set[str]:
    """Which watched topics a set of changes moves."""
    moved = {_TOPICS[c.table] for c in changes if c.table in _TOPICS}
    if spoke:
        moved.add("cabinets")
    return moved | {"counts"} if moved else moved


def dump_fleet(fleet: Fleet) -> bytes:
    """The fleet's arrays and names; `ids` and sites come back with the registry."""
    n = len(fleet)
    columns = {name: array[:n] for name, array in vars(fleet).items() if isinstance(array, np.ndarray)}
    arrays = {name: (c.dtype.str, c.shape, c.tobytes()) for name, c in columns.items()}
    blindness = (fleet.blind_since, fleet.blinded, fleet.sighted)
    return msgspec.msgpack.encode((arrays, (fleet.ids, fleet.site, fleet.names, fleet.extra, *blindness)))


def load_fleet(fleet: Fleet, data: bytes) -> None:
    """Take over a dump in the place of all that was; arrays this version adds keep their defaults."""
    arrays, (ids, site, names, extra, blind_since, blinded, sighted) = msgspec.msgpack.decode(data)
    fresh = Fleet(len(ids))
    for cabinet, at in zip(ids, site, strict=True):
        fresh.add(cabinet, at)
    fresh.names = names
    fresh.name_index = {n: i for i, n in enumerate(names)}
    fresh.extra = {row: {n: tuple(v) for n, v in values.items()} for row, values in extra.items()}
    fresh.blind_since, fresh.blinded, fresh.sighted = blind_since, Moment(*blinded), Moment(*sighted)
    for name, (dtype, shape, raw) in arrays.items():
        setattr(fresh, name, np.frombuffer(raw, dtype).reshape(shape).copy())
    vars(fleet).update(vars(fresh))
