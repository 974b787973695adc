"""What is long over leaves memory; its rows stay."""

from service.after import tally
from service.moves import move
from service.returns import paid
from service.step import Step
from service.tickets import AT_REST
from service.visits import UNFINISHED
from telemetry.units import HOUR


def sweep(step: Step) -> None:
    """Once an hour, forget tickets that have been at rest for `archive_ms`, and the visits that only they knew."""
    if step.now - step.books.swept < HOUR:
        return
    step.books.swept = step.now
    before = step.now - step.policy.archive_ms
    old = [t for t in step.books.tickets.values() if t.state in AT_REST and (t.closed or 0) <= before]
    tally.leave(step, old)
    paid.leave(step, old)
    for ticket in old:
        if ticket.state == "closed":
            move(step, ticket, "archive")
        del step.books.tickets[ticket.id]
    gone = {t.id for t in old}
    for index in (step.books.by_fault, step.books.latest):
        for key in [k for k, ticket_id in index.items() if ticket_id in gone]:
            del index[key]
    _sweep_visits(step, before)


def _sweep_visits(step: Step, before: int) -> None:
    over = [
        v.id for v in step.books.visits.values()
        if v.state not in UNFINISHED and v.updated <= before and not any(t in step.books.tickets for t in v.tickets)
    ]  # fmt: skip
    for visit in over:
        del step.books.visits[visit]
