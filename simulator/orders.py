"""Commands with real effect in the simulated world."""

from collections.abc import Callable
from typing import Any

from simulator.cabinet import Outcome
from simulator.world import World
from telemetry.clock import Moment
from telemetry.signals import SIGNAL
from telemetry.units import MINUTE, SECOND

Order = Callable[[World, int, dict[str, Any], Moment], Outcome]
DOOR_OPEN_FOR = 20 * SECOND
FAST_FOR = 5 * MINUTE


def execute(world: World, row: int, name: str, args: dict[str, Any], moment: Moment) -> Outcome:
    """Carry a command out on one cabinet; `name` is one of `ORDERS`."""
    return ORDERS[name](world, row, args, moment)


def _lock(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    world.lock(row)
    return Outcome("done")


def _unlock(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    world.unlock(row)
    return Outcome("done")


def _open(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    if world.state.lock_dead[row]:
        return Outcome("failed", "the lock does not move")
    return Outcome("done") if world.open_door(row, DOOR_OPEN_FOR) else Outcome("failed", "no power")


def _set_point(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    """`{"set_c": °C}` within what a set point can be."""
    del moment
    wanted, bounds = args.get("set_c"), SIGNAL["set_c"]
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not bounds.low <= wanted <= bounds.high:
        return Outcome("rejected", f"set_c must be a number from {bounds.low} to {bounds.high}")
    world.state.set_c[row] = float(wanted)
    return Outcome("done")


def _reboot(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    world.restart(row)
    return Outcome("done")


def _self_test(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    state = world.state
    parts = {
        "mains": not state.mains[row],
        "compressor": state.stalled[row],
        "fan": state.fan_dead[row],
        "heater": state.heater_dead[row],
        "lock": state.lock_dead[row],
        "payment": state.terminal_dead[row] | state.mdb_dead[row],
        "camera": state.camera_dead[row],
        "sensor": state.probe_open[row] > 0,
        "door": state.door[row],
    }
    bad = [name for name, failed in parts.items() if failed]
    return Outcome("failed", f"not ok: {' '.join(bad)}") if bad else Outcome("done", "all ok")


def _fast(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    world.sample_fast(row, FAST_FOR)
    return Outcome("done", f"for {FAST_FOR // SECOND} s")


def _show_code(world: World, row: int, args: dict[str, Any], moment: Moment) -> Outcome:
    del args, moment
    world.say(row, "qr_shown")
    return Outcome("done")


ORDERS: dict[str, Order] = {
    "lock_sales": _lock,
    "unlock_sales": _unlock,
    "open_door": _open,
    "set_setpoint": _set_point,
    "reboot": _reboot,
    "self_test": _self_test,
    "sample_fast": _fast,
    "show_code": _show_code,
}
