"""Appointment windows: what was agreed with a customer, revision by revision, and what it means for the arrival."""

from collections.abc import Iterable
from typing import Any

import msgspec

from service.calendars import Calendar
from service.clocks import Target
from service.records.base import Row

Window = tuple[int, int]


class Appointment(msgspec.Struct, kw_only=True):
    """One revision of a ticket's appointment. Times in product ms; the arrival is owed in [begin, end].

    `actor`: who wrote it down. `consent`: who agreed to the change and how; None for the first one, and for a change
    that overrode it for the reason `without_consent`. `missed`: it was given up without consent, or only after its end
    (S3 3.4(1)). `arrived`, `kept`, `visit`: the proven arrival of that visit, `inside` the window, `before` or `after`.
    """

    n: int
    begin: int
    end: int
    at: int
    actor: str
    agreed_with: str | None = None
    consent: dict[str, str] | None = None
    without_consent: str | None = None
    reason: str | None = None
    missed: bool = False
    arrived: int | None = None
    kept: str | None = None
    visit: str | None = None

    def row(self) -> Row:
        """As the ticket's `fields.appointments` shows it."""
        fields = {k: v for k, v in msgspec.structs.asdict(self).items() if k not in ("begin", "end")}
        return {"from": self.begin, "to": self.end, **fields}


def current(appointments: list[Appointment]) -> Appointment | None:
    """The newest revision."""
    return appointments[-1] if appointments else None


def awaited(appointments: list[Appointment]) -> Appointment | None:
    """The revision by which somebody is to come: the newest one, until somebody came."""
    held = current(appointments)
    return held if held is not None and held.arrived is None else None


def owed(appointments: list[Appointment], at: int) -> Appointment | None:
    """The revision the customer holds us to at `at`: the newest that nobody forced on them (S3 3.4(1)).

    None: no window was agreed, somebody came already, or it was over by then.
    """
    if awaited(appointments) is None:
        return None
    agreed = next((a for a in reversed(appointments) if a.without_consent is None), None)
    return agreed if agreed is not None and agreed.end > at else None


def verdict(begin: int, end: int, at: int) -> str:
    """How an arrival lies to a window, both ends of which belong to it."""
    if at < begin:
        return "before"
    return "inside" if at <= end else "after"


def target(appointment: Appointment, calendar: Calendar) -> Target:
    """What the ARRIVAL clock of a ticket with a window is owed: the time the customer set (S1 6.4.6)."""
    begin, end = calendar.local(appointment.begin), calendar.local(appointment.end)
    text = f"{begin:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M}"
    return Target(
        amount=appointment.end, unit="at",
        basis=f"S1 6.4.6: the window agreed with the customer, {text}, revision {appointment.n}",
        basis_zh=f"S1 6.4.6：与客户约定的时段 {text}，第 {appointment.n} 次约定",
    )  # fmt: skip


def common(windows: Iterable[Window]) -> tuple[Window | None, bool]:
    """(the window that holds for a visit, whether some of them contradict each other).

    What all have in common; where two have nothing in common, the earlier one: it is due first.
    """
    held: Window | None = None
    apart = False
    for begin, end in sorted(windows, key=lambda w: (w[1], w[0])):
        if held is None:
            held = begin, end
        elif begin <= held[1]:
            held = max(held[0], begin), min(held[1], end)
        else:
            apart = True
    return held, apart


def shown(window: Window | None) -> dict[str, Any] | None:
    """A window as rows carry it."""
    return None if window is None else {"from": window[0], "to": window[1]}
