"""A town for a year: cabinets, a desk, a store, and an agenda of what happens when. Time is counted, nothing waits."""

import heapq
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from faults.kinds import KINDS
from faults.model import Episode, Transition
from service.desk import Desk
from service.model import Action, Actor, Answer, Effects
from service.policy import Policy
from service.records import RECORDS
from service.records.base import Change, Put, RecordStore, Row
from telemetry.batch import CabinetEvent
from telemetry.clock import Moment
from telemetry.fleet import Fleet
from telemetry.units import MINUTE
from tests.service.desk.world import SECRET, FakeFaults

TICK = 5 * MINUTE
ZONES = ("north", "east", "south", "west")
SPREAD = 0.05  # degrees of latitude and longitude of a zone
Happening = Callable[[], None]


class Town:
    """Drives a desk as the fold does, and commits what comes out of each tick in one transaction.

    `watchers`: notice kind → who is told at once (a technician's phone).
    """

    def __init__(self, folder: Path, start: int, cabinets: int, seed: int, policy: Policy | None = None) -> None:
        self.now, self.start, self.batch = start, start, 0
        self.rng = np.random.default_rng(seed)
        self.policy = policy or Policy()
        self.fleet, self.faults = Fleet(), FakeFaults()
        self.places: dict[str, tuple[str, float, float]] = {}
        sites = [f"S-{n:03d}" for n in range(max(1, cabinets // 5))]
        for n in range(cabinets):
            self.fleet.add(f"C-{n:04d}", sites[n % len(sites)])
        for n, site in enumerate(sites):
            lat, lon = 30.2 + SPREAD * self.rng.random(), 120.1 + SPREAD * self.rng.random()
            self.places[site] = (ZONES[n % len(ZONES)], lat, lon)
        self.fleet.samples[:cabinets] = 1
        self.cabinets = cabinets
        self.desk = Desk(self.policy, SECRET, site_zone=lambda s: self.places.get(s or ""))
        self.records: RecordStore = RECORDS["sqlite"](str(folder / "records.db"))
        self.watchers: dict[str, Callable[[Row], None]] = {}
        self.on_ticket: Callable[[Row, str | None], None] = lambda row, was: None
        self.on_survey: Callable[[Row], None] = lambda row: None
        self.states: dict[str, str] = {}
        self.refused: list[tuple[str, Any]] = []
        self._agenda: list[tuple[int, int, Happening]] = []
        self._rows: list[Change] = []
        self._order = self._seq = self._episode = 0
        self._seed_rows(sites)

    # -- the agenda --------------------------------------------------------------------------------------------
    def at(self, when: float, what: Happening) -> None:
        """Let something happen at a time (ms), not before now."""
        self._order += 1
        heapq.heappush(self._agenda, (max(int(when), self.now), self._order, what))

    def after(self, minutes: float, what: Happening) -> None:
        self.at(self.now + minutes * MINUTE, what)

    def live(self, until: int) -> None:
        """Let time pass until `until` (ms)."""
        while self.now < until:
            end = min(self.now + TICK, until)
            while self._agenda and self._agenda[0][0] <= end:
                when, _, what = heapq.heappop(self._agenda)
                self._pass(when)
                what()
            self._pass(end)
            self._take(self.desk.on_tick(self.faults, self.fleet, self.moment))  # type: ignore[arg-type]
            self._commit()

    def _pass(self, until: int) -> None:
        minutes = until // MINUTE - self.now // MINUTE
        if minutes > 0:
            self.fleet.samples[: self.cabinets] += minutes
            self.fleet.last_seen[: self.cabinets] = until
        self.now = until

    # -- what happens ------------------------------------------------------------------------------------------
    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now)

    def act(self, action: str, target: str, who: Actor, /, **body: Any) -> Answer:
        """Ask the desk; a refusal is kept."""
        asked = Action(id=f"{action}-{self._order}", actor=who, name=action, target=target, body=body)
        answer, effects = self.desk.act(asked, self.faults, self.fleet, self.moment)  # type: ignore[arg-type]
        if answer.status not in ("ok", "created"):
            self.refused.append((f"{action} {target}", answer.body))
        self._take(effects)
        return answer

    def fault(self, cabinet: int, kind: str) -> str:
        """A fault becomes active; its id."""
        self._episode += 1
        episode = Episode(
            id=f"F-{self._episode:06d}", kind=kind, cabinet=f"C-{cabinet:04d}", severity=KINDS[kind].severity,
            state="active", onset=self.now - 5 * MINUTE, detected=self.now,
        )  # fmt: skip
        self.faults.open[episode.id] = episode
        self._judged(Transition(episode, None))
        return episode.id

    def heal(self, episode: str) -> None:
        if episode in self.faults.open:
            self._judged(self.faults._change(episode, state="cleared", cleared=self.now))

    def event(self, cabinet: str, name: str, **data: Any) -> None:
        self._seq += 1
        heard = CabinetEvent(self.fleet.index[cabinet], cabinet, self.now, self.now, name, data, 1, self._seq)
        self._take(self.desk.on_events([heard], self.fleet, self.moment))

    def _judged(self, transition: Transition) -> None:
        self._take(self.desk.on_transitions([transition], self.faults, self.fleet, self.moment))  # type: ignore[arg-type]

    # -- what comes of it --------------------------------------------------------------------------------------
    def _take(self, effects: Effects) -> None:
        self._rows.extend(effects.changes)
        for change in effects.changes:
            if not isinstance(change, Put):
                continue
            if change.table == "notices" and change.row["kind"] in self.watchers:
                self.watchers[change.row["kind"]](change.row)
            if change.table == "surveys" and change.row["state"] == "invited":
                self.on_survey(change.row)
            if change.table == "tickets" and "state" in change.row:
                was = self.states.get(change.row["id"])
                self.states[change.row["id"]] = change.row["state"]
                if was != change.row["state"]:
                    self.on_ticket(change.row, was)

    def _commit(self) -> None:
        if self._rows:
            self.batch += 1
            assert self.records.commit(self.batch, self._rows)
            self._rows = []

    def _seed_rows(self, sites: list[str]) -> None:
        for site in sites:
            zone, lat, lon = self.places[site]
            contact = {"name": "王经理", "phone": "13800001234"}
            row = {"id": site, "name": site, "address": "西湖区", "zone": zone, "lat": lat, "lon": lon}
            self._rows.append(Put("sites", {**row, "contact": contact, "version": 1, "created": self.start}))
        for cabinet, n in self.fleet.index.items():
            row = {"id": cabinet, "model": "T1", "site": self.fleet.site[n], "retired": False, "version": 1}
            self._rows.append(Put("cabinets", {**row, "created": self.start}))
        self._commit()
