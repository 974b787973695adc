"""While a repair is watched a cabinet that can is asked for more samples; they never stand in for silence."""

import pytest

from service.model import Effects
from telemetry.fleet import OFFLINE, ONLINE
from tests.service.desk.world import World


class Asking(World):
    """Keeps what the desk asks of cabinets."""

    def __init__(self, capabilities: tuple[str, ...] = ("sample_fast",)) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        super().__init__(cabinet_row=lambda _: {"capabilities": list(capabilities)})

    def apply(self, effects: Effects) -> None:
        self.asked += [(a.target, a.body["name"], a.body.get("ticket")) for a in effects.commands]
        super().apply(effects)


def repaired(world: Asking, status: int = ONLINE) -> Asking:
    world.fleet.status[1] = status
    world.hire("ann")
    fault = world.fault("C-1")
    world.tech("accept", "V-000001")
    world.tech("check-in", "V-000001", evidence={"type": "button"})
    world.tech("finish", "V-000001", measure="x")
    world.clear(fault)
    return world


def test_a_cabinet_that_can_is_asked_once_for_the_ticket() -> None:
    world = repaired(Asking())
    world.run(11)
    assert world.asked == [("C-1", "sample_fast", "T-000001")]
    assert world.ticket()["state"] == "resolved"


@pytest.mark.parametrize(("world", "status"), [(Asking(("reboot",)), ONLINE), (Asking(), OFFLINE)])
def test_one_that_cannot_or_is_not_there_is_not_asked(world: Asking, status: int) -> None:
    assert repaired(world, status).asked == []


def test_what_healed_by_itself_needs_no_more_samples() -> None:
    world = Asking()
    world.fleet.status[1] = ONLINE
    world.hire("ann")
    world.clear(world.fault("C-1"))
    assert world.ticket()["state"] == "verifying"
    assert world.asked == []


def test_many_samples_at_first_do_not_make_up_for_silence_afterwards() -> None:
    world = repaired(Asking())
    world.fleet.samples[1] += 50
    world.run(2)
    world.silent.add("C-1")
    world.run(10)
    assert world.ticket()["state"] == "verifying"
    world.run(20)
    assert world.notices("not_fixed")[0]["params"]["why"] == "not_proven"


def test_samples_that_come_late_after_a_hole_count() -> None:
    world = repaired(Asking())
    world.silent.add("C-1")
    world.run(9)
    world.fleet.samples[1] += 9
    world.run(1)
    assert world.ticket()["state"] == "resolved"
