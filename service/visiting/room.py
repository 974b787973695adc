"""The dispatch room: what people ask of it, and what time does."""

from collections.abc import Callable

from service.model import Action, Answer
from service.step import Step
from service.visiting import appointments, plans, stock, watch

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {**appointments.ACTIONS, **stock.ACTIONS, **plans.ACTIONS}
TICKS: tuple[Callable[[Step], None], ...] = (watch.foresee,)
