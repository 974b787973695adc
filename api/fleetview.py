"""The cabinets as people see them: the fleet in memory, searched and sorted as columns, rendered by the window."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.backend import Backend
from api.lists import Mark, Paging, decode, encode
from api.masks import Columns, mask_of, sort_key
from api.query import parse
from api.views import iso
from service.credentials import kept_hash
from service.records.base import Row, Where
from telemetry.fleet import HEALTH, NEVER, STATUS, Fleet
from telemetry.signals import WIDTH
from telemetry.units import SECOND

Rows = NDArray[np.int64]
KEPT = 16
TEXTS_FRESH = 10 * SECOND
_FIXED = ("created", "id", "site", "model")


class Ordered(NamedTuple):
    """Rows that match a query, in order, and the sort key of every row of the fleet."""

    rows: Rows
    key: NDArray[np.float64]


class FleetView:
    """Orders are kept per (query, sort) while the fleet's version stands, so that watchers share one computation."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._columns: tuple[tuple[int, int], Columns] | None = None
        self._kept: dict[tuple[Any, ...], Ordered] = {}

    def row(self, cabinet: str) -> int | None:
        return self._backend.fleet.index.get(cabinet)

    def order(self, q: str, sort: str) -> Ordered:
        """Matching rows in order; newest first without a sort. Raises Invalid."""
        backend, real = self._backend, self._backend.moment().real
        name = (q, sort, backend.feed.version("cabinets"), len(backend.fleet), real // SECOND)
        found = self._kept.get(name)
        if found is None:
            found = self._compute(q, sort or "-created", real)
            kept = {k: v for k, v in self._kept.items() if k[2:] == name[2:]}
            self._kept = {name: found} if len(kept) >= KEPT else {**kept, name: found}
        return found

    def page(self, paging: Paging) -> tuple[list[Row], str | None, int]:
        """(rendered cabinets, next cursor, total)."""
        sort = paging.sort or "-created"
        ordered, mark = self.order(paging.q, paging.sort), decode(paging.cursor, sort)
        rest = ordered.rows if mark is None else ordered.rows[_beyond(ordered, sort, mark)]
        rows = rest[: paging.limit]
        following = None
        if len(rest) > paging.limit:
            value = float(ordered.key[rows[-1]])
            following = encode(Mark(sort, None if np.isnan(value) else value, int(rows[-1])))
        return self.render(rows), following, len(ordered.rows)

    def render(self, rows: Rows, records: dict[str, Row] | None = None) -> list[Row]:
        """The JSON of cabinets; `records` are their rows of the records store where the caller has them already."""
        fleet = self._backend.fleet
        ids = [fleet.ids[row] for row in rows]
        if records is None:
            found = self._backend.records.find("cabinets", [Where("id", "in", ids)], limit=len(ids)) if ids else []
            records = {row["id"]: row for row in found}
        values, times = fleet.latest[rows], fleet.latest_ts[rows]
        known = np.isfinite(values)
        return [
            _cabinet(fleet, int(row), records.get(cabinet, {}), _latest(fleet, int(row), values[i], times[i], known[i]))
            for i, (row, cabinet) in enumerate(zip(rows, ids, strict=True))
        ]

    def _compute(self, q: str, sort: str, real: int) -> Ordered:
        fleet, columns = self._backend.fleet, self._fresh(real)
        terms = parse(q)
        rows = np.flatnonzero(mask_of(fleet, columns, self._backend.records, terms)) if terms else np.arange(columns.n)
        key, down = sort_key(fleet, columns, sort.removeprefix("-")), sort.startswith("-")
        if sort.removeprefix("-") == "created":
            return Ordered(rows[::-1] if down else rows, key)
        part = -key[rows] if down else key[rows]
        return Ordered(rows[np.lexsort((-rows if down else rows, part))], key)

    def _fresh(self, real: int) -> Columns:
        fleet, kept = self._backend.fleet, self._columns
        state = (len(fleet.info), real // TEXTS_FRESH)
        if kept is None or kept[0] != state:
            self._columns = kept = (state, Columns(fleet, kept[1] if kept else None))
        return kept[1]


def _beyond(ordered: Ordered, sort: str, mark: Mark) -> NDArray[np.bool_]:
    """Which of the ordered rows come after the mark; rows without a value come last."""
    rows, name = ordered.rows, sort.removeprefix("-")
    key, value = ordered.key[rows], mark.value
    if name in _FIXED and mark.nth < len(ordered.key):  # ranks shift when cabinets are added; the row does not
        value = ordered.key[mark.nth]
    down = sort.startswith("-")
    later = rows < mark.nth if down else rows > mark.nth
    none = np.isnan(key)
    if value is None or np.isnan(value):
        return none & later
    ahead = key < value if down else key > value
    result: NDArray[np.bool_] = none | ahead | ((key == value) & later)
    return result


def _latest(fleet: Fleet, row: int, values: Any, times: Any, known: Any) -> dict[str, dict[str, Any]]:
    at = np.flatnonzero(known[:WIDTH])
    pairs = zip(at.tolist(), values[at].tolist(), times[at].tolist(), strict=True)
    latest = {fleet.names[i]: {"value": value, "ts": ts} for i, value, ts in pairs}
    for name, (value, ts) in fleet.extra.get(row, {}).copy().items():
        if np.isfinite(value):
            latest[name] = {"value": value, "ts": ts}
    return latest


def _cabinet(fleet: Fleet, row: int, record: Row, latest: dict[str, Any]) -> dict[str, Any]:
    seen, boot = int(fleet.last_seen[row]), int(fleet.boot[row])
    facts = (
        "model", "lat", "lon", "firmware", "interval_s", "signals", "capabilities", "profile", "epoch", "version",
        "warranty_end",
    )  # fmt: skip
    return {
        "id": fleet.ids[row],
        "site": fleet.site[row],
        "carrier": fleet.carrier[row],
        **{name: record.get(name) for name in facts},
        "status": STATUS[fleet.status[row]],
        "health": HEALTH[fleet.health[row]],
        "retired": bool(fleet.retired[row]),
        # the fold's answers say it themselves
        "enrolled": record.get("enrolled", kept_hash(record.get("credential")) is not None),
        "boot": None if boot == NEVER else boot,
        "last_seen": None if seen == NEVER else iso(seen),
        "latest": latest,
        "created": iso(record.get("created")),
        "updated": iso(record.get("updated")),
    }
