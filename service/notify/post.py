"""Whose notices an outbox delivers, what becomes of each, and what may go out at once: our own people's post.

The post of customers is in `customers.py`; each has an outbox of its own, so that a slow gateway keeps no technician
waiting.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from service.notify.base import Dropped, Letter
from service.notify.plan import Plan, critical, plan, plan_urgent, spoken
from service.notify.templates import CHINA, render
from service.notify.texts import Language
from service.records.base import Row, Where
from service.telling.kinds import CUSTOMER


class Post(Protocol):
    """What an outbox asks about its notices. Pure but for `letter`, which may look into the records."""

    @property
    def mine(self) -> Where:
        """Which notices are delivered here."""
        ...

    def letter(self, notice: Row) -> Letter | Dropped:
        """The message, written as late as possible. Raises Unavailable."""
        ...

    def whose(self, notice: Row) -> tuple[Where, ...]:
        """The notices of the same person: they share places, and keep their order."""
        ...

    def plans(self, due: Sequence[Row], usual: list[int], urgent: list[int], real: int) -> list[Plan]:
        """What to do now with one person's due notices. `usual`, `urgent`: as `recent` of `plan` and `plan_urgent`."""
        ...


class People:
    """Technicians and roles: urgent notices have places of their own, and a storm comes as a digest."""

    mine = Where("to", "!=", CUSTOMER)

    def __init__(self, language: Language = "zh", zone: tzinfo = CHINA) -> None:
        self._language, self._zone = language, zone

    def letter(self, notice: Row) -> Letter:
        message = render(notice["kind"], spoken(notice), self._language, self._zone)
        return Letter(notice["to"], message.title, message.body, notice["id"], notice["kind"], notice["ticket"])

    def whose(self, notice: Row) -> tuple[Where, ...]:
        return (Where("to", "=", notice["to"]),)

    def plans(self, due: Sequence[Row], usual: list[int], urgent: list[int], real: int) -> list[Plan]:
        return [
            plan_urgent([n for n in due if critical(n)], urgent, real),
            plan([n for n in due if not critical(n)], usual, real),
        ]
