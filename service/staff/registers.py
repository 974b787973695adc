"""The registers: entries are made, changed and ended; numbers have no gaps, rows stay, every change is audited."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from service.bodies import instant
from service.checks import Check, demand, optional, text, truth
from service.model import Action, Actor, Answer
from service.privacy.audit import audit
from service.records.base import Put, Row
from service.staff.model import Document, Entry, Roster
from service.staff.nouns import NOUNS, Noun, duty_hours
from service.step import Step, name
from telemetry.errors import Conflict, NotFound

_END: dict[str, Check] = {"reason": text, "void": optional(truth)}


def shelf(step: Step, noun: Noun) -> dict[str, Entry]:
    """The entries of a register that are in memory, by id."""
    found: dict[str, Entry] = getattr(step.books.registers, noun.table)
    return found


def find(step: Step, noun: Noun, key: str) -> Entry:
    """The entry. Raises NotFound; Conflict `archived` for one of which only the row is left."""
    entry = shelf(step, noun).get(key)
    if entry is not None:
        return entry
    raise Conflict("archived") if step.books.given_out(noun.prefix, key) else NotFound(key)


def create(step: Step, actor: Actor, what: str, body: dict[str, Any]) -> Row:
    """A new entry with the next number. Raises Invalid, Conflict of the register's own guards."""
    noun = NOUNS[what]
    demand(body, noun.fields, noun.required)
    entry = _made(step, noun, body)
    aside = _aside(noun, body)
    noun.settle(step, entry)
    noun.beside(step, entry, aside)
    return add(step, actor, what, entry, aside)


def _made(step: Step, noun: Noun, body: dict[str, Any]) -> Entry:
    """The entry as its body says, without a number yet."""
    values = {_field(key): value for key, value in _read(noun, body).items()}
    if noun.make is Roster:
        values["hours"] = duty_hours(body["windows"])
    if noun.make is Document:
        values["first"] = ""
    return noun.make(id="", created=step.now, updated=step.now, **values)


def _read(noun: Noun, body: dict[str, Any]) -> dict[str, Any]:
    """The fields of a checked body that the entry keeps, instants as ms."""
    kept = {key: value for key, value in body.items() if key not in noun.aside}
    return {k: instant(v) if k in noun.instants and v is not None else v for k, v in kept.items()}


def _field(key: str) -> str:
    return "from_" if key == "from" else key


def _aside(noun: Noun, body: dict[str, Any]) -> dict[str, Any]:
    return {key: body[key] for key in noun.aside if key in body}


def add(step: Step, actor: Actor, what: str, entry: Entry, aside: dict[str, Any]) -> Row:
    """Give a judged entry its number and keep it."""
    noun = NOUNS[what]
    entry.id = name(noun.prefix, step.books.number(noun.prefix))
    if isinstance(entry, Document):
        entry.first = entry.first or entry.id
    if isinstance(entry, Roster) and entry.channel not in step.books.registers.rostered:
        step.books.registers.rostered.append(entry.channel)
    shelf(step, noun)[entry.id] = entry
    return keep(step, actor, what, "created", entry, dict.fromkeys(noun.aside) | aside)


def keep(step: Step, actor: Actor, what: str, verb: str, entry: Entry, aside: dict[str, Any]) -> Row:
    """Write the entry's row and a row of the audit chain, which names no person."""
    row = {**entry.row(), **aside}
    step.changes.append(Put(NOUNS[what].table, row))
    audit(step, actor, f"register.{verb}", f"{what}:{entry.id}", {"version": entry.version})
    return row


def patch(step: Step, actor: Actor, what: str, key: str, body: dict[str, Any], version: int | None) -> Row:
    """Change fields of an entry. Raises NotFound, Conflict (`stale`, `ended`, the register's own), Invalid."""
    noun = NOUNS[what]
    old = _open(find(step, noun, key), version)
    demand(body, noun.fields)
    values = {_field(k): v for k, v in _read(noun, body).items()}
    new = msgspec.structs.replace(old, **values, version=old.version + 1, updated=step.now)
    aside = _aside(noun, body)
    noun.settle(step, new)
    if aside or "kind" in body:
        noun.beside(step, new, aside)
    shelf(step, noun)[key] = new
    return keep(step, actor, what, "changed", new, aside)


def _open(entry: Entry, version: int | None) -> Entry:
    if version is not None and version != entry.version:
        raise Conflict("stale")
    if entry.ended is not None:
        raise Conflict("ended")
    if isinstance(entry, Document) and entry.superseded_by is not None:
        raise Conflict("superseded", [entry.superseded_by])
    return entry


def end(step: Step, actor: Actor, what: str, key: str, body: dict[str, Any], version: int | None) -> Row:
    """An entry counts no more from now on; `void`: it was a mistake and never counted. Raises as `patch`."""
    noun = NOUNS[what]
    entry = _open(find(step, noun, key), version)
    demand(body, _END, ("reason",))
    entry.version, entry.updated = entry.version + 1, step.now
    entry.ended, entry.ended_by, entry.ended_reason = step.now, actor.id, body["reason"]
    entry.void = bool(body.get("void"))
    if entry.void:
        del shelf(step, noun)[key]
    return keep(step, actor, what, "voided" if entry.void else "ended", entry, {})


def _create(what: str, step: Step, action: Action) -> Answer:
    return Answer(status="created", body=create(step, action.actor, what, action.body))


def _patch(what: str, step: Step, action: Action) -> Answer:
    return Answer(status="ok", body=patch(step, action.actor, what, action.target, action.body, action.version))


def _end(what: str, step: Step, action: Action) -> Answer:
    return Answer(status="ok", body=end(step, action.actor, what, action.target, action.body, action.version))


_VERBS: dict[str, Callable[[str, Step, Action], Answer]] = {"create": _create, "patch": _patch, "end": _end}
ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    f"{what}.{verb}": partial(judge, what) for what in NOUNS for verb, judge in _VERBS.items()
}
