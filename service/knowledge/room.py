"""The room of knowledge: what people ask of it, and what time does there."""

from collections.abc import Callable

from service.knowledge import compensations, problems, reviews
from service.model import Action, Answer
from service.step import Step

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    **compensations.ACTIONS, **reviews.ACTIONS, **problems.ACTIONS,
}  # fmt: skip
TICKS: tuple[Callable[[Step], None], ...] = (problems.forget,)
