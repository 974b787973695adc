"""The room of returns: claims and rulings. Who waits for a superior is the escalation's care (`service/cases`)."""

from collections.abc import Callable

from service.model import Action, Answer
from service.returns import claims
from service.step import Step

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"ticket.claim": claims.claim, "ticket.rule": claims.rule}
