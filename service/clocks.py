"""Clocks: deadlines as pure functions of their start, their target, the calendar and their pauses.

A clock's state follows from its fields and the time alone (`judge`), so nothing is lost by judging it late. The exact
instant of the due time still counts as met.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from service.calendars import Calendar
from service.policy import Policy
from telemetry.units import HOUR, MINUTE

ClockState = Literal["running", "paused", "met", "breached"]
Pause = tuple[int, int]

# The ticket states in which a clock rests; REPLY never does (S1 6.3: people answer around the clock).
PAUSED_IN: dict[str, frozenset[str]] = {
    "ARRIVAL": frozenset({"wait_customer", "wait_access"}),
    "RESTORE": frozenset({"wait_customer", "wait_access", "wait_parts"}),
}


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised, and on what basis: `amount` ms elapsed, `amount` working days, or the instant `amount`."""

    amount: int
    unit: Literal["ms", "workdays", "at"]
    basis: str
    basis_zh: str
    provisional: bool = False


class Due(NamedTuple):
    """A due time (ms), whether the calendar behind it is unpublished yet, and how it was derived."""

    at: int
    provisional: bool
    why: str
    why_zh: str


class Clock(msgspec.Struct, kw_only=True):
    """One running or finished deadline of a ticket. Times in product ms; `told`: 1 warned, 2 told of the breach."""

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
    """When a clock falls due. A clock in working days does not pause, one with a fixed instant neither."""
    begun = calendar.local(start)
    stamp = f"{begun:%Y-%m-%d %H:%M:%S}"
    if target.unit == "at":
        return Due(target.amount, False, f"promised at {stamp} ({target.basis})", f"{stamp} 承诺（{target.basis_zh}）")
    if target.unit == "workdays":
        last = calendar.after_workdays(begun.date(), target.amount)
        provisional = not calendar.official((begun.date(), last))
        why = f"24:00 of working day {target.amount} after {begun:%Y-%m-%d}, calendar {calendar.version}"
        why_zh = f"{begun:%Y-%m-%d} 后第 {target.amount} 个工作日 24:00，日历 {calendar.version}"
        return Due(calendar.end_of(last), provisional, f"{why} ({target.basis})", f"{why_zh}（{target.basis_zh}）")
    rest = sum(b - a for a, b in pauses)
    (en, zh), (rest_en, rest_zh) = _span(target.amount), _span(rest)
    why = f"{en} from {stamp}" + (f", paused {rest_en}" if rest else "")
    why_zh = f"自 {stamp} 起 {zh}" + (f"，暂停 {rest_zh}" if rest else "")
    at = start + target.amount + rest
    return Due(at, target.provisional, f"{why} ({target.basis})", f"{why_zh}（{target.basis_zh}）")


def start(name: str, at: int, target: Target, calendar: Calendar) -> Clock:
    d = due(at, target, calendar)
    return Clock(
        name=name, target=target, started=at, due=d.at, why=d.why, why_zh=d.why_zh, provisional=d.provisional
    )  # fmt: skip


def _recompute(clock: Clock, calendar: Calendar) -> None:
    d = due(clock.started, clock.target, calendar, clock.pauses)
    clock.due, clock.provisional, clock.why, clock.why_zh = d.at, d.provisional, d.why, d.why_zh


def retarget(clock: Clock, target: Target, calendar: Calendar) -> None:
    """Give the clock another target (severity raised, policy changed); its start and its pauses stay."""
    clock.target = target
    _recompute(clock, calendar)


def judge(clock: Clock, now: int) -> ClockState:
    """The state of the clock at `now`."""
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
        amount=policy.restore_ms[severity], unit="ms",
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


def promise_target(at: int) -> Target:
    return Target(amount=at, unit="at", basis="S1 3.8, 7.1.2", basis_zh="S1 3.8、7.1.2")
