"""Mains, battery and controller: a cabinet lives four hours on its battery, then goes dark, and boots when it may."""

from typing import NamedTuple

import numpy as np

from simulator.customers import Step
from simulator.doors import Said
from simulator.state import FAR, State
from telemetry.units import SECOND

BATTERY_LASTS_H = 4.0
BATTERY_CHARGES_H = 6.0
BOOT_TAKES = 40 * SECOND  # a restart stays below the 60 s after which a will means offline


class Woken(NamedTuple):
    """Rows whose controller started anew in this substep, and what they say first."""

    rows: list[int]
    said: list[Said]


def feed(state: State, step: Step) -> Woken:
    """Charge or drain the batteries, put out cabinets that have neither, wake those that may start."""
    rate = np.where(state.mains, 100 / BATTERY_CHARGES_H, -100 / BATTERY_LASTS_H)
    state.battery = (state.battery + rate * step.hours).clip(0, 100)
    out = ~state.powered & ~state.dark
    state.dark |= out
    state.reboot_until[out] = FAR
    back = state.dark & state.mains & (state.reboot_until == FAR)
    state.reboot_until[back] = step.now + BOOT_TAKES
    return _wake(state, step)


def restart(state: State, row: int, ts: int) -> None:
    """Restart the controller of one cabinet."""
    state.reboot_until[row] = ts + BOOT_TAKES


def _wake(state: State, step: Step) -> Woken:
    rows = np.flatnonzero((state.reboot_until > step.since) & (state.reboot_until <= step.now))
    state.booted[rows] = step.now
    said = [Said(int(r), step.now, "power_restored", {}) for r in rows if state.dark[r]]
    state.dark[rows] = False
    return Woken(rows.tolist(), said)
