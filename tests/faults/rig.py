"""A small fleet and its faults on a manual time: what the fold does around `Faults.step`, and nothing else."""

from collections.abc import Callable, Iterable

import numpy as np

from faults.faults import Faults
from faults.model import Episode, Transition
from telemetry.batch import CabinetEvent, Frames, Judged, Mark
from telemetry.clock import Moment
from telemetry.fleet import OFFLINE, ONLINE, Fleet
from telemetry.signals import COLUMN, WIDTH
from telemetry.units import MINUTE, SECOND

T0 = 1_790_000_000_000
LATENCY = 2 * SECOND

Sample = tuple[int, int, dict[str, float]]
Values = dict[str, float] | Callable[[int], dict[str, float]]

HEALTHY = {
    "air_c": 4.0, "set_c": 4.0, "comp_on": 1.0, "comp_a": 1.2, "defrost_on": 0.0, "door_open": 0.0,
    "lock_closed": 1.0, "mains_v": 230.0, "payment_ok": 1.0,
}  # fmt: skip


def frames(samples: Iterable[Sample]) -> Frames:
    """Frames of (row, ts, {signal: value})."""
    samples = list(samples)
    values = np.full((len(samples), WIDTH), np.nan, np.float64)
    for i, (_, _, said) in enumerate(samples):
        for name, value in said.items():
            values[i, COLUMN[name]] = value
    row = np.array([s[0] for s in samples], np.int32)
    return Frames(row, np.array([s[1] for s in samples], np.int64), values)


class Rig:
    """`n` cabinets C0, C1 … that were heard at T0; minutes count from T0; everything that changed is in `log`."""

    def __init__(self, n: int = 1, faults: Faults | None = None) -> None:
        self.fleet = Fleet()
        for i in range(n):
            self.fleet.add(f"C{i}", site="S1")
        self.fleet.status[:n] = ONLINE
        self.fleet.last_seen[:n] = T0
        self.faults = faults or Faults()
        self.log: list[Transition] = []

    def step(self, judged: Judged | None = None, now: int = T0) -> list[Transition]:
        judged = judged or Judged()
        self.fleet.apply(judged.frames)
        out = self.faults.step(judged, self.fleet, Moment(now, now))
        self.log += out
        return out

    def say(self, minute: float, values: dict[str, float], row: int = 0, now: int | None = None) -> list[Transition]:
        """One sample, judged at once unless `now` says otherwise."""
        ts = at(minute)
        return self.step(Judged(frames=frames([(row, ts, values)])), ts + LATENCY if now is None else now)

    def run(self, start: int, end: int, values: Values, row: int = 0) -> list[Transition]:
        """One sample a minute from minute `start` up to, not with, `end`; `values` may depend on the minute."""
        out: list[Transition] = []
        for minute in range(start, end):
            out += self.say(minute, values(minute) if callable(values) else values, row)
        return out

    def tell(self, minute: float, name: str, row: int = 0, late: bool = False, **data: object) -> list[Transition]:
        return self.step(Judged(events=[event(minute, name, row, late, **data)]), at(minute) + LATENCY)

    def mark(self, minute: float, kind: str, on: bool, row: int = 0) -> list[Transition]:
        return self.step(Judged(marks=[Mark(row, kind, on, at(minute), {"n": 1})]), at(minute) + LATENCY)

    def tick(self, minute: float) -> list[Transition]:
        return self.step(now=at(minute))

    def silence(self, minute: float, row: int = 0) -> list[Transition]:
        self.fleet.status[row] = OFFLINE
        return self.tick(minute)

    def speak(self, minute: float, row: int = 0) -> list[Transition]:
        self.fleet.status[row], self.fleet.last_seen[row] = ONLINE, at(minute)
        return self.tick(minute)

    def one(self, kind: str) -> Episode:
        """The only open episode of a kind."""
        (found,) = (e for e in self.faults.open.values() if e.kind == kind)
        return found

    def states(self, kind: str) -> list[str]:
        """The states an episode of this kind went through, as told."""
        return ["dropped" if t.dropped else t.episode.state for t in self.log if t.episode.kind == kind]


def at(minute: float) -> int:
    return T0 + int(minute * MINUTE)


def event(minute: float, name: str, row: int = 0, late: bool = False, **data: object) -> CabinetEvent:
    return CabinetEvent(row, f"C{row}", at(minute), at(minute), name, dict(data), 1, 1, late)


def healthy(**changed: float) -> dict[str, float]:
    """A door that stands open is not locked, unless the test says so."""
    return HEALTHY | {"lock_closed": 1.0 - changed.get("door_open", 0.0)} | changed
