"""Whether a person may do a job: certificates with their expiry, and the exams that duty asks for."""

from collections.abc import Iterable

from service.policy import Policy
from service.staff.model import Certificate, Registers, Training
from service.step import Books

CERTIFICATE_EXPIRED = "certificate_expired"
CERTIFICATE_MISSING = "certificate_missing"
NOT_TRAINED = "not_trained"


def unfit(books: Books, person: str, skill: str, at: int, policy: Policy | None = None) -> str | None:
    """Why a person (an id of staff or of a technician) may not do work that needs `skill` at `at` (product ms).

    A reason code; None: fit.

    A certificate is needed for the skills that the policy names (`certified_skills`); one that has run out makes unfit
    whatever the policy says (S1 5.2.1.2). Courses the policy demands must be passed and still hold (S1 5.2.2).
    `policy` None: the one in force since rules were last set.
    """
    figures = policy or (books.rules.policy if books.rules is not None else Policy())
    same = identities(books.registers, person)
    held = [c for c in books.registers.certificates.values() if c.person in same and c.skill == skill]
    if reason := _uncertified(held, skill in figures.certified_skills, at):
        return reason
    return NOT_TRAINED if missing_courses(books, person, at, figures) else None


def _uncertified(held: list[Certificate], needed: bool, at: int) -> str | None:
    if any(c.valid(at) for c in held):
        return None
    if any(c.expires <= at or (c.ended is not None and c.ended <= at) for c in held):
        return CERTIFICATE_EXPIRED
    return CERTIFICATE_MISSING if needed else None


def identities(registers: Registers, person: str) -> frozenset[str]:
    """The ids under which the registers know a person: as staff and as a technician."""
    mine = [p for p in registers.staff.values() if person in (p.id, p.technician)]
    return frozenset({person, *(p.id for p in mine), *(p.technician for p in mine if p.technician)})


def missing_courses(books: Books, person: str, at: int, policy: Policy) -> list[str]:
    """The courses demanded of the person's role that are not passed at `at` (S1 5.2.2.1-5.2.2.3)."""
    same = identities(books.registers, person)
    taken = [t for t in books.registers.trainings.values() if t.person in same]
    return [c for c in demanded(books, person, policy) if not holds(taken, c, at)]


def demanded(books: Books, person: str, policy: Policy) -> tuple[str, ...]:
    """The courses that duty asks of a person: those of its role, `field` for a technician nobody put on the staff."""
    same = identities(books.registers, person)
    roles = [p.role for p in books.registers.staff.values() if p.id in same and p.ended is None]
    return tuple(sorted({c for role in roles or ["field"] for c in policy.duty_courses.get(role, ())}))


def lapses(books: Books, person: str, course: str, at: int) -> int | None:
    """When the newest exam of the course up to `at` stops to count; None: never, or there is none."""
    same = identities(books.registers, person)
    newest = _newest((t for t in books.registers.trainings.values() if t.person in same), course, at)
    return newest.until if newest is not None else None


def holds(taken: Iterable[Training], course: str, at: int) -> bool:
    """Whether the newest exam of the course up to `at` was passed and still counts: who failed it later is out."""
    newest = _newest(taken, course, at)
    return newest is not None and newest.counts(at)


def _newest(taken: Iterable[Training], course: str, at: int) -> Training | None:
    sat = [t for t in taken if t.course == course and t.done is not None and t.done <= at and t.ended is None]
    return max(sat, key=lambda t: (t.done or 0, t.id), default=None)
