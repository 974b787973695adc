"""The service desk: takes what the faults, the cabinets, the clock and people say, and gives rows to commit."""

from collections.abc import Mapping
from typing import Any

import msgspec

from faults.faults import Faults
from faults.kinds import KINDS
from faults.model import Kind, Transition
from service import actions, archive, deadlines, diagnosis, dispatch, intake, onsite, reminders, verify
from service.bodies import NOTE, instant, known, said, when
from service.calendars import Calendar
from service.commands import Remark
from service.model import REFUSALS, Action, Answer, Effects, refusal
from service.policy import Policy, Rules
from service.privacy.audit import audit
from service.proof import hearing
from service.recalls import stops, tasks
from service.records.base import Put, Row
from service.rooms import ACTIONS, COMMANDS, EVENTS, ORDERS, TICKS
from service.step import Books, CabinetAt, Desktop, RowOf, SiteZone, Step, WarrantyEnd
from service.tickets import BEFORE_RESOLVED
from service.visiting import watch
from service.visits import THERE, Visit
from telemetry.batch import CabinetEvent
from telemetry.clock import Moment
from telemetry.errors import Invalid
from telemetry.fleet import Fleet

_HEARD = frozenset({"service_code_entered", "door_opened"})


class Desk:
    """Tickets, visits and technicians: deterministic, no I/O, no clock. One thread calls it.

    `secret` signs QR codes and one-time codes. `site_zone` gives a site's (zone, lat, lon), `cabinet_at` a cabinet's
    own (lat, lon), `warranty_end` the last day (ISO) of a cabinet's warranty, `cabinet_row` a cabinet's row in
    the register, each None for what is not known.
    """

    def __init__(
        self,
        policy: Policy,
        secret: bytes,
        site_zone: SiteZone = lambda _: None,
        cabinet_at: CabinetAt = lambda _: None,
        kinds: Mapping[str, Kind] = KINDS,
        warranty_end: WarrantyEnd = lambda _: None,
        cabinet_row: RowOf = lambda _: None,
    ) -> None:
        calendar = Calendar.china(policy.zone)
        self._desktop = Desktop(policy, calendar, secret, kinds, site_zone, cabinet_at, warranty_end, cabinet_row)
        self._books = Books()

    def on_transitions(self, transitions: list[Transition], faults: Faults, fleet: Fleet, moment: Moment) -> Effects:
        """Write the `episodes` rows; open, update and reopen tickets; begin to verify what has healed."""
        if not transitions:
            return Effects()
        step = self._step(fleet, moment, faults)
        intake.take(step, transitions)
        return step.effects()

    def on_events(self, events: list[CabinetEvent], fleet: Fleet, moment: Moment) -> Effects:
        """Take what cabinets say about visits: the one-time code is an arrival of level 4, the door shows work."""
        step = self._step(fleet, moment)
        for event in events:
            if event.name in _HEARD:
                hearing.hear(step, event)
            for hear in EVENTS.get(event.name, ()):
                hear(step, event)
        return step.effects()

    def on_tick(self, faults: Faults, fleet: Fleet, moment: Moment) -> Effects:
        """Let time pass: offers expire, work is offered again, visits overrun, verifications end, clocks warn."""
        step = self._step(fleet, moment, faults)
        intake.tell_disabled(step)
        awake = [t for t in map(self._books.tickets.__getitem__, self._books.live) if t.wake <= step.now]
        dispatch.expire(step)
        dispatch.retry(step, awake)
        dispatch.remind(step)
        for ticket in awake:
            watch.escalate(step, ticket)
            verify.settle(step, ticket)
            deadlines.watch(step, ticket)
            reminders.remind(step, ticket)
            ticket.wake = deadlines.next_look(step, ticket)
        for pass_time in TICKS:
            pass_time(step)
        archive.sweep(step)
        return step.effects()

    def act(self, action: Action, faults: Faults, fleet: Fleet, moment: Moment) -> tuple[Answer, Effects]:
        """Judge tickets, visits, technicians, faults, maintenance and what the rooms take; a refusal changes nothing.

        Order of judging: the object, who asks, the version, the move, the body. `ticket.*` answers with the ticket and
        its `timeline`, `visit.*` with the visit (`check-in` adds `level`, `arrived_at` in ms, `provisional`).
        """
        step = self._step(fleet, moment, faults)
        try:
            answer = self._judge(step, faults, action)
        except REFUSALS as error:
            return refusal(action, error), Effects()
        return answer, step.effects()

    def remark(self, fault: str, cabinet: str, note: str, fleet: Fleet, moment: Moment) -> Effects:
        """A line in the timeline of the ticket that has this cabinet's fault, while it is not resolved."""
        step = self._step(fleet, moment)
        ticket = self._books.tickets.get(self._books.by_fault.get(fault, ""))
        if ticket is not None and ticket.state in BEFORE_RESOLVED:
            step.line(ticket, "fault", note=note if ticket.cabinet == cabinet else f"{note} cabinet={cabinet}")
        return step.effects()

    def on_return(self, cabinet: str, fleet: Fleet, moment: Moment) -> Effects:
        """Take note that a cabinet that was out of service is back."""
        step = self._step(fleet, moment)
        tasks.returned(step, cabinet)
        return step.effects()

    def forbids(self, action: Action, fleet: Fleet) -> Answer | None:
        """The refusal of a command for a ticket (body `ticket`) that it cannot be for, or that would let a cabinet sell
        what it must not."""
        key = action.body.get("ticket")
        if action.name != "command.create":
            return None
        try:
            stops.check(self._books, action)
            row = fleet.index.get(action.target)
            if key is not None:
                diagnosis.check(self._books.tickets, key, action.target, None if row is None else fleet.site[row])
        except REFUSALS as error:
            return refusal(action, error)
        return None

    def on_orders(self, orders: list[tuple[Action, Answer]], rows: list[Row], fleet: Fleet, moment: Moment) -> Effects:
        """Take what became of commands: the answers to those the desk asked for, and the rows of `commands` that
        changed, whoever asked. Asks for nothing new."""
        step = self._step(fleet, moment)
        for action, answer in orders:
            for hear_answer in ORDERS:
                hear_answer(step, action, answer)
        for row in rows:
            for hear_row in COMMANDS:
                hear_row(step, row)
        return step.effects()

    def on_commands(self, remarks: list[Remark], fleet: Fleet, moment: Moment) -> Effects:
        """Take what was asked of cabinets for tickets, and what came of it."""
        step = self._step(fleet, moment)
        for remark in remarks:
            diagnosis.note(step, remark)
        return step.effects()

    def arrivals(self, cabinet: str, since: int) -> list[Visit]:
        """Visits to this cabinet that are there now, or arrived at `since` (product ms) or later."""
        visits = (v for v in self._books.visits.values() if cabinet in v.cabinets and v.arrived is not None)
        return [v for v in visits if v.state in THERE or (v.arrived or 0) >= since]

    def holding(self, cabinet: str) -> list[str]:
        """Why this cabinet must not sell, food safety aside (`service/recalls/stops.py`)."""
        return stops.holding(self._books.goods, cabinet)

    def inherit(self, cabinet: str) -> None:
        """Food safety leaves its lock of this cabinet to whoever else stops it."""
        stops.inherit(self._books.goods, cabinet)

    def wanted(self, policy: Policy) -> Row | None:
        """The body of `rules.set` that puts this policy and the present calendar in force; None: they are."""
        rules = Rules(policy=policy, calendar=Calendar.china(policy.zone).version)
        return None if rules == self._books.rules else {"policy": msgspec.to_builtins(policy)}

    def dump(self) -> bytes:
        """The complete state, for a snapshot."""
        return msgspec.msgpack.encode(self._books)

    def load(self, data: bytes) -> None:
        """Take the state of a snapshot. Raises msgspec.DecodeError when it is none."""
        self._books = msgspec.msgpack.decode(data, type=Books)
        if self._books.rules is not None:
            self._obey(self._books.rules.policy)

    def _obey(self, policy: Policy) -> Rules:
        self._desktop.policy, self._desktop.calendar = policy, Calendar.china(policy.zone)
        return Rules(policy=policy, calendar=self._desktop.calendar.version)

    def _set_rules(self, step: Step, body: dict[str, Any]) -> Answer:
        """Put other rules in force from this entry of the journal on; the clocks of live tickets are counted anew."""
        try:
            policy = msgspec.convert(body.get("policy"), Policy)
        except msgspec.ValidationError as error:
            raise Invalid({"policy": str(error)}) from error
        self._books.rules = self._obey(policy)
        for key in self._books.live:
            deadlines.renew(step, self._books.tickets[key])
        return Answer(status="ok", body={"version": policy.version})

    def _step(self, fleet: Fleet, moment: Moment, faults: Faults | None = None) -> Step:
        return Step(self._desktop, self._books, fleet, moment, faults)

    def _judge(self, step: Step, faults: Faults, action: Action) -> Answer:
        noun, _, verb = action.name.partition(".")
        if action.name == "rules.set":
            answer = self._set_rules(step, action.body)
            audit(step, action.actor, "rules.set", "policy", {**answer.body, "calendar": step.calendar.version})
            return answer
        if noun == "ticket" and verb in actions.VERBS:
            return actions.act(step, verb, action)
        if noun == "visit" and verb in onsite.SOURCES:
            return Answer(status="ok", body=_visit(step, action, verb))
        if noun == "fault" and verb in ("acknowledge", "snooze", "comment"):
            return Answer(status="ok", body=_fault(step, faults, action, verb))
        if action.name in ACTIONS:
            return ACTIONS[action.name](step, action)
        raise Invalid({"name": f"unknown action {action.name}"})


def _visit(step: Step, action: Action, verb: str) -> Row:
    visit = step.books.visit(action.target)
    extra = onsite.act(step, visit, verb, action)
    step.touch_visit(visit)
    return {**visit.row(), **extra}


def _fault(step: Step, faults: Faults, action: Action, verb: str) -> Row:
    """Acknowledging, snoozing and commenting are the faults' own business; the desk writes the row."""
    actor, now = action.actor.id, step.now
    if verb == "acknowledge":
        changed = faults.acknowledge(action.target, actor, said(known(action.body, NOTE)), now)
        if ticket := step.books.tickets.get(step.books.by_fault.get(changed.episode.id, "")):
            deadlines.acknowledged(step, ticket)
    elif verb == "snooze":
        until = instant(known(action.body, {"until": when}, ("until",))["until"])
        changed = faults.snooze(action.target, until, actor, now)
    else:
        changed = faults.comment(action.target, known(action.body, NOTE, ("text",))["text"] or "", actor, now)
    row = intake.episode_row(step, changed.episode)
    step.changes.append(Put("episodes", row))
    return row
