"""What the API answers. Times are ISO 8601 with offset, except `latest.ts` and series points (ms since 1970 UTC)."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Severity = Literal["critical", "major", "minor", "warning"]
FaultState = Literal["pending", "active", "clearing", "cleared", "flapping", "suppressed", "stale"]
Json = dict[str, Any]
Point = Annotated[list[float], Meta(min_length=4, max_length=4)]
Gap = Annotated[list[int], Meta(min_length=3, max_length=3)]


class Problem(Struct):
    """RFC 9457; `guard`, `missing` and `clause` of an illegal move, `fields` of invalid input."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    guard: str | None = None
    missing: list[str] | None = None
    clause: str | None = None
    fields: dict[str, str] | None = None
    retry_after: float | None = None


class Alive(Struct):
    alive: bool


class Check(Struct):
    check: str
    ok: bool
    reason: str


class Ready(Struct):
    ready: bool
    checks: list[Check]


class ProductTime(Struct):
    """Product time; `speed`: product seconds per real second; `zone`: IANA name of the policy's time zone."""

    now: Time
    speed: float
    zone: str


class Me(Struct):
    """`second_factor`: whether signing in asks for a code; told by GET /me."""

    id: str
    name: str
    role: str
    technician: str | None
    second_factor: bool = False


class Token(Struct):
    id: str
    name: str
    role: str
    created: Time
    last_used: Time | None
    revoked: Time | None


class TokenWithSecret(Token, kw_only=True):
    """`token` is shown this once."""

    token: str


class User(Struct):
    name: str
    role: str
    technician: str | None
    language: str | None
    created: Time | None


class Site(Struct):
    id: str
    name: str
    address: str | None
    zone: str | None
    lat: float | None
    lon: float | None
    contact: Json | None
    version: int
    created: Time
    updated: Time


class Reading(Struct):
    value: float
    ts: int


class Cabinet(Struct):
    """`health`: the worst open severity; `latest`: the newest value of each signal; `enrolled`: it has a credential."""

    id: str
    site: str | None
    carrier: str | None
    model: str | None
    lat: float | None
    lon: float | None
    firmware: str | None
    interval_s: float | None
    signals: list[str] | None
    capabilities: list[str] | None
    profile: Json | None
    epoch: int | None
    version: int | None
    status: Literal["online", "offline", "unknown"]
    health: Severity | None
    retired: bool
    enrolled: bool
    boot: int | None
    last_seen: Time | None
    latest: dict[str, Reading]
    created: Time | None
    updated: Time | None
    warranty_end: str | None = None


class Credential(Struct):
    username: str
    password: str


class KeptCredential(Struct):
    """`hash`: a line of a Mosquitto password file has it after the user name."""

    username: str
    hash: str


class CabinetWithCredential(Cabinet, kw_only=True):
    credential: Credential


class Qr(Struct):
    cabinet: str
    payload: str
    image: str


class Series(Struct):
    """`points`: [ms, min, mean, max]."""

    cabinet: str
    signal: str
    unit: str
    points: list[Point]


class Counted(Struct):
    received: int
    stored: int
    duplicate: int
    quarantined: int
    deferred: int
    late: int


class Ingest(Counted, kw_only=True):
    """`gaps`: [boot, from, to]."""

    cabinet: str
    boot: int
    seq: int
    gaps: list[Gap]


class Totals(Counted, kw_only=True):
    refused_by_broker: int = 0
    platform: Json


class Quarantined(Struct):
    id: str
    cabinet: str
    at: Time
    reason: str
    topic: str | None
    head: str | None
    size: int | None
    boot: int | None
    seq: int | None


class Event(Struct):
    id: str
    cabinet: str
    ts: Time | None
    at: Time
    name: str
    data: Json
    boot: int | None
    seq: int | None
    late: bool | None


class Command(Struct):
    """`matches`: whether what was observed is what was asked; null while, and where, it cannot be told."""

    id: str
    cabinet: str
    name: str
    args: Json
    reason: str
    actor: str | None
    state: Literal["queued", "sent", "done", "failed", "rejected", "expired"]
    detail: str | None
    observed: Any
    matches: bool | None
    created: Time
    expires: Time | None
    sent: Time | None
    done: Time | None


class Kind(Struct):
    name: str
    severity: Severity
    hold_down: int
    hold_off: int
    en: str
    zh: str
    advice_en: str
    advice_zh: str
    parts: list[str]
    ticket: bool


class Fault(Struct):
    id: str
    kind: str
    severity: Severity
    state: FaultState
    cabinet: str | None
    site: str | None
    carrier: str | None
    onset: Time
    detected: Time | None
    cleared: Time | None
    score: float
    cause: str | None
    children: list[str]
    parent: str | None
    ticket: str | None
    why: Json | None
    acknowledged: Json | None
    snoozed_until: Time | None
    comments: list[Json] | None


class Maintenance(Struct, rename={"from_": "from"}):
    """`ended`, `ended_by`: when and by whom it was ended before `to`."""

    id: str
    cabinet: str | None
    site: str | None
    from_: Time
    to: Time
    reason: str | None
    by: str | None
    state: Literal["planned", "running", "over", "ended"]
    created: Time | None
    ended: Time | None
    ended_by: str | None


class Clock(Struct):
    name: str
    started: Time
    due: Time | None
    state: Literal["running", "paused", "met", "breached"]
    why: str
    provisional: bool


class Evidence(Struct):
    type: str
    level: int | None
    source: str | None
    at: Time | None
    uncertainty_s: float | None


class Line(Struct, rename={"from_": "from"}):
    at: Time
    actor: str
    type: str
    from_: str | None
    to: str | None
    evidence: Evidence | None
    note: str | None


class Ticket(Struct):
    id: str
    kind: str
    state: str
    severity: Severity | None
    cabinet: str | None
    site: str | None
    fault: str | None
    visit: str | None
    summary: str | None
    channel: str | None
    customer: Json | None
    clocks: list[Clock]
    timeline: list[Line]
    fields: Json | None
    version: int | None
    received: Time | None
    opened: Time
    updated: Time | None
    closed: Time | None
    due: Time | None
    masked: bool = False
    retain_until: Time | None = None
    purged: Time | None = None


class Technician(Struct):
    id: str
    name: str
    phone: str | None
    zones: list[str] | None
    skills: list[str] | None
    shift: list[Any] | None
    lat: float | None
    lon: float | None
    active: bool | None
    version: int | None


class Visit(Struct):
    """`code`: only for its technician and dispatchers; check-in adds `arrived_at`. `conflicts`: evidence that
    contradicts, `{between, what, seconds | metres}`; `corrected`: the newest correction of the arrival, `{by, at, was,
    arrived_at, reason}` (all are in `evidence.corrections`); `confirmed`: `{by, at, arrived_at, reason}`."""

    id: str
    state: str
    technician: str | None
    cabinet: str | None
    site: str | None
    tickets: list[str]
    offered: Time | None
    expires: Time | None
    accepted: Time | None
    departed: Time | None
    arrived: Time | None
    finished: Time | None
    level: int | None
    provisional: bool | None
    version: int | None
    evidence: Json
    code: str | None = None
    arrived_at: Time | None = None
    conflicts: list[Json] | None = None
    corrected: Json | None = None
    confirmed: Json | None = None


class Attachment(Struct):
    id: str
    name: str
    type: str
    size: int
    ticket: str | None
    actor: str | None
    at: Time


class Clause(Struct):
    """`evidence`: figures over the newest tickets, with ids to look at; `tests`: which of the product's own show it.
    `state`: `served partly register outside`; for `partly` and `outside` `lacks` says what is missing, and why."""

    clause: str
    standard: str
    state: str
    title: str
    title_zh: str
    how: str
    how_zh: str
    lacks: str
    lacks_zh: str
    tests: list[str]
    evidence: Json
