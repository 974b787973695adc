"""From fault to ticket: one ticket per root episode, its children attached; what has healed goes to verification."""

import math

from faults.causes import STANDING
from faults.model import RANK, Episode, Transition
from service import deadlines, dispatch, verify
from service.cases.record import fill
from service.knowledge import problems
from service.moves import FIRING, move
from service.proof import warranty
from service.recalls import expired
from service.records.base import Drop, Put, Row
from service.step import Step, name
from service.tickets import AFTER_RESOLVED, BEFORE_ARRIVAL, BEFORE_RESOLVED, WAITING, Ticket
from telemetry.signals import COLUMN

_CHECKED = ("air_c", "set_c", "comp_on", "comp_a", "door_open", "lock_closed", "mains_v", "payment_ok")
_COLUMNS = (
    "id", "kind", "severity", "state", "cabinet", "site", "carrier", "onset", "detected", "cleared", "score", "cause",
    "parent", "why", "acknowledged", "snoozed_until", "comments",
)  # fmt: skip


def episode_row(step: Step, episode: Episode) -> Row:
    """The row of table `episodes`, with the ticket the desk knows."""
    ticket = step.books.by_fault.get(episode.id, episode.ticket)
    return {**{c: getattr(episode, c) for c in _COLUMNS}, "ticket": ticket, "updated": step.now}


def take(step: Step, transitions: list[Transition]) -> None:
    """Write the episodes down, and open, update or begin to verify tickets."""
    for episode, _was, dropped in transitions:
        if dropped:
            step.changes.append(Drop("episodes", episode.id))
            continue
        step.changes.append(Put("episodes", episode_row(step, episode)))
        if episode.state == "active" and episode.kind == "platform_blind":
            _tell_blind(step, episode)
        elif episode.state in FIRING:
            _on_active(step, episode)
            if episode.kind == expired.KIND:
                expired.begin(step, episode)
        elif episode.state == "cleared":
            expired.end(step, episode)
            _on_cleared(step, episode)
    _attach_children(step, transitions)


def _tell_blind(step: Step, episode: Episode) -> None:
    """One notice to operators, never a ticket (contract, *Fault kinds*), also when it goes on after a short sight."""
    if step.books.blind_told != episode.id:
        step.books.blind_told = episode.id
        step.notice("operators", "platform_blind", {"fault": episode.id, "since": episode.onset})


def tell_disabled(step: Step) -> None:
    """One notice to operators for each detector that was switched off, and one more if it is again later on."""
    disabled = step.faults.disabled if step.faults is not None else {}
    told = step.books.disabled_told
    if told == disabled:
        return
    for kind in sorted(kind for kind in disabled if told.get(kind) != disabled[kind]):
        error = step.faults.errors.get(kind) if step.faults is not None else None
        step.notice("operators", "detector_disabled", {"kind": kind, "since": disabled[kind], "error": error})
    step.books.disabled_told = dict(disabled)


def _deserves(step: Step, episode: Episode) -> bool:
    kind = step.desk.kinds.get(episode.kind)
    bad_enough = RANK[episode.severity] >= RANK["minor"]
    return bad_enough and episode.parent is None and not episode.backlog and (kind is None or kind.ticket)


def _on_active(step: Step, episode: Episode) -> None:
    """The episode is active: it updates the ticket it has, or continues, reopens or opens one."""
    own = step.books.tickets.get(step.books.by_fault.get(episode.id, ""))
    if own is not None and own.cabinet is None and episode.cabinet is not None and episode.parent is None:
        own = None  # what it was a part of is over, and it is not
    if own is not None and own.fault == episode.id and own.state in AFTER_RESOLVED and _deserves(step, episode):
        _reopen(step, own, episode)  # resolved by a person's word, and not over
        return
    if own is not None and (own.fault == episode.id or own.state in BEFORE_RESOLVED):
        if step.episode(own.fault) is None and episode.parent is None:
            _hand_over(step, own, episode)
        _worsen(step, own, episode.severity, f"fault={episode.id}")
        return
    if not _deserves(step, episode):
        return
    last = step.books.tickets.get(step.books.latest.get(_fingerprint(episode), ""))
    if last is not None and last.cabinet != episode.cabinet:
        last = None  # the ticket of a group's fault is not that of one of its cabinets
    if last is not None and last.state in BEFORE_RESOLVED:
        _continue(step, last, episode)
    elif last is not None and last.state in AFTER_RESOLVED and _within(step, last, step.policy.reopen_ms):
        _reopen(step, last, episode)
        problems.repeated(step, last)
    else:
        repeat = last if last is not None and _within(step, last, step.policy.repeat_ms) else None
        _open(step, episode, repeat)


def _within(step: Step, ticket: Ticket, ms: int) -> bool:
    return ticket.resolved is not None and step.now - ticket.resolved <= ms


def _place(episode: Episode) -> str:
    """What it is called where it is: a cabinet, else a site, else a carrier."""
    return episode.cabinet or episode.site or episode.carrier or ""


def _fingerprint(episode: Episode) -> str:
    return f"{_place(episode)}/{episode.kind}"


def _worsen(step: Step, ticket: Ticket, severity: str, cause: str) -> None:
    """A severity that rises tightens the clocks; one that falls changes nothing: the promise was made."""
    if ticket.state in BEFORE_RESOLVED and RANK[severity] > RANK[ticket.severity]:
        note = f"severity from={ticket.severity} to={severity} {cause}"
        ticket.severity = severity
        step.line(ticket, "severity", note=note)
        deadlines.retarget(step, ticket)


def attach(step: Step, ticket: Ticket, episode: str, *, listed: bool = True) -> None:
    """Bind the episode to the ticket, here, in the fault's own record and in its row. `listed`: also in the ticket,
    which a carrier's outage with its thousands of children would burst."""
    if listed and episode not in ticket.faults:
        ticket.faults.append(episode)
    step.books.by_fault[episode] = ticket.id
    if step.faults is not None and episode in step.faults.open:
        step.faults.attach(episode, ticket.id)
    step.changes.append(Put("episodes", {"id": episode, "ticket": ticket.id}))
    step.touch(ticket)


def _lead(step: Step, ticket: Ticket, episode: Episode) -> None:
    ticket.fault, ticket.fault_kind = episode.id, episode.kind
    attach(step, ticket, episode.id)
    deadlines.endanger(step, ticket, episode.kind)
    _newest(step, ticket, _fingerprint(episode))


def _newest(step: Step, ticket: Ticket, fingerprint: str) -> None:
    step.books.latest[fingerprint] = ticket.id
    if fingerprint not in ticket.led:
        ticket.led.append(fingerprint)


def _hand_over(step: Step, ticket: Ticket, heir: Episode) -> None:
    """What led the ticket is over, another of its faults goes on."""
    _lead(step, ticket, heir)
    step.line(ticket, "fault", note=f"led_by fault={heir.id} kind={heir.kind}")


def _open(step: Step, episode: Episode, repeat: Ticket | None) -> None:
    n = step.books.number("T")
    place = _place(episode)
    kind = step.desk.kinds.get(episode.kind)
    ticket = Ticket(
        id=name("T", n), n=n, kind="repair", severity=episode.severity, channel="telemetry", cabinet=episode.cabinet,
        site=episode.site or _site_of(step, episode.cabinet), received=step.now, opened=step.now,
        summary=": ".join(filter(None, (kind.en if kind else episode.kind, place))),
        extra={
            "summary_zh": "：".join(filter(None, (kind.zh if kind else episode.kind, place))),
            "repeat_of": repeat.id if repeat else None,
        },
    )  # fmt: skip
    register(step, ticket)
    _lead(step, ticket, episode)
    step.line(ticket, "state", to="new", note=f"opened fault={episode.id} kind={episode.kind}")
    warranty.claim(step, ticket)
    deadlines.begin(step, ticket, episode.onset)
    fill(step, ticket)
    send_out(step, ticket)
    if repeat is not None:
        problems.repeated(step, ticket)


def register(step: Step, ticket: Ticket) -> None:
    """Take a new ticket into the books."""
    step.books.tickets[ticket.id] = ticket
    step.books.live.append(ticket.id)
    step.touch(ticket)


def _site_of(step: Step, cabinet: str | None) -> str | None:
    row = step.fleet.index.get(cabinet or "")
    return step.fleet.site[row] if row is not None else None


def send_out(step: Step, ticket: Ticket) -> None:
    """What the desk does with a fault's ticket by itself: triage by policy, look from afar, send somebody."""
    if ticket.state == "new":
        move(step, ticket, "triage", note=f"policy version={step.policy.version} severity={ticket.severity}")
    move(step, ticket, "remote", note=remote_check(step, ticket.cabinet))
    if ticket.cabinet or ticket.site:
        move(step, ticket, "dispatch")
        dispatch.serve(step, ticket)


def remote_check(step: Step, cabinet: str | None) -> str:
    """What the cabinet last said, as `remote_check signal=value … silent_s=…`."""
    row = step.fleet.index.get(cabinet or "")
    if row is None:
        return "remote_check"
    values = ((s, float(step.fleet.latest[row, COLUMN[s]])) for s in _CHECKED)
    told = [f"{s}={v:g}" for s, v in values if not math.isnan(v)]
    seen = int(step.fleet.last_seen[row])
    silent = [f"silent_s={(step.now - seen) // 1000}"] if seen >= 0 else []
    return " ".join(["remote_check", *told, *silent])


def _continue(step: Step, ticket: Ticket, episode: Episode) -> None:
    """The same fault again while its ticket is still open: no second ticket, and no proof of a repair."""
    if step.episode(ticket.fault) is None:
        _lead(step, ticket, episode)
    else:
        attach(step, ticket, episode.id)
    step.line(ticket, "fault", note=f"recurred fault={episode.id} kind={episode.kind}")
    _worsen(step, ticket, episode.severity, f"fault={episode.id}")
    if ticket.state == "verifying":
        verify.failed(step, ticket, "recurred")


def _reopen(step: Step, ticket: Ticket, episode: Episode) -> None:
    """The same fault soon after its repair: the same ticket (S1 7.7.3)."""
    _lead(step, ticket, episode)
    ticket.severity = max(ticket.severity, episode.severity, key=RANK.__getitem__)
    ticket.tried, ticket.unserved = [], False
    warranty.recurred(step, ticket)
    move(step, ticket, "reopen", note=f"recurred fault={episode.id} kind={episode.kind}")
    send_out(step, ticket)


def _on_cleared(step: Step, episode: Episode) -> None:
    """The leading fault is over: another one leads, or the visit is called off and the recovery is verified."""
    ticket = step.books.tickets.get(step.books.by_fault.get(episode.id, ""))
    if ticket is None or ticket.fault != episode.id or ticket.state not in BEFORE_RESOLVED:
        return
    others = [e for f in ticket.faults if (e := step.episode(f)) is not None]
    heir = next((e for e in others if e.state in FIRING and e.parent is None), None)
    if heir is not None:
        _hand_over(step, ticket, heir)
        return
    if ticket.state in BEFORE_ARRIVAL | WAITING:
        move(step, ticket, "healed", note=f"fault_cleared fault={episode.id}")
        dispatch.leave(step, ticket)
        verify.begin(step, ticket)
    else:
        step.line(ticket, "fault", note=f"fault_cleared fault={episode.id}")


def _attach_children(step: Step, transitions: list[Transition]) -> None:
    """Episodes with a parent go to the parent's ticket; one that had its own, not yet worked on, is merged into it."""
    if step.faults is None or not any(t.episode.parent or t.episode.state == "active" for t in transitions):
        return
    known, told = step.faults.open, {t.episode.id: None for t in transitions}
    roots = any(t.episode.state == "active" and t.episode.parent is None for t in transitions)
    # Only a new root finds children that were there before it; an outage has thousands of them.
    for episode in list(known.values()) if roots else [known[key] for key in told if key in known]:
        parent = step.books.tickets.get(step.books.by_fault.get(episode.parent or "", ""))
        own = step.books.tickets.get(step.books.by_fault.get(episode.id, ""))
        if _neglected(episode, parent):
            if own is None or own.state not in BEFORE_RESOLVED:
                _open(step, episode, None)
            continue
        if parent is None or own is parent:
            continue
        if own is None or own.state not in BEFORE_RESOLVED:
            alone = parent.cabinet is not None
            attach(step, parent, episode.id, listed=alone)
            deadlines.endanger(step, parent, episode.kind)
            if alone:
                step.line(parent, "fault", note=f"child fault={episode.id} kind={episode.kind}")
            if episode.kind in STANDING:
                dispatch.cover(step, parent, episode.cabinet)
                _worsen(step, parent, episode.severity, f"fault={episode.id}")
        elif own.state in BEFORE_ARRIVAL and parent.state in BEFORE_RESOLVED:
            merge(step, own, parent)


def _neglected(episode: Episode, parent: Ticket | None) -> bool:
    """It must be seen to, and what explains it has no ticket that anybody works on."""
    unseen = parent is None or parent.state not in BEFORE_RESOLVED
    return episode.kind in STANDING and episode.parent is not None and unseen


def merge(step: Step, ticket: Ticket, into: Ticket, actor: str = "system", note: str | None = None) -> None:
    """Fold one ticket into another: its faults go along, its visit is called off unless others need it."""
    alone = into.cabinet is not None
    for episode in ticket.faults:
        attach(step, into, episode, listed=alone)
    if into.fault is None:
        into.fault, into.fault_kind = ticket.fault, ticket.fault_kind
    before_led = f"{ticket.cabinet or ticket.site or ''}/{ticket.fault_kind}"  # of snapshots that know no `led`
    for fingerprint in (*ticket.led, before_led) if alone else ():
        if step.books.latest.get(fingerprint) == ticket.id:
            _newest(step, into, fingerprint)
    ticket.extra["merged_into"] = into.id
    deadlines.hand_on(ticket, into)
    move(step, ticket, "merge", actor=actor, note=note or f"merged into={into.id}")
    dispatch.leave(step, ticket)
    step.line(into, "merge", actor=actor, note=f"merged from={ticket.id}")
    _worsen(step, into, ticket.severity, f"merged={ticket.id}")
