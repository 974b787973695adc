"""A small world for the desk: cabinets that speak once a minute, faults on command, and the rows in a store."""

from typing import Any

import msgspec

from faults.kinds import KINDS
from faults.model import Episode, Transition
from service.desk import Desk
from service.model import Action, Actor, Answer, Effects
from service.moves import MOVES
from service.policy import Policy
from service.records.base import Put
from telemetry.batch import CabinetEvent
from telemetry.clock import ManualClock
from telemetry.errors import Conflict, NotFound
from telemetry.fleet import Fleet
from telemetry.units import MINUTE

# Wednesday 2026-10-14, 09:00 in Shanghai.
START = 1_791_939_600_000
SECRET = b"a secret of the tests"
DISPATCHER = Actor(id="dora", role="dispatcher")
KEYS = {"episodes": "id", "tickets": "id", "timeline": "id", "visits": "id", "technicians": "id", "notices": "id"}


class FakeFaults:
    """The face of `Faults` that the desk uses; episodes change on command."""

    def __init__(self) -> None:
        self.open: dict[str, Episode] = {}
        self.maintained: list[tuple[str | None, str | None, int, int, str]] = []
        self.disabled: dict[str, int] = {}
        self.errors: dict[str, str] = {}

    def attach(self, episode: str, ticket: str) -> None:
        self.open[episode] = msgspec.structs.replace(self.open[episode], ticket=ticket)

    def acknowledge(self, episode: str, actor: str, note: str | None, now: int) -> Transition:
        if episode not in self.open:
            raise NotFound(episode)
        return self._change(episode, acknowledged={"by": actor, "at": now, "note": note})

    def snooze(self, episode: str, until: int, actor: str, now: int) -> Transition:
        return self._change(episode, snoozed_until=until)

    def comment(self, episode: str, text: str, actor: str, now: int) -> Transition:
        return self._change(episode, comments=[{"by": actor, "at": now, "text": text}])

    def calm(self, episode: str, now: int) -> None:
        """Nothing flaps here."""

    def mended(self, cabinet: str, parts: bool, fleet: Fleet, now: int) -> None:
        """No model learns here."""

    def maintain(self, cabinet: str | None, site: str | None, start: int, end: int, key: str = "") -> None:
        self.maintained.append((cabinet, site, start, end, key))

    def end_maintenance(self, cabinet: str | None, site: str | None, start: int, end: int, key: str, now: int) -> None:
        if (cabinet, site, start, end, key) not in self.maintained:
            raise Conflict("over")
        self.maintained.remove((cabinet, site, start, end, key))

    def _change(self, key: str, **fields: Any) -> Transition:
        old = self.open[key]
        new = self.open[key] = msgspec.structs.replace(old, **fields)
        if new.state == "cleared":
            del self.open[key]
        return Transition(new, old.state)


class World:
    """Drives a desk as the fold does and keeps its rows; every step checks what must always hold."""

    def __init__(self, policy: Policy | None = None, cabinets: int = 4, speed: float = 60.0, **wiring: Any) -> None:
        self.clock = ManualClock(START, real=START, speed=speed)
        self.policy = policy or Policy()
        self.wiring = wiring
        self.desk = Desk(self.policy, SECRET, **wiring)
        self.faults: Any = FakeFaults()
        self.fleet = Fleet()
        for n in range(cabinets):
            self.fleet.add(f"C-{n}")
        self.silent: set[str] = set()
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        self.serial = 0
        self.seq = 0

    # -- what happens ------------------------------------------------------------------------------------------
    def hire(self, *names: str, **fields: Any) -> None:
        for name in names:
            answer = self.act("technician.create", "", name="T " + name, id=name, **fields)
            assert answer.status == "created", answer

    def act(
        self, action: str, target: str = "", who: Actor = DISPATCHER, version: int | None = None, **body: Any
    ) -> Answer:
        asked = Action(id="a", actor=who, name=action, target=target, body=body, version=version)
        answer, effects = self.desk.act(asked, self.faults, self.fleet, self.clock.moment())
        if answer.status not in ("ok", "created"):
            assert effects == Effects()
        self.apply(effects)
        return answer

    def tech(self, verb: str, visit: str, **body: Any) -> Answer:
        """A visit's technician acts."""
        who = Actor(id=self.tables["visits"][visit]["technician"], role="technician")
        return self.act(f"visit.{verb}", visit, who, **body)

    def fault(self, cabinet: str, kind: str = "payment_down", **fields: Any) -> str:
        """A fault becomes active; its episode's id."""
        self.serial += 1
        values = {"severity": KINDS[kind].severity, "state": "active", **fields}
        episode = Episode(
            id=f"F-{self.serial}", kind=kind, cabinet=cabinet, onset=self.now - 5 * MINUTE, detected=self.now, **values
        )
        self.faults.open[episode.id] = episode
        self.judged(Transition(episode, None))
        return episode.id

    def change(self, episode: str, **fields: Any) -> None:
        self.judged(self.faults._change(episode, **fields))

    def clear(self, episode: str) -> None:
        self.change(episode, state="cleared", cleared=self.now)

    def judged(self, *transitions: Transition) -> None:
        self.apply(self.desk.on_transitions(list(transitions), self.faults, self.fleet, self.clock.moment()))

    def event(self, cabinet: str, name: str, ts: int | None = None, **data: Any) -> None:
        self.seq += 1
        at = self.now if ts is None else ts
        heard = CabinetEvent(self.fleet.index[cabinet], cabinet, at, self.now, name, data, 1, self.seq)
        self.apply(self.desk.on_events([heard], self.fleet, self.clock.moment()))

    def run(self, minutes: int) -> None:
        """Minutes pass; every cabinet that is not silent is heard once in each."""
        for _ in range(minutes):
            self.clock.advance(MINUTE)
            for cabinet, row in self.fleet.index.items():
                if cabinet not in self.silent:
                    self.fleet.samples[row] += 1
                    self.fleet.last_seen[row] = self.now
            self.apply(self.desk.on_tick(self.faults, self.fleet, self.clock.moment()))

    # -- what is known -----------------------------------------------------------------------------------------
    @property
    def now(self) -> int:
        return self.clock.moment().now

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.tables.get(table, {}).values())

    def ticket(self, key: str = "T-000001") -> dict[str, Any]:
        return self.tables["tickets"][key]

    def visit(self, key: str = "V-000001") -> dict[str, Any]:
        return self.tables["visits"][key]

    def clock_of(self, name: str, key: str = "T-000001") -> dict[str, Any]:
        found: dict[str, Any] = [c for c in self.ticket(key)["clocks"] if c["name"] == name][-1]
        return found

    def has_clock(self, name: str, key: str = "T-000001") -> bool:
        return any(c["name"] == name for c in self.ticket(key)["clocks"])

    def path(self, key: str = "T-000001") -> list[str]:
        """The states a ticket went through."""
        return [line["to"] for line in self.lines(key) if line["type"] == "state"]

    def lines(self, key: str = "T-000001") -> list[dict[str, Any]]:
        return [line for line in self.rows("timeline") if line["ticket"] == key]

    def notices(self, kind: str) -> list[dict[str, Any]]:
        return [n for n in self.rows("notices") if n["kind"] == kind]

    # -- what must hold ----------------------------------------------------------------------------------------
    def apply(self, effects: Effects) -> None:
        for change in effects.changes:
            table = self.tables.setdefault(change.table, {})
            if isinstance(change, Put):
                table.setdefault(change.row[KEYS.get(change.table, "id")], {}).update(change.row)
            else:
                table.pop(change.key, None)
        self.check()

    def check(self) -> None:
        books = self.desk._books
        for n, ticket in enumerate(self.rows("tickets"), 1):
            assert ticket["n"] == n
            self._check_timeline(ticket)
        assert books.live == [k for k in books.live if books.tickets[k].state not in ("closed", "merged", "cancelled")]
        assert len(set(books.live)) == len(books.live)
        going = [c for v in books.unfinished for c in books.visits[v].cabinets]
        assert len(going) == len(set(going)), "two visits go to one cabinet"
        for visit in (books.visits[v] for v in books.unfinished):
            assert visit.state in ("arrived", "working") or self._needed(visit.id), "a visit that nobody needs"

    def _needed(self, visit: str) -> bool:
        done = ("verifying", "resolved", "follow_up", "closed", "merged", "cancelled")
        return any(t["visit"] == visit and t["state"] not in done for t in self.rows("tickets"))

    def _check_timeline(self, ticket: dict[str, Any]) -> None:
        lines = self.lines(ticket["id"])
        assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
        state = None
        for line in (x for x in lines if x["type"] == "state"):
            assert line["from"] == state
            assert state is None or any(state in m.sources and line["to"] in m.to for m in MOVES.values())
            state = line["to"]
        assert state == ticket["state"]
        assert ticket["version"] == len(lines)
