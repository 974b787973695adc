"""Food safety on a bench: a small fleet, readings by hand, minutes since T0."""

from collections.abc import Callable, Iterable

from faults.foodsafety.rules import choose
from faults.foodsafety.watch import Finding, Watch
from telemetry.batch import Judged
from telemetry.fleet import Fleet
from tests.faults.rig import T0, at, event, frames

__all__ = ["T0", "Bench", "at", "event", "reading"]

Reading = tuple[int, int, dict[str, float]]


def reading(minute: float, row: int = 0, **values: float) -> Reading:
    return row, at(minute), {"door_open": 0.0, "defrost_on": 0.0} | values


class Bench:
    """`n` cabinets C0, C1 … under one pack; `found` is everything the watch said."""

    def __init__(self, pack: str = "nama", n: int = 1, product: str | None = None) -> None:
        self.fleet, self.watch = Fleet(), Watch()
        for i in range(n):
            self.fleet.add(f"C{i}")
            self.watch.assign(i, choose(pack, None, product))
        self.found: list[Finding] = []

    def take(self, *readings: Reading, events: Iterable[object] = ()) -> list[Finding]:
        """One batch."""
        judged = Judged(frames=frames(readings), events=list(events))
        out = list(self.watch.judge(judged, self.fleet))
        self.found += out
        return out

    def run(self, start: int, end: int, values: Callable[[int], dict[str, float]], row: int = 0) -> "Bench":
        """A reading a minute from minute `start` up to, not with, `end`."""
        for minute in range(start, end):
            self.take(reading(minute, row, **values(minute)))
        return self

    def warm(self, start: int, end: int, air: float = 9.0, **more: float) -> "Bench":
        return self.run(start, end, lambda _: {"air_c": air, **more})

    def minutes(self, what: str) -> list[float]:
        """When something was found, in minutes since T0."""
        return [(f.ts - T0) / 60_000 for f in self.found if f.what == what]

    def restart(self) -> None:
        state = self.watch.dump()
        self.watch = Watch()
        self.watch.load(state)
