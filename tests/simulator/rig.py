"""What the simulator's tests share: runs of the world as columns, and one model gateway."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from simulator.models import AT
from simulator.scenario import Chance, Disturbances, PlannedFault, Scenario
from simulator.state import F64, I64
from simulator.truth import Label
from simulator.world import Tick, World, cabinet_ids
from telemetry import wire
from telemetry.units import HOUR

MONDAY_9 = 1_767_574_800_000  # Monday 2026-01-05 09:00 in Shanghai
CALM = Scenario(chance=Chance(per_cabinet_year=0))
SILENT = Disturbances(link_drops_per_day=0, terminal_restarts_per_day=0, restocks_per_day=0.01)


class Run(NamedTuple):
    """A run of the world: all samples as columns, all events and labels."""

    world: World
    row: I64
    ts: I64
    values: F64
    ticks: list[Tick]

    def of(self, signal: str, row: int) -> F64:
        return np.asarray(self.values[self.row == row, AT[signal]])

    def times(self, row: int) -> I64:
        return np.asarray(self.ts[self.row == row])

    def events(self, row: int) -> list[str]:
        return [s.name for t in self.ticks for s in t.said if s.row == row]

    @property
    def labels(self) -> list[Label]:
        return [label for t in self.ticks for label in t.labels]


def run(n: int, hours: float, scenario: Scenario = CALM, seed: int = 1, step_ms: int = 20_000) -> Run:
    world = World(cabinet_ids(n), seed, MONDAY_9, step_ms=step_ms, scenario=scenario)
    return onward(world, hours)


def onward(world: World, hours: float) -> Run:
    """Let a world run on for some hours."""
    ticks = list(world.step(world.now + int(hours * HOUR)))
    filled = [t.samples for t in ticks if len(t.samples.row)]
    row, ts, values = (np.concatenate([s[i] for s in filled]) for i in range(3))
    return Run(world, row, ts, values, ticks)


def one(kind: str, at_s: float = 600, duration_s: float | None = None) -> Scenario:
    """One fault on cabinet 0, nothing else out of the ordinary."""
    fault = PlannedFault(cabinet=0, kind=kind, at_s=at_s, duration_s=duration_s)
    return Scenario(fault=[fault], chance=Chance(per_cabinet_year=0), disturbances=SILENT)


class Gateway:
    """Takes messages by (boot, seq), insists on identical bytes, and acknowledges as the contract says."""

    def __init__(self) -> None:
        self.got: dict[int, dict[int, bytes]] = defaultdict(dict)
        self.given_up: dict[int, int] = defaultdict(int)
        self.newest = 0
        self.holds: list[tuple[int, int, int]] = []
        self.leaves: list[str] = []

    def take(self, leaf: str, payload: bytes) -> int:
        """Store one message; its boot."""
        message = wire.decode(leaf, payload)
        assert not isinstance(message, wire.Reject), message
        assert not isinstance(message, wire.Will)
        known = self.got[message.boot].setdefault(message.seq, payload)
        assert known == payload, "the same (boot, seq) with other bytes"
        self.leaves.append(leaf)
        if message.oldest is not None:
            self.given_up[message.boot] = max(self.given_up[message.boot], message.oldest - 1)
        if isinstance(message, wire.Birth):
            self.holds = message.holds or []
        self.newest = max(self.newest, message.boot)
        return message.boot

    def decided(self, boot: int) -> int:
        """The highest seq up to which everything of a boot is here, or was dropped by the cabinet."""
        seq = self.given_up[boot]
        while seq + 1 in self.got[boot]:
            seq += 1
        return seq

    def ack(self, boot: int, missing: list[tuple[int, int]] | None = None) -> bytes:
        return wire.encode(wire.Ack(boot=boot, seq=self.decided(boot), missing=missing))

    def hole(self, boot: int) -> list[tuple[int, int]]:
        """The first missing range of a boot, if there is one."""
        seqs = [s for s in sorted(self.got[boot]) if s > self.decided(boot)]
        return [(self.decided(boot) + 1, seqs[0] - 1)] if seqs else []
