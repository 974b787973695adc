"""The hash-chained log of food safety: the newest row of each cabinet's log, and the rows to commit."""

from typing import Any

from faults.foodsafety.chain import Head, genesis, link
from service.records.base import Change, Put


class FoodLog:
    """`heads`: cabinet → its newest row; the rows themselves are in the records (table `food_log`) and never change."""

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}
        self._new: list[Change] = []
        self._touched: dict[str, None] = {}

    def write(self, cabinet: str, at: int, ts: int, what: str, data: dict[str, Any]) -> None:
        """Add a row: `at` when we learnt of it (product ms), `ts` when it was (event time, ms)."""
        row, self.heads[cabinet] = link(self.head(cabinet), cabinet, at, ts, what, data)
        self._new.append(Put("food_log", row))
        self._touched[cabinet] = None

    def head(self, cabinet: str) -> Head:
        return self.heads.get(cabinet) or genesis(cabinet)

    def taken(self) -> tuple[list[Change], list[str]]:
        """The rows written since the last call, and the cabinets they are about."""
        new, touched = self._new, list(self._touched)
        self._new, self._touched = [], {}
        return new, touched
