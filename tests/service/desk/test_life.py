"""A ticket's whole life on a manual clock, and the turns it may take."""

from service.arrival import service_code
from service.desk import Desk
from service.model import Actor
from telemetry.units import DAY, HOUR, MINUTE
from tests.service.desk.world import SECRET, World

CLERK = Actor(id="agnes", role="agent")


def staffed(**wiring: object) -> World:
    world = World(**wiring)
    world.hire("ann", "bob")
    return world


def finish(world: World, visit: str = "V-000001") -> None:
    """From acceptance to the end of the work, proven by the cabinet."""
    world.tech("accept", visit)
    world.tech("depart", visit)
    world.run(20)
    row = world.visit(visit)
    world.event(row["cabinet"], "service_code_entered", code=row["evidence"]["code"])
    world.event(row["cabinet"], "door_opened")
    world.run(15)
    assert world.tech("finish", visit, measure="replaced the terminal", parts=["terminal"], note="ok").status == "ok"


def close(world: World, ticket: str = "T-000001") -> None:
    assert world.act("ticket.follow-up", ticket, CLERK, answer="works again", solved=True).status == "ok"
    assert world.act("ticket.close", ticket, CLERK).status == "ok"


def test_a_fault_becomes_a_ticket_and_lives_to_its_end() -> None:
    world = staffed()
    fault = world.fault("C-1")
    assert world.path() == ["new", "triaged", "remote", "dispatching"]
    assert world.faults.open[fault].ticket == "T-000001"
    assert world.tables["episodes"][fault]["ticket"] == "T-000001"
    assert [n["to"] for n in world.notices("visit_offered")] == ["ann"]
    finish(world)
    world.clear(fault)
    world.run(11)
    close(world)
    assert world.path() == [
        "new", "triaged", "remote", "dispatching", "scheduled", "en_route", "on_site", "work_done", "verifying",
        "resolved", "follow_up", "closed",
    ]  # fmt: skip
    proofs = [line["evidence"] for line in world.lines() if line["evidence"]]
    assert [(p["type"], p["level"]) for p in proofs] == [
        ("service_code", 4), ("door", 0), ("telemetry", 4),
    ]  # fmt: skip
    assert {c["name"]: c["state"] for c in world.ticket()["clocks"]} == {
        "REPLY": "met", "RESTORE": "met", "ARRIVAL": "met", "FOLLOWUP": "met", "WARRANTY": "running",
        "RETENTION": "running",
    }  # fmt: skip
    assert world.visit()["state"] == "left"
    assert world.ticket()["closed"] == world.now
    assert world.ticket()["due"] is None
    assert world.ticket()["fields"]["service"]["measure"] == "replaced the terminal"


def test_the_remote_check_says_what_the_cabinet_last_told() -> None:
    world = staffed()
    world.run(1)
    world.fleet.latest[1, world.fleet.name_index["air_c"]] = 12.5
    world.fault("C-1")
    assert "remote_check air_c=12.5 silent_s=0" in [line["note"] for line in world.lines()]


def test_a_fault_that_clears_before_arrival_calls_the_visit_off() -> None:
    world = staffed()
    fault = world.fault("C-1")
    world.tech("accept", "V-000001")
    world.clear(fault)
    assert world.visit()["state"] == "called_off"
    assert [n["to"] for n in world.notices("visit_called_off")] == ["ann"]
    assert world.ticket()["state"] == "verifying"
    assert not world.has_clock("ARRIVAL")
    world.run(11)
    assert world.ticket()["state"] == "resolved"


def test_only_a_root_of_weight_opens_a_ticket() -> None:
    world = staffed()
    world.fault("C-1", "door_left_open", severity="warning")
    world.fault("C-1", "offline", state="suppressed", parent="F-none")
    world.fault("C-1", "offline", state="stale")
    world.fault("C-1", "air_too_warm", state="cleared", backlog=True)
    world.fault("C-1", "air_too_warm", backlog=True)
    world.fault("C-1", "power_lost", state="pending")
    assert world.rows("tickets") == []


def test_a_severity_that_rises_opens_a_ticket_or_tightens_its_clocks() -> None:
    world = staffed()
    door = world.fault("C-1", "door_left_open", severity="warning")
    world.change(door, severity="minor")
    assert world.ticket()["severity"] == "minor"
    due = world.clock_of("RESTORE")["due"]
    world.change(door, severity="major")
    assert world.ticket()["severity"] == "major"
    assert due - world.clock_of("RESTORE")["due"] == 48 * HOUR
    world.change(door, severity="minor")
    assert world.ticket()["severity"] == "major"
    assert len(world.rows("tickets")) == 1


def test_platform_blindness_is_one_notice_and_no_ticket() -> None:
    world = staffed()
    blind = world.fault("C-1", "platform_blind")
    world.change(blind, score=1.0)
    assert [n["to"] for n in world.notices("platform_blind")] == ["operators"]
    assert world.rows("tickets") == []


def test_children_ride_on_their_parents_ticket() -> None:
    world = staffed()
    own = world.fault("C-1", "payment_down")
    power = world.fault("C-1", "power_lost")
    child = world.fault("C-1", "offline", state="suppressed", parent=power)
    assert world.tables["episodes"][child]["ticket"] == "T-000002"
    world.change(own, state="suppressed", parent=power)
    assert world.ticket("T-000001")["state"] == "merged"
    assert world.ticket("T-000002")["fields"]["children"] == [child, own]
    assert len([v for v in world.rows("visits") if v["state"] == "offered"]) == 1


def test_a_child_that_outlives_its_parent_keeps_the_ticket_open() -> None:
    world = staffed()
    power = world.fault("C-1", "power_lost")
    child = world.fault("C-1", "payment_down", state="suppressed", parent=power)
    world.clear(power)
    assert world.ticket()["state"] == "verifying"
    world.change(child, state="active", parent=None)
    world.run(10)
    assert world.ticket()["state"] == "dispatching"
    assert world.ticket()["fault"] == child
    assert len(world.rows("tickets")) == 1


def test_when_the_leading_fault_clears_the_next_one_leads() -> None:
    world = staffed()
    power = world.fault("C-1", "power_lost")
    child = world.fault("C-1", "payment_down", state="suppressed", parent=power)
    freed = world.faults._change(child, state="active", parent=None)
    over = world.faults._change(power, state="cleared", cleared=world.now)
    world.judged(over, freed)
    assert (world.ticket()["state"], world.ticket()["fault"]) == ("dispatching", child)
    assert world.visit()["state"] == "offered"
    world.clear(child)
    assert world.ticket()["state"] == "verifying"


def test_a_child_that_is_active_under_its_parent_has_no_ticket_of_its_own() -> None:
    world = staffed()
    power = world.fault("C-1", "power_lost")
    world.fault("C-1", "offline", parent=power)
    world.fault("C-2", "offline", parent="F-elsewhere")
    assert [t["fault"] for t in world.rows("tickets")] == [power]


def test_recurrence_within_72_hours_reopens_the_ticket() -> None:
    world = staffed()
    world.clear(world.fault("C-1"))
    world.run(11)
    close(world)
    world.clock.advance(71 * HOUR)
    again = world.fault("C-1")
    assert [t["id"] for t in world.rows("tickets")] == ["T-000001"]
    assert world.ticket()["fault"] == again
    assert world.path()[-4:] == ["closed", "triaged", "remote", "dispatching"]
    assert world.ticket()["closed"] is None
    assert world.clock_of("RESTORE")["state"] == "running"


def test_recurrence_within_30_days_is_a_new_ticket_that_names_the_old() -> None:
    world = staffed()
    world.clear(world.fault("C-1"))
    world.run(11)
    close(world)
    world.clock.advance(4 * DAY)
    world.clear(world.fault("C-1"))
    assert world.ticket("T-000002")["fields"]["repeat_of"] == "T-000001"
    world.run(11)
    world.clock.advance(40 * DAY)
    world.run(1)
    world.fault("C-1")
    assert world.ticket("T-000003")["fields"]["repeat_of"] is None


def test_the_same_fault_during_verification_fails_it() -> None:
    world = staffed()
    world.clear(world.fault("C-1"))
    world.run(3)
    again = world.fault("C-1")
    assert world.ticket()["state"] == "dispatching"
    assert world.ticket()["fault"] == again
    assert len(world.rows("tickets")) == 1


def test_a_cancelled_ticket_does_not_come_back_while_its_fault_goes_on() -> None:
    world = staffed()
    fault = world.fault("C-1")
    assert world.act("ticket.cancel", "T-000001", reason="known building works").status == "ok"
    assert world.visit()["state"] == "called_off"
    world.change(fault, state="clearing")
    world.change(fault, state="active")
    assert [t["state"] for t in world.rows("tickets")] == ["cancelled"]
    assert [c["name"] for c in world.ticket()["clocks"]] == ["RETENTION"]


def test_a_fault_that_goes_on_after_somebody_resolved_its_ticket_reopens_it() -> None:
    for side in ("stale", "clearing"):
        world = staffed()
        fault = world.fault("C-1")
        world.change(fault, state=side)
        assert world.act("ticket.resolve", "T-000001", reason="seen on the camera").status == "ok"
        world.change(fault, state="active")
        assert world.path()[-4:] == ["resolved", "triaged", "remote", "dispatching"]
        assert world.visit("V-000002")["state"] == "offered"
        assert len(world.rows("tickets")) == 1


def test_an_unsolved_follow_up_sends_somebody() -> None:
    world = staffed()
    world.clear(world.fault("C-1"))
    world.run(11)
    world.act("ticket.follow-up", "T-000001", CLERK, answer="still dead", solved=False)
    assert world.path()[-4:] == ["follow_up", "triaged", "remote", "dispatching"]
    assert world.visit("V-000002")["state"] == "offered"


def test_old_tickets_leave_memory_and_say_so() -> None:
    world = staffed()
    world.clear(world.fault("C-1"))
    world.run(11)
    close(world)
    world.clock.advance(31 * DAY)
    world.run(1)
    assert world.ticket()["state"] == "archived"
    answer = world.act("ticket.comment", "T-000001", text="hello?")
    assert (answer.status, answer.body["guard"]) == ("conflict", "archived")
    assert world.act("visit.accept", "V-000001").body["guard"] == "archived"
    assert world.act("ticket.comment", "T-000002", text="hello?").status == "not_found"
    books = world.desk._books
    assert (books.tickets, books.visits, books.by_fault, books.latest) == ({}, {}, {}, {})
    world.fault("C-1")
    assert world.ticket("T-000002")["fields"]["repeat_of"] is None


def test_a_snapshot_in_the_middle_changes_nothing() -> None:
    def live(snapshots: bool) -> World:
        world = staffed()
        faults = [world.fault(f"C-{n}") for n in range(3)]
        for step in range(12):
            if snapshots:
                data = world.desk.dump()
                world.desk = Desk(world.policy, SECRET)
                world.desk.load(data)
                assert world.desk.dump() == data
            if step == 1:
                world.tech("accept", "V-000001")
            if step == 3:
                world.event("C-0", "service_code_entered", code=service_code(SECRET, "V-000001"))
            if step == 5:
                world.tech("finish", "V-000001", measure="cleaned")
                world.clear(faults[0])
            if step == 6:
                world.clear(faults[2])
            world.run(7)
        return world

    assert live(snapshots=True).tables == live(snapshots=False).tables


def test_clocks_warn_and_tell_of_a_breach_once() -> None:
    world = World()
    world.fault("C-1")
    world.run(2 * 60 + 10)
    told = [(n["kind"], n["params"]["clock"]) for n in world.rows("notices") if n["kind"].startswith("clock")]
    assert told == [("clock_warned", "ARRIVAL"), ("clock_warned", "ARRIVAL"), ("clock_breached", "ARRIVAL")]
    assert world.clock_of("ARRIVAL")["state"] == "breached"
    assert world.clock_of("REPLY")["state"] == "running"


def test_restore_rests_while_the_work_waits() -> None:
    world = staffed()
    world.fault("C-1")
    due = world.clock_of("RESTORE")["due"]
    world.act("ticket.wait", "T-000001", **{"for": "customer"}, reason="shop closed")
    assert world.ticket()["state"] == "wait_customer"
    assert world.clock_of("RESTORE")["state"] == "paused"
    assert world.clock_of("ARRIVAL")["state"] == "paused"
    assert world.visit()["state"] == "called_off"
    world.run(30)
    world.act("ticket.resume", "T-000001")
    assert world.ticket()["state"] == "dispatching"
    assert world.clock_of("RESTORE")["due"] == due + 30 * MINUTE
    assert world.visit("V-000002")["state"] == "offered"


def test_a_technician_who_waits_at_the_door_keeps_the_visit() -> None:
    world = staffed()
    world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("depart", "V-000001")
    ann = Actor(id="ann", role="technician")
    assert world.act("ticket.wait", "T-000001", ann, **{"for": "access"}).status == "ok"
    world.run(5)
    assert world.act("ticket.resume", "T-000001", ann).status == "ok"
    assert world.ticket()["state"] == "en_route"
    assert world.ticket()["visit"] == "V-000001"
