"""What one operator of 100,000 cabinets would be told, against ISA-18.2 / EEMUA 191 (see `ROWS` for the limits).

The days of a smaller steady fleet are laid over each other, each at its own time of day, until they make 100,000
cabinets: what comes in bunches (a site, a rush hour) stays a bunch.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from faults.model import RANK
from telemetry.units import DAY, MINUTE, SECOND
from tests.score.judge import Alarm
from tests.score.live import START, Lived

OPERATOR = 100_000
TEN = 10 * MINUTE
FLOOD, EBB = 10, 5  # alarms in ten minutes with which a flood begins, and below which it ends
Bools = NDArray[np.bool_]


class Row(msgspec.Struct):
    """A line of the table: measured, what the standard wants at best and at most (as text)."""

    metric: str
    value: float
    unit: str
    target: str
    maximum: str


class Load(msgspec.Struct):
    """`operator_days`: how many days of 100,000 cabinets were made; `per_target`: cabinets one operator can have at 144
    alarms a day; `sources`: how many (cabinet, kind) spoke at all."""

    seeds: list[int]
    code: str
    date: str
    years: float
    cabinets: int
    operator_days: float
    alarms: int
    by_kind: dict[str, int]
    per_target: float
    sources: int
    rows: list[Row]


class Told(msgspec.Struct):
    """An alarm on the operator's desk: when (ms of operator time), of whom, and how long it stood (ms)."""

    at: int
    source: tuple[int, int, str, str | None]
    stood: int
    severity: str
    kind: str


def load(chunks: Sequence[Lived]) -> Load:
    """At least one chunk of a steady fleet."""
    told, days = desk(chunks)
    at = np.array(sorted(t.at for t in told))
    slots = np.histogram(at, np.arange(0, max(int(days), 1) * DAY + TEN, TEN))[0]  # of whole days
    per_day = len(told) / days
    sources = Counter(t.source for t in told)
    return Load(
        seeds=[c.plan.seed for c in chunks], code=chunks[0].code, date=max(c.date for c in chunks),
        years=sum(c.plan.years for c in chunks), cabinets=OPERATOR, operator_days=days, alarms=len(told),
        by_kind=dict(Counter(t.kind for t in told).most_common()),
        per_target=OPERATOR * 144 / max(per_day, 1e-9), sources=len(sources),
        rows=_rates(per_day, slots) + _habits(told, sources, days),
    )  # fmt: skip


def desk(chunks: Sequence[Lived]) -> tuple[list[Told], float]:
    """All alarms in operator time, and how many operator's days there are."""
    told, before = list[Told](), 0.0  # cabinet-days laid down so far
    for nth, chunk in enumerate(chunks):
        first = START + round(chunk.plan.learning * DAY)
        until = first + round(chunk.plan.days * DAY)
        for alarm in chunk.told:
            if alarm.at is not None and alarm.at >= first:
                day = (before + (alarm.at - first) // DAY * chunk.plan.cabinets) // OPERATOR
                told.append(_laid(alarm, alarm.at, int(day), nth, until))
        before += chunk.plan.cabinets * chunk.plan.days
    return told, before / OPERATOR


def _laid(alarm: Alarm, at: int, day: int, nth: int, until: int) -> Told:
    stood = (until if alarm.cleared is None else alarm.cleared) - at
    return Told(day * DAY + at % DAY, (nth, alarm.row, alarm.kind, alarm.site), stood, alarm.severity, alarm.kind)


def _rates(per_day: float, slots: NDArray[np.int64]) -> list[Row]:
    hours = slots[: len(slots) // 6 * 6].reshape(-1, 6).sum(axis=1)
    return [
        Row("alarms per day", per_day, "", "144", "288"),
        Row("alarms per hour, mean", per_day / 24, "", "6", "12"),
        Row("alarms per 10 min, mean", per_day / 144, "", "1", "2"),
        Row("hours with more than 30", 100 * float((hours > 30).mean()), "%", "< 1", ""),
        Row("10-minute periods with more than 10", 100 * float((slots > FLOOD).mean()), "%", "< 1", ""),
        Row("most alarms in any 10 min", float(slots.max(initial=0)), "", "10", ""),
        Row("time in flood", 100 * float(flooded(slots).mean()), "%", "< 1", ""),
    ]


def _habits(told: Sequence[Told], sources: Counter[tuple[int, int, str, str | None]], days: float) -> list[Row]:
    n = max(len(told), 1)
    top = sum(count for _, count in sources.most_common(10))
    ranks = Counter(RANK[t.severity] for t in told)
    stale = sum(max(t.stood - DAY, 0) for t in told) / DAY / days
    return [
        Row("share of the ten loudest sources", 100 * top / n, "%", "< 1", "5"),
        Row("chattering (3 in a minute from one source)", float(chattering(told)), "", "0", ""),
        Row("fleeting (over within a minute)", float(sum(t.stood < 60 * SECOND for t in told)), "", "0", ""),
        Row("standing for more than 24 h, at any time", stale, "", "< 5", ""),
        Row("priority low (minor)", 100 * ranks[RANK["minor"]] / n, "%", "80", ""),
        Row("priority medium (major)", 100 * ranks[RANK["major"]] / n, "%", "15", ""),
        Row("priority high (critical)", 100 * ranks[RANK["critical"]] / n, "%", "5", ""),
    ]


def flooded(slots: NDArray[np.int64]) -> Bools:
    """Which 10-minute periods are in flood: from more than ten alarms until there are fewer than five."""
    out, on = np.zeros(len(slots), np.bool_), False
    for i, count in enumerate(slots.tolist()):
        on = count > FLOOD or (on and count >= EBB)
        out[i] = on
    return out


def chattering(told: Sequence[Told]) -> int:
    """How many alarms were the third of their source within a minute."""
    by_source: dict[tuple[int, int, str, str | None], list[int]] = {}
    for t in told:
        by_source.setdefault(t.source, []).append(t.at)
    return sum(
        later - first <= MINUTE
        for ats in by_source.values()
        for first, later in zip(sorted(ats), sorted(ats)[2:], strict=False)
    )
