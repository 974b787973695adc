"""What dispatch looks at, read back from the records: the same rules then judge it as in the fold."""

from collections.abc import Iterable
from typing import Any

import msgspec

from api.staffing import books
from service.calendars import Calendar
from service.policy import Policy
from service.records.base import RecordStore, Row, Where
from service.visiting.candidates import Job, Scene
from service.visiting.dayplan import Stop
from service.visiting.shelf import Item
from service.visiting.travel import Place
from service.visiting.windows import Window, common
from service.visits import UNFINISHED, Visit

MANY = 100_000
_PLANNED = ("dispatching", "scheduled")
_VISIT = ("id", "technician", "state", "cabinet", "site", "tickets", "offered", "expires", "arrived", "eta", "planned")


def scene(records: RecordStore, policy: Policy, now: int) -> Scene:
    """The scene as the records have it now (`now` in product ms)."""
    known = books(records)
    open_visits = records.find("visits", [Where("state", "in", sorted(UNFINISHED))], ["id"], MANY)
    known.visits = {row["id"]: _visit(row) for row in open_visits}
    known.unfinished = list(known.visits)
    for row in records.find("stock", limit=MANY):
        item = Item(quantity=row["quantity"], minimum=row["minimum"], updated=row["updated"])
        known.stock.setdefault(row["holder"], {})[row["part"]] = item
    return Scene(now, policy, Calendar.china(policy.zone), known, Places(records).at)


def _visit(row: Row) -> Visit:
    kept = {key: row[key] for key in _VISIT if row.get(key) is not None}
    window = _window(row.get("window"))
    return msgspec.convert({**kept, "offered_real": 0, "window": window}, Visit)


def _window(shown: dict[str, Any] | None) -> Window | None:
    return None if shown is None else (shown["from"], shown["to"])


class Places:
    """Where work is, asked for one by one and remembered."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._known: dict[tuple[str, str], Row] = {}

    def at(self, cabinet: str | None, site: str | None) -> Place:
        """As the fold has it: the site's zone, the coordinates of the cabinet or of the site it stands at."""
        own, ground = self._row("cabinets", cabinet), self._row("sites", site)
        home = self._row("sites", own.get("site"))
        for row in (own, home, ground):
            if row.get("lat") is not None and row.get("lon") is not None:
                return Place(ground.get("zone"), row["lat"], row["lon"])
        return Place(ground.get("zone"), None, None)

    def _row(self, table: str, key: str | None) -> Row:
        if key is None:
            return {}
        if (table, key) not in self._known:
            self._known[table, key] = self._records.get(table, key) or {}
        return self._known[table, key]


def job(row: Row, place: Place) -> Job:
    """What a ticket asks for, from its row."""
    fields = row["fields"] or {}
    due = [c["due"] for c in row["clocks"] or () if c["name"] == "ARRIVAL" and c.get("stopped") is None]
    return Job(
        row["kind"], fields.get("fault_kind"), row["severity"] or "minor", place, due[-1] if due else None,
        _window(fields.get("window")), tuple(fields.get("tried") or ()),
    )  # fmt: skip


def stops(records: RecordStore, board: Scene) -> list[Stop]:
    """What waits for somebody (tickets in `dispatching`) or was accepted (`scheduled`), by visit or by place."""
    rows = records.find("tickets", [Where("state", "in", list(_PLANNED))], ["n"], MANY)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        held = board.books.visits.get(row["visit"] or "")
        if held is None or held.state in ("offered", "accepted"):
            groups.setdefault(_together(row, held), []).append(row)
    return [_stop(board, group) for group in groups.values()]


def _together(row: Row, visit: Visit | None) -> str:
    """Everything open at a site rides on one visit; without a site, everything open on a cabinet."""
    if visit is not None:
        return f"visit {visit.id}"
    return f"site {row['site']}" if row["site"] else f"cabinet {row['cabinet']}"


def _stop(board: Scene, group: Iterable[Row]) -> Stop:
    rows = list(group)
    first = rows[0]
    visit = board.books.visits.get(first["visit"] or "")
    jobs = tuple(job(row, board.place(row["cabinet"], row["site"])) for row in rows)
    window, _ = common([j.window for j in jobs if j.window is not None])
    accepted = visit is not None and visit.state == "accepted"
    return Stop(
        tuple(row["id"] for row in rows), jobs, first["cabinet"], first["site"], window,
        visit.id if visit is not None else None, visit.technician if visit is not None and accepted else None,
    )  # fmt: skip
