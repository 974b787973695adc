"""The rooms of the service desk beside tickets and visits: what people ask of them, and what time and cabinets do.

A room is a module (or a small package) of its own. It is listed here and nowhere else.
"""

from collections.abc import Callable

from service import actions, people
from service.model import Action, Answer
from service.step import Step
from telemetry.batch import CabinetEvent

Act = Callable[[Step, Action], Answer]

ACTIONS: dict[str, Act] = {
    **actions.ACTIONS,
    **people.ACTIONS,
}
"""Action → who judges it. Raises Denied, NotFound, Conflict or Invalid; nothing has changed then."""

TICKS: tuple[Callable[[Step], None], ...] = ()
"""What the passing of time does, in this order, at every tick."""

EVENTS: dict[str, tuple[Callable[[Step, CabinetEvent], None], ...]] = {}
"""Event of a cabinet → who wants to hear of it."""
