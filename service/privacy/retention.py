"""How long a service record is kept (S3 3.5(2)), as the RETENTION clock of a ticket at rest."""

from datetime import date
from typing import NamedTuple

from service.calendars import Calendar
from service.clocks import Clock, Target
from service.policy import Policy
from service.step import Step
from service.tickets import Ticket
from telemetry.units import DAY

NAME = "RETENTION"
BASIS, BASIS_ZH = "S3 3.5(2): archive until warranty end plus years", "S3 3.5(2)：档案保存至质保期满后若干年"


class Kept(NamedTuple):
    """Until when (product ms), and how that was derived."""

    until: int
    why: str
    why_zh: str


def kept(
    policy: Policy, calendar: Calendar, kind: str, closed: int, warranty_end: str | None, repaired_until: int | None
) -> Kept:
    """How long the record of a ticket that closed at `closed` (ms) is kept: the longest of the cabinet's warranty end
    (its last day) plus the policy's years, the repair warranty's end (ms) and a term that a law sets. Where no warranty
    end is known, or all of these are over already, the years count from the closing."""
    years = policy.retention_years
    begun = calendar.local(closed).date()
    law = policy.law_days.get(kind, 0)
    from_closing = _over(calendar, begun, years)
    ways = [
        Kept(repaired_until or 0, "end of the repair warranty (S3 3.4(3))", "至维修质保期满（S3 3.4(3)）"),
        Kept(closed + law * DAY, f"{law} days from closing (law, by policy)", f"自关闭起 {law} 天（法定期限，依策略）"),
    ]
    if warranty_end is not None:
        until = _over(calendar, date.fromisoformat(warranty_end), years)
        why = f"24:00 of warranty end {warranty_end} + {years} years (S3 3.5(2))"
        ways.append(Kept(until, why, f"质保期满日 {warranty_end} 后 {years} 年 24:00（S3 3.5(2)）"))
    longest = max(ways, key=lambda way: way.until)
    if warranty_end is not None and longest.until > closed:
        return longest
    why = "no warranty end is known" if warranty_end is None else "every other term was over"
    why_zh = "质保期未知" if warranty_end is None else "其他期限均已届满"
    ours = Kept(
        from_closing, f"{why}: 24:00 of closing {begun} + {years} years (S3 3.5(2))",
        f"{why_zh}：关闭日 {begun} 后 {years} 年 24:00（S3 3.5(2)）",
    )  # fmt: skip
    return max(longest, ours, key=lambda way: way.until)


def _over(calendar: Calendar, day: date, years: int) -> int:
    """24:00 of the day some years later; 29 February becomes 1 March where there is none."""
    try:
        later = day.replace(year=day.year + years)
    except ValueError:
        later = date(day.year + years, 3, 1)
    return calendar.end_of(later)


def begin(step: Step, ticket: Ticket) -> None:
    """The RETENTION clock of a ticket that came to rest; one that is archived later keeps it."""
    if ticket.clock(NAME) is not None:
        return
    warranty = ticket.clock("WARRANTY")
    repaired = warranty.due if warranty is not None else None
    end = step.desk.warranty_end(ticket.cabinet) if ticket.cabinet is not None else None
    until, why, why_zh = kept(step.policy, step.calendar, ticket.kind, step.now, end, repaired)
    target = Target(amount=until, unit="at", basis=BASIS, basis_zh=BASIS_ZH)
    ticket.clocks.append(
        Clock(name=NAME, target=target, started=step.now, due=until, why=why, why_zh=why_zh, provisional=False)
    )
