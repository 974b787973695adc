"""Food safety of one cabinet for its readers: the state as JSON, and the inspector's report with its check."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from api.foodrunning import Rest, rule_named
from api.views import iso, times
from faults.foodsafety.chain import Head, check, genesis
from faults.foodsafety.rules import PACKS, Pack, Rule
from service.records.base import RecordStore, Row, Where
from telemetry.series.base import SeriesStore

PAGE = 5_000
POINTS = 600
SUMMED = ("from", "n", "min_c", "max_c", "warm_s")
Json = dict[str, Any]


def packs() -> list[Json]:
    """All rule packs, every version."""
    return [_pack(pack) for _, pack in sorted(PACKS.items())]


def _pack(pack: Pack) -> Json:
    texts = {name: getattr(pack, name) for name in ("id", "version", "en", "zh", "note_en", "note_zh")}
    return texts | {"classes": [_rule(rule) for rule in pack.classes]}


def _rule(rule: Rule) -> Json:
    texts = {name: getattr(rule, name) for name in ("name", "en", "zh", "sources")}
    return texts | {"signals": list(rule.signals), "figures": rule.figures()}


def state(cabinet: str, row: Row | None, building: Row | None = None) -> Json:
    """The state of a cabinet as the API shows it; `row` of table `food_safety`, None when it never had a rule;
    `building`: the log row that says how the clock stood when half of the time was gone."""
    if row is None:
        nothing = dict.fromkeys(("profile", "rule", "clock", "breach", "log", "updated"))
        return {"cabinet": cabinet, "state": "none", **nothing}
    rule = rule_named(row["profile"])
    return {
        "cabinet": cabinet, "state": row["state"], "profile": row["profile"],
        "rule": _rule(rule) if rule is not None else None, "breach": _breach(row["breach"]),
        "clock": {"at": iso(building["ts"]), **times(building["data"])} if building is not None else None,
        "log": {"rows": row["length"], "head": row["head"]}, "updated": iso(row["updated"]),
    }  # fmt: skip


def building(records: RecordStore, cabinet: str) -> Row | None:
    """The newest log row of that kind."""
    mine = [Where("cabinet", "=", cabinet), Where("type", "=", "building")]
    return next(iter(records.find("food_log", mine, ["-n"], 1)), None)


def _breach(case: Json | None) -> Json | None:
    if case is None:
        return None
    same = {name: case[name] for name in ("attempts", "command")}
    told = {"why": times(case["why"]), "release": times(case["release"])}
    return {"at": iso(case["breach"]), "known_at": iso(case["known"]), "locked_at": iso(case["locked"]), **same, **told}


def collect(records: RecordStore, series: SeriesStore, cabinet: str, start: int, end: int) -> Json:
    """Everything of a report for start <= event time <= end (ms): state, summary, check, log rows, readings; `running`:
    the temperatures that no row of the period has yet. Times in ms. Raises Unavailable."""
    row = records.get("food_safety", cabinet)
    head = genesis(cabinet) if row is None else Head(row["length"], row["head"])
    kept: list[Row] = []
    rest = Rest(start, end)
    rows = _noting(_rows(records, cabinet, head.n), kept, rest, start, end)
    broken = check(cabinet, rows, head)
    deque(rows, 0)  # what lies behind a broken link is shown as well
    rule = rule_named(row["profile"]) if row is not None else None
    signal, points = _readings(series, cabinet, rule.signals if rule is not None else ("air_c",), start, end)
    verdict = {"sound": broken is None, "rows": head.n, "head": head.hash}
    verdict["broken"] = broken._asdict() if broken is not None else None
    running = rest.summed(series, cabinet)
    return {
        "cabinet": cabinet, "from": start, "to": end, "state": state(cabinet, row),
        "summary": summary(kept, running), "running": running, "check": verdict,
        "log": kept, "readings": {"signal": signal, "unit": "°C", "points": points},
    }  # fmt: skip


def _rows(records: RecordStore, cabinet: str, newest: int) -> Iterator[Row]:
    """The whole log up to row `newest`, in order; what is written meanwhile is left for the next report."""
    after = 0
    mine = Where("cabinet", "=", cabinet)
    while page := records.find("food_log", [mine, Where("n", ">", after), Where("n", "<=", newest)], ["n"], PAGE):
        yield from page
        after = page[-1]["n"]


def _noting(rows: Iterator[Row], kept: list[Row], rest: Rest, start: int, end: int) -> Iterator[Row]:
    """Pass rows on and keep those of the period."""
    for row in rows:
        rest.note(row)
        if row["ts"] is not None and start <= row["ts"] <= end:
            kept.append(row)
        yield row


def _readings(
    series: SeriesStore, cabinet: str, signals: tuple[str, ...], start: int, end: int
) -> tuple[str, list[list[float]]]:
    """The first of the rule's signals that has readings in the period, as `[[ms, min, mean, max], …]`."""
    for signal in signals:
        if found := series.read(cabinet, signal, start, end + 1, POINTS):
            return signal, [list(point) for point in found]
    return signals[0], []


def temperatures(log: list[Row], running: Json | None) -> list[Json]:
    """The temperature rows' data, oldest first, and what none of them has yet; rows that somebody spoilt are left out:
    the check names the first."""
    logged = [row["data"] for row in log if row["type"] == "temperature" and _numbers(row["data"], SUMMED)]
    return logged if running is None else [*logged, running]


def summary(log: list[Row], running: Json | None) -> Json:
    """What the rows of a log come to, with what is not logged yet; None where there are no temperatures."""
    sums = temperatures(log, running)
    gaps = [row["data"] for row in log if row["type"] == "gap" and _numbers(row["data"], ("from", "to"))]
    return {
        "readings": sum(s["n"] for s in sums),
        "min_c": min((s["min_c"] for s in sums), default=None),
        "max_c": max((s["max_c"] for s in sums), default=None),
        "beyond_s": sum(s["warm_s"] for s in sums),
        "gaps": len(gaps),
        "gaps_s": sum(max(g["to"] - g["from"], 0) for g in gaps) // 1000,
        "breaches": sum(row["type"] in ("breach", "locked_itself") for row in log),
        "releases": sum(row["type"] == "released" for row in log),
    }


def _numbers(data: Any, names: tuple[str, ...]) -> bool:
    return isinstance(data, dict) and all(type(data.get(name)) in (int, float) for name in names)
