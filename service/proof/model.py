"""What the desk's books hold of proof."""

import msgspec


class Warranty(msgspec.Struct, kw_only=True):
    """What a repair warrants: the fault `kinds` at a `place` (cabinet, else site), up to and including `until` (ms)."""

    ticket: str
    place: str
    kinds: list[str]
    until: int


class Warranties(msgspec.Struct, kw_only=True):
    """`given`: by the ticket of the repair, oldest first. `latest`: place and fault kind → the newest such ticket."""

    given: dict[str, Warranty] = msgspec.field(default_factory=dict)
    latest: dict[str, str] = msgspec.field(default_factory=dict)
