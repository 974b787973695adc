"""reboot_loop: the controller starts anew every few minutes (a bad supply, a full disk, a watchdog)."""

from simulator.injections.base import Injection
from simulator.said import Said
from simulator.state import FAR, State
from telemetry.units import DAY, HOUR


def _reach(state: State, row: int, severity: float) -> None:
    state.loop_ms[row] = int(HOUR / severity)


def _end(state: State, row: int, ts: int) -> list[Said]:
    del ts
    state.loop_ms[row] = FAR
    return []


REBOOT_LOOP = Injection(
    "reboot_loop",
    end=_end,
    reach=_reach,
    severity=(4, 15),
    unit="reboots per hour",
    heals=0.2,
    lasts=(2 * HOUR, 1 * DAY),
)
