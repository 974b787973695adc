"""Technicians' records, and planned maintenance: what dispatchers write down."""

from typing import Any

from service.bodies import instant, when
from service.checks import Check, demand, optional, text
from service.model import Actor
from service.records.base import Put, Row
from service.step import Step
from service.technicians import FIELDS, NEW, Technician, given
from telemetry.errors import Conflict, Invalid, NotFound

_MAINTENANCE: dict[str, Check] = {
    "cabinet": optional(text), "site": optional(text), "from": when, "to": when, "reason": text,
}  # fmt: skip


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
    return technician.row()


def maintain(step: Step, actor: Actor, body: dict[str, Any]) -> Row:
    """Planned maintenance of a cabinet or a site: faults inside it are suppressed. Raises Invalid."""
    demand(body, _MAINTENANCE, ("from", "to", "reason"))
    cabinet, site = body.get("cabinet"), body.get("site")
    start, end = instant(body["from"]), instant(body["to"])
    if (cabinet is None) == (site is None):
        raise Invalid({"cabinet": "name either a cabinet or a site"})
    if cabinet is not None and cabinet not in step.fleet.index:
        raise Invalid({"cabinet": "no such cabinet"})
    if site is not None and step.desk.site_zone(site) is None and site not in step.fleet.site:
        raise Invalid({"site": "no such site"})
    if end <= start:
        raise Invalid({"to": "must be after from"})
    if step.faults is not None:
        step.faults.maintain(cabinet, site, start, end)
    row = {
        "id": f"M-{step.books.number('M'):06d}", "cabinet": cabinet, "site": site, "from": start, "to": end,
        "reason": body["reason"], "actor": actor.id, "created": step.now,
    }  # fmt: skip
    step.changes.append(Put("maintenance", row))
    return row
