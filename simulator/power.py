"""Mains, battery and controller: a cabinet lives four hours on its battery, then goes dark, and boots when it may."""

from typing import NamedTuple

import numpy as np

from simulator.customers import Step
from simulator.said import Said
from simulator.state import FAR, Bools, State
from telemetry.units import SECOND

BATTERY_LASTS_H = 4.0
BATTERY_CHARGES_H = 6.0
BOOT_TAKES = 40 * SECOND  # a restart stays below the 60 s after which a will means offline
TERMINAL_TAKES = 150 * SECOND  # a payment terminal has no battery


class Woken(NamedTuple):
    """Rows whose controller started anew in this substep, and what cabinets say of their power."""

    rows: list[int]
    said: list[Said]


def feed(state: State, step: Step) -> Woken:
    """Charge or drain the batteries, put out cabinets that have neither, wake those that may start."""
    mains = state.plugged & state.grid & (state.dip_until <= step.now)
    said = _edges(state, mains, step.now)
    rate = np.where(mains, 100 / BATTERY_CHARGES_H, -100 / BATTERY_LASTS_H) * step.hours
    state.battery += rate
    np.minimum(np.maximum(state.battery, 0, out=state.battery), 100 * state.cell, out=state.battery)
    out = ~state.powered & ~state.dark
    if np.count_nonzero(out):
        state.dark |= out
        state.reboot_until[out] = FAR
    if np.count_nonzero(state.dark):
        back = state.dark & mains & (state.reboot_until == FAR)
        state.reboot_until[back] = step.now + BOOT_TAKES
    rows = ((step.now - state.booted >= state.loop_ms) & (state.reboot_until <= step.since)).nonzero()[0]
    state.reboot_until[rows] = step.now + BOOT_TAKES
    return _wake(state, step, said)


def restart(state: State, row: int, ts: int) -> None:
    """Restart the controller of one cabinet."""
    state.reboot_until[row] = ts + BOOT_TAKES


def _edges(state: State, mains: Bools, now: int) -> list[Said]:
    """Take the mains as they are now, and say what changed; one that wakes says so itself."""
    changed = (mains != state.mains).nonzero()[0]
    state.mains = mains
    back = changed[mains[changed]]
    state.stopped[back] = now
    state.payment_back[back] = now + TERMINAL_TAKES
    names = {False: "power_lost", True: "power_restored"}
    return [Said(row, now, names[bool(mains[row])], {}) for row in changed.tolist() if not state.dark[row]]


def _wake(state: State, step: Step, said: list[Said]) -> Woken:
    rows = ((state.reboot_until > step.since) & (state.reboot_until <= step.now)).nonzero()[0]
    state.booted[rows] = step.now
    said += [Said(int(r), step.now, "power_restored", {}) for r in rows if state.dark[r]]
    state.dark[rows] = False
    return Woken(rows.tolist(), said)
