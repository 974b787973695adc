"""A product around the API that fits in one file: memory stores, a manual clock, and answers that tests script."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from api.app import build
from api.context import ApiSettings, Context
from api.fleetview import FleetView
from api.identity import Identity
from service.live import TOPICS, Feed
from service.model import Action, Answer
from service.policy import Policy
from service.records.base import Put
from service.records.memory import MemoryRecords
from service.registry import Registry
from telemetry.batch import Frames, Long, Readings
from telemetry.clock import ManualClock, Moment
from telemetry.errors import Unavailable
from telemetry.fleet import Fleet
from telemetry.series.memory import MemorySeries
from telemetry.signals import COLUMN, WIDTH

NO_CONSOLE = Path("/nonexistent")
NOW = 1_790_000_000_000
BARE = {
    "episodes": dict.fromkeys(
        (
            "site",
            "carrier",
            "detected",
            "cleared",
            "cause",
            "parent",
            "ticket",
            "acknowledged",
            "snoozed_until",
            "updated",
        )
    )
    | {"kind": "offline", "severity": "major", "state": "active", "cabinet": "C-1", "score": 1.0, "why": {}}
    | {"comments": [], "onset": NOW},
    "tickets": dict.fromkeys(("site", "fault", "visit", "customer", "assignee", "closed", "due", "updated"))
    | {"kind": "repair", "state": "new", "severity": "minor", "cabinet": "C-1", "summary": "broken", "channel": "phone"}
    | {"clocks": [], "fields": {}, "version": 1, "received": NOW, "opened": NOW},
    "visits": dict.fromkeys(("site", "accepted", "departed", "arrived", "finished", "updated", "level"))
    | {"state": "offered", "technician": "T1", "cabinet": "C-1", "tickets": [], "provisional": False, "version": 1}
    | {"evidence": {"code": "123456", "items": []}, "offered": NOW, "expires": NOW + 600_000},
    "timeline": {"at": NOW, "actor": "system", "type": "state", "from": None, "to": "new", "evidence": None}
    | {"note": None, "n": 1},
}


class FakeBackend:
    """`actions` are what was submitted; `answers[name]` what is answered; cabinets and sites go to a real registry."""

    def __init__(self) -> None:
        self.records = MemoryRecords()
        self.series = MemorySeries()
        self.fleet = Fleet()
        self.feed = Feed()
        self.clock = ManualClock(NOW)
        self.speed, self.version, self.language, self.zone = 1.0, "0.1.0", "en", "Asia/Shanghai"
        self.policy = Policy()
        self.registry = Registry()
        self.actions: list[Action] = []
        self.answers: dict[str, Callable[[Action], Answer]] = {
            "audit.note": lambda _: Answer(status="ok", body={"audit": 1})
        }
        self.away = False
        self.backing_up: dict[str, Any] | None = None
        self.checks = [("journal", True, ""), ("broker", True, "")]

    def moment(self) -> Moment:
        return self.clock.moment()

    async def submit(self, action: Action) -> Answer:
        if self.away:
            raise Unavailable("the gateway is away", 3)
        self.actions.append(action)
        if action.name in self.answers:
            return self.answers[action.name](action)
        answer, effects = self.registry.act(action, self.fleet, self.moment())
        self.records.write(effects.changes)
        self.feed.publish(["cabinets", "counts"])
        return answer

    def ready(self) -> list[tuple[str, bool, str]]:
        return self.checks

    def ingest_totals(self) -> dict[str, int]:
        return dict.fromkeys(("received", "stored", "duplicate", "quarantined", "deferred", "late"), 7)

    def measured(self) -> list[Metric]:
        return [GaugeMetricFamily("vendwatch_blind", "1 while blind", 0)]

    def platform(self) -> dict[str, Any]:
        blind = [{"from": NOW, "to": None, "cause": "broker"}]
        return {"blind": blind, "broker": "up", "lag_ms": 3, "detectors": [], "backup": self.backup_state()}

    def backup_state(self) -> dict[str, Any]:
        return {
            "dir": None, "every_h": 24.0, "keep": 7, "newest": None, "overdue": False, "last": None,
            "running": self.backing_up,
        }  # fmt: skip

    async def back_up(self, to: str | None, key: str) -> dict[str, Any]:
        self.backing_up = {"to": to or "backup", "since": NOW, "doing": "opening", "bytes_done": 0, "bytes_total": 0}
        return self.backup_state()

    def cabinet_qr(self, cabinet: str) -> str:
        return f"VW1:{cabinet}:signature"

    # what tests put in

    def cabinet(self, cabinet: str, **signals: float) -> int:
        """Enlist a cabinet, with a newest value of some signals."""
        row = self.fleet.add(cabinet)
        facts = {"id": cabinet, "model": "M1", "interval_s": 60.0, "epoch": 1, "version": 1, "retired": False}
        self.records.write([Put("cabinets", facts | {"signals": [], "capabilities": [], "created": NOW})])
        self.fleet.info[row]["model"] = "M1"
        if signals:
            values = np.full((1, WIDTH), np.nan, np.float32)
            for name, value in signals.items():
                values[0, COLUMN[name]] = value
            self.fleet.apply(Frames(np.array([row], np.int32), np.array([NOW]), values))
        self.feed.publish(["cabinets"])
        return row

    def put(self, table: str, **row: Any) -> dict[str, Any]:
        """A row with plausible defaults."""
        whole = BARE.get(table, {}) | row
        self.records.write([Put(table, whole)])
        self.feed.publish(TOPICS)
        return whole

    def readings(self, cabinet: str, values: list[tuple[int, float]]) -> None:
        n = len(values)
        row = np.full(n, self.fleet.index[cabinet], np.int32)
        ts = np.array([t for t, _ in values], np.int64)
        zeros = np.zeros(n, np.int64)
        air = np.full(n, COLUMN["air_c"], np.int32)
        value = np.array([v for _, v in values], float)
        batch = Readings.wide(Long(row, air, ts, ts, value, zeros, zeros))
        self.series.append(self.series.last_batch() + 1, batch, self.fleet.ids, self.fleet.names)


def fast_hash() -> PasswordHash:
    """Argon2 with the least work, so that tests spend none on it."""
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


@cache
def _blank_app() -> FastAPI:
    backend = FakeBackend()
    return build(backend, Identity(backend.records, fast_hash()), ApiSettings(b"", NO_CONSOLE, NO_CONSOLE))


class Product:
    """The fake, its identity and its application; `as_role` gives a client that bears a token.

    Products without a console take turns with one application, of which building is the slowest part.
    """

    def __init__(self, folder: Path, web: Path | None = None) -> None:
        self.backend = FakeBackend()
        self.identity = Identity(self.backend.records, fast_hash())
        settings = ApiSettings(b"secret", folder / "attachments", web or NO_CONSOLE, delta_ms=0)
        self.app = build(self.backend, self.identity, settings) if web else _blank_app()
        self.app.state.context = Context(self.backend, self.identity, settings, FleetView(self.backend))

    def real(self) -> int:
        return self.backend.moment().real

    def token(self, role: str, name: str | None = None) -> str:
        return self.identity.create_token(name or role, role, self.real())[1]

    def as_role(self, role: str, name: str | None = None) -> TestClient:
        return TestClient(self.app, headers={"Authorization": f"Bearer {self.token(role, name)}"})

    def anyone(self) -> TestClient:
        """A client without credentials, as a browser on our own page."""
        return TestClient(self.app, headers={"Origin": "http://testserver"})
