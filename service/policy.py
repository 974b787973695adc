"""The figures of the service desk: targets, windows, timers. One frozen value with a version."""

import msgspec

from faults.causes import COOLED
from service.cases.figures import Front
from service.hours import Hours, hours
from service.knowledge.figures import Learning
from service.proof.figures import Figures as Proving
from service.telling.figures import Messages
from service.visiting.figures import Figures
from telemetry.units import DAY, HOUR, MINUTE, SECOND

_DOOR = dict.fromkeys(("door_left_open", "door_forced", "door_ajar_undetected", "lock_fault"), 5 * MINUTE)
_PAYMENT = dict.fromkeys(("payment_down", "payment_degraded", "mdb_silent"), 10 * MINUTE)
_POWER = dict.fromkeys(("power_lost", "mains_low", "battery_low"), 10 * MINUTE)
_LINK = dict.fromkeys(("offline", "weak_link", "reboot_loop"), 10 * MINUTE)
_COOLING = dict.fromkeys(
    (
        "air_too_warm", "air_too_cold", "food_safety_breach", "compressor_not_starting", "compressor_weak",
        "compressor_stuck_on", "compressor_short_cycling", "evaporator_fan_failed", "evaporator_iced",
        "refrigerant_leak", "condenser_dirty", "door_seal_leaking", "defrost_failed",
    ),
    60 * MINUTE,
)  # fmt: skip
# What only the model of a cabinet's cooling can see (`faults/cooling`): after a repair it takes eight hours until the
# goods have settled and temperatures mean something. Until the model has spoken the window goes on, up to its limit.
_MODEL = dict.fromkeys(COOLED, 8 * HOUR)
_DEFROST = {"defrost_failed": 14 * HOUR}  # the next defrost proves it, and there are two a day at least
FAMILIES: tuple[frozenset[str], ...] = tuple(frozenset(f) for f in (_DOOR, _PAYMENT, _POWER, _LINK, _COOLING))


def family(kind: str | None) -> frozenset[str]:
    """The fault kinds that speak of the same part of a cabinet: siblings of `kind`, itself included."""
    return next((f for f in FAMILIES if kind in f), frozenset({kind} if kind else ()))


def _arrival() -> dict[str, tuple[int, int]]:
    return dict.fromkeys(("critical", "major", "minor", "warning"), (2 * HOUR, 4 * HOUR))


def _restore() -> dict[str, int]:
    return {"critical": 8 * HOUR, "major": 24 * HOUR, "minor": 72 * HOUR, "warning": 72 * HOUR}


def _coverage() -> dict[str, Hours]:
    """S1 6.3; its "offline service 09:00-18:00" is read as every day of the week."""
    daily = {"online": "00:00-24:00", "hotline": "08:00-01:00", "on_site": "09:00-18:00"}
    return {channel: hours({"work": [window], "rest": [window]}) for channel, window in daily.items()}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """All times in product ms, except `offer_real_ms` (real ms).

    `arrival_ms`: severity → (on a working day, otherwise): 2 h and 4 h stand in Chinese tenders. `reply_ms`: "one
    day" of S1 6.4.6 read as 24 elapsed hours (S3 3.2). `complaint_days`: S1 7.3.2; `refund_days`: S4 8.4.3;
    `follow_up_days`: S1 7.7. `safety_ms`: fault kinds that endanger people are acknowledged by a person within it
    (S3 3.2(2) says "at once"; the figure is ours). `warranty_days` after a repair: S3 3.4(3). `restore_within`: repairs
    are owed within these hours only (None: around the clock). `warn_levels`: shares of a clock's time at which it is
    told; at its end always; people hear of it within `duty` (None: around the clock), of SAFETY at once.
    `verify_ms`: fault kind → how long telemetry must stay healthy after a repair; `verify_share` of the
    expected samples must arrive, and after `verify_limit` windows without them the repair counts as not proven.
    `remind_ms`: how often a fault that nobody has taken up is told again. `stay_ms` after an arrival without a
    report dispatchers are told. `arrival_level`: evidence below it is provisional. `retention_years` after
    a cabinet's warranty its records are kept (S3 3.5(2)); `law_days`: ticket kind → days from closing that a law asks
    for (none: S3 is no law); `location_days` after an arrival what is known of positions is kept, and
    `reveals_per_hour` of one person are an incident (the texts have no figures: ours). `follow_up_attempts`: after
    so many calls that reached nobody the follow-up counts as made; `survey_days`: how long an invitation stays open;
    `targets`: indicator (`service/after/indicators.py`) → its target. The standards give none of these figures.

    `coverage`: channel → hours in which people must serve (S1 6.3), looked at `coverage_days` ahead. `certified_skills`
    need a certificate (S1 5.2.1.2); `duty_courses`: role of staff → courses to be passed before duty (S1 5.2.2); no
    standard names them, so none is demanded until somebody does. `surge_factor`: contacts of a holiday above it, times
    the mean of the `surge_days` before, propose longer hours. `depot_km`: farther cabinets count as not covered (S2
    1.3); `stale_days`: documents without a newer edition count as stale. Those figures are ours. `managers_share`: S2
    2.2. `learning`: quality checks of contacts and problem records (`service/knowledge/figures.py`). `messages`: which
    go to customers (`service/telling/figures.py`).

    `recall_lock_whole`: a recall stops the whole cabinet, not only the lanes that hold the goods; `recall_settle_ms`
    after an offline cabinet speaks again it has told what it held back; `expired_lock_whole`: a lot past its date stops
    a cabinet that cannot stop one lane alone (S1 7.5.3 names no means; closing it for one lot is not the default).
    `lot_checks_required`: a lot that lacks a good check at purchase, outbound or before sale is stopped in its lane
    like one past its date (S1 7.5.1, 7.5.2); checks of lots that lie nowhere count for `lot_checks_days` (ours).
    """

    version: str = "1"
    zone: str = "Asia/Shanghai"
    reply_ms: int = 24 * HOUR
    arrival_ms: dict[str, tuple[int, int]] = msgspec.field(default_factory=_arrival)
    restore_ms: dict[str, int] = msgspec.field(default_factory=_restore)
    follow_up_days: int = 3
    follow_up_attempts: int = 3
    survey_days: int = 14
    targets: dict[str, float] = msgspec.field(default_factory=dict)
    complaint_days: int = 5
    refund_days: int = 5
    warranty_days: int = 30
    safety_ms: int = 15 * MINUTE
    safety_kinds: frozenset[str] = frozenset({"food_safety_breach", "refrigerant_leak"})
    restore_within: Hours | None = None
    warn_levels: tuple[float, ...] = (0.5, 0.8)
    duty: Hours | None = None
    offer_ms: int = 10 * MINUTE
    offer_real_ms: int = 20 * SECOND
    retry_ms: int = 10 * MINUTE
    stay_ms: int = 2 * HOUR
    arrival_level: int = 1
    geofence_m: float = 150.0
    accuracy_m: float = 100.0
    wrong_codes: int = 10
    verify_ms: dict[str, int] = msgspec.field(
        default_factory=lambda: {**_DOOR, **_PAYMENT, **_POWER, **_LINK, **_COOLING, **_MODEL, **_DEFROST}
    )
    verify_default_ms: int = 15 * MINUTE
    verify_share: float = 0.9
    verify_limit: int = 3
    remind_ms: int = 4 * HOUR
    reopen_ms: int = 72 * HOUR
    repeat_ms: int = 30 * DAY
    archive_ms: int = 30 * DAY
    recall_lock_whole: bool = True
    recall_settle_ms: int = 10 * MINUTE
    expired_lock_whole: bool = False
    lot_checks_required: bool = False
    lot_checks_days: int = 365
    retention_years: int = 2
    law_days: dict[str, int] = msgspec.field(default_factory=dict)
    location_days: int = 90
    reveals_per_hour: int = 20
    front: Front = Front()
    dispatch: Figures = Figures()
    proof: Proving = Proving()
    learning: Learning = Learning()
    messages: Messages = Messages()
    coverage: dict[str, Hours] = msgspec.field(default_factory=_coverage)
    coverage_days: int = 7
    certified_skills: frozenset[str] = frozenset()
    duty_courses: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    surge_factor: float = 1.5
    surge_days: int = 28
    depot_km: float = 30.0
    managers_share: float = 0.1
    stale_days: int = 365

    @classmethod
    def demo(cls) -> "Policy":
        """The figures of the demo: at sixty-fold speed an offer need not wait 20 s of real time for a person."""
        return cls(version="1-demo", offer_real_ms=12 * SECOND)

    def window_ms(self, kind: str | None) -> int:
        """How long a repair of this fault kind is watched."""
        return self.verify_ms.get(kind or "", self.verify_default_ms)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force: the figures, and which edition of the working calendar the clocks were counted by."""

    policy: Policy
    calendar: str
