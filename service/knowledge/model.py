"""What the desk remembers of faults that came back. Times in product ms."""

import msgspec

from service.records.base import Row

MOST = 200
"""Tickets that a problem names; beyond them repeats are only counted."""


class Problem(msgspec.Struct, kw_only=True):
    """A fault kind that comes back on one model after its repairs (S2 6.1-6.4). `repeats` counts them, `tickets` are
    theirs, oldest first; `latest`: when the last came. `firmware`: None unless problems are told apart by it. `maker`:
    whom of the maker it was told, at `maker_told`."""

    id: str
    kind: str
    model: str
    opened: int
    latest: int
    updated: int
    firmware: str | None = None
    state: str = "open"
    repeats: int = 0
    tickets: list[str] = msgspec.field(default_factory=list)
    owner: str | None = None
    maker: str | None = None
    maker_told: int | None = None
    result: str | None = None
    closed: int | None = None
    closed_by: str | None = None
    version: int = 1

    def row(self) -> Row:
        """The row of table `problems`."""
        return {**msgspec.structs.asdict(self), "tickets": list(self.tickets)}


class Learned(msgspec.Struct, kw_only=True):
    """`repeats`: what repeats → (when, ticket), younger than the window and fewer than make a problem. `problems`: what
    repeats → its open problem. `swept`: when old repeats were last forgotten."""

    repeats: dict[str, list[tuple[int, str]]] = msgspec.field(default_factory=dict)
    problems: dict[str, Problem] = msgspec.field(default_factory=dict)
    swept: int = 0
