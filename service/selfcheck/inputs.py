"""Where the items of the self-assessment are computed from: one function for each source. Pure, over rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from service.knowledge.gaps import UNIT, current, unowned
from service.records.base import Row
from service.selfcheck.score import Found
from service.staff.load import managers
from service.tickets import AT_REST, KINDS

Json = dict[str, Any]


class Inputs(NamedTuple):
    """What the records say: rows of the registers (current ones; findings also when ended), tickets received in the
    period, and what other rooms computed.

    `documents` carry `stale_since` and `superseded_citations` (`api/staffing.py`). `coverage`: channel → share of the
    required hours, None where no roster is kept. `reach`: (cabinets near somebody, cabinets), None without a starting
    point. `available`: share of the period in which the platform saw.
    """

    documents: Sequence[Row]
    staff: Sequence[Row]
    certificates: Sequence[Row]
    trainings: Sequence[Row]
    receipts: Sequence[Row]
    improvements: Sequence[Row]
    tickets: Sequence[Row]
    indicators: Sequence[Json]
    coverage: Mapping[str, float | None]
    reach: tuple[int, int] | None
    available: float | None
    managers_share: float
    now: int


MISSING = Found(None, 0, {})


def _share(met: int, n: int, **detail: Any) -> Found:
    return Found(met / n, n, {"met": met, **detail}) if n else MISSING


def _document(of: Inputs, kind: str) -> Found:
    """Evidence is there and none of it alone is out of date; nothing registered at all is a missing input."""
    found = [d for d in of.documents if d["kind"] == kind]
    fresh = [d["id"] for d in found if d["stale_since"] is None]
    detail = {"entries": len(found), "stale": len(found) - len(fresh), "examples": fresh[:3]}
    return Found(float(bool(fresh)), len(found), detail) if found else MISSING


def _staff(of: Inputs, _: str) -> Found:
    return Found(1.0, len(of.staff), {"staff": len(of.staff)}) if of.staff else MISSING


def _managers(of: Inputs, _: str) -> Found:
    told = managers([p["role"] for p in of.staff], of.managers_share)
    return Found(float(not told["finding"]), len(of.staff), told) if of.staff else MISSING


def _certificates(of: Inputs, _: str) -> Found:
    """A person's skill counts once: an old certificate beside a valid one is no lapse."""
    held: dict[tuple[str, str], bool] = {}
    for c in of.certificates:
        valid = c["issued"] <= of.now < c["expires"] and (c["ended"] is None or of.now < c["ended"])
        key = (c["person"], c["skill"])
        held[key] = held.get(key, False) or valid
    return _share(sum(held.values()), len(held))


def _training(of: Inputs, _: str) -> Found:
    due = [t for t in of.trainings if t["planned"] <= of.now]
    return _share(sum(bool(t["passed"]) for t in due), len(due))


def _laws(of: Inputs, _: str) -> Found:
    laws = [d for d in of.documents if d["kind"] == "law"]
    wrong = {d["id"]: d["superseded_citations"] for d in of.documents if d["superseded_citations"]}
    if not laws and not wrong:
        return MISSING
    return Found(float(bool(laws) and not wrong), len(laws), {"out_of_date": dict(list(wrong.items())[:3])})


def _receipts(of: Inputs, _: str) -> Found:
    """Every member of the staff has read every current policy document."""
    rules = [d["id"] for d in of.documents if d["kind"] == "policy_document"]
    read = {(r["document"], r["person"]) for r in of.receipts}
    owed = [(d, {p["account"], p["technician"]}) for d in rules for p in of.staff]
    return _share(sum(any((d, who) in read for who in ids) for d, ids in owed), len(owed))


def _units(of: Inputs, _: str) -> Found:
    """Every kind of ticket has an owning unit (S1 4.1.1, 4.1.2); no unit registered at all is a missing input."""
    units = current(of.documents, UNIT, of.now)
    without = unowned(units)
    return _share(len(KINDS) - len(without), len(KINDS), units=len(units), without=without) if units else MISSING


def _findings(of: Inputs, _: str) -> Found:
    found = [d for d in of.documents if d["kind"] == "finding"]
    return _share(sum(d["ended"] is not None for d in found), len(found))


def _improvements(of: Inputs, _: str) -> Found:
    return _share(sum(i["closed"] is not None for i in of.improvements), len(of.improvements))


def _coverage(of: Inputs, channel: str) -> Found:
    share = of.coverage.get(channel)
    return MISSING if share is None else Found(share, 1, {"channel": channel})


def _reach(of: Inputs, _: str) -> Found:
    return MISSING if of.reach is None else _share(*of.reach)


def _available(of: Inputs, _: str) -> Found:
    return MISSING if of.available is None else Found(of.available, 1, {"availability": of.available})


def _indicator(of: Inputs, name: str) -> Found:
    """A share as it is, or what is left of it where less is better; of a score what it lies above 1, of 4."""
    told = next((i for i in of.indicators if i["id"] == name), None)
    if told is None or told["value"] is None:
        return MISSING
    share = (told["value"] - 1) / 4 if told["unit"] == "score" else told["value"]
    return Found(1 - share if told["better"] == "low" else share, told["n"], {"value": told["value"]})


def _clock(of: Inputs, name: str) -> Found:
    states = [c["state"] for t in of.tickets for c in t["clocks"] or () if c["name"] == name]
    decided = [s for s in states if s in ("met", "breached")]
    return _share(decided.count("met"), len(decided))


def _settled(of: Inputs, kind: str) -> Found:
    """Cases of a kind that are closed, of all received in the period."""
    found = [t for t in of.tickets if t["kind"] == kind and t["state"] not in ("merged", "cancelled")]
    return _share(sum(t["state"] in AT_REST for t in found), len(found))


SOURCES: dict[str, Callable[[Inputs, str], Found]] = {
    "document": _document, "staff": _staff, "managers": _managers, "certificates": _certificates,
    "training": _training, "laws": _laws, "receipts": _receipts, "findings": _findings, "units": _units,
    "improvements": _improvements, "coverage": _coverage, "reach": _reach, "availability": _available,
    "indicator": _indicator, "clock": _clock, "settled": _settled,
}  # fmt: skip


def found(of: Inputs, sources: Sequence[str]) -> dict[str, Found]:
    """What each source (`name` or `name:argument`) says. Raises KeyError for a source there is none of."""
    parted = {source: source.partition(":") for source in sources}
    return {source: SOURCES[name](of, argument) for source, (name, _, argument) in parted.items()}
