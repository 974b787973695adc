"""The numbers of all runs added up, in one JSON file."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.faults import FAULTS
from tests.chaos.run import Cycle


@dataclass
class Cell:
    """One fault over one broker. `broken`: promise → number of runs that broke it; times are the worst, in seconds."""

    runs: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    ready_s: float = 0.0
    settled_s: float = 0.0


@dataclass
class Tally:
    """`cells`: broker → fault → cell; `runs`: what was run, when and from which commit; `failures`: with their
    seeds."""

    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def add(self, cycle: Cycle) -> None:
        cell = self.cells.setdefault(cycle.broker, {}).setdefault(cycle.fault, Cell())
        cell.runs += 1
        for promise in {v["promise"] for v in cycle.violations}:
            cell.broken[promise] = cell.broken.get(promise, 0) + 1
        cell.ready_s = max(cell.ready_s, round(cycle.ready_s, 1))
        cell.settled_s = max(cell.settled_s, round(cycle.settled_s, 1))
        if cycle.violations:
            self.failures.append(asdict(cycle))

    def begin(self, **facts: Any) -> dict[str, Any]:
        """A run begins; its facts, `cycles` among them, which grows."""
        self.runs.append({**facts, "cycles": 0})
        return self.runs[-1]

    @property
    def cycles(self) -> int:
        return sum(cell.runs for faults in self.cells.values() for cell in faults.values())

    @property
    def kills(self) -> int:
        """Cycles in which a process was killed."""
        killing = [(f, c) for faults in self.cells.values() for f, c in faults.items() if FAULTS[f].kills]
        return sum(cell.runs for _, cell in killing)

    def broken(self) -> int:
        return sum(sum(c.broken.values()) for faults in self.cells.values() for c in faults.values())

    def as_dict(self) -> dict[str, Any]:
        return {"cycles": self.cycles, "kills": self.kills, "violations": self.broken(), **asdict(self)}


def load(path: Path | None) -> Tally:
    """What was added up so far; nothing when there is no file."""
    if path is None or not path.exists():
        return Tally()
    raw = json.loads(path.read_text("utf-8"))
    cells = {broker: {f: Cell(**c) for f, c in faults.items()} for broker, faults in raw["cells"].items()}
    return Tally(cells, raw["runs"], raw["failures"])


def save(tally: Tally, path: Path | None) -> None:
    """As a whole, so that a run that is broken off leaves the last stage's numbers."""
    if path is not None:
        scratch = path.with_suffix(".new")
        scratch.write_text(json.dumps(tally.as_dict(), indent=1) + "\n", "utf-8")
        scratch.replace(path)


def promises(names: Sequence[str]) -> list[str]:
    """Every promise that one of the faults is held against, in order."""
    wanted = {p for name in names for p in FAULTS[name].promises}
    return sorted(wanted, key=lambda p: int(p[1:]))
