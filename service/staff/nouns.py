"""What the registers hold: one literal row for each, with its fields and what must be true of an entry as a whole."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from service.bodies import one_of, when
from service.checks import Check, json_object, optional, text, truth, within
from service.hours import Hours, hours
from service.knowledge.gaps import ARTICLE, UNIT
from service.staff import fitness, terms
from service.staff.kinds import KINDS
from service.staff.model import CHANNELS, ROLES, Certificate, Document, Entry, Person, Roster, Training
from service.step import Step
from service.tickets import KINDS as WORK
from telemetry.errors import Conflict, Invalid


class Noun(NamedTuple):
    """A register: the prefix of its numbers, its table, its fields. `instants` are kept as ms; `settle` completes an
    entry and judges it as a whole (raises Invalid, Conflict); `aside`: fields that lie in the row only, which `beside`
    judges when they are written."""

    prefix: str
    table: str
    make: type[Entry]
    fields: dict[str, Check]
    required: tuple[str, ...]
    instants: frozenset[str]
    settle: Callable[[Step, Any], None]
    aside: frozenset[str] = frozenset()
    beside: Callable[[Step, Any, dict[str, Any]], None] = lambda *_: None


def _day(value: Any) -> str | None:
    """A date as in 2026-10-01."""
    try:
        return None if isinstance(value, str) and date.fromisoformat(value).isoformat() == value else "must be a date"
    except ValueError:
        return "must be a date, as in 2026-10-01"


def _windows(value: Any) -> str | None:
    try:
        duty_hours(value)
    except (Invalid, AttributeError, TypeError) as error:
        return error.fields["hours"] if isinstance(error, Invalid) else "must be windows by type of day"
    return None


def duty_hours(windows: dict[str, list[str]]) -> Hours:
    """The hours of a roster: like those of the service, but somebody may serve on days of rest alone.

    Raises Invalid.
    """
    if not any(windows.values()):
        raise Invalid({"hours": "a roster needs a window"})
    read = hours({**windows, "work": windows.get("work") or ["00:00-24:00"]})
    return Hours({kind: found for kind, found in read.windows.items() if windows.get(kind) is not None}, read.text)


def _ordered(wrong: str, *times: int | None) -> None:
    """Times that are there must not fall back."""
    known = [t for t in times if t is not None]
    if known != sorted(known):
        raise Invalid({wrong: "must not lie before what comes first"})


def _known_person(step: Step, person: str) -> None:
    staff = step.books.registers.staff.get(person)
    if person not in step.books.technicians and (staff is None or staff.ended is not None):
        raise Invalid({"person": "nobody on the staff, and no technician"})


def _person(step: Step, entry: Person) -> None:
    if entry.technician is not None and entry.technician not in step.books.technicians:
        raise Invalid({"technician": "no such technician"})


def _certificate(step: Step, entry: Certificate) -> None:
    _known_person(step, entry.person)
    if entry.expires <= entry.issued:
        raise Invalid({"expires": "must be after issued"})


def _training(step: Step, entry: Training) -> None:
    """A course that was held has an exam; what lies ahead has none yet (S1 5.2.2.1-5.2.2.3)."""
    _known_person(step, entry.person)
    if entry.done is not None and entry.done > step.now:
        raise Invalid({"done": "must not be in the future"})
    if entry.done is None and (entry.passed is not None or entry.post is not None):
        raise Invalid({"done": "is required with an exam"})
    if entry.done is not None and entry.passed is None:
        raise Invalid({"passed": "is required once the course is done"})
    _ordered("until", entry.done, entry.until)


def _roster(step: Step, entry: Roster) -> None:
    """Who has not passed what duty demands takes no shift (S1 5.2.2)."""
    _known_person(step, entry.person)
    if entry.to is not None and entry.to < entry.from_:
        raise Invalid({"to": "must not be before from"})
    missing = fitness.missing_courses(step.books, entry.person, step.now, step.policy)
    if missing:
        raise Conflict("not_trained", [f"training.{course}" for course in missing])
    entry.hours = duty_hours(entry.windows)


def _document(_: Step, entry: Document) -> None:
    _ordered("until", entry.from_, entry.until)
    absent = [field for field in KINDS[entry.kind].needs if getattr(entry, field) is None]
    if absent:
        raise Conflict(f"{entry.kind}_record", absent)


def _body(step: Step, entry: Document, aside: dict[str, Any]) -> None:
    """A unit names the kinds of ticket that it owns (S1 4.1.1); an article may name fault kinds (S4 7.3)."""
    body = aside.get("body") or {}
    if entry.kind == UNIT and not body.get("kinds"):
        raise Conflict("unit_record", ["body.kinds"])
    if entry.kind == UNIT:
        _names("kinds", body["kinds"], WORK)
    if entry.kind != terms.AGREEMENT:
        entry.terms = None
    elif "body" in aside:
        entry.terms = terms.read(body, step.policy.restore_ms)
    if entry.kind == ARTICLE and body.get("fault_kinds") is not None:
        _names("fault_kinds", body["fault_kinds"], step.desk.kinds)


def _names(field: str, value: Any, known: Collection[str]) -> None:
    unknown = [v for v in value if not isinstance(v, str) or v not in known] if isinstance(value, list) else ["no list"]
    if unknown:
        raise Invalid({f"body.{field}": f"unknown: {', '.join(map(str, unknown[:3]))}"})


_HELD: dict[str, Check] = {"attachment": optional(text)}
NOUNS: dict[str, Noun] = {
    "staff": Noun(
        "ST", "staff", Person,
        {"name": text, "role": one_of(*ROLES), "technician": optional(text), "account": optional(text)},
        ("name", "role"), frozenset(), _person,
    ),
    "certificate": Noun(
        "CE", "certificates", Certificate,
        {"person": text, "skill": text, "number": text, "issuer": text, "issued": when, "expires": when, **_HELD},
        ("person", "skill", "number", "issuer", "issued", "expires"), frozenset({"issued", "expires"}), _certificate,
    ),
    "training": Noun(
        "TR", "trainings", Training,
        {
            "person": text, "course": text, "planned": when, "done": optional(when), "pre": optional(within(0, 100)),
            "post": optional(within(0, 100)), "passed": optional(truth), "until": optional(when),
        },
        ("person", "course", "planned"), frozenset({"planned", "done", "until"}), _training,
    ),
    "roster": Noun(
        "RO", "rosters", Roster,
        {"channel": one_of(*CHANNELS), "person": text, "windows": _windows, "from": _day, "to": optional(_day)},
        ("channel", "person", "windows", "from"), frozenset(), _roster,
    ),
    "document": Noun(
        "DO", "documents", Document,
        {
            "kind": one_of(*KINDS), "title": text, "owner": optional(text), "from": when, "until": optional(when),
            "body": json_object, **_HELD,
        },
        ("kind", "title", "from"), frozenset({"from", "until"}), _document, frozenset({"body"}), _body,
    ),
}  # fmt: skip
