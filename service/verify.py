"""Is it repaired? Telemetry decides: a window in which the fault stays away and the cabinet keeps speaking."""

import math
from typing import Literal

from faults.causes import COOLED
from service import dispatch
from service.moves import FIRING, move
from service.policy import family
from service.recalls.held import proven
from service.step import Step
from service.tickets import Ticket, Verification
from service.visits import THERE
from telemetry.fleet import ONLINE

Verdict = Literal["wait", "passed", "failed"]
_FAST = "sample_fast"


def begin(step: Step, ticket: Ticket) -> None:
    """Open the window, if there is telemetry that can prove anything; otherwise a person resolves with a reason."""
    row = step.fleet.index.get(ticket.cabinet or "")
    if row is None and ticket.fault is None:
        return
    if row is not None and ticket.fault is None and not step.fleet.samples[row]:
        return
    if step.faults is not None:
        for fault in ticket.faults:
            step.faults.calm(fault, step.now)
        if ticket.cabinet is not None and _cooling(step, ticket) and _worked(ticket):
            parts = bool(ticket.extra.get("service", {}).get("parts"))
            step.faults.mended(ticket.cabinet, parts, step.fleet, step.now)
    _watch(step, ticket)
    if _worked(ticket):
        _hasten(step, ticket)


def _hasten(step: Step, ticket: Ticket) -> None:
    """Ask a cabinet that can for more frequent samples while its repair is watched (standards 6.5)."""
    cabinet = ticket.cabinet
    row = step.fleet.index.get(cabinet or "")
    if cabinet is None or row is None or step.fleet.status[row] != ONLINE or not step.policy.proof.sample_fast:
        return
    if _FAST in ((step.desk.cabinet_row(cabinet) or {}).get("capabilities") or ()):
        step.command(cabinet, _FAST, {}, f"verification {ticket.id}", ticket.id)


def _cooling(step: Step, ticket: Ticket) -> bool:
    """Whether the work was on what the model of the cooling looks at."""
    return any(e.kind in COOLED for f in ticket.faults if (e := step.episode(f)) is not None)


def _worked(ticket: Ticket) -> bool:
    """Whether somebody did something about it; what healed by itself was no repair."""
    return ticket.timeline[-1]["from"] in ("work_done", "remote")


def _watch(step: Step, ticket: Ticket) -> None:
    row = step.fleet.index.get(ticket.cabinet or "")
    ticket.verification = Verification(
        started=step.now, until=step.now + step.policy.window_ms(ticket.fault_kind),
        limit=step.now + _longest(step, ticket.fault_kind),
        samples=int(step.fleet.samples[row]) if row is not None else 0,
    )  # fmt: skip
    step.touch(ticket)


def settle(step: Step, ticket: Ticket) -> None:
    """Judge an open window at a tick."""
    watched = ticket.verification
    if ticket.state != "verifying" or watched is None:
        return
    if _blind(step, ticket):
        _watch(step, ticket)  # what we could not see proves nothing, either way: the window begins anew
        return
    _count(step, ticket, watched)
    verdict, why = judge(step, ticket, watched)
    _again(step, ticket, watched)
    if verdict == "passed":
        passed(step, ticket)
    elif verdict == "failed":
        failed(step, ticket, why)


def judge(step: Step, ticket: Ticket, watched: Verification) -> tuple[Verdict, str]:
    """The verdict, and for a failure its code. Before `until` nothing is decided; silence extends up to `limit`.

    A fault of the ticket that still recovers (the air of a cabinet whose door was shut) moves `limit` to its own.
    """
    if step.now < min(watched.until, watched.limit):
        return "wait", ""
    own = [e for f in ticket.faults if (e := step.episode(f)) is not None]
    if any(e.state in FIRING for e in own):
        return "failed", "still_active"
    if _sibling(step, ticket):
        return "failed", "sibling_active"
    if (pulled := proven(step, ticket)) is not None:
        return ("passed", "") if pulled else ("failed", "not_pulled")
    watched.limit = max(watched.limit, *(watched.started + _longest(step, e.kind) for e in own), 0)
    if step.now >= watched.limit:
        return "failed", "not_proven"
    return ("wait", "") if own or _silent(step, ticket, watched) else ("passed", "")


def _longest(step: Step, kind: str | None) -> int:
    """How long (ms) a repair of this kind may take to prove itself."""
    return step.policy.window_ms(kind) * step.policy.verify_limit


def _sibling(step: Step, ticket: Ticket) -> bool:
    """Another fault of the same part of the same cabinet is active."""
    if step.faults is None or ticket.cabinet is None:
        return False
    kin = family(ticket.fault_kind)
    near = (e for e in step.faults.open.values() if e.cabinet == ticket.cabinet and e.kind in kin)
    return any(e.state in FIRING and e.severity != "warning" for e in near)


def _count(step: Step, ticket: Ticket, watched: Verification) -> None:
    """Take the samples that came since the last look, one per interval at most: a cabinet that samples fast for a while
    must not make up in advance for a silence that follows."""
    row = step.fleet.index.get(ticket.cabinet or "")
    if row is None:
        return
    total = int(step.fleet.samples[row])
    due = (step.now - watched.begun) // int(step.fleet.interval_ms[row]) + 1
    watched.heard = min(watched.heard + total - (watched.samples if watched.last is None else watched.last), due)
    watched.last = total


def _again(step: Step, ticket: Ticket, watched: Verification) -> None:
    """A window with too few samples, an interval after its end: another whole one begins. Few samples over a long time
    are no proof either."""
    row = step.fleet.index.get(ticket.cabinet or "")
    if row is None or not _silent(step, ticket, watched):
        return
    if step.now >= watched.until + int(step.fleet.interval_ms[row]):
        watched.since, watched.heard = step.now, 0
        watched.until = step.now + step.policy.window_ms(ticket.fault_kind)


def _silent(step: Step, ticket: Ticket, watched: Verification) -> bool:
    """Fewer than the required share of the window's samples arrived since it began. Retired cabinets owe none."""
    row = step.fleet.index.get(ticket.cabinet or "")
    if row is None or step.fleet.retired[row]:
        return False
    expected = (watched.until - watched.begun) / int(step.fleet.interval_ms[row])
    return watched.heard < max(1, math.ceil(round(expected * step.policy.verify_share, 6)))


def _blind(step: Step, ticket: Ticket) -> bool:
    if step.fleet.blind_since is not None:
        return True
    row = step.fleet.index.get(ticket.cabinet or "")
    watched = ticket.verification
    return row is not None and watched is not None and step.fleet.sighted.now > watched.started


def passed(step: Step, ticket: Ticket) -> None:
    watched = ticket.verification
    row = step.fleet.index.get(ticket.cabinet or "")
    interval = int(step.fleet.interval_ms[row]) // 1000 if row is not None else 0
    evidence = {
        "type": "telemetry", "level": 4, "source": "cabinet" if row is not None else "site", "at": step.now,
        "uncertainty_s": interval,
    }  # fmt: skip
    minutes = (step.now - watched.started) // 60_000 if watched is not None else 0
    ticket.verification = None
    move(step, ticket, "healthy", evidence=evidence, note=f"verified minutes={minutes}")


def failed(step: Step, ticket: Ticket, why: str) -> None:
    """Back to the technician who is still there, else out for dispatch; the technician is told."""
    ticket.verification = None
    visit = step.books.visits.get(ticket.visit or "")
    still_there = visit is not None and visit.state in THERE
    note = f"not_fixed why={why}{_observed(step, ticket)}"
    away = "dispatching" if ticket.cabinet or ticket.site else "triaged"
    target = "on_site" if still_there else away
    move(step, ticket, "not-fixed", to=target, note=note)
    if visit is not None and visit.arrived is not None:
        params = {"cabinet": ticket.cabinet, "kind": ticket.fault_kind, "why": why, "summary": ticket.summary}
        step.notice(visit.technician, "not_fixed", params, ticket=ticket.id, visit=visit.id)
    if target == "dispatching":
        dispatch.serve(step, ticket)


def _observed(step: Step, ticket: Ticket) -> str:
    """What the leading fault's evidence says now, as ` air_c=9.2 set_c=4.0`."""
    episode = step.episode(ticket.fault)
    observed = episode.why.get("observed") if episode is not None else None
    return "".join(f" {name}={value}" for name, value in observed.items()) if isinstance(observed, dict) else ""
