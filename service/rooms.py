"""The rooms of the service desk beside tickets and visits: what people ask of them, and what time and cabinets do.

A room is a module (or a small package) of its own. It is listed here and nowhere else.
"""

from collections.abc import Callable

from service import actions, backups, people
from service.after import room as after
from service.cases import room as cases
from service.channels import room as channels
from service.knowledge import room as knowledge
from service.lots import room as lots
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
    **backups.ACTIONS,
    **cases.ACTIONS,
    **privacy.ACTIONS,
    **after.ACTIONS,
    **staff.ACTIONS,
    **visiting.ACTIONS,
    **proof.ACTIONS,
    **returns.ACTIONS,
    **recalls.ACTIONS,
    **channels.ACTIONS,
    **knowledge.ACTIONS,
    **lots.ACTIONS,
}
"""Action → who judges it. Raises Denied, NotFound, Conflict or Invalid; nothing has changed then."""

TICKS: tuple[Callable[[Step], None], ...] = (
    *cases.TICKS, *after.TICKS, *staff.TICKS, *visiting.TICKS, *proof.TICKS,
    *recalls.TICKS, *channels.TICKS, *knowledge.TICKS, *lots.TICKS,
)  # fmt: skip
"""What the passing of time does, in this order, at every tick."""

EVENTS: dict[str, tuple[Callable[[Step, CabinetEvent], None], ...]] = {
    name: recalls.EVENTS.get(name, ()) + lots.EVENTS.get(name, ()) for name in (recalls.EVENTS | lots.EVENTS)
}
"""Event of a cabinet → who wants to hear of it, in this order: the room of recalls keeps the book of goods."""

ORDERS: tuple[Callable[[Step, Action, Answer], None], ...] = (*recalls.ORDERS,)
"""Who wants to hear what the fold answered to a command that the desk asked for (`Step.command`)."""

COMMANDS: tuple[Callable[[Step, Row], None], ...] = (*recalls.COMMANDS,)
"""Who wants to hear of a row of `commands` that changed, whoever asked for the command."""
