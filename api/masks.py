"""A query over the whole fleet as one numpy mask: no Python per cabinet, whatever the size of the fleet."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.query import Term, number
from service.records.base import RecordStore
from telemetry.errors import Invalid
from telemetry.fleet import HEALTH, NEVER, STATUS, Fleet
from telemetry.signals import COLUMN

Mask = NDArray[np.bool_]
NUMBERS = ("boot", "conn", "samples")
KEYS = ("id", "status", "health", "retired", "site", "carrier", "model", "zone", "region", "seen", *NUMBERS)
_COMPARE: dict[str, Any] = {
    "=": np.equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


class Texts:
    """A text column as codes into its few different values, so that a pattern is tried once per value."""

    def __init__(self, values: Sequence[str | None]) -> None:
        index: dict[str | None, int] = {}
        self.codes = np.fromiter((index.setdefault(v, len(index)) for v in values), np.int64, len(values))
        self.values = list(index)

    def matching(self, pattern: str, *, anywhere: bool = False) -> Mask:
        """Rows whose text equals the pattern (`*` and `?` as in file names), or holds it anywhere; case ignored."""
        wanted = f"*{pattern}*" if anywhere else pattern
        hits = [v is not None and fnmatchcase(v.lower(), wanted.lower()) for v in self.values]
        return self._of(hits)

    def among(self, wanted: set[str]) -> Mask:
        return self._of([v in wanted for v in self.values])

    def rank(self) -> NDArray[np.float64]:
        """A number per row that sorts as the texts do; NaN for none."""
        order = {v: i for i, v in enumerate(sorted(v for v in self.values if v is not None))}
        return np.array([order.get(v, np.nan) if v is not None else np.nan for v in self.values])[self.codes]

    def _of(self, hits: list[bool]) -> Mask:
        return np.array(hits, bool)[self.codes] if hits else np.empty(0, bool)


class Columns:
    """The fleet's texts as columns, each made when first asked for. `n`: rows that are complete."""

    def __init__(self, fleet: Fleet, before: "Columns | None" = None) -> None:
        self.fleet = fleet
        self.n = len(fleet.info)  # the list that a new cabinet enters last
        if before is not None and before.n == self.n and "ids" in before.__dict__:
            self.ids = before.ids

    @cached_property
    def ids(self) -> NDArray[np.str_]:
        return np.array(self.fleet.ids[: self.n], dtype=np.str_)

    @cached_property
    def site(self) -> Texts:
        return Texts(self.fleet.site[: self.n])

    @cached_property
    def carrier(self) -> Texts:
        return Texts(self.fleet.carrier[: self.n])

    @cached_property
    def model(self) -> Texts:
        return Texts([info.get("model") for info in self.fleet.info[: self.n]])


def mask_of(fleet: Fleet, columns: Columns, records: RecordStore, terms: Sequence[Term]) -> Mask:
    """Rows of the fleet, shape [columns.n], for which every term holds. Raises Invalid."""
    mask = np.ones(columns.n, bool)
    for term in terms:
        one = np.logical_or.reduce([_value(fleet, columns, records, term, value) for value in term.values])
        mask &= ~one if term.negated else one
    return mask


def _value(fleet: Fleet, columns: Columns, records: RecordStore, term: Term, value: str) -> Mask:
    n, key = columns.n, term.key
    if key in COLUMN:
        return _compare(term, fleet.latest[:n, COLUMN[key]], number(key, value))
    if key == "status":
        return _compare(term, fleet.status[:n], _code(key, value, STATUS))
    if key == "health":
        return _compare(term, fleet.health[:n], _code(key, value, ("none", *HEALTH[1:])))
    if key == "retired":
        return _compare(term, fleet.retired[:n], _code(key, value, ("false", "true")))
    if key in NUMBERS:
        return _compare(term, getattr(fleet, key)[:n], number(key, value))
    if term.op != "=":
        raise Invalid({"q": f"{key}: has no order; leave out {term.op}"})
    return _text(columns, records, key, value)


def _text(columns: Columns, records: RecordStore, key: str, value: str) -> Mask:
    match key:
        case "":
            found = np.strings.find(columns.ids, value.upper()) >= 0
            return found | columns.site.matching(value, anywhere=True) | columns.model.matching(value, anywhere=True)
        case "id" if set(value) & set("*?["):
            hits = (fnmatchcase(i, value.upper()) for i in columns.ids)
            return np.fromiter(hits, bool, columns.n)
        case "id":
            return np.asarray(columns.ids == value.upper())
        case "site":
            return columns.site.matching(value)
        case "carrier":
            return columns.carrier.matching(value)
        case "model":
            return columns.model.matching(value)
        case "zone" | "region":
            return columns.site.among(_sites_of(records, value))
        case _:
            raise Invalid({"q": f"unknown key {key}; known: {', '.join(KEYS)} and every signal"})


def _sites_of(records: RecordStore, zone: str) -> set[str]:
    return {
        site["id"]
        for site in records.find("sites", limit=100_000)
        if site["zone"] is not None and fnmatchcase(site["zone"].lower(), zone.lower())
    }


def _code(key: str, value: str, names: Sequence[str | None]) -> int:
    if value.lower() not in names:
        raise Invalid({"q": f"{key}: one of {', '.join(str(n) for n in names)}"})
    return list(names).index(value.lower())


def _compare(term: Term, column: Any, value: float) -> Mask:
    result: Mask = _COMPARE[term.op](column, value)
    return result


def sort_key(fleet: Fleet, columns: Columns, name: str) -> NDArray[np.float64]:
    """A number per row to sort by; NaN (last in either direction) where there is none. Raises Invalid."""
    n = columns.n
    if name in COLUMN:
        return fleet.latest[:n, COLUMN[name]].copy()
    if name == "id":
        rank = np.empty(n)
        rank[np.argsort(columns.ids, kind="stable")] = np.arange(n)
        return rank
    if name in ("site", "model"):
        texts: Texts = getattr(columns, name)
        return texts.rank()
    if name == "created":
        return np.arange(n, dtype=float)
    if name in ("status", "health"):
        return getattr(fleet, name)[:n].astype(float)  # type: ignore[no-any-return]  # fleet columns are Any
    if name == "last_seen":
        return np.where(fleet.last_seen[:n] == NEVER, np.nan, fleet.last_seen[:n])
    raise Invalid(
        {"sort": "one of created, id, status, health, site, model, last_seen or a signal, `-` for descending"}
    )
