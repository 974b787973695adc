"""Technicians' records, and planned maintenance: what dispatchers write down, and take back."""

from collections.abc import Callable
from typing import Any

from service import dispatch
from service.bodies import instant, when
from service.checks import Check, demand, optional, text
from service.model import Action, Actor, Answer
from service.records.base import Put, Row
from service.step import Step, name
from service.technicians import FIELDS, NEW, Technician, given
from telemetry.errors import Conflict, Invalid, NotFound
from telemetry.units import DAY

_MAINTENANCE: dict[str, Check] = {
    "cabinet": optional(text), "site": optional(text), "from": when, "to": when, "reason": text,
}  # fmt: skip
_PLANNED: dict[str, Check] = {field: check for field, check in _MAINTENANCE.items() if field != "reason"}
# A slip of the pen must not silence a site for good: who works longer plans another window.
LONGEST = 30 * DAY
AHEAD = 365 * DAY


def create(step: Step, body: dict[str, Any]) -> Row:
    """A new technician; without an id one is given out. Raises Invalid, Conflict `exists`."""
    demand(body, NEW, ("name",))
    key = body.get("id") or _free_id(step)
    if key in step.books.technicians:
        raise Conflict("exists")
    made = Technician(**{**given(body), "id": key, "created": step.now, "updated": step.now})
    return _put(step, made)


def _free_id(step: Step) -> str:
    while True:
        key = f"W-{step.books.number('W'):04d}"
        if key not in step.books.technicians:
            return key


def patch(step: Step, key: str, body: dict[str, Any], version: int | None) -> Row:
    """Change fields of a technician. Raises NotFound, Conflict `stale`, Invalid."""
    old = step.books.technicians.get(key)
    if old is None:
        raise NotFound(key)
    if version is not None and version != old.version:
        raise Conflict("stale")
    demand(body, FIELDS)
    for field, value in given(body).items():
        setattr(old, field, value)
    old.version, old.updated = old.version + 1, step.now
    return _put(step, old)


def _put(step: Step, technician: Technician) -> Row:
    step.books.technicians[technician.id] = technician
    step.changes.append(Put("technicians", technician.row()))
    dispatch.ask_again(step)
    return technician.row()


def maintain(step: Step, actor: Actor, body: dict[str, Any]) -> Row:
    """Planned maintenance of a cabinet or a site: faults inside it are suppressed, for 30 days at most.

    Raises Invalid.
    """
    demand(body, _MAINTENANCE, ("from", "to", "reason"))
    cabinet, site = body.get("cabinet"), body.get("site")
    start, end = instant(body["from"]), instant(body["to"])
    if (cabinet is None) == (site is None):
        raise Invalid({"cabinet": "name either a cabinet or a site"})
    if cabinet is not None and cabinet not in step.fleet.index:
        raise Invalid({"cabinet": "no such cabinet"})
    if site is not None and step.desk.site_zone(site) is None and site not in step.fleet.site:
        raise Invalid({"site": "no such site"})
    _check_times(start, end, step.now)
    key = name("M", step.books.number("M"))
    if step.faults is not None:
        step.faults.maintain(cabinet, site, start, end, key)
    row = {
        "id": key, "cabinet": cabinet, "site": site, "from": start, "to": end, "reason": body["reason"],
        "actor": actor.id, "created": step.now, "ended": None, "ended_by": None,
    }  # fmt: skip
    step.changes.append(Put("maintenance", row))
    return row


def _check_times(start: int, end: int, now: int) -> None:
    if end <= start:
        raise Invalid({"to": "must be after from"})
    if end <= now:
        raise Invalid({"to": "must lie in the future"})
    if end - start > LONGEST:
        raise Invalid({"to": f"must be at most {LONGEST // DAY} days after from"})
    if start > now + AHEAD:
        raise Invalid({"from": "must be at most a year ahead"})


def end_maintenance(step: Step, actor: Actor, key: str, body: dict[str, Any]) -> Row:
    """End a window now; its row stays. `body`: whose and when, as its row says. Raises Invalid, Conflict `over`."""
    demand(body, _PLANNED, ("from", "to"))
    if step.faults is not None:
        times = instant(body["from"]), instant(body["to"])
        step.faults.end_maintenance(body.get("cabinet"), body.get("site"), *times, key, step.now)
    row = {"id": key, "ended": step.now, "ended_by": actor.id}
    step.changes.append(Put("maintenance", row))
    return row


ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "technician.create": lambda s, a: Answer(status="created", body=create(s, a.body)),
    "technician.patch": lambda s, a: Answer(status="ok", body=patch(s, a.target, a.body, a.version)),
    "maintenance.create": lambda s, a: Answer(status="created", body=maintain(s, a.actor, a.body)),
    "maintenance.end": lambda s, a: Answer(status="ok", body=end_maintenance(s, a.actor, a.target, a.body)),
}
