"""The room of cases: what people ask of them, and what time does."""

from collections.abc import Callable
from typing import Any

from service.asked import answered, asked
from service.cases import contacts, escalation, recording, reports
from service.model import Action, Actor, Answer
from service.moves import check
from service.step import Step
from service.tickets import Ticket

Run = Callable[[Step, Ticket, Actor, dict[str, Any]], None]


def _on_ticket(verb: str, run: Run) -> Callable[[Step, Action], Answer]:
    """Judge as the moves of the contract are: the object, who asks, the version, the move, the body."""

    def act(step: Step, action: Action) -> Answer:
        ticket = asked(step, action)
        check(step, ticket, verb)
        run(step, ticket, action.actor, action.body)
        return answered(step, ticket)

    return act


_RUNS: dict[str, Run] = {
    "record": recording.record,
    "decide": recording.decide,
    "dispute": recording.dispute,
    "approve": recording.approve,
    "refund": recording.refund,
    "escalate": escalation.escalate,
}

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    **{f"ticket.{verb}": _on_ticket(verb, run) for verb, run in _RUNS.items()},
    "ticket.withdraw-approval": _on_ticket("approve", recording.withdraw_approval),  # wherever one may be given
    "contact.create": contacts.create,
    "ticket.report": reports.report,
}
TICKS: tuple[Callable[[Step], None], ...] = (escalation.watch,)
