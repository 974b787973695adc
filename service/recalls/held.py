"""What telemetry proves of a pull task: the goods are out, or still there. Asked while its work is verified."""

from service.recalls.model import DONE
from service.recalls.stock import find
from service.step import Step
from service.tickets import Ticket


def owed(step: Step, ticket: Ticket) -> bool:
    """Is this the pull task of a cabinet that an open recall still waits for?"""
    recall = step.books.goods.recalls.get(str(ticket.extra.get("recall")))
    task = recall.tasks.get(ticket.cabinet or "") if recall is not None and recall.state == "open" else None
    return task is not None and task.ticket == ticket.id and task.state not in DONE


def proven(step: Step, ticket: Ticket) -> bool | None:
    """Is what this ticket is to pull out of the cabinet? None: it is no pull task, or its cabinet does not tell."""
    recall = step.books.goods.recalls.get(str(ticket.extra.get("recall")))
    task = recall.tasks.get(ticket.cabinet or "") if recall is not None else None
    if recall is None or task is None or task.ticket != ticket.id:
        return None
    if task.state in DONE:
        return True
    found = find(step.books.goods.shelves.get(task.cabinet), recall)
    return False if found is not None and found.lanes else None
