"""What a part of the benchmark hands back: figures with their goals, and tables behind them."""

import statistics
from collections.abc import Callable
from pathlib import Path

import msgspec


class Figure(msgspec.Struct, omit_defaults=True):
    """One measured figure. `runs`: the single runs of which `value` is the median; `more`: what stands beside it."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    floor: float | None = None
    more_is_better: bool = False
    runs: list[float] = []
    more: dict[str, float] = {}

    @property
    def verdict(self) -> str:
        """`met`, `missed`, `below the floor`, or nothing where no goal is set."""
        if self.goal is not None and self._reaches(self.goal):
            return "met"
        if self.floor is not None:
            return "missed" if self._reaches(self.floor) else "below the floor"
        return "missed" if self.goal is not None else ""

    def _reaches(self, bound: float) -> bool:
        return self.value >= bound if self.more_is_better else self.value <= bound


class Table(msgspec.Struct):
    """Rows of text and numbers under a heading."""

    title: str
    head: list[str]
    rows: list[list[str | float]]


class Part(msgspec.Struct):
    """The result of one part. `how`: what was measured, in a few sentences; `rounds`: how often, interleaved."""

    name: str
    how: str
    figures: list[Figure]
    tables: list[Table] = []
    rounds: int = 1


class Bench(msgspec.Struct, frozen=True):
    """How the benchmark was called. `folder`: scratch on the disk to be measured; `say` tells progress."""

    folder: Path
    quick: bool
    rounds: int
    values: int
    say: Callable[[str], None]

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def room(self, name: str) -> Path:
        """A new directory for one run."""
        made = self.folder / name
        made.mkdir(parents=True)
        return made


def median(name: str, unit: str, runs: list[float], **rest: object) -> Figure:
    """A figure from several runs."""
    return msgspec.structs.replace(Figure(name, statistics.median(runs), unit, runs=runs), **rest)


def medians(rounds: list[list[Figure]]) -> list[Figure]:
    """Several rounds of the same figures as one of each: the median, and what stands beside the round that gave it."""
    return [_middle(list(runs)) for runs in zip(*rounds, strict=True)]


def _middle(runs: list[Figure]) -> Figure:
    values = [run.value for run in runs]
    middle = sorted(runs, key=lambda run: run.value)[len(runs) // 2]
    return msgspec.structs.replace(middle, value=statistics.median(values), runs=values)
