"""What a ticket's life means for its clocks: which start, pause, stop or fall away, and who is warned."""

from service import agreements, clocks
from service.after.invitations import invite
from service.clocks import PAUSED_IN, TERMS, Clock, Target
from service.hours import held
from service.privacy import retention
from service.proof import warranty
from service.step import Step
from service.tickets import AFTER_RESOLVED, AT_REST, BEFORE_ARRIVAL, WAITING, Ticket
from service.visiting import windows
from telemetry.units import MINUTE

# What people do that answers whoever waits (S1 6.4.6); what the desk does by itself is a receipt, not a reply.
ANSWERS = frozenset({
    "triage", "remote", "dispatch", "reply", "promise", "accept", "depart", "arrive", "work-done", "resolve",
    "follow-up",
})  # fmt: skip
_TOLD = frozenset({"reply", "promise", "resolve", "work-done", "follow-up"})
_BY_KIND = {"complaint": "COMPLAINT", "refund": "REFUND"}
_NEVER = 2**62  # ms
_RESTORED = frozenset({"repair", "installation", "incident"})
_OWED_TO_CUSTOMERS = frozenset({"REPLY", "PROMISE", "COMPLAINT", "REFUND"})
_WORKED = frozenset({"work_done", "verifying"})


def begin(step: Step, ticket: Ticket, restore_from: int) -> None:
    """The clocks of a new ticket, by the agreement it falls under."""
    ticket.agreed = agreements.of(step, ticket)
    _start(step, ticket, "REPLY", ticket.received, clocks.reply_target(step.policy))
    if ticket.kind in _RESTORED:
        _start(step, ticket, "RESTORE", restore_from, _restore_target(step, ticket))
    endanger(step, ticket, None)
    if ticket.kind in _BY_KIND:
        name = _BY_KIND[ticket.kind]
        _start(step, ticket, name, ticket.received, clocks.workdays_target(name, step.policy))


def endanger(step: Step, ticket: Ticket, fault_kind: str | None) -> None:
    """An incident, or a fault that endangers people, is acknowledged by a person at once (S3 3.2(2))."""
    if ticket.kind == "incident" or fault_kind in step.policy.safety_kinds:
        current = ticket.clock("SAFETY")
        if current is None or current.stopped is not None:
            _start(step, ticket, "SAFETY", step.now, clocks.safety_target(step.policy))


def acknowledged(step: Step, ticket: Ticket) -> None:
    """A person knows of it."""
    _stop(step, ticket, "SAFETY", step.now)
    step.touch(ticket)


def _start(step: Step, ticket: Ticket, name: str, at: int, target: Target) -> None:
    ticket.clocks.append(clocks.start(name, at, target, step.calendar))


def promised(step: Step, ticket: Ticket, at: int) -> None:
    """A promise to the customer is a clock of its own; a new one does not undo the last (S1 3.8)."""
    _start(step, ticket, "PROMISE", step.now, clocks.promise_target(at))
    step.tell(ticket, "time_promised", {"until": at})


def refund_owed(step: Step, ticket: Ticket) -> None:
    """Money was approved: it is owed from now on (S4 8.4.3: from approval to payment).

    A refund ticket's own clock has run since `received`, as outside programs know it; it falls due sooner, and stays.
    """
    current = ticket.clock("REFUND")
    if current is None or current.stopped is not None:
        _start(step, ticket, "REFUND", step.now, clocks.workdays_target("REFUND", step.policy))


def refund_paid(step: Step, ticket: Ticket) -> None:
    """The money was paid back."""
    _stop(step, ticket, "REFUND", step.now)


def refund_withdrawn(step: Step, ticket: Ticket) -> None:
    """What was approved is owed no more; on a refund ticket the customer still waits, as since `received`."""
    if ticket.kind != "refund":
        _void(step, ticket, {"REFUND"})


def on_answer(step: Step, ticket: Ticket, action: str) -> None:
    """A person did something: REPLY is met by an answer, PROMISE by telling the result."""
    if action in ANSWERS:
        _stop(step, ticket, "REPLY", step.now)
        acknowledged(step, ticket)
    if action in _TOLD:
        ticket.answered = True
    if action in ("reply", "resolve"):
        _stop(step, ticket, "PROMISE", step.now)


def on_arrival(step: Step, ticket: Ticket, at: int) -> None:
    """Evidence of the policy's level says that a technician was there at `at`."""
    _stop(step, ticket, "ARRIVAL", at)
    agreed = windows.current(ticket.appointments)
    if agreed is None or agreed.visit not in (None, ticket.visit) or agreed.arrived == at:
        return
    agreed.arrived, agreed.visit, agreed.kept = at, ticket.visit, windows.verdict(agreed.begin, agreed.end, at)
    step.line(ticket, "appointment", note=f"appointment_{agreed.kept} n={agreed.n} arrived={at}")


def _stop(step: Step, ticket: Ticket, name: str, at: int) -> None:
    for clock in ticket.clocks:
        if clock.name == name:
            clocks.stop(clock, at, step.calendar)


def on_enter(step: Step, ticket: Ticket, was: str) -> None:
    """The ticket entered its present state, coming from `was`."""
    _pauses(step, ticket)
    if ticket.state == "dispatching":
        _expect_arrival(step, ticket)
    # After work was done an arrival that nobody proved stays owed, or a pressed button would satisfy the clock.
    if ticket.state in ("verifying", "resolved") and was not in _WORKED:
        _void(step, ticket, {"ARRIVAL"})
    if ticket.state == "resolved":
        _on_resolved(step, ticket)
    if ticket.state == "follow_up":
        _stop(step, ticket, "FOLLOWUP", step.now)
    if ticket.state == "triaged" and was != "new":
        if was in AFTER_RESOLVED:
            ticket.extra["reopenings"] = ticket.extra.get("reopenings", 0) + 1
        _on_return(step, ticket)
    if ticket.state in AT_REST:
        _void(step, ticket, {c.name for c in ticket.clocks} - TERMS)
        ticket.closed = ticket.closed or step.now
        retention.begin(step, ticket)
    else:
        ticket.closed = None
        _void(step, ticket, {retention.NAME})


def _pauses(step: Step, ticket: Ticket) -> None:
    for clock in ticket.clocks:
        if ticket.state in PAUSED_IN.get(clock.name, ()):
            clocks.pause(clock, step.now)
        else:
            clocks.resume(clock, step.now, step.calendar)


def _expect_arrival(step: Step, ticket: Ticket) -> None:
    """ARRIVAL runs from the dispatch; a second dispatch after an arrival is a promise of its own."""
    current = ticket.clock("ARRIVAL")
    if current is None or current.stopped is not None:
        _start(step, ticket, "ARRIVAL", step.now, _arrival_target(step, ticket, step.now))


def _arrival_target(step: Step, ticket: Ticket, at: int) -> Target:
    """The window the customer agreed to (S1 6.4.6), else what policy and agreement owe from a dispatch at `at`."""
    owed = windows.owed(ticket.appointments, at)
    if owed is not None:
        return windows.target(owed, step.calendar)
    return clocks.arrival_target(agreements.policy(step, ticket), ticket.severity, at, step.calendar)


def _restore_target(step: Step, ticket: Ticket) -> Target:
    return clocks.restore_target(agreements.policy(step, ticket), ticket.severity)


def on_appointment(step: Step, ticket: Ticket) -> None:
    """A window was agreed: the arrival is owed in it. A breach of an earlier one stays as its own clock."""
    clock = ticket.clock("ARRIVAL")
    if clock is not None and clocks.judge(clock, step.now) == "breached":
        clocks.stop(clock, step.now, step.calendar)
    target = _arrival_target(step, ticket, step.now)
    if clock is None or clock.stopped is not None:
        _start(step, ticket, "ARRIVAL", step.now, target)
        _pauses(step, ticket)
    else:
        clocks.retarget(clock, target, step.calendar)
        level = clocks.level(clock, step.policy.warn_levels, step.calendar, step.now)
        clock.told, clock.noticed = min(clock.told, level), min(clock.noticed, level)


def hand_on(ticket: Ticket, into: Ticket) -> None:
    """A ticket of a person is merged: what its customer waits for is owed by the other one from now on (S1 3.8)."""
    if ticket.by_telemetry:
        return
    for clock in [c for c in ticket.clocks if c.name in _OWED_TO_CUSTOMERS and c.stopped is None]:
        ticket.clocks.remove(clock)
        into.clocks.append(clock)
    into.customer = into.customer or ticket.customer


def _on_resolved(step: Step, ticket: Ticket) -> None:
    ticket.resolved = step.now
    for name in ("RESTORE", "COMPLAINT", "REFUND", "PROMISE"):
        _stop(step, ticket, name, step.now)
    _start(step, ticket, "FOLLOWUP", step.now, clocks.workdays_target("FOLLOWUP", step.policy))
    if ticket.kind == "repair" and ticket.repaired:
        _start(step, ticket, "WARRANTY", step.now, clocks.warranty_target(step.policy))
        warranty.grant(step, ticket)
    invite(step, ticket)


def _on_return(step: Step, ticket: Ticket) -> None:
    """A ticket that comes back after it was resolved or cancelled is to be restored again."""
    _void(step, ticket, {"FOLLOWUP", "WARRANTY"})
    warranty.void(step, ticket)
    restore = ticket.clock("RESTORE")
    if ticket.kind in _RESTORED and (restore is None or restore.stopped is not None):
        _start(step, ticket, "RESTORE", step.now, _restore_target(step, ticket))
    _owe_again(step, ticket)


def _owe_again(step: Step, ticket: Ticket) -> None:
    """A complaint that comes back has a result to be told again, counted from now (S1 7.3.2)."""
    clock = ticket.clock("COMPLAINT")
    if ticket.kind == "complaint" and clock is not None and clock.stopped is not None:
        _start(step, ticket, "COMPLAINT", step.now, clocks.workdays_target("COMPLAINT", step.policy))
        ticket.answered = False


def _void(step: Step, ticket: Ticket, names: set[str]) -> None:
    """What these clocks waited for is not owed any more. A breach stays visible; the others go, and a line says so."""
    for clock in [c for c in ticket.clocks if c.name in names and c.stopped is None]:
        if clocks.judge(clock, step.now) == "met":
            continue  # a term that ran out
        if clocks.judge(clock, step.now) == "breached":
            clocks.stop(clock, step.now, step.calendar)
        else:
            ticket.clocks.remove(clock)
            step.line(ticket, "clock", note=f"clock_void name={clock.name}")


def retarget(step: Step, ticket: Ticket) -> None:
    """The severity changed: unfinished clocks get the new target and keep start and pauses."""
    for clock in ticket.clocks:
        target = _target(step, ticket, clock)
        if clock.stopped is None and clock.name in ("RESTORE", "ARRIVAL") and target is not None:
            clocks.retarget(clock, target, step.calendar)


def renew(step: Step, ticket: Ticket) -> None:
    """The policy or the calendar changed: unfinished clocks get their targets anew and keep start and pauses. What was
    promised to a customer stays promised, and a warranty given stays given."""
    for clock in ticket.clocks:
        target = _target(step, ticket, clock)
        if clock.stopped is not None or target is None:
            continue
        was = clock.due
        clocks.retarget(clock, target, step.calendar)
        step.touch(ticket)
        if clock.due != was:
            level = clocks.level(clock, step.policy.warn_levels, step.calendar, step.now)
            clock.told, clock.noticed = min(clock.told, level), min(clock.noticed, level)
            step.line(ticket, "clock", note=f"clock_renewed name={clock.name} from={was} to={clock.due}")


def _target(step: Step, ticket: Ticket, clock: Clock) -> Target | None:
    """What a running clock of this name is owed by the present rules; None: its target is no matter of the rules."""
    match clock.name:
        case "REPLY":
            return clocks.reply_target(step.policy)
        case "SAFETY":
            return clocks.safety_target(step.policy)
        case "RESTORE":
            return _restore_target(step, ticket)
        case "ARRIVAL":
            return _arrival_target(step, ticket, clock.started)
        case "COMPLAINT" | "REFUND" | "FOLLOWUP":
            return clocks.workdays_target(clock.name, step.policy)
    return None


def watch(step: Step, ticket: Ticket) -> None:
    """Tell once at each level of a clock's time, and once when it is breached."""
    for clock in ticket.clocks:
        state = clocks.judge(clock, step.now)
        if state != clock.state:
            step.touch(ticket)
        if clock.stopped is None and state in ("running", "breached") and clock.name not in TERMS:
            _tell(step, ticket, clock)


def next_look(step: Step, ticket: Ticket) -> int:
    """When time may mean something to the ticket again (ms): the next level of a clock; within a minute while a fault
    or a notice waits for people. Thousands of tickets wait for weeks, and cost nothing meanwhile."""
    if ticket.verification is not None:
        return step.now
    running = [c for c in ticket.clocks if c.stopped is None and c.paused is None]
    levels = (clocks.next_level(c, step.policy.warn_levels, step.calendar, step.now) for c in running)
    waits = ticket.state == "dispatching" or (ticket.fault is not None and ticket.state in BEFORE_ARRIVAL | WAITING)
    soon = step.now + MINUTE if waits or any(c.noticed < c.told for c in running) else _NEVER
    again = [ticket.retry_at] if ticket.retry_at > step.now else []
    return min([soon, *again, *(at for at in levels if at is not None)])


def _tell(step: Step, ticket: Ticket, clock: Clock) -> None:
    levels = step.policy.warn_levels
    level = clocks.level(clock, levels, step.calendar, step.now)
    if level <= min(clock.told, clock.noticed):
        return
    params = {"clock": clock.name, "due": clock.due, "severity": ticket.severity, "summary": ticket.summary}
    if level > len(levels):
        code, note = "clock_breached", f"clock_breached name={clock.name}"
    else:
        params["percent"] = round(100 * levels[level - 1])
        code, note = "clock_warned", f"clock_warned name={clock.name} percent={params['percent']}"
    if level > clock.told:
        clock.told = level
        step.line(ticket, "clock", note=note)
    if level > clock.noticed and _on_duty(step, clock):
        clock.noticed = level
        step.touch(ticket)
        step.notice("dispatcher", code, params, ticket=ticket.id)


def _on_duty(step: Step, clock: Clock) -> bool:
    """Whether dispatchers are told now. A hazard waits for nobody's duty."""
    duty = step.policy.duty
    return duty is None or clock.name == "SAFETY" or held(step.calendar, duty, step.now) is not None
