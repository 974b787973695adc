"""What the passing of time does to the registers: holes in the rosters are told, surges proposed, old entries leave."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from service.staff import coverage
from service.staff.coverage import Gap
from service.staff.duties import duties
from service.staff.model import Certificate, Registers, Training
from service.step import Step
from telemetry.units import DAY, MINUTE

_ZH = {"online": "在线客服", "hotline": "热线", "on_site": "上门服务"}


def watch(step: Step) -> None:
    """At every tick: once a day look ahead for holes, and on a holiday watch the volume of contacts (S1 6.3)."""
    registers = step.books.registers
    today = step.calendar.local(step.now).date()
    if registers.looked != today.isoformat():
        registers.looked = today.isoformat()
        _tell_holes(step)
        sweep(registers, step.now - step.policy.archive_ms, step.calendar.local)
    if registers.rostered and registers.surged != today.isoformat() and step.calendar.day_type(today) == "holiday":
        _propose(step, today)


def holes(step: Step, channel: str) -> list[Gap]:
    """What of the required hours of a channel nobody serves in the days ahead."""
    until = step.now + step.policy.coverage_days * DAY
    known = duties(step.books, step.policy, channel, step.now)
    return coverage.gaps(known, step.policy.coverage[channel], step.calendar, step.now, until)


def _tell_holes(step: Step) -> None:
    """One notice for each channel that has ever been rostered: who keeps no rosters here is not told every day."""
    for channel in sorted(set(step.books.registers.rostered) & set(step.policy.coverage)):
        found = holes(step, channel)
        if found:
            params = {
                "channel": channel.replace("_", " "), "channel_zh": _ZH[channel], "holes": len(found),
                "since": found[0].begin, "until": found[0].end, "days": step.policy.coverage_days,
                "minutes": sum(g.end - g.begin for g in found) // MINUTE,
            }  # fmt: skip
            step.notice("dispatcher", "coverage_gap", params)


def _propose(step: Step, today: date) -> None:
    volume = volumes(step)
    usual = (
        sum(volume[today - timedelta(days=n)] for n in range(1, step.policy.surge_days + 1)) / step.policy.surge_days
    )
    if volume[today] > step.policy.surge_factor * max(usual, 1.0):
        step.books.registers.surged = today.isoformat()
        params: dict[str, Any] = {"contacts": volume[today], "usual": round(usual, 1), "day": today.isoformat()}
        step.notice("dispatcher", "coverage_surge", params)


def volumes(step: Step) -> Counter[date]:
    """Tickets that people opened, by day, as far as memory reaches."""
    people = (t for t in step.books.tickets.values() if t.channel != "telemetry")
    return Counter(step.calendar.local(t.received).date() for t in people)


def sweep(registers: Registers, before: int, local: Any) -> None:
    """What has been of no consequence since `before` (ms) leaves memory: its rows stay.

    The newest certificate of a person for a skill and the newest exam of a course always stay, since their running out
    is itself of consequence.
    """
    day = local(before).date().isoformat()
    for shelf in (registers.staff, registers.documents):
        for key in [k for k, e in shelf.items() if e.over(before)]:
            del shelf[key]
    for key in [k for k, d in registers.documents.items() if d.superseded_by is not None and d.updated <= before]:
        del registers.documents[key]
    for key in [k for k, r in registers.rosters.items() if r.over(before) or (r.to is not None and r.to < day)]:
        del registers.rosters[key]
    _sweep_certificates(registers, before)
    _sweep_trainings(registers, before)


def _sweep_certificates(registers: Registers, before: int) -> None:
    newest: dict[tuple[str, str], Certificate] = {}
    for c in sorted(registers.certificates.values(), key=lambda c: (c.expires, c.id)):
        newest[c.person, c.skill] = c
    old = [k for k, c in registers.certificates.items() if c.expires <= before and newest[c.person, c.skill] is not c]
    for key in old:
        del registers.certificates[key]


def _sweep_trainings(registers: Registers, before: int) -> None:
    newest: dict[tuple[str, str], Training] = {}
    held = [t for t in registers.trainings.values() if t.done is not None and t.ended is None]
    for t in sorted(held, key=lambda t: (t.done or 0, t.id)):
        newest[t.person, t.course] = t
    for key, t in list(registers.trainings.items()):
        old = t.done is not None and t.done <= before and newest.get((t.person, t.course)) is not t
        if old or t.over(before):
            del registers.trainings[key]
