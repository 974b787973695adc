"""The sections of the settings tree."""

import json
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from service.after.indicators import DEFINITIONS
from service.hours import hours
from service.policy import Policy
from service.telling.kinds import Group
from telemetry.errors import Invalid
from telemetry.units import DAY, HOUR, MINUTE

_POLICY = Policy()


def _from_json(value: Any) -> Any:
    """The environment writes lists as JSON."""
    return json.loads(value) if isinstance(value, str) else value


Share = Annotated[float, Field(gt=0, le=1)]
Hours = Annotated[float, Field(gt=0, le=24 * 366)]
StaffRole = Literal["hotline", "online", "field", "service_manager", "supervisor", "it"]
ServiceChannel = Literal["hotline", "online", "email", "sms", "account"]
Days = Annotated[int, Field(ge=1, le=36_500)]
WorkingDays = Annotated[int, Field(ge=1, le=60)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Line = Annotated[str, Field(max_length=100)]
ByDay = Annotated[tuple[Hours, Hours], BeforeValidator(_from_json)]
Urls = Annotated[tuple[SecretStr, ...], BeforeValidator(_from_json)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Retention(_Part):
    """How long readings, their summaries of five minutes and of an hour, and events are kept."""

    raw_days: Days = 90
    five_minute_days: Days = 400
    hour_days: Days = 3650
    events_days: Days = 730

    @model_validator(mode="after")
    def _coarser_lasts_longer(self) -> Self:
        if not self.raw_days <= self.five_minute_days <= self.hour_days:
            raise ValueError("raw_days, five_minute_days and hour_days must not become shorter in this order")
        return self


class SeriesServer(_Part):
    """A server for the readings: the database (for VictoriaMetrics the beginning of each metric's name), how long a
    request may take, and how long ago VictoriaMetrics must have answered a write that it is taken to survive a kill."""

    database: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")] = "vendwatch"
    timeout_s: Annotated[float, Field(ge=1, le=120)] = 10
    settle_s: Annotated[float, Field(ge=15, le=45)] = 30  # snapshots of the state reach back 60 s, and must reach it


class Disk(_Part):
    """Shares of the disk at which we warn, and at which nothing more is acknowledged."""

    warn: Share = 0.85
    refuse: Share = 0.95


class Notify(_Part):
    """Channels of notices: `console:`, `file:///path`, or Apprise URLs, which carry secrets."""

    urls: Urls = (SecretStr("console:"),)


class Gateway(_Part):
    """The operator's gateway for messages to customers: `https://…` with its bearer token, or `file:///path` for
    trials. None: they are sent none."""

    url: SecretStr | None = None
    token: SecretStr | None = None


def _addresses(targets: dict[str, str]) -> dict[str, str]:
    """Raises ValueError for an address that cannot be tried."""
    for channel, target in targets.items():
        parts = urlsplit(target)
        port = parts.port or (None if parts.scheme == "tcp" else 1)  # raises ValueError for no number
        if parts.scheme not in ("tcp", "smtp", "http", "https") or not parts.hostname or port is None:
            raise ValueError(f"{channel}: an address is tcp://host:port, smtp://host[:port] or http(s)://host…")
        if parts.username or parts.password:
            raise ValueError(f"{channel}: an address carries no password")
    return targets


class Probing(_Part):
    """Which addresses of the channels to customers are tried from outside, how often (minutes), and after how many
    failures in a row a channel counts as out of order. Empty: none are tried."""

    targets: Annotated[dict[ServiceChannel, str], BeforeValidator(_from_json), AfterValidator(_addresses)] = {}
    every_minutes: Annotated[float, Field(ge=0.1, le=1440)] = 5
    timeout_s: Annotated[float, Field(ge=0.1, le=60)] = 10
    failures: Annotated[int, Field(ge=1, le=100)] = 3


class Limits(_Part):
    """What one cabinet may send: messages per second (real) sustained, and in one burst."""

    rate: Annotated[float, Field(gt=0, le=1e6)] = 100
    burst: Annotated[int, Field(ge=1, le=10**7)] = 3000


class Batch(_Part):
    """When a batch is closed: by count, or by age in real ms. Every batch costs 5 ms of a core, however small: with
    30 ms, 5,000 messages per second leave half of it to those who ask."""

    max_messages: Annotated[int, Field(ge=1, le=16_000)] = 4000
    max_ms: Annotated[int, Field(ge=1, le=10_000)] = 30


def _arrival(severity: str) -> tuple[float, float]:
    working, other = _POLICY.arrival_ms[severity]
    return working / HOUR, other / HOUR


class ArrivalHours(_Part):
    """Hours until a technician is there: (on a working day, otherwise)."""

    critical: ByDay = _arrival("critical")
    major: ByDay = _arrival("major")
    minor: ByDay = _arrival("minor")
    warning: ByDay = _arrival("warning")


class RestoreHours(_Part):
    """Hours until a fault is repaired."""

    critical: Hours = _POLICY.restore_ms["critical"] / HOUR
    major: Hours = _POLICY.restore_ms["major"] / HOUR
    minor: Hours = _POLICY.restore_ms["minor"] / HOUR
    warning: Hours = _POLICY.restore_ms["warning"] / HOUR


def _windows(given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Raises ValueError, as the library wants it, for windows that are none."""
    try:
        hours(given or {"work": ["00:00-24:00"]})
    except Invalid as error:
        raise ValueError("; ".join(error.fields.values())) from error
    return given


def _indicators(targets: dict[str, float]) -> dict[str, float]:
    """Raises ValueError for a target of no indicator, or one that its unit cannot reach."""
    limits = {d.id: (0.0, 1.0) if d.unit == "share" else (1.0, 5.0) for d in DEFINITIONS}
    for name, target in targets.items():
        if name not in limits:
            raise ValueError(f"{name} is no indicator; there are {', '.join(limits)}")
        low, high = limits[name]
        if not low <= target <= high:
            raise ValueError(f"{name} must lie between {low:g} and {high:g}")
    return targets


def _rising(levels: tuple[float, ...]) -> tuple[float, ...]:
    if list(levels) != sorted(set(levels)):
        raise ValueError("each must be above the one before, as in [0.5, 0.8]")
    return levels


ByDayType = Annotated[dict[str, list[str]], BeforeValidator(_from_json), AfterValidator(_windows)]


class Dispatching(_Part):
    """Who is sent, and when: figures of ours, `service/visiting/figures.py` says what each is. `skills` and
    `likely_parts` replace the built-in tables whole."""

    speed_kmh: Annotated[float, Field(ge=1, le=200)] = _POLICY.dispatch.speed_kmh
    detour: Annotated[float, Field(ge=1, le=10)] = _POLICY.dispatch.detour
    visit_minutes: Annotated[float, Field(gt=0, le=1440)] = _POLICY.dispatch.visit_ms / MINUTE
    eta_step_minutes: Annotated[float, Field(gt=0, le=1440)] = _POLICY.dispatch.eta_step_ms / MINUTE
    escalate_minutes: Annotated[float, Field(gt=0, le=10_080)] = _POLICY.dispatch.escalate_ms / MINUTE
    plan_seconds: Annotated[float, Field(ge=0.1, le=300)] = _POLICY.dispatch.plan_seconds
    plan_stops: Annotated[int, Field(ge=1, le=1000)] = _POLICY.dispatch.plan_stops
    skills: Annotated[dict[str, tuple[str, ...]], BeforeValidator(_from_json)] = _POLICY.dispatch.skills
    likely_parts: Annotated[dict[str, str], BeforeValidator(_from_json)] = _POLICY.dispatch.likely_parts


class ServicePolicy(_Part):
    """The figures of the service desk an operator may set; the others are the policy's own (`service/policy.py`)."""

    arrival_hours: ArrivalHours = ArrivalHours()
    dispatch: Dispatching = Dispatching()
    restore_hours: RestoreHours = RestoreHours()
    follow_up_days: WorkingDays = _POLICY.follow_up_days
    follow_up_attempts: Annotated[int, Field(ge=1, le=20)] = _POLICY.follow_up_attempts
    survey_days: Annotated[int, Field(ge=1, le=365)] = _POLICY.survey_days
    targets: Annotated[dict[str, float], BeforeValidator(_from_json), AfterValidator(_indicators)] = {}
    complaint_days: WorkingDays = _POLICY.complaint_days
    refund_days: WorkingDays = _POLICY.refund_days
    restore_within: ByDayType = {}
    duty: ByDayType = {}
    warranty_days: Annotated[int, Field(ge=30, le=3650)] = _POLICY.warranty_days
    safety_minutes: Annotated[float, Field(gt=0, le=1440)] = _POLICY.safety_ms / MINUTE
    warn_levels: Annotated[tuple[Share, ...], BeforeValidator(_from_json), AfterValidator(_rising)] = (
        _POLICY.warn_levels
    )
    offer_minutes: Annotated[float, Field(gt=0, le=1440)] = _POLICY.offer_ms / MINUTE
    arrival_level: Annotated[int, Field(ge=0, le=5)] = _POLICY.arrival_level
    arrival_fixes: Annotated[int, Field(ge=1, le=5)] = _POLICY.proof.fixes
    checklist_required: bool = _POLICY.proof.checklist_required
    photos_required: Annotated[int, Field(ge=0, le=20)] = _POLICY.proof.photos_required
    checklist_items: Annotated[tuple[str, ...], BeforeValidator(_from_json)] = _POLICY.proof.checklist_items
    recall_lock_whole: bool = _POLICY.recall_lock_whole
    expired_lock_whole: bool = _POLICY.expired_lock_whole
    lot_checks_required: bool = _POLICY.lot_checks_required
    lot_checks_days: Days = _POLICY.lot_checks_days
    online_hours: ByDayType = {}
    hotline_hours: ByDayType = {}
    on_site_hours: ByDayType = {}
    certified_skills: Annotated[tuple[str, ...], BeforeValidator(_from_json)] = ()
    duty_courses: Annotated[dict[StaffRole, tuple[str, ...]], BeforeValidator(_from_json)] = {}
    depot_km: Annotated[float, Field(gt=0, le=10_000)] = _POLICY.depot_km
    stale_days: Days = _POLICY.stale_days
    surge_factor: Annotated[float, Field(ge=1, le=100)] = _POLICY.surge_factor
    unit: Name = _POLICY.front.unit
    hotline: Line = ""
    email: Line = ""
    account: Line = ""
    public_url: Annotated[str, Field(max_length=200, pattern=r"^(https?://[^\s/?#]+)?$")] = ""
    escalate_share: Share = _POLICY.front.escalate_share
    escalation_minutes: Annotated[float, Field(gt=0, le=1440)] = _POLICY.front.escalation_ms / MINUTE
    outage_minutes: Annotated[float, Field(gt=0, le=10_080)] = _POLICY.front.outage_ms / MINUTE
    badge_name: Literal["full", "short"] = _POLICY.front.badge_name
    messages: Annotated[tuple[Group, ...], BeforeValidator(_from_json)] = (
        "survey", "appointment", "promise", "result",
    )  # fmt: skip
    messages_name_technician: bool = _POLICY.messages.name_technician
    sample_share: Share = _POLICY.learning.sample_share
    problem_repeats: Annotated[int, Field(ge=2, le=1000)] = _POLICY.learning.problem_repeats
    problem_days: Annotated[int, Field(ge=1, le=366)] = _POLICY.learning.problem_ms // DAY
    problem_firmware: bool = _POLICY.learning.problem_firmware
