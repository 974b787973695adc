"""What one step of the desk works with: the books, the time, and the rows that come out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from faults.faults import Faults
from faults.foodsafety.chain import Head, genesis
from faults.model import Episode, Kind
from service.after.state import After
from service.calendars import Calendar
from service.channels.model import Outage
from service.clocks import judge
from service.knowledge.model import Learned
from service.lots.model import Lots
from service.model import Action, Actor, Effects
from service.policy import Policy, Rules
from service.privacy.state import Privacy
from service.proof.model import Warranties
from service.recalls.model import Goods
from service.records.base import Change, Put, Row
from service.staff.model import Registers
from service.technicians import Technician
from service.telling.kinds import CUSTOMER
from service.tickets import AT_REST, Ticket
from service.visiting.shelf import Item
from service.visits import UNFINISHED, Visit
from telemetry.clock import Moment
from telemetry.errors import Conflict, NotFound, VendwatchError
from telemetry.fleet import Fleet

WarrantyEnd = Callable[[str], str | None]
SiteZone = Callable[[str | None], tuple[str | None, float | None, float | None] | None]
CabinetAt = Callable[[str], tuple[float | None, float | None] | None]
RowOf = Callable[[str], Row | None]
SYSTEM = "system"
AUDIT = "audit"  # the name of the chain (`service/privacy/audit.py`)
_DIGITS = 18  # of a number that is given out


class Books(msgspec.Struct, kw_only=True):
    """The complete state of the desk; what `dump` writes and `load` reads.

    `by_fault`: episode → ticket. `latest`: cabinet (or site) and kind → the newest ticket about it. `live`: tickets not
    at rest, `unfinished`: visits, both in order of opening. `counts`: the last number given out, by prefix. `swept`:
    when old tickets last left for the records. `blind_told`: the last blindness that operators got a notice of.
    `disabled_told`: the same of kinds that are judged no more, with since when. `rules`: what is in force since it was
    last set; None: what the desk was made with. `audit`: the newest row of the audit chain.
    `escalations_seen`: when open questions were last looked at. `stock`: holder → part → what it has. `learned`: faults
    that came back. `outages`: channel to customers → what is out of order now.
    """

    tickets: dict[str, Ticket] = msgspec.field(default_factory=dict)
    visits: dict[str, Visit] = msgspec.field(default_factory=dict)
    technicians: dict[str, Technician] = msgspec.field(default_factory=dict)
    by_fault: dict[str, str] = msgspec.field(default_factory=dict)
    latest: dict[str, str] = msgspec.field(default_factory=dict)
    live: list[str] = msgspec.field(default_factory=list)
    unfinished: list[str] = msgspec.field(default_factory=list)
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    swept: int = 0
    blind_told: str = ""
    rules: Rules | None = None
    disabled_told: dict[str, int] = msgspec.field(default_factory=dict)
    escalations_seen: int = 0
    audit: Head = msgspec.field(default_factory=lambda: genesis(AUDIT))
    privacy: Privacy = msgspec.field(default_factory=Privacy)
    registers: Registers = msgspec.field(default_factory=Registers)
    after: After = msgspec.field(default_factory=After)
    goods: Goods = msgspec.field(default_factory=Goods)
    stock: dict[str, dict[str, Item]] = msgspec.field(default_factory=dict)
    warranties: Warranties = msgspec.field(default_factory=Warranties)
    learned: Learned = msgspec.field(default_factory=Learned)
    outages: dict[str, Outage] = msgspec.field(default_factory=dict)
    lots: Lots = msgspec.field(default_factory=Lots)

    def number(self, prefix: str) -> int:
        """The next number of a gap-free series."""
        self.counts[prefix] = self.counts.get(prefix, 0) + 1
        return self.counts[prefix]

    def ticket(self, key: str) -> Ticket:
        """The ticket. Raises NotFound; Conflict `archived` for one that has left memory for the records."""
        if key not in self.tickets:
            raise self._absent(key, "T")
        return self.tickets[key]

    def visit(self, key: str) -> Visit:
        """The visit. Raises NotFound; Conflict `archived` for one that has left memory for the records."""
        if key not in self.visits:
            raise self._absent(key, "V")
        return self.visits[key]

    def _absent(self, key: str, prefix: str) -> VendwatchError:
        return Conflict("archived") if self.given_out(prefix, key) else NotFound(key)

    def given_out(self, prefix: str, key: str) -> bool:
        """Whether `key` is the name of a number that was given out. What is asked for may be any text of any length:
        Python reads no number of thousands of digits."""
        head, _, digits = key.partition("-")
        n = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS else 0
        return head == prefix and 0 < n <= self.counts.get(prefix, 0) and key == name(prefix, n)


def name(prefix: str, n: int) -> str:
    return f"{prefix}-{n:06d}"


@dataclass(slots=True)
class Desktop:
    """What does not change from step to step."""

    policy: Policy
    calendar: Calendar
    secret: bytes
    kinds: Mapping[str, Kind]
    site_zone: SiteZone
    cabinet_at: CabinetAt
    warranty_end: WarrantyEnd
    cabinet_row: RowOf = lambda _: None


@dataclass(slots=True)
class Step:
    """One step: everything the rules may look at, and what they changed. `faults` is None where no fault is judged."""

    desk: Desktop
    books: Books
    fleet: Fleet
    moment: Moment
    faults: Faults | None = None
    changes: list[Change] = field(default_factory=list)
    commands: list[Action] = field(default_factory=list)
    _tickets: dict[str, Ticket] = field(default_factory=dict)
    _visits: dict[str, Visit] = field(default_factory=dict)

    @property
    def now(self) -> int:
        return self.moment.now

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    @property
    def calendar(self) -> Calendar:
        return self.desk.calendar

    def episode(self, key: str | None) -> Episode | None:
        """The episode, while it is not cleared."""
        return self.faults.open.get(key) if self.faults is not None and key is not None else None

    def touch(self, ticket: Ticket) -> None:
        """Its row is written at the end of the step."""
        ticket.updated, ticket.wake = self.now, 0
        self._tickets[ticket.id] = ticket

    def touch_visit(self, visit: Visit) -> None:
        if visit.id not in self._visits:
            visit.version += 1
        visit.updated = self.now
        self._visits[visit.id] = visit

    def line(
        self, ticket: Ticket, what: str, *, actor: str = SYSTEM, was: str | None = None, to: str | None = None,
        evidence: dict[str, Any] | None = None, note: str | None = None,
    ) -> None:  # fmt: skip
        """Write a line of the ticket's timeline. A note of the system is a code with `key=value` parameters."""
        n = len(ticket.timeline) + 1
        row = {
            "id": f"{ticket.id}/{n}", "ticket": ticket.id, "n": n, "at": self.now, "actor": actor, "type": what,
            "from": was, "to": to, "evidence": evidence, "note": note,
        }  # fmt: skip
        ticket.timeline.append(row)
        self.changes.append(Put("timeline", dict(row)))
        self.touch(ticket)

    def notice(
        self, to: str, kind: str, params: dict[str, Any], ticket: str | None = None, visit: str | None = None
    ) -> None:
        """Owe a person (a technician's id) or a role a message; the outbox delivers it."""
        row = {
            "id": name("N", self.books.number("N")), "at": self.now, "to": to, "kind": kind, "params": params,
            "ticket": ticket, "visit": visit, "state": "queued", "attempts": 0, "next_real": self.moment.real,
            "delivered": None, "error": None,
        }  # fmt: skip
        self.changes.append(Put("notices", row))

    def tell(self, ticket: Ticket | str, kind: str, params: dict[str, Any], visit: str | None = None) -> None:
        """Owe a ticket's customer a message (`service/telling/kinds.py`), if the policy sends such; `params` hold
        nothing personal. What telemetry opened has nobody to be told. `ticket`: the id of one that has left memory."""
        nobody = isinstance(ticket, Ticket) and ticket.channel == "telemetry" and not ticket.customer
        if self.policy.messages.sends(kind) and not nobody:
            key = ticket.id if isinstance(ticket, Ticket) else ticket
            self.notice(CUSTOMER, kind, params, ticket=key, visit=visit)

    def command(
        self, cabinet: str, name: str, args: dict[str, Any], reason: str, ticket: str | None = None, key: str = ""
    ) -> None:
        """Ask a cabinet for something: the fold judges it as it judges people's commands, food safety included. `key`:
        by which the room that asks knows the answer again (`service/rooms.py`, ORDERS)."""
        body = {"name": name, "args": args, "reason": reason} | ({} if ticket is None else {"ticket": ticket})
        actor = Actor(SYSTEM, "administrator")
        self.commands.append(Action(id=key, actor=actor, name="command.create", target=cabinet, body=body))

    def set_state(self, ticket: Ticket, state: str) -> None:
        """The one place where a ticket's state changes; keeps the list of live tickets."""
        if (ticket.state in AT_REST) != (state in AT_REST):
            (self.books.live.remove if state in AT_REST else self.books.live.append)(ticket.id)
        ticket.state = state
        self.touch(ticket)

    def set_visit_state(self, visit: Visit, state: str) -> None:
        """The one place where a visit's state changes; keeps the list of unfinished visits."""
        visit.state = state
        if state not in UNFINISHED:
            self.books.unfinished.remove(visit.id)
        self.touch_visit(visit)

    def unfinished(self) -> list[Visit]:
        return [self.books.visits[v] for v in self.books.unfinished]

    def judge(self, ticket: Ticket) -> None:
        """Bring the states of its clocks up to now."""
        for clock in ticket.clocks:
            clock.state = judge(clock, self.now)

    def effects(self) -> Effects:
        """The rows of this step, with every touched clock judged at its time."""
        for ticket in self._tickets.values():
            self.judge(ticket)
            self.changes.append(Put("tickets", ticket.row()))
        self.changes.extend(Put("visits", v.row()) for v in self._visits.values())
        return Effects(changes=self.changes, commands=self.commands)
