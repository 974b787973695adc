"""The repair warranty (S3 3.4(3)): it is given by a proven repair, and what recurs within it is repaired free.

Its end is that of the WARRANTY clock, in calendar days: day 30 is inside, day 31 is not. The books keep it apart from
the ticket, which may have left memory by then.
"""

from faults.kinds import KINDS
from service.proof.model import Warranty
from service.step import Step
from service.tickets import Ticket


def named(ticket: Ticket) -> str | None:
    """The fault kind that whoever opened the ticket named (`fault_kind`), if it is one of ours."""
    kind = ticket.extra.get("given", {}).get("fault_kind")
    return kind if isinstance(kind, str) and kind in KINDS else None


def _place(ticket: Ticket) -> str | None:
    return ticket.cabinet or ticket.site


def grant(step: Step, ticket: Ticket) -> None:
    """The repair is proven, its WARRANTY clock runs: write down what it covers."""
    clock, place = ticket.clock("WARRANTY"), _place(ticket)
    if clock is None or place is None:
        return
    kinds = [kind for kind in dict.fromkeys((ticket.fault_kind, named(ticket))) if kind is not None]
    step.books.warranties.given[ticket.id] = Warranty(ticket=ticket.id, place=place, kinds=kinds, until=clock.due)
    for kind in kinds:
        step.books.warranties.latest[f"{place}/{kind}"] = ticket.id


def recurred(step: Step, ticket: Ticket) -> None:
    """The same fault again under the warranty of this ticket's own repair: what is quoted from now on is free."""
    given = step.books.warranties.given.get(ticket.id)
    if given is not None and step.now <= given.until:
        ticket.extra["free_since"] = step.now
        step.line(ticket, "warranty", note=f"under_warranty of={ticket.id} until={given.until}")


def void(step: Step, ticket: Ticket) -> None:
    """The ticket is open again: its repair was none."""
    _forget(step, ticket.id)


def _forget(step: Step, key: str) -> None:
    given = step.books.warranties.given.pop(key, None)
    latest = step.books.warranties.latest
    for fingerprint in (f"{given.place}/{kind}" for kind in given.kinds) if given is not None else ():
        if latest.get(fingerprint) == key:
            del latest[fingerprint]


def claim(step: Step, ticket: Ticket) -> None:
    """A new repair that repeats one under warranty is free by itself: same place, and the same fault kind (as found, or
    as its opener names it), or the repair it names as `repeat_of`."""
    place, said = _place(ticket), ticket.extra.get("given", {}).get("repeat_of")
    if ticket.kind != "repair" or place is None:
        return
    given = step.books.warranties.given
    latest = step.books.warranties.latest.get(f"{place}/{ticket.fault_kind or named(ticket)}")
    likely = [key for key in (latest, ticket.extra.get("repeat_of"), said) if isinstance(key, str)]
    found = [w for w in map(given.get, likely) if w is not None and w.place == place and step.now <= w.until]
    if found:
        _mark(step, ticket, found[0])
    elif isinstance(said, str) and said in step.books.tickets and _place(step.books.tickets[said]) == place:
        ticket.extra["repeat_of"] = said


def _mark(step: Step, ticket: Ticket, given: Warranty) -> None:
    ticket.extra |= {
        "repeat_of": given.ticket, "warranty_of": {"ticket": given.ticket, "until": given.until}, "free": True,
    }  # fmt: skip
    step.line(ticket, "warranty", note=f"under_warranty of={given.ticket} until={given.until}")


def forget(step: Step) -> None:
    """Forget, oldest first, what is over."""
    while step.books.warranties.given:
        first = next(iter(step.books.warranties.given.values()))
        if step.now <= first.until:
            return
        _forget(step, first.ticket)
