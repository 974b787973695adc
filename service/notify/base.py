"""What a notice channel does. Every channel passes the same contract test (`tests/service/notify/test_channels.py`)."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Addressee:
    """The customer that a letter goes to: looked up when it is sent, and kept in no notice."""

    phone: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a channel gets it. `to`: a technician's id, a role, or `customer`, who is the `addressee` then.

    `id` stays the same when it is tried again, so that whoever takes it can tell. `link`: a page for the customer.
    """

    to: str
    title: str
    body: str
    id: str = ""
    kind: str = ""
    ticket: str | None = None
    link: str | None = None
    addressee: Addressee | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why a message is not sent: a word of `customertexts.WHY`."""

    why: str


class Channel(Protocol):
    """A way to reach people. Delivery is at least once: after a crash the same message may be sent again."""

    async def send(self, letter: Letter) -> None:
        """Hand a message over.

        Returns once the channel has taken it. Raises Unavailable when another try may help, Invalid when none will.
        """
        ...
