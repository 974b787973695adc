"""The room of proof: what people ask of it, and what time does there."""

from collections.abc import Callable

from service.model import Action, Answer
from service.proof import corrections, quotes, warranty
from service.step import Step

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {**corrections.ACTIONS, **quotes.ACTIONS}
TICKS: tuple[Callable[[Step], None], ...] = (warranty.forget,)
