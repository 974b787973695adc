"""One line of the parts register."""

import msgspec


class Item(msgspec.Struct, kw_only=True):
    """What a holder has of a part. `minimum`: below it an order is proposed; `told`: that was done. Times in ms."""

    quantity: int
    minimum: int | None = None
    told: bool = False
    updated: int = 0

    @property
    def order(self) -> int:
        """How many are missing up to the minimum."""
        return max(0, (self.minimum or 0) - self.quantity)
