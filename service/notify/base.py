"""What a notice channel does. Every channel passes the same contract test (`tests/service/notify/test_channels.py`)."""

from typing import Protocol


class Channel(Protocol):
    """A way to reach people. Delivery is at least once: after a crash the same message may be sent again."""

    async def send(self, to: str, title: str, body: str) -> None:
        """Hand a message for `to` (a technician's id or a role) over.

        Returns once the channel has taken it. Raises Unavailable when another try may help, Invalid when none will.
        """
        ...
