"""What was told against what was true."""

from collections import Counter, defaultdict
from typing import NamedTuple

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from simulator.truth import Label
from telemetry.units import HOUR, MINUTE
from tests.score.judge import Told

AFTER = 2 * HOUR  # so long after its end a fault may still be told: it needs its hold-down
BEFORE = 10 * MINUTE
RECOVERY = 12 * HOUR  # so long a cabinet that was ill may look so


class Found(NamedTuple):
    """One true fault: its label, the delay (ms) until its own kind was told (None: never), and the first kind told."""

    label: Label
    delay: int | None
    first: str | None


def roots(truth: list[Label]) -> list[Label]:
    """What is broken itself, of a cabinet."""
    return [label for label in truth if label.cause is None and label.row >= 0]


def found(truth: list[Label], told: list[Told], index: dict[str, int], until: int) -> list[Found]:
    by_row: dict[int, list[Told]] = defaultdict(list)
    for t in told:
        if t.episode.cabinet is not None:
            by_row[index[t.episode.cabinet]].append(t)
    out: list[Found] = []
    for label in roots(truth):
        end = (until if label.end is None else label.end) + AFTER
        mine = [t for t in by_row[label.row] if label.onset - BEFORE <= t.at <= end and t.episode.onset <= end]
        own = [t.at for t in mine if t.episode.kind == label.kind]
        first = min(mine, key=lambda t: t.at).episode.kind if mine else None
        out.append(Found(label, max(own[0] - label.onset, 0) if own else None, first))
    return out


def false(truth: list[Label], told: list[Told], index: dict[str, int], until: int) -> list[Told]:
    """What was told of a cabinet with which nothing was wrong, nor had been lately."""
    ill: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for label in truth:
        if label.row >= 0:
            ill[label.row].append((label.onset - BEFORE, (until if label.end is None else label.end) + RECOVERY))
    return [
        t
        for t in told
        if t.episode.cabinet is not None and not any(a <= t.at <= b for a, b in ill[index[t.episode.cabinet]])
    ]


class KindScore(msgspec.Struct):
    """Of one kind: how many were true, shares that were found and that were told first under their own name, delays
    from onset (hours; None: none found), and what was told first instead."""

    kind: str
    true: int
    found: float
    right_first: float
    median_h: float | None
    p90_h: float | None
    firsts: dict[str, int]


class Score(msgspec.Struct):
    """The whole. `false`: alarms by kind that nothing explains; `years`: cabinet-years that were judged."""

    kinds: list[KindScore]
    false: dict[str, int]
    years: float
    tickets_per_fault: float

    @property
    def false_per_year(self) -> float:
        return sum(self.false.values()) / self.years


def score(truth: list[Label], told: list[Told], index: dict[str, int], until: int, years: float) -> Score:
    results = found(truth, told, index, until)
    by_kind: dict[str, list[Found]] = defaultdict(list)
    for result in results:
        by_kind[result.label.kind].append(result)
    wrong = false(truth, told, index, until)
    return Score(
        [_of_kind(kind, by_kind[kind]) for kind in sorted(by_kind)],
        dict(Counter(t.episode.kind for t in wrong)),
        years,
        (len(told) - len(wrong)) / max(len(results), 1),
    )


def _of_kind(kind: str, results: list[Found]) -> KindScore:
    hours = [result.delay / HOUR for result in results if result.delay is not None]
    p50, p90 = (float(p) for p in np.percentile(hours, [50, 90])) if hours else (None, None)
    firsts = Counter(result.first or "nothing" for result in results)
    right = firsts[kind] / len(results)
    return KindScore(kind, len(results), len(hours) / len(results), right, p50, p90, dict(firsts.most_common()))


def show(console: Console, score: Score) -> None:
    """The tables for people."""
    table = Table("kind", "true", "found", "median h", "p90 h", "right first", "told first")
    for k in score.kinds:
        delays = ["" if h is None else f"{h:.2f}" for h in (k.median_h, k.p90_h)]
        firsts = ", ".join(f"{kind} {n}" for kind, n in list(k.firsts.items())[:4])
        table.add_row(k.kind, str(k.true), f"{k.found:.0%}", *delays, f"{k.right_first:.0%}", firsts)
    console.print(table)
    true = sum(k.true for k in score.kinds)
    if true:
        share = sum(k.true * k.found for k in score.kinds) / true
        right = sum(k.true * k.right_first for k in score.kinds) / true
        console.print(f"{true} faults: {share:.1%} found, {right:.1%} told first under their own name")
        console.print(f"{score.tickets_per_fault:.2f} tickets per true fault")
    console.print(
        f"{sum(score.false.values())} false alarms in {score.years:.1f} cabinet-years: {score.false_per_year:.3f} each"
    )
    for kind, n in sorted(score.false.items(), key=lambda pair: -pair[1]):
        console.print(f"  {kind} {n}")
