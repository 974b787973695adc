"""What the room of lots hears and does: checks that people note, goods that move, the passing of time."""

from collections.abc import Callable

from service.lots import checks, passage, unchecked
from service.model import Action, Answer
from service.recalls.stock import HEARD
from service.step import Step
from telemetry.batch import CabinetEvent

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {"lot-check.create": checks.create}
TICKS: tuple[Callable[[Step], None], ...] = (unchecked.tick,)


def hear(step: Step, event: CabinetEvent) -> None:
    """Goods moved; the book of goods was written before (`service/rooms.py`, order of EVENTS)."""
    passage.hear(step, event)
    unchecked.hear(step, event)


EVENTS: dict[str, tuple[Callable[[Step, CabinetEvent], None], ...]] = dict.fromkeys(sorted(HEARD), (hear,))
