"""The entries of the registers: staff, certificates, trainings, rosters and documents. Times in product ms."""

import msgspec

from service.hours import Hours
from service.records.base import Row
from service.staff.terms import Terms

ROLES = ("hotline", "online", "field", "service_manager", "supervisor", "it")
CHANNELS = ("online", "hotline", "on_site")


class Entry(msgspec.Struct, kw_only=True):
    """What every entry of a register has. `ended`: it counts no more from then on; `void`: it never
    did. Its row stays for good."""

    id: str
    created: int
    updated: int
    version: int = 1
    ended: int | None = None
    ended_by: str | None = None
    ended_reason: str | None = None
    void: bool = False

    def row(self) -> Row:
        """The row of the entry's table."""
        return msgspec.structs.asdict(self)

    def over(self, before: int) -> bool:
        """Whether it has been of no consequence since `before`: then it leaves memory, and only its row stays."""
        return self.ended is not None and self.ended <= before


class Person(Entry, kw_only=True):
    """Somebody on the staff; `technician`: who goes on visits, `account`: who signs in, if it is the same person."""

    name: str
    role: str
    technician: str | None = None
    account: str | None = None


class Certificate(Entry, kw_only=True):
    """A qualification for a skill (S1 5.2.1.2). `person`: an id of staff or of a technician."""

    person: str
    skill: str
    number: str
    issuer: str
    issued: int
    expires: int
    attachment: str | None = None

    def valid(self, at: int) -> bool:
        return self.issued <= at < self.expires and (self.ended is None or at < self.ended)


class Training(Entry, kw_only=True):
    """A course: planned, held, examined before and after (S1 5.2.2). `until`: it counts until then."""

    person: str
    course: str
    planned: int
    done: int | None = None
    pre: float | None = None
    post: float | None = None
    passed: bool | None = None
    until: int | None = None

    def counts(self, at: int) -> bool:
        """Whether it was passed, and still holds at `at`."""
        open_ended = (self.until is None or at < self.until) and (self.ended is None or at < self.ended)
        return bool(self.passed) and self.done is not None and self.done <= at and open_ended


class Roster(Entry, kw_only=True, rename={"from_": "from"}):
    """A person's duty on a channel, by type of day, from one date to another (both included; None: until further
    notice). `windows` as people wrote them, `hours` as they are read."""

    channel: str
    person: str
    windows: dict[str, list[str]]
    hours: Hours
    from_: str
    to: str | None = None

    def row(self) -> Row:
        row = {k: v for k, v in super().row().items() if k not in ("hours", "from_")}
        return {**row, "from": self.from_}


class Document(Entry, kw_only=True, rename={"from_": "from"}):
    """A piece of evidence: a policy, a drill, a calibration. Its `body` lies in the records only. `edition` counts the
    versions of one document, `first` is the id of the oldest, `superseded_by` that of the next one; `terms`: what an
    agreement promises clocks."""

    kind: str
    title: str
    owner: str | None = None
    from_: int
    until: int | None = None
    attachment: str | None = None
    edition: int = 1
    first: str
    superseded_by: str | None = None
    readers: dict[str, int] = msgspec.field(default_factory=dict)
    terms: Terms | None = None

    def row(self) -> Row:
        row = {k: v for k, v in super().row().items() if k not in ("readers", "terms", "from_")}
        return {**row, "from": self.from_}


class Registers(msgspec.Struct, kw_only=True):
    """The registers as the desk keeps them. `rostered`: channels that ever had a roster, so that a hole is one.
    `looked`: the day on which holes were last looked for, `surged` that on which an extension was last proposed."""

    staff: dict[str, Person] = msgspec.field(default_factory=dict)
    certificates: dict[str, Certificate] = msgspec.field(default_factory=dict)
    trainings: dict[str, Training] = msgspec.field(default_factory=dict)
    rosters: dict[str, Roster] = msgspec.field(default_factory=dict)
    documents: dict[str, Document] = msgspec.field(default_factory=dict)
    rostered: list[str] = msgspec.field(default_factory=list)
    looked: str = ""
    surged: str = ""
