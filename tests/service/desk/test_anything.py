"""Whatever people, cabinets and faults do in whatever order: the books stay in order (see `World.check`)."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.actions import VERBS
from service.desk import Desk
from service.model import Actor
from service.onsite import SOURCES
from service.policy import Policy
from service.tickets import BEFORE_RESOLVED
from telemetry.units import DAY, HOUR
from tests.service.desk.world import SECRET, World

KINDS = ("payment_down", "lock_fault", "power_lost", "air_too_warm")
CABINETS = st.sampled_from(("C-0", "C-1", "C-2", "C-3"))
BODIES: dict[str, dict[str, Any]] = {
    "reply": {"text": "x"}, "comment": {"text": "x"}, "wait": {"for": "parts"}, "promise": {"promised_at": 1 << 42},
    "work-done": {"measure": "x"}, "resolve": {"reason": "x"}, "follow-up": {"answer": "x", "solved": True},
    "merge": {"into": "T-000001"}, "finish": {"measure": "x"}, "check-in": {"evidence": {"type": "button"}},
}  # fmt: skip
NEXT = {"offered": "accept", "accepted": "depart", "en_route": "check-in", "arrived": "finish", "working": "finish"}
NUMBERS = st.integers(1, 6)


class Anything(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(Policy(archive_ms=DAY))
        self.world.fleet.site[:2] = ["S-1", "S-1"]
        self.world.hire("ann", "bob")

    @rule(cabinet=CABINETS, kind=st.sampled_from(KINDS), severity=st.sampled_from(("major", "warning")))
    def raise_fault(self, cabinet: str, kind: str, severity: str) -> None:
        if not any(e.cabinet == cabinet and e.kind == kind for e in self.world.faults.open.values()):
            self.world.fault(cabinet, kind, severity=severity)

    @rule(
        pick=st.integers(0, 9), to=st.sampled_from(("cleared", "clearing", "stale", "active", "critical", "suppressed"))
    )
    def change_fault(self, pick: int, to: str) -> None:
        open_faults = list(self.world.faults.open)
        if not open_faults:
            return
        fault = open_faults[pick % len(open_faults)]
        if to == "cleared":
            self.world.clear(fault)
        elif to == "critical":
            self.world.change(fault, state="active", severity=to, parent=None)
        elif to == "suppressed":
            cabinet = self.world.faults.open[fault].cabinet
            roots = [e.id for e in self.world.faults.open.values() if e.cabinet == cabinet and e.parent is None]
            parent = next((r for r in roots if r != fault), None)
            children = [e for e in self.world.faults.open.values() if e.parent == fault]
            if parent is not None and not children:
                self.world.change(fault, state=to, parent=parent)
        else:
            self.world.change(fault, state=to, parent=None)

    @rule(cabinet=st.one_of(st.none(), CABINETS), kind=st.sampled_from(("repair", "complaint")))
    def open_ticket(self, cabinet: str | None, kind: str) -> None:
        self.world.act("ticket.create", kind=kind, summary="x", cabinet=cabinet)

    @rule(
        n=NUMBERS,
        verb=st.sampled_from(sorted(VERBS)),
        full=st.booleans(),
        role=st.sampled_from(("agent", "technician")),
    )
    def move_ticket(self, n: int, verb: str, full: bool, role: str) -> None:
        before = self.world.desk.dump()
        who = Actor(id="ann", role=role)
        answer = self.world.act(f"ticket.{verb}", f"T-{n:06d}", who, **(BODIES.get(verb, {}) if full else {}))
        if answer.status != "ok":
            assert self.world.desk.dump() == before, "a refusal changed something"

    @rule(pick=st.integers(0, 5), verb=st.sampled_from(sorted(SOURCES)), full=st.booleans())
    def move_visit(self, pick: int, verb: str, full: bool) -> None:
        visits = self.world.rows("visits")
        if visits:
            before = self.world.desk.dump()
            answer = self.world.tech(
                verb, visits[-1 - pick % len(visits)]["id"], **(BODIES.get(verb, {}) if full else {})
            )
            if answer.status != "ok":
                assert self.world.desk.dump() == before, "a refusal changed something"

    @rule(pick=st.integers(0, 5), proof=st.sampled_from(("button", "code")))
    def go_on(self, pick: int, proof: str) -> None:
        """The next thing that should happen to a visit that is under way."""
        visits = [v for v in self.world.rows("visits") if v["state"] in NEXT]
        if not visits:
            return
        visit = visits[pick % len(visits)]
        verb = NEXT[visit["state"]]
        if verb == "check-in" and proof == "code":
            self.world.event(visit["cabinet"], "service_code_entered", code=visit["evidence"]["code"])
        else:
            assert self.world.tech(verb, visit["id"], **BODIES.get(verb, {})).status == "ok"

    @rule(pick=st.integers(0, 5), mend=st.booleans())
    def repair(self, pick: int, mend: bool) -> None:
        """A technician's whole visit, with or without success, and the clerk's call."""
        for _ in range(4):
            self.go_on(pick, "code")
        if mend:
            for fault in list(self.world.faults.open):
                self.world.clear(fault)
            self.world.silent = set()
            self.world.run(61)
        for ticket in self.world.rows("tickets"):
            if ticket["state"] == "resolved":
                self.world.act("ticket.follow-up", ticket["id"], answer="x", solved=pick > 0)

    @rule(pick=st.integers(0, 5), right=st.booleans(), door=st.booleans())
    def type_code(self, pick: int, right: bool, door: bool) -> None:
        visits = self.world.rows("visits")
        if visits:
            visit = visits[-1 - pick % len(visits)]
            code = visit["evidence"]["code"] if right else "x"
            self.world.event(visit["cabinet"], "door_opened" if door else "service_code_entered", code=code)

    @rule(minutes=st.sampled_from((1, 5, 20)), silent=st.sets(CABINETS, max_size=2))
    def wait(self, minutes: int, silent: set[str]) -> None:
        self.world.silent = silent
        self.world.run(minutes)

    @rule(hours=st.sampled_from((1, 6, 80)))
    def leap(self, hours: int) -> None:
        self.world.clock.advance(hours * HOUR)
        self.world.run(1)

    @rule()
    def restart(self) -> None:
        data = self.world.desk.dump()
        self.world.desk = Desk(self.world.policy, SECRET)
        self.world.desk.load(data)
        assert self.world.desk.dump() == data

    @invariant()
    def one_open_ticket_per_fault(self) -> None:
        books = self.world.desk._books
        led = [t.fault for t in books.tickets.values() if t.fault and t.state in BEFORE_RESOLVED]
        assert len(led) == len(set(led))

    @invariant()
    def every_active_root_has_a_ticket(self) -> None:
        books = self.world.desk._books
        for episode in self.world.faults.open.values():
            if episode.state == "active" and episode.severity != "warning" and episode.parent is None:
                assert episode.id in books.by_fault or books.swept > episode.onset
                assert self.world.tables["episodes"][episode.id]["ticket"] == books.by_fault.get(
                    episode.id, episode.ticket
                )

    @invariant()
    def rows_are_the_state(self) -> None:
        books = self.world.desk._books
        for ticket in books.tickets.values():
            row = ticket.row()
            assert self.world.ticket(ticket.id) == row
            assert [line["id"] for line in ticket.timeline] == [line["id"] for line in self.world.lines(ticket.id)]
        for visit in books.visits.values():
            assert self.world.visit(visit.id) == visit.row()


TestAnything = Anything.TestCase
TestAnything.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
