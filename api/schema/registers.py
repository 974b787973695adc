"""What the registers and coverage take and answer. Times are ISO 8601 with offset, dates days of the policy's zone."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.schema.answers import Time

Json = dict[str, Any]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
StaffRole = Literal["hotline", "online", "field", "service_manager", "supervisor", "it"]
DutyChannel = Literal["online", "hotline", "on_site"]


class Entry(Struct, kw_only=True):
    """What every entry of a register has. `ended`: it counts no more from then on; `void`: it never did."""

    id: str
    version: int
    created: Time
    updated: Time
    ended: Time | None
    ended_by: str | None
    ended_reason: str | None
    void: bool


class StaffMember(Entry, kw_only=True):
    name: str
    role: StaffRole
    technician: str | None
    account: str | None


class NewStaffMember(Struct, kw_only=True):
    """`technician`: who goes on visits, `account`: who signs in, if it is the same person."""

    name: str
    role: StaffRole
    technician: str | None = None
    account: str | None = None


class StaffChange(Struct, kw_only=True):
    name: str | None = None
    role: StaffRole | None = None
    technician: str | None = None
    account: str | None = None


class Certificate(Entry, kw_only=True):
    person: str
    skill: str
    number: str
    issuer: str
    issued: Time
    expires: Time
    attachment: str | None


class NewCertificate(Struct, kw_only=True):
    """`person`: an id of staff or of a technician."""

    person: str
    skill: str
    number: str
    issuer: str
    issued: Time
    expires: Time
    attachment: str | None = None


class CertificateChange(Struct, kw_only=True):
    skill: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued: Time | None = None
    expires: Time | None = None
    attachment: str | None = None


class Training(Entry, kw_only=True):
    """`pre`, `post`: exam scores 0 … 100; `until`: it counts until then."""

    person: str
    course: str
    planned: Time
    done: Time | None
    pre: float | None
    post: float | None
    passed: bool | None
    until: Time | None


class NewTraining(Struct, kw_only=True):
    person: str
    course: str
    planned: Time
    done: Time | None = None
    pre: float | None = None
    post: float | None = None
    passed: bool | None = None
    until: Time | None = None


class TrainingChange(Struct, kw_only=True):
    planned: Time | None = None
    done: Time | None = None
    pre: float | None = None
    post: float | None = None
    passed: bool | None = None
    until: Time | None = None


class Roster(Entry, kw_only=True, rename={"from_": "from"}):
    """`windows`: type of day (`work make_up rest holiday`) → windows as in `20:00-02:00`; `to` null: without end."""

    channel: DutyChannel
    person: str
    windows: dict[str, list[str]]
    from_: Day
    to: Day | None


class NewRoster(Struct, kw_only=True, rename={"from_": "from"}):
    channel: DutyChannel
    person: str
    windows: dict[str, list[str]]
    from_: Day
    to: Day | None = None


class RosterChange(Struct, kw_only=True):
    windows: dict[str, list[str]] | None = None
    to: Day | None = None


class Citation(Struct):
    """An edition that a document cites although another one has replaced it."""

    cites: str
    replaced_by: str
    in_force: Day


class Document(Entry, kw_only=True, rename={"from_": "from"}):
    """`edition` counts the versions of one document, `first` is the oldest one's id. `stale_since`: nothing newer."""

    kind: str
    title: str
    owner: str | None
    from_: Time
    until: Time | None
    body: Json | None
    attachment: str | None
    edition: int
    first: str
    superseded_by: str | None
    stale_since: Time | None
    superseded_citations: list[Citation]


class NewDocument(Struct, kw_only=True, rename={"from_": "from"}):
    """A `finding` or an `audit_plan` needs its `owner`, a `tool_calibration` or a `certification` its `until`."""

    kind: str
    title: str
    from_: Time
    until: Time | None = None
    owner: str | None = None
    body: Json | None = None
    attachment: str | None = None


class NewEdition(Struct, kw_only=True, rename={"from_": "from"}):
    from_: Time
    title: str | None = None
    until: Time | None = None
    owner: str | None = None
    body: Json | None = None
    attachment: str | None = None


class DocumentChange(Struct, kw_only=True):
    title: str | None = None
    owner: str | None = None
    until: Time | None = None
    body: Json | None = None
    attachment: str | None = None


class EntryEnd(Struct, kw_only=True):
    """`void`: the entry was a mistake and never counted."""

    reason: str
    void: bool | None = None


class DocumentKind(Struct):
    kind: str
    en: str
    zh: str
    clauses: str
    needs: list[str]
    entries: int
    newest: Time | None
    findings: list[str]


class DocumentKinds(Struct):
    items: list[DocumentKind]


class ReadReceipt(Struct):
    id: str
    document: str
    edition: int
    person: str
    at: Time


class ReadReceipts(Struct):
    """`unread`: entries of staff who have not read this edition."""

    document: str
    edition: int
    read: list[ReadReceipt]
    unread: list[str]


class Hole(Struct, rename={"from_": "from"}):
    """Nobody serves; `day`: the day to whose required hours it belongs."""

    from_: Time
    to: Time
    minutes: float
    day: Day


class ChannelCoverage(Struct):
    """`rostered` false: the channel never had a roster, so that a hole is not alarmed."""

    channel: str
    required: str
    rostered: bool
    required_minutes: float
    covered_minutes: float
    holes: list[Hole]


class Coverage(Struct, rename={"from_": "from"}):
    from_: Time
    to: Time
    channels: list[ChannelCoverage]


class OnDuty(Struct):
    channel: str
    roster: str
    person: str
    name: str | None


class DutyList(Struct):
    at: Time
    items: list[OnDuty]


class UncoveredCabinet(Struct):
    cabinet: str
    site: str | None
    nearest: str | None
    km: float | None


class CoverageMap(Struct):
    """Cabinets farther than `limit_km` from every technician's start and service point; `nowhere`: without a place."""

    limit_km: float
    points: int
    cabinets: int
    uncovered: list[UncoveredCabinet]
    nowhere: list[str]


class HeadLoad(Struct):
    person: str
    name: str
    role: str
    tickets: int
    visits: int


class StaffLoad(Struct, rename={"from_": "from"}):
    """`managers`: active service managers; `finding`: their share of the staff is below what S2 2.2 asks for."""

    from_: Time
    to: Time
    heads: list[HeadLoad]
    tickets: int
    tickets_per_head: float | None
    staff: int
    managers: int
    managers_share: float | None
    managers_needed: int
    finding: bool
