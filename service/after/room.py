"""The room's doors: what people ask of it, and what time does."""

from collections.abc import Callable

from service.after import improvements, invitations, signoff
from service.model import Action, Answer
from service.step import Step

ACTIONS: dict[str, Callable[[Step, Action], Answer]] = {
    "ticket.sign-off": signoff.sign,
    "survey.answer": invitations.answer,
    **improvements.ACTIONS,
}
TICKS: tuple[Callable[[Step], None], ...] = (invitations.expire, improvements.turn)
