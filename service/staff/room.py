"""What the registers take from people, and what time does to them."""

from collections.abc import Callable

from service.model import Action, Answer
from service.staff import documents, registers
from service.staff.watch import watch
from service.step import Step

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {**registers.ACTIONS, **documents.ACTIONS}
TICKS: tuple[Callable[[Step], None], ...] = (watch,)
