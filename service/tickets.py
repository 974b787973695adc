"""A ticket: a unit of service work with a kind, a state, clocks and a timeline. Its moves live in `moves`."""

from typing import Any

import msgspec

from service.clocks import TERMS, Clock
from service.records.base import Row
from service.staff.terms import Agreed
from service.visiting.windows import Appointment, awaited, shown

KINDS = ("repair", "consultation", "complaint", "installation", "return", "refund", "recall", "incident", "followup")
CHANNELS = ("phone", "online", "sms", "email", "official_account", "qr", "telemetry")
SEVERITIES = ("critical", "major", "minor", "warning")

WAITING = frozenset({"wait_customer", "wait_parts", "wait_access"})
BEFORE_ARRIVAL = frozenset({"new", "triaged", "remote", "dispatching", "scheduled", "en_route"})
BEFORE_RESOLVED = BEFORE_ARRIVAL | WAITING | {"on_site", "work_done", "verifying"}
AFTER_RESOLVED = frozenset({"resolved", "follow_up", "closed"})
ON_VISIT = frozenset({"dispatching", "scheduled", "en_route", "on_site"})
# Nothing moves by itself in these; their clocks stand still.
AT_REST = frozenset({"closed", "archived", "merged", "cancelled"})


class Verification(msgspec.Struct, kw_only=True):
    """A window in which telemetry proves a repair. `samples` were judged when it began, `last` by the last look;
    `heard` of them count. It ends at `until`; while samples are missing another whole window begins, at `since`, up to
    `limit`. Times in product ms."""

    started: int
    until: int
    limit: int
    samples: int
    heard: int = 0
    last: int | None = None
    since: int | None = None

    @property
    def begun(self) -> int:
        return self.started if self.since is None else self.since


class Ticket(msgspec.Struct, kw_only=True):
    """The complete state of a ticket. Times in product ms.

    `fault` is the episode that leads, `faults` every episode attached so far, `led`: what it was about, as
    `Books.latest` names it. `tried` are technicians who let an offer
    for it pass in this round, `retry_at` when the next round begins; `unserved`: dispatchers know that nobody was left.
    `told`: when operators were last reminded of it. `unserved_since`: when nobody was left, `escalated`: the supervisor
    knows. `appointments`: every revision of the window agreed with the customer; the last is in force. `parts_told`:
    likely parts that nobody has, of which dispatchers know. `agreed`: the service agreement it is worked on.
    `wake`: before it the passing of time means nothing to it. `waiting_from`: the state before a wait. `extra`: what
    goes into the row's `fields` besides.
    """

    id: str
    n: int
    kind: str
    severity: str
    summary: str
    channel: str
    received: int
    opened: int
    state: str = "new"
    cabinet: str | None = None
    site: str | None = None
    fault: str | None = None
    fault_kind: str | None = None
    faults: list[str] = msgspec.field(default_factory=list)
    led: list[str] = msgspec.field(default_factory=list)
    visit: str | None = None
    customer: dict[str, Any] | None = None
    assignee: str | None = None
    clocks: list[Clock] = msgspec.field(default_factory=list)
    timeline: list[Row] = msgspec.field(default_factory=list)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    verification: Verification | None = None
    waiting_from: str | None = None
    wake: int = 0
    tried: list[str] = msgspec.field(default_factory=list)
    retry_at: int = 0
    told: int = 0
    unserved: bool = False
    answered: bool = False
    updated: int = 0
    resolved: int | None = None
    closed: int | None = None
    appointments: list[Appointment] = msgspec.field(default_factory=list)
    parts_told: list[str] = msgspec.field(default_factory=list)
    unserved_since: int = 0
    escalated: bool = False
    agreed: Agreed | None = None

    @property
    def window(self) -> tuple[int, int] | None:
        """The window in which the customer expects somebody (ms), both ends included; None once somebody came."""
        held = awaited(self.appointments)
        return None if held is None else (held.begin, held.end)

    @property
    def by_telemetry(self) -> bool:
        return self.fault is not None

    @property
    def repaired(self) -> bool:
        """Whether work was done on it (what heals by itself has no repair to warrant)."""
        return any(line["to"] == "work_done" for line in self.timeline)

    def clock(self, name: str) -> Clock | None:
        """The newest clock of that name; earlier ones of the same name are history."""
        return next((c for c in reversed(self.clocks) if c.name == name), None)

    def due(self) -> int | None:
        """When the next unfinished clock falls due."""
        owed = (c for c in self.clocks if c.name not in TERMS)
        return min((c.due for c in owed if c.stopped is None and c.paused is None), default=None)

    def row(self) -> Row:
        """The row of table `tickets`. Every change of consequence is a line of the timeline, so that is the version."""
        same = (
            "id", "n", "kind", "state", "severity", "cabinet", "site", "fault", "visit", "summary", "channel",
            "customer", "assignee", "received", "opened", "updated", "closed",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in same},
            "clocks": [c.row() for c in self.clocks],
            "fields": self._fields(),
            "version": len(self.timeline),
            "due": self.due(),
            "retain_until": kept.due if (kept := self.clock("RETENTION")) is not None else None,
        }

    def _fields(self) -> dict[str, Any]:
        watched = self.verification
        return {
            **self.extra,
            "fault_kind": self.fault_kind,
            "faults": list(self.faults),
            "children": [f for f in self.faults if f != self.fault],
            "resolved_at": self.resolved,
            "appointments": [a.row() for a in self.appointments],
            "window": shown(self.window),
            "tried": list(self.tried),
            "verifying_until": watched.until if watched else None,
        }

    def body(self) -> dict[str, Any]:
        """The ticket as an action's answer shows it: its row and its timeline."""
        return {**self.row(), "timeline": [dict(line) for line in self.timeline]}
