"""The rosters as duties that can be counted on: of people on the staff who have passed what duty demands."""

from datetime import date

from service.policy import Policy
from service.staff import fitness
from service.staff.coverage import Duty
from service.staff.model import Roster
from service.step import Books


def duties(books: Books, policy: Policy, channel: str, now: int) -> list[Duty]:
    """The duties on a channel as they are known at `now`. A shift of somebody who may not take it counts for nothing
    (S1 5.2.2), one whose exam runs out counts until then."""
    found = [r for r in books.registers.rosters.values() if r.channel == channel and r.ended is None]
    return [duty(r, _until(books, policy, r.person, now)) for r in found if _able(books, policy, r.person, now)]


def duty(roster: Roster, until: int | None = None) -> Duty:
    last = date.fromisoformat(roster.to) if roster.to is not None else None
    first = date.fromisoformat(roster.from_)
    return Duty(roster.id, roster.channel, roster.person, roster.hours, first, last, until)


def _able(books: Books, policy: Policy, person: str, now: int) -> bool:
    return employed(books, person) and not fitness.missing_courses(books, person, now, policy)


def employed(books: Books, person: str) -> bool:
    """Whether the person is on the staff, or an active technician."""
    on_staff = books.registers.staff.get(person)
    if on_staff is not None:
        return on_staff.ended is None
    technician = books.technicians.get(person)
    return technician is not None and technician.active


def _until(books: Books, policy: Policy, person: str, now: int) -> int | None:
    """When the first of the exams that duty demands runs out."""
    ends = [fitness.lapses(books, person, course, now) for course in fitness.demanded(books, person, policy)]
    return min((e for e in ends if e is not None), default=None)
