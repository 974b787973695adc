"""Nobody is sent before somebody, or the desk itself, has looked from afar; and mains work may need its checklist."""

from typing import Any

import msgspec
import pytest

from faults.kinds import KINDS
from service.commands import Remark
from service.policy import Policy
from service.proof.figures import MAINS_KINDS, Figures
from tests.service.desk.world import World


def asked(kind: str = "repair") -> World:
    world = World()
    world.hire("ann")
    world.run(1)
    world.fleet.latest[1, world.fleet.name_index["air_c"]] = 12.5
    world.act("ticket.create", kind=kind, summary="warm", cabinet="C-1")
    world.act("ticket.triage", "T-000001")
    return world


def looks(world: World) -> list[str]:
    return [line["note"] for line in world.lines() if line["type"] == "remote"]


def test_without_attempt_or_reason_the_desk_looks_itself_and_says_so() -> None:
    world = asked()
    world.fault("C-1", "door_left_open", severity="warning")
    assert world.act("ticket.dispatch", "T-000001").status == "ok"
    assert world.path() == ["new", "triaged", "dispatching"]
    assert looks(world) == ["remote_check air_c=12.5 silent_s=0 faults_24h=door_left_open reason=none_given"]
    logged = world.ticket()["fields"]["remote"]
    assert (logged["by"], logged["attempts"]) == ("system", ["look"])


def test_what_has_cleared_within_a_day_is_known_by_its_ticket() -> None:
    world = asked()
    world.clear(world.fault("C-1", "payment_down"))
    world.act("ticket.dispatch", "T-000001")
    assert "tickets_24h=T-000002:payment_down" in looks(world)[0]


@pytest.mark.parametrize("body", [{"reason": "no power, cannot answer"}, {"note": "the shop asked for it"}])
def test_a_reason_is_enough(body: dict[str, str]) -> None:
    world = asked()
    world.act("ticket.dispatch", "T-000001", **body)
    assert looks(world) == []
    assert world.ticket()["fields"]["remote"]["reason"] == next(iter(body.values()))


def test_a_logged_attempt_is_enough_and_an_empty_one_is_not() -> None:
    world = asked()
    body = {"attempts": ["self_test", "reboot", "reboot"], "outcome": "no change"}
    assert world.act("ticket.remote", "T-000001", **body).status == "ok"
    world.act("ticket.dispatch", "T-000001")
    assert looks(world) == []
    logged = world.ticket()["fields"]["remote"]
    assert (logged["by"], logged["attempts"], logged["outcome"]) == ("dora", ["self_test", "reboot"], "no change")
    world = asked()
    assert world.act("ticket.remote", "T-000001", note="let me see").status == "ok"
    world.act("ticket.dispatch", "T-000001")
    assert len(looks(world)) == 1
    assert asked().act("ticket.remote", "T-000001", attempts=["kick"]).status == "invalid"


def test_a_command_for_the_ticket_is_an_attempt() -> None:
    world = asked()
    remark = Remark("T-000001", "dora", "command_sent command=C-000001 name=self_test")
    world.apply(world.desk.on_commands([remark], world.fleet, world.clock.moment()))
    assert world.act("ticket.dispatch", "T-000001").status == "ok"
    assert looks(world) == []


def test_after_a_return_the_attempt_is_due_again_and_other_work_needs_none() -> None:
    world = asked()
    world.act("ticket.remote", "T-000001", attempts=["look"])
    world.act("ticket.cancel", "T-000001")
    world.act("ticket.reopen", "T-000001")
    world.act("ticket.dispatch", "T-000001")
    assert len(looks(world)) == 1
    world = asked("installation")
    world.act("ticket.dispatch", "T-000001")
    assert looks(world) == []


def working(
    items: tuple[str, ...] = (), required: bool = True, kind: str = "compressor_not_starting", photos: int = 0
) -> World:
    figures = Figures(checklist_required=required, checklist_items=items, photos_required=photos)
    world = World(msgspec.structs.replace(Policy(), proof=figures))
    world.hire("ann")
    world.fault("C-1", kind)
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    return world


def test_the_table_of_mains_kinds_names_kinds_we_know() -> None:
    assert set(KINDS) >= MAINS_KINDS


def test_mains_work_is_not_done_without_its_checklist_where_the_policy_asks_for_it() -> None:
    world = working(("isolated", "earthed"))
    refused = world.tech("finish", "V-000001", measure="x", checklist={"isolated": True, "earthed": False})
    assert refused.body == {"guard": "checklist", "missing": ["earthed"]}
    assert world.tech("finish", "V-000001", measure="x").body["missing"] == ["isolated", "earthed"]
    assert world.visit()["state"] == "arrived"
    done = {"isolated": True, "earthed": True, "tidy": False}
    assert world.tech("finish", "V-000001", measure="x", checklist=done).status == "ok"
    assert world.ticket()["fields"]["service"]["checklist"] == done
    assert working().act("ticket.work-done", "T-000001", measure="x").body["missing"] == ["checklist"]
    assert working().act("ticket.work-done", "T-000001", measure="x", checklist={"isolated": True}).status == "ok"


def test_a_report_needs_as_many_photos_as_the_policy_asks_for() -> None:
    world = working(required=False, photos=2)
    refused = world.tech("finish", "V-000001", measure="x", photos=["A-1", "A-1"])
    assert refused.body == {"guard": "photos", "missing": ["photos=2"]}
    assert world.tech("finish", "V-000001", measure="x", photos=["A-1", "A-2"]).status == "ok"
    assert working(required=False, photos=1).act("ticket.work-done", "T-000001", measure="x").body["guard"] == "photos"


@pytest.mark.parametrize("world", [working(required=False), working(kind="payment_down")])
def test_otherwise_a_report_needs_none(world: World) -> None:
    assert world.tech("finish", "V-000001", measure="x").status == "ok"


@pytest.mark.parametrize("given", [[], {"x": 1}, {"": True}, {str(n): True for n in range(51)}])
def test_a_malformed_checklist_is_refused(given: Any) -> None:
    answer = working().tech("finish", "V-000001", measure="x", checklist=given)
    assert set(answer.body["fields"]) == {"checklist"}
