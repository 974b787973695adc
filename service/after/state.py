"""What the desk remembers of the time after a repair."""

import msgspec

from service.records.base import Row


class Invitation(msgspec.Struct, kw_only=True):
    """A survey somebody may still answer. Times in product ms."""

    ticket: str
    invited: int
    expires: int


class Improvement(msgspec.Struct, kw_only=True):
    """What is to be done because an indicator of a month was missed (S4 9.2). `due` in ms; `version` rises by one with
    every change."""

    id: str
    month: str
    indicator: str
    value: float
    n: int
    target: float
    opened: int
    state: str = "open"
    owner: str | None = None
    due: int | None = None
    result: str | None = None
    closed: int | None = None
    closed_by: str | None = None
    version: int = 1

    def row(self) -> Row:
        """The row of table `improvements`."""
        return msgspec.structs.asdict(self)


class Tally(msgspec.Struct):
    """Cases of one indicator in one month that have left memory."""

    n: int = 0
    total: float = 0.0


class After(msgspec.Struct, kw_only=True):
    """`invitations`: open ones, by ticket; `improvements`: those not closed, by id. `tallies`: month → indicator → what
    is known of it beside the tickets in memory; of months that are not judged yet. `judged`: the last month whose
    indicators were held against their targets; `month_ends`: when the present one is over (ms)."""

    invitations: dict[str, Invitation] = msgspec.field(default_factory=dict)
    improvements: dict[str, Improvement] = msgspec.field(default_factory=dict)
    tallies: dict[str, dict[str, Tally]] = msgspec.field(default_factory=dict)
    judged: str = ""
    month_ends: int = 0
