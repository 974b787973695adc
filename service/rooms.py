"""The rooms of the service desk beside tickets and visits: what people ask of them, and what time and cabinets do.

A room is a module (or a small package) of its own. It is listed here and nowhere else.
"""

from collections.abc import Callable

from service import actions, people
from service.after import room as after
from service.cases import room as cases
from service.model import Action, Answer
from service.privacy import room as privacy
from service.proof import room as proof
from service.recalls import room as recalls
from service.records.base import Row
from service.returns import room as returns
from service.staff import room as staff
from service.step import Step
from service.visiting import room as visiting
from telemetry.batch import CabinetEvent

Act = Callable[[Step, Action], Answer]

ACTIONS: dict[str, Act] = {
    **actions.ACTIONS,
    **people.ACTIONS,
    **cases.ACTIONS,
    **privacy.ACTIONS,
    **after.ACTIONS,
    **staff.ACTIONS,
    **visiting.ACTIONS,
    **proof.ACTIONS,
    **returns.ACTIONS,
    **recalls.ACTIONS,
}
"""Action → who judges it. Raises Denied, NotFound, Conflict or Invalid; nothing has changed then."""

TICKS: tuple[Callable[[Step], None], ...] = (
    *cases.TICKS, *after.TICKS, *staff.TICKS, *visiting.TICKS, *proof.TICKS,
    *recalls.TICKS,
)  # fmt: skip
"""What the passing of time does, in this order, at every tick."""

EVENTS: dict[str, tuple[Callable[[Step, CabinetEvent], None], ...]] = {**recalls.EVENTS}
"""Event of a cabinet → who wants to hear of it."""

ORDERS: tuple[Callable[[Step, Action, Answer], None], ...] = (*recalls.ORDERS,)
"""Who wants to hear what the fold answered to a command that the desk asked for (`Step.command`)."""

COMMANDS: tuple[Callable[[Step, Row], None], ...] = (*recalls.COMMANDS,)
"""Who wants to hear of a row of `commands` that changed, whoever asked for the command."""
