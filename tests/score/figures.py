"""What the matched chunks come to: the figures of the goals."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from telemetry.units import DAY, HOUR, MINUTE
from tests.score.live import START, Lived
from tests.score.match import Fault, Matched, match, moment

HARD = ("compressor_not_starting", "compressor_stuck_on", "power_lost", "offline")
NOTHING = "nothing"


class KindScore(msgspec.Struct):
    """Of true faults of a kind (or a class of them): shares that were found at all, under their own name at any time,
    and under it at first; delays from onset to the first alarm (hours; None: none found); what was told first."""

    kind: str
    true: int
    found: float
    named: float
    right_first: float
    median_h: float | None
    p90_h: float | None
    firsts: dict[str, int]


class Injected(msgspec.Struct):
    """Fleets with known faults. `false`: alarms by kind that nothing explains, in `years` cabinet-years, and `early`
    those before; `hints`: kinds that are never more than a warning, of which warnings count."""

    seeds: list[int]
    code: str
    date: str
    years: float
    total: KindScore
    classes: list[KindScore]
    kinds: list[KindScore]
    hints: list[KindScore]
    tickets_per_fault: float
    false: dict[str, int]
    early: dict[str, int]
    false_hints: dict[str, int]


class Healthy(msgspec.Struct):
    """Fleets without a fault: every alarm is false. `early`: those of the days in which new cabinets are learned, of
    all `cabinets`; the rate is that of the days after, `at_most` its 95 % upper bound (Poisson)."""

    seeds: list[int]
    code: str
    date: str
    years: float
    cabinets: int
    days: float
    false: dict[str, int]
    early: dict[str, int]
    false_hints: dict[str, int]
    per_year: float
    at_most: float
    cpu_h: float


def injected(chunks: Sequence[Lived]) -> Injected:
    """At least one chunk."""
    matched = [match(chunk) for chunk in chunks]
    counted = [f for m in matched for f in m.faults if f.counts]
    alarms = sum(len(f.alarms) + len(f.later) for f in counted)
    false, early, false_hints = _false(chunks, matched)
    return Injected(
        *_head(chunks),
        total=_score("all", counted),
        classes=[_score(name, [f for f in counted if class_of(f) == name]) for name in ("hard", "sudden", "degrading")],
        kinds=_by_kind(counted),
        hints=_by_kind([f for m in matched for f in m.hints if f.counts]),
        tickets_per_fault=alarms / max(sum(bool(f.alarms) for f in counted), 1),
        false=false,
        early=early,
        false_hints=false_hints,
    )


def healthy(chunks: Sequence[Lived]) -> Healthy:
    """At least one chunk."""
    seeds, code, date, years = _head(chunks)
    false, early, hints = _false(chunks, [match(chunk) for chunk in chunks])
    told = sum(false.values())
    return Healthy(
        seeds=seeds, code=code, date=date, years=years, cabinets=sum(c.plan.cabinets for c in chunks),
        days=chunks[0].plan.days, false=false, early=early, false_hints=hints,
        per_year=told / years, at_most=upper(told) / years, cpu_h=sum(c.cpu_s for c in chunks) / 3600,
    )  # fmt: skip


def class_of(fault: Fault) -> str:
    """Hard ones as the goals name them; of the others, does it grow?"""
    if fault.label.kind in HARD:
        return "hard"
    return "degrading" if fault.label.slow else "sudden"


def upper(events: int) -> float:
    """The 95 % upper bound of the mean of a Poisson variable of which so many were seen (Garwood 1936): the mean at
    which so few have a chance of 5 %."""
    low, high = 0.0, 3.0 + 2 * events + 10
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, middle) > 0.05 else (low, middle)
    return high


def _at_most(events: int, mean: float) -> float:
    k = np.arange(events + 1)
    logs = k * np.log(mean) - mean - np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, events + 1)))))
    return float(np.exp(logs).sum())


def _head(chunks: Sequence[Lived]) -> tuple[list[int], str, str, float]:
    years = sum(chunk.plan.years for chunk in chunks)
    return [chunk.plan.seed for chunk in chunks], chunks[0].code, max(chunk.date for chunk in chunks), years


def _by_kind(faults: Iterable[Fault]) -> list[KindScore]:
    kinds = defaultdict[str, list[Fault]](list)
    for fault in faults:
        kinds[fault.label.kind].append(fault)
    return [_score(kind, kinds[kind]) for kind in sorted(kinds)]


def _score(name: str, faults: Sequence[Fault]) -> KindScore:
    hours = [delay / HOUR for fault in faults if (delay := fault.delay()) is not None]
    p50, p90 = (float(p) for p in np.percentile(hours, [50, 90])) if hours else (None, None)
    n = max(len(faults), 1)
    named = sum(fault.delay(fault.label.kind) is not None for fault in faults)
    firsts = Counter(fault.first.kind if fault.first else NOTHING for fault in faults)
    right = sum(fault.first is not None and fault.first.kind == fault.label.kind for fault in faults)
    return KindScore(name, len(faults), len(hours) / n, named / n, right / n, p50, p90, dict(firsts.most_common()))


def _false(chunks: Sequence[Lived], matched: Sequence[Matched]) -> tuple[dict[str, int], ...]:
    """False alarms by kind, those told while the cabinets were learned, and false warnings after that."""
    late, early, hints = Counter[str](), Counter[str](), Counter[str]()
    for chunk, m in zip(chunks, matched, strict=True):
        first = START + round(chunk.plan.learning * DAY)
        for alarm in m.false:
            (late if moment(alarm) >= first else early)[alarm.kind] += 1
        hints.update(alarm.kind for alarm in m.false_hints if moment(alarm) >= first)
    return tuple(dict(counted.most_common()) for counted in (late, early, hints))


def within(faults: Sequence[Fault], minutes: float) -> float:
    """Which share of them was told within so many minutes of the onset."""
    told = sum(delay <= minutes * MINUTE for fault in faults if (delay := fault.delay()) is not None)
    return told / max(len(faults), 1)
