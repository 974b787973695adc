"""Clocks: deadlines as pure functions of their start, their target, the calendar and their pauses.

A clock's state follows from its fields and the time alone (`judge`), so nothing is lost by judging it late. The exact
instant of the due time still counts as met.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from service import hours
from service.calendars import Calendar
from service.hours import Hours
from service.policy import Policy
from telemetry.units import HOUR, MINUTE

ClockState = Literal["running", "paused", "met", "breached"]
Pause = tuple[int, int]

# What runs out by itself: nobody owes anything, and its end is no breach.
TERMS = frozenset({"WARRANTY", "RETENTION"})
# The ticket states in which a clock rests; REPLY and SAFETY never do (S1 6.3: people answer around the clock).
PAUSED_IN: dict[str, frozenset[str]] = {
    "ARRIVAL": frozenset({"wait_customer", "wait_access"}),
    "RESTORE": frozenset({"wait_customer", "wait_access", "wait_parts"}),
}


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised, and on what basis: `amount` ms (of service time, where there are `hours`, else elapsed),
    `amount` working or calendar days, or the instant `amount`."""

    amount: int
    unit: Literal["ms", "workdays", "days", "at"]
    basis: str
    basis_zh: str
    provisional: bool = False
    hours: Hours | None = None


class Due(NamedTuple):
    """A due time (ms), whether the calendar behind it is unpublished yet, and how it was derived."""

    at: int
    provisional: bool
    why: str
    why_zh: str


class Clock(msgspec.Struct, kw_only=True):
    """One running or finished deadline of a ticket. Times in product ms; `told`: how many of its levels stand in the
    timeline, `noticed`: how many of them people on duty got a notice of."""

    name: str
    target: Target
    started: int
    due: int
    why: str
    why_zh: str
    provisional: bool
    state: ClockState = "running"
    pauses: list[Pause] = msgspec.field(default_factory=list)
    paused: int | None = None
    stopped: int | None = None
    told: int = 0
    noticed: int = 0

    def row(self) -> dict[str, Any]:
        """The clock as the contract's `clocks[]` shows it, times in ms."""
        names = ("name", "started", "due", "state", "why", "why_zh", "provisional", "stopped")
        return {n: getattr(self, n) for n in names}


def _span(ms: int) -> tuple[str, str]:
    hours, minutes = divmod(ms // MINUTE, HOUR // MINUTE)
    if minutes == 0:
        return f"{hours} h", f"{hours} 小时"
    return f"{hours} h {minutes} min", f"{hours} 小时 {minutes} 分"


def due(start: int, target: Target, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Due:
    """When a clock falls due. Only one that counts a span of time pauses: days and fixed instants do not move."""
    begun = calendar.local(start)
    stamp = f"{begun:%Y-%m-%d %H:%M:%S}"
    if target.unit == "at":
        return Due(target.amount, False, f"promised at {stamp} ({target.basis})", f"{stamp} 承诺（{target.basis_zh}）")
    if target.unit == "days":
        last = begun.date() + timedelta(days=target.amount)
        why, why_zh = (
            f"24:00 of day {target.amount} after {begun:%Y-%m-%d}",
            f"{begun:%Y-%m-%d} 后第 {target.amount} 日 24:00",
        )
        return Due(calendar.end_of(last), False, f"{why} ({target.basis})", f"{why_zh}（{target.basis_zh}）")
    if target.unit == "workdays":
        last = calendar.after_workdays(begun.date(), target.amount)
        provisional = not calendar.official((begun.date(), last))
        why = f"24:00 of working day {target.amount} after {begun:%Y-%m-%d}, calendar {calendar.version}"
        why_zh = f"{begun:%Y-%m-%d} 后第 {target.amount} 个工作日 24:00，日历 {calendar.version}"
        return Due(calendar.end_of(last), provisional, f"{why} ({target.basis})", f"{why_zh}（{target.basis_zh}）")
    return _spanned(start, target, calendar, pauses, stamp)


def _spanned(start: int, target: Target, calendar: Calendar, pauses: Sequence[Pause], stamp: str) -> Due:
    at, rested = reach(start, target, calendar, pauses)
    (en, zh), (rest_en, rest_zh) = _span(target.amount), _span(rested)
    why, why_zh = f"{en} from {stamp}", f"自 {stamp} 起 {zh}"
    provisional = target.provisional
    if target.hours is not None:
        provisional |= not calendar.official((calendar.local(start).date(), calendar.local(at).date()))
        why += f" of service time ({target.hours.text}), calendar {calendar.version}"
        why_zh += f"服务时间（{target.hours.text}），日历 {calendar.version}"
    if rested:
        why, why_zh = f"{why}, paused {rest_en}", f"{why_zh}，暂停 {rest_zh}"
    return Due(at, provisional, f"{why} ({target.basis})", f"{why_zh}（{target.basis_zh}）")


def reach(
    start: int, target: Target, calendar: Calendar, pauses: Sequence[Pause] = (), share: float = 1.0
) -> tuple[int, int]:
    """The instant (ms) at which `share` of a span's time has run, and how long it had rested by then.

    `pauses` are in order and apart. One that begins after that instant changes nothing; one that begins at it does.
    """
    left, at, rested = round(target.amount * share), start, 0
    for begin, end in pauses:
        if _forward(target, calendar, at, left) < begin:
            break
        left -= _counted(target, calendar, at, begin)
        at, rested = end, rested + end - begin
    return _forward(target, calendar, at, left), rested


def _forward(target: Target, calendar: Calendar, at: int, amount: int) -> int:
    return at + amount if target.hours is None else hours.after(calendar, target.hours, at, amount)


def _counted(target: Target, calendar: Calendar, since: int, until: int) -> int:
    return until - since if target.hours is None else hours.worked(calendar, target.hours, since, until)


def start(name: str, at: int, target: Target, calendar: Calendar) -> Clock:
    d = due(at, target, calendar)
    return Clock(
        name=name, target=target, started=at, due=d.at, why=d.why, why_zh=d.why_zh, provisional=d.provisional
    )  # fmt: skip


def level(clock: Clock, shares: Sequence[float], calendar: Calendar, now: int) -> int:
    """How many of the `shares` of its time (0 … 1, rising) have run at `now`; one more once it is breached."""
    if judge(clock, now) == "breached":
        return len(shares) + 1
    return sum(now >= _share_at(clock, share, calendar) for share in shares)


def next_level(clock: Clock, shares: Sequence[float], calendar: Calendar, now: int) -> int | None:
    """The first instant after `now` at which `level` will say more; None when it has said everything."""
    ahead = (math.ceil(_share_at(clock, share, calendar)) for share in shares)
    return min((at for at in (*ahead, clock.due + 1) if at > now), default=None)


def _share_at(clock: Clock, share: float, calendar: Calendar) -> float:
    if clock.target.unit == "ms":
        return reach(clock.started, clock.target, calendar, clock.pauses, share)[0]
    return clock.started + share * (clock.due - clock.started)


def _recompute(clock: Clock, calendar: Calendar) -> None:
    d = due(clock.started, clock.target, calendar, clock.pauses)
    clock.due, clock.provisional, clock.why, clock.why_zh = d.at, d.provisional, d.why, d.why_zh


def retarget(clock: Clock, target: Target, calendar: Calendar) -> None:
    """Give the clock another target (severity raised, policy changed); its start and its pauses stay."""
    clock.target = target
    _recompute(clock, calendar)


def judge(clock: Clock, now: int) -> ClockState:
    """The state of the clock at `now`."""
    if clock.name in TERMS:
        return "running" if now <= clock.due else "met"
    if clock.stopped is not None:
        return "met" if clock.stopped <= clock.due else "breached"
    if clock.paused is not None:
        return "paused" if clock.paused <= clock.due else "breached"
    return "running" if now <= clock.due else "breached"


def pause(clock: Clock, now: int) -> None:
    if clock.stopped is None and clock.paused is None:
        clock.paused = now


def resume(clock: Clock, now: int, calendar: Calendar) -> None:
    """End a pause: the due time moves by its length. A breach before the pause is not undone by it."""
    if clock.paused is None:
        return
    if clock.paused <= clock.due:
        clock.pauses.append((clock.paused, now))
    clock.paused = None
    _recompute(clock, calendar)


def stop(clock: Clock, at: int, calendar: Calendar) -> None:
    """What the clock waited for happened at `at` (never before its start)."""
    if clock.stopped is not None:
        return
    at = max(at, clock.started)
    if clock.paused is not None:
        resume(clock, max(at, clock.paused), calendar)
    clock.stopped = at


def reply_target(policy: Policy) -> Target:
    return Target(
        amount=policy.reply_ms, unit="ms",
        basis="S1 6.4.6: reply within one day; never pauses", basis_zh="S1 6.4.6：一天内答复，不暂停",
    )  # fmt: skip


_ZH = {"critical": "紧急", "major": "重要", "minor": "一般", "warning": "提示"}


def arrival_target(policy: Policy, severity: str, at: int, calendar: Calendar) -> Target:
    """The arrival target depends on the type of the day on which the dispatch happens."""
    day = calendar.local(at).date()
    works = calendar.is_workday(day)
    amount = policy.arrival_ms[severity][0 if works else 1]
    return Target(
        amount=amount, unit="ms", provisional=not calendar.official((day,)),
        basis=f"S1 6.4.6, policy {policy.version}, {severity}, {'working day' if works else 'day of rest'}",
        basis_zh=f"S1 6.4.6，策略 {policy.version}，{_ZH[severity]}，{'工作日' if works else '休息日'}",
    )  # fmt: skip


def restore_target(policy: Policy, severity: str) -> Target:
    return Target(
        amount=policy.restore_ms[severity], unit="ms", hours=policy.restore_within,
        basis=f"S4 4.1.2, policy {policy.version}, {severity}",
        basis_zh=f"S4 4.1.2，策略 {policy.version}，{_ZH[severity]}",
    )  # fmt: skip


def workdays_target(name: str, policy: Policy) -> Target:
    """The target of a clock counted in working days: COMPLAINT, REFUND or FOLLOWUP."""
    amount, basis = {
        "COMPLAINT": (policy.complaint_days, "S1 7.3.2"),
        "REFUND": (policy.refund_days, "S4 8.4.3"),
        "FOLLOWUP": (policy.follow_up_days, "S1 7.7"),
    }[name]
    return Target(amount=amount, unit="workdays", basis=basis, basis_zh=basis)


def safety_target(policy: Policy) -> Target:
    return Target(
        amount=policy.safety_ms, unit="ms",
        basis=f"S3 3.2(2): safety hazards at once; policy {policy.version}; never pauses",
        basis_zh=f"S3 3.2(2)：安全隐患立即响应；策略 {policy.version}，不暂停",
    )  # fmt: skip


def warranty_target(policy: Policy) -> Target:
    return Target(
        amount=policy.warranty_days, unit="days",
        basis="S3 3.4(3): repair warranty of at least 30 days", basis_zh="S3 3.4(3)：维修质保不少于 30 日",
    )  # fmt: skip


def promise_target(at: int) -> Target:
    return Target(amount=at, unit="at", basis="S1 3.8, 7.1.2", basis_zh="S1 3.8、7.1.2")
