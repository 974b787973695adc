"""A visit: one technician's trip to one cabinet or site; serves one or more tickets."""

from typing import Any

import msgspec

from service.records.base import Row
from service.visiting.windows import shown

UNFINISHED = frozenset({"offered", "accepted", "en_route", "arrived", "working"})
BEFORE_ARRIVAL = frozenset({"offered", "accepted", "en_route"})
THERE = frozenset({"arrived", "working"})


class Proof(msgspec.Struct, kw_only=True):
    """One piece of graded evidence. `at` (ms) is when it happened by the best clock we have, `received` when we heard.

    `level` 0 button, 1 position, 2 signed QR and position, 3 rotating code or NFC, 4 said by the cabinet itself.
    `reason`: why it did not reach its usual level.
    """

    type: str
    level: int
    source: str
    at: int
    received: int
    reason: str | None = None
    detail: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def uncertainty_s(self) -> int:
        """How far the claimed time lies from the time we heard of it, in whole seconds, rounded up."""
        return -(-(self.received - self.at) // 1000)

    def evidence(self) -> dict[str, Any]:
        """As a line of the timeline carries it (contract, `timeline[]`); time in ms."""
        return {
            "type": self.type, "level": self.level, "source": self.source, "at": self.at,
            "uncertainty_s": self.uncertainty_s,
        }  # fmt: skip

    def row(self) -> dict[str, Any]:
        return {**self.evidence(), "received": self.received, "reason": self.reason, **self.detail}


class Visit(msgspec.Struct, kw_only=True):
    """The complete state of a visit. Times in product ms; `offered_real` in real ms.

    `code` is the one-time code of this visit, told to the technician on acceptance and typed at the cabinet.
    `overdue`: dispatchers know that its end is missing. `eta`: when its technician should be there, `way`: how
    long the way takes (ms), `planned`: when a day plan has it. `window`: what was agreed with its customers, `slip`:
    the lateness (ms) that was told last.
    `conflicts`: evidence that contradicts (`service/proof/conflicts.py`). `corrections` of the time of arrival, the
    newest last: `{by, at, was, arrived_at, reason}`; `confirmed`, `{by, at, arrived_at, reason}`: a supervisor took a
    provisional arrival as proven.
    """

    id: str
    technician: str
    offered: int
    offered_real: int
    expires: int
    state: str = "offered"
    cabinet: str | None = None
    site: str | None = None
    tickets: list[str] = msgspec.field(default_factory=list)
    cabinets: list[str] = msgspec.field(default_factory=list)
    code: str | None = None
    proofs: list[Proof] = msgspec.field(default_factory=list)
    wrong_codes: int = 0
    overdue: bool = False
    report: dict[str, Any] | None = None
    level: int | None = None
    provisional: bool = False
    accepted: int | None = None
    departed: int | None = None
    arrived: int | None = None
    finished: int | None = None
    updated: int = 0
    version: int = 0
    eta: int | None = None
    planned: int | None = None
    window: tuple[int, int] | None = None
    slip: int | None = None
    way: int | None = None
    conflicts: list[dict[str, Any]] = msgspec.field(default_factory=list)
    corrections: list[dict[str, Any]] = msgspec.field(default_factory=list)
    confirmed: dict[str, Any] | None = None

    def proof(self) -> Proof | None:
        """What proves the time of arrival."""
        return max((p for p in self.proofs if p.at == self.arrived), key=lambda p: p.level, default=None)

    def row(self) -> Row:
        """The row of table `visits`; `evidence` holds the code, the graded items, what contradicts, what people said of
        the arrival, and the technician's report."""
        same = (
            "id", "state", "technician", "cabinet", "site", "level", "provisional", "version", "offered", "expires",
            "accepted", "departed", "arrived", "finished", "updated", "eta", "planned",
        )  # fmt: skip
        evidence = {
            "code": self.code, "items": [p.row() for p in self.proofs], "report": self.report,
            "conflicts": [dict(c) for c in self.conflicts], "corrections": [dict(c) for c in self.corrections],
            "confirmed": dict(self.confirmed) if self.confirmed else None,
        }  # fmt: skip
        rest = {"tickets": list(self.tickets), "evidence": evidence, "window": shown(self.window)}
        return {**{n: getattr(self, n) for n in same}, **rest}
