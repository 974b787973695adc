"""What the desk does about backups: nothing but to tell operators that none was made (S4 5.6.2.1)."""

from service.checks import Check, demand, optional, text, within
from service.model import Action, Answer
from service.step import Step

OVERDUE = "backup.overdue"


_TOLD: dict[str, Check] = {"since": optional(within(0, 2**53)), "hours": within(0, 1e6), "error": optional(text)}


def overdue(step: Step, action: Action) -> Answer:
    """Owe operators a notice. `since`: when the newest was made (real ms), `hours`: how often there should be one,
    `error`: what came of the last try. Raises Invalid."""
    demand(action.body, _TOLD, ("hours",))
    step.notice("operators", "backup_overdue", {name: action.body.get(name) for name in _TOLD})
    return Answer(status="ok")


ACTIONS = {OVERDUE: overdue}
