"""Commands change the world, or say why not."""

import pytest

from simulator.models import CAPABILITIES
from simulator.orders import ORDERS, execute
from simulator.world import World
from telemetry.clock import Moment
from telemetry.units import MINUTE
from telemetry.wire import COMMANDS
from tests.simulator.rig import MONDAY_9, one, onward, run

NOW = Moment(MONDAY_9, 0)


@pytest.fixture
def world() -> World:
    return run(2, 0.1, one("lock_fault", at_s=86_400)).world


def test_every_command_of_the_contract_is_understood() -> None:
    assert set(ORDERS) == set(CAPABILITIES) == set(COMMANDS)


def test_locked_sales_bring_no_vend_until_unlocked(world: World) -> None:
    execute(world, 0, "lock_sales", {}, NOW)
    locked = onward(world, 3)
    assert "vend" not in locked.events(0)
    execute(world, 0, "unlock_sales", {}, NOW)
    assert "vend" in onward(world, 3).events(0)


def test_the_door_opens_and_closes_again(world: World) -> None:
    assert execute(world, 0, "open_door", {}, NOW).status == "done"
    assert onward(world, 0.1).events(0)[:2] == ["door_opened", "door_closed"]


def test_a_broken_lock_does_not_open(world: World) -> None:
    world.state.lock_dead[0] = True
    assert execute(world, 0, "open_door", {}, NOW).status == "failed"
    assert execute(world, 0, "self_test", {}, NOW).detail == "not ok: lock"


def test_the_set_point_moves_and_the_air_follows(world: World) -> None:
    assert execute(world, 0, "set_setpoint", {"set_c": 8}, NOW).status == "done"
    r = onward(world, 3)
    assert r.of("set_c", 0)[-1] == 8
    assert r.of("air_c", 0)[-60:].mean() > 6


@pytest.mark.parametrize("args", [{}, {"set_c": "4"}, {"set_c": True}, {"set_c": 90}, {"set_c": None}])
def test_a_senseless_set_point_is_rejected(world: World, args: dict[str, object]) -> None:
    before = world.state.set_c[0]
    assert execute(world, 0, "set_setpoint", args, NOW).status == "rejected"
    assert world.state.set_c[0] == before


def test_a_reboot_silences_the_cabinet_for_less_than_a_minute(world: World) -> None:
    execute(world, 0, "reboot", {}, NOW)
    assert not world.linked()[0]
    r = onward(world, 0.1)
    assert [t.restarted for t in r.ticks if t.restarted] == [[0]]
    assert world.linked()[0]
    assert r.labels == []


def test_fast_sampling_lasts_five_minutes(world: World) -> None:
    execute(world, 0, "sample_fast", {}, NOW)
    start = world.now
    fast = onward(world, 0.25).times(0)
    assert sum(fast <= start + 5 * MINUTE) == 30
    assert sum(fast > start + 6 * MINUTE) == 9


def test_a_code_is_shown_and_a_healthy_cabinet_passes_its_test(world: World) -> None:
    assert execute(world, 1, "show_code", {}, NOW).status == "done"
    assert "qr_shown" in onward(world, 0.1).events(1)
    assert execute(world, 1, "self_test", {}, NOW) == ("done", "all ok")
