"""What a cabinet measures: means over its interval for loads and switches, the newest value for the rest."""

from typing import NamedTuple

import numpy as np

from simulator.injections.sensor_implausible import OPEN_CIRCUIT
from simulator.models import AT, DECIMALS, MODELS, REPORTED
from simulator.state import F64, I64, Rng, State, Traits
from simulator.thermal import FAN_W, HEATER_W, PROBE_AIR, running
from telemetry.units import SECOND

AVERAGED: tuple[str, ...] = (
    "comp_on", "comp_a", "power_w", "defrost_on", "door_open", "lock_closed", "payment_ok", "mdb_ok",
)  # fmt: skip
ELECTRONICS_W = 28.0
LIGHT_W = 14.0
_NOISE: dict[str, float] = {
    "air_c": 0.05, "evap_c": 0.1, "cond_c": 0.1, "product_c": 0.03, "ambient_c": 0.08, "humidity_pct": 0.4,
}  # fmt: skip
_ABSENT = np.array([[s in m.without for s in REPORTED] for m in MODELS])
_SCALE = np.array([10.0 ** DECIMALS.get(name, 1) for name in REPORTED])


class Samples(NamedTuple):
    """Telemetry of one substep: cabinet `row[k]` at device time `ts[k]` (ms) reads `values[k]`, columns `REPORTED`.

    NaN stands for a signal the model does not have.
    """

    row: I64
    ts: I64
    values: F64


class Meter:
    """Sums what is averaged; one per fleet, rows start over when they have reported."""

    def __init__(self, n: int) -> None:
        self._sums = np.zeros((len(AVERAGED), n))
        self._steps = np.zeros(n)

    def add(self, traits: Traits, state: State, now: int, hours: float) -> None:
        """Take the state as it is for one substep of `hours`."""
        on = running(state)
        amps = on * traits.compressor_a + state.fan * traits.fan_a + state.defrost * 0.15
        watts = on * traits.compressor_w + state.fan * FAN_W + state.defrost * HEATER_W
        watts = np.where(state.mains, watts + ELECTRONICS_W + LIGHT_W, 0.0)
        state.energy += watts * hours
        latched = ~state.door & ~state.lock_dead
        paying = state.paying(now)
        self._sums += (state.call, amps, watts, state.defrost, state.door, latched, paying, paying)
        self._steps += 1

    def take(self, rows: I64) -> F64:
        """The means of these rows, shape [AVERAGED, k]; they start over."""
        means = self._sums[:, rows] / np.maximum(self._steps[rows], 1)
        self._sums[:, rows] = 0
        self._steps[rows] = 0
        return np.asarray(means)


def due(offset: I64, interval: I64, since: int, now: int) -> tuple[I64, I64]:
    """(row, ts) of the samples due in (since, now]; each cabinet reports at `offset` + k × its interval."""
    first = (since - offset) // interval + 1
    count = (now - offset) // interval - first + 1
    rows = np.flatnonzero(count > 0)
    each = np.repeat(rows, count[rows])
    nth = np.arange(len(each)) - np.repeat(np.cumsum(count[rows]) - count[rows], count[rows])
    ts = offset[each] + (first[each] + nth) * interval[each]
    order = np.argsort(ts, kind="stable")
    return each[order], ts[order]


def measure(traits: Traits, state: State, meter: Meter, rng: Rng, rows: I64, ts: I64) -> Samples:
    """Read the sensors of `rows` at `ts`; a row may stand several times, its readings then are the same."""
    unique, back = np.unique(rows, return_inverse=True)
    values = np.full((len(unique), len(REPORTED)), np.nan)
    moment = int(ts[-1])
    for name, mean in zip(AVERAGED, meter.take(unique), strict=True):
        values[:, AT[name]] = mean
    for name, column in _newest(state, unique, rng, moment).items():
        values[:, AT[name]] = column
    for name, spread in _NOISE.items():
        values[:, AT[name]] += spread * rng.standard_normal(len(unique))
    for broken, (name, reads) in OPEN_CIRCUIT.items():
        values[state.probe_open[unique] == broken, AT[name]] = reads
    values[_ABSENT[traits.model[unique]]] = np.nan
    values = np.rint(values * _SCALE) / _SCALE
    return Samples(rows, ts, values[back])


def sense(state: State) -> None:
    """What the controller believes of the air: its probe, unless the wire is broken."""
    state.seen = np.where(state.probe_open == PROBE_AIR, OPEN_CIRCUIT[PROBE_AIR][1], state.probe)


def _newest(state: State, rows: I64, rng: Rng, now: int) -> dict[str, F64]:
    n = len(rows)
    mains, fan = state.mains[rows], state.fan[rows]
    paying = state.paying(now)[rows]
    faded = state.link_back[rows] > now
    state.rsrp[rows] += rng.normal(0, 0.6, n)
    state.rsrp[rows] = state.rsrp[rows].clip(-106, -65)
    return {
        "air_c": state.probe[rows],
        "evap_c": state.evap[rows],
        "cond_c": state.cond[rows],
        "product_c": state.stock[rows],
        "ambient_c": state.ambient[rows],
        "humidity_pct": (48 + 3 * (state.air[rows] - state.evap[rows]) + 15 * state.gap[rows]).clip(20, 95),
        "set_c": state.set_c[rows],
        "energy_wh": state.energy[rows],
        "fan_rpm": np.where(fan, 1450 + rng.normal(0, 8, n), 0.0),
        "door_seconds": (state.door_ms(now)[rows] / SECOND).clip(0, 86_400),
        "mains_v": np.where(mains, 229 + rng.normal(0, 1.5, n), 0.0),
        "battery_pct": state.battery[rows],
        "rsrp_dbm": np.where(faded, -118.0, state.rsrp[rows]),
        "payment_success_pct": np.where(paying, (99.2 + rng.normal(0, 0.3, n)).clip(97, 100), 0.0),
        "camera_ok": mains.astype(float),
        "light_on": mains.astype(float),
        "uptime_s": ((now - state.booted[rows]) / SECOND).clip(0, None),
    }
